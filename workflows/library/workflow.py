"""`UploadWorkflow`: a client without any key of the bucket hands one file in.

    start {bytes, content_type, sha256} → query `link` → PUT → signal `sent` → result {source, …}

A link to put a file with carries a signature, and results, updates and activities are kept in histories, so
that none of them may have one. A query is kept nowhere: `link` answers it with what was signed in that very
moment, by the worker that answers. The workflow itself knows no key; the worker hands it something to ask
(`SIGN`), outside of its sandbox. The link is for one PUT of that type and length, of those bytes where the
store checks them (AWS does), to a place of this run's own. What has come there is looked at and kept under
what it holds; whatever comes later is read by nobody.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from workflows.library.contract import SIGN, UPLOAD, Sign, Uploaded, UploadLink, UploadRequest, parse_request
from workflows.library.steps import ClearUpload, TakeInUpload, clear_upload, take_in_upload
from workflows.studio import InvalidRequest, cause_of

# The largest file takes half an hour at 1 Mbit/s; whoever has sent nothing by then has given up, or was cut
# off before the signal.
_PATIENCE = timedelta(hours=1)


@workflow.defn(name=UPLOAD)
class UploadWorkflow:
    """Ends with the file's name once it was sent, or after an hour, if it lies there then.

    Fails with `InvalidRequest` where the request cannot be used, every wrong field named, and with
    `InvalidInput` where nothing has come, or something else than the request says.
    """

    def __init__(self) -> None:
        self._request: UploadRequest | None = None
        self._sent = False
        self._taken: Uploaded | None = None

    # Undecoded: what does not decode would fail the workflow task, for ever.
    @workflow.run
    async def run(self, sent: RawValue = None) -> Uploaded:  # type: ignore[assignment]
        request = _accepted(sent)
        self._request = request
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._sent, timeout=_PATIENCE, timeout_summary="Until the file is sent"
            )
        try:
            self._taken = await take_in_upload(
                TakeInUpload(object=_place(), request=request), f"Take in a file of {request.content_type}"
            )
        except ActivityError as error:
            self._request = None
            if is_cancelled_exception(error):
                raise
            await _clear()
            cause = cause_of(error)
            raise ApplicationError(
                cause.message, *cause.details, type=cause.type, non_retryable=True
            ) from error
        await _clear()
        return self._taken

    @workflow.signal(description="The file lies where the link leads. No input.")
    def sent(self, *_: Any) -> None:
        self._sent = True

    @workflow.query(description="Where to PUT the file, with which headers; kept in no history. No input.")
    def link(self, *_: Any) -> UploadLink:
        if self._taken is not None:
            return UploadLink(source=self._taken.source)
        sign = cast("Sign | None", workflow.extern_functions().get(SIGN))
        if self._request is None or sign is None:
            raise ApplicationError("Nothing is waited for any more: start another upload.", type="NotWaiting")
        signed = sign(_place(), self._request)
        return UploadLink(url=signed.url, headers=signed.headers, expires=signed.expires)


def _accepted(sent: RawValue | None) -> UploadRequest:
    try:
        return parse_request(sent.payload.data if sent is not None else None)
    except InvalidRequest as error:
        problems = [problem.model_dump() for problem in error.fields]
        raise ApplicationError(
            str(error), *problems, type=InvalidRequest.__name__, non_retryable=True
        ) from None


def _place() -> str:
    """A run's own: two that hand in the same file never delete each other's."""
    return f"incoming/{workflow.info().run_id}"


async def _clear() -> None:
    with suppress(ActivityError):
        await clear_upload(ClearUpload(object=_place()), "Clear what was sent")
