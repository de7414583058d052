"""What fal is asked: one paid POST to its queue, and everything after it as often as need be."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from datetime import datetime

import httpx
from fal_client import AsyncRequestHandle, Completed, InProgress, Queued

from activities.faults import Unauthorized
from activities.models import provider as seam
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model
from activities.models.providers.fal import answers, services
from activities.models.providers.fal.request import body_of
from activities.models.providers.fal.wire import CONNECT_S, Answer, Hosts, Refused, asking, away, sending

# Raised before a byte of the request is written: no connection, no TLS, no way through a proxy.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Fal:
    """A `Provider`. Its ledger class is "ended": the queue gives ids, and the platform's listing shows
    a request only once it has ended, so that one found there is adopted, and one missing proves nothing.

    Hazards: the key goes to fal's own hosts and nowhere else. One instance belongs to one event loop.
    """

    name = "fal"

    def __init__(self, key: str, *, refusals: frozenset[int], base_url: str | None = None) -> None:
        """`refusals` are the statuses that say for certain that a submit was not accepted; `base_url` is a
        stand-in's, whose `/queue`, `/api/v1`, `/rest` and `/cdn` take the place of fal's four hosts. Raises
        `Unauthorized` for what cannot be a key."""
        # A header that cannot be written is shown, key and all, in the error of whoever tries to.
        if not re.fullmatch(r"[!-~]+", key := key.strip()):
            raise Unauthorized("FAL_KEY is not a key of fal's: set it as fal shows it, id:secret")
        self.account = seam.account_of(key)
        self._hosts = Hosts.under(base_url)
        self._refusals = refusals
        self._asking, self._sending = asking(key), sending(key)

    def request(self, call: ModelCall, tag: str) -> seam.Request:
        """The body for a call; see `body_of`. The tag travels in a header and in signed URLs."""
        return seam.Request(call.model, tag, body_of(call))

    async def submit(self, request: seam.Request, timeout_s: float) -> seam.Job:
        # The official client repeats this POST up to ten times, after timeouts and lost connections too,
        # and each is a paid job: for this call alone, plain HTTP.
        try:
            async with asyncio.timeout(timeout_s):
                response = await self._sending.post(
                    f"{self._hosts.queue}/{request.model.endpoint}",
                    json=dict(request.body),
                    # fal's queue repeats what its own runners lose, under the same id, charged once: that
                    # is welcome, and so `X-Fal-No-Retry` is not sent.
                    headers={"X-Fal-Tags": f"reel={request.tag}"},
                    timeout=httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
                )
        except _NEVER_SENT as error:
            raise seam.NotAccepted(away(error)) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise seam.Unanswered(f"fal did not answer the submit ({type(error).__name__})") from None
        return self._accepted(request.model, Answer.of(response))

    def _accepted(self, model: Model, answer: Answer) -> seam.Job:
        job_id = answer.said.get("request_id")
        if 200 <= answer.status < 300 and isinstance(job_id, str) and job_id:
            return seam.Job(job_id, self._hosts.links(model.endpoint, job_id, answer.said))
        if answer.status in self._refusals:
            raise seam.NotAccepted(answers.refusal(answer), answer.status)
        raise seam.Unanswered(f"fal answered the submit with {answer.status} and no request id")

    async def poll(self, model: Model, job: seam.Job) -> seam.JobStatus:
        handle = self._hosts.handle(model.endpoint, job, self._asking)
        async with services.bounded():
            try:
                status = await handle.status(with_logs=True)
            except Refused as refused:
                # Only fal itself says in JSON that it does not know a request; a page is a proxy's.
                if refused.answer.status == 404 and refused.answer.said:
                    return seam.JobStatus("gone")
                raise answers.asked_again(refused.answer) from None
            except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
                raise services.unreadable("answer") from None
            except ValueError:
                # The client knows no other reason for it than a state that it has never heard of.
                return seam.JobStatus("running")
            match status:
                case Completed(error=error, error_type=error_type):
                    return await self._result(model, handle, error, error_type)
                case Queued(position=int(position)):
                    return seam.JobStatus("queued", position=position)
                case Queued():
                    return seam.JobStatus("queued")
                case InProgress(logs=logs):
                    return seam.JobStatus("running", percent=answers.percent(logs), log=answers.log(logs))
                case _:
                    return seam.JobStatus("running")

    async def _result(
        self, model: Model, handle: AsyncRequestHandle, error: str | None, error_type: str | None
    ) -> seam.JobStatus:
        # The handle's own `get` would ask for the status once more before this same request.
        try:
            result = self._asking.build_request("GET", handle.response_url)
            return answers.succeeded(model, await services.ask(self._asking, result))
        except Refused as refused:
            answer = refused.answer
        if answers.is_of_the_job(answer, error, error_type):
            return answers.failed(answer, error_type)
        if answer.status in (404, 410) and answer.said:
            return seam.JobStatus("gone")
        raise answers.asked_again(answer)

    async def cancel(self, model: Model, job: seam.Job) -> None:
        """Asks for an end of the job. What waits is taken out of the queue; what runs may finish all the
        same, and is then charged."""
        try:
            async with services.bounded():
                await self._hosts.handle(model.endpoint, job, self._asking).cancel()
        except Refused as refused:
            # It has ended, or is not known any more: there is nothing left to cancel.
            if refused.answer.status not in (400, 404):
                raise answers.asked_again(refused.answer) from None

    async def listed(self, model: Model, since: datetime) -> Sequence[seam.ListedJob]:
        """The model's requests sent since, so far as they have ended."""
        return await services.ended(self._asking, self._hosts, model, since)

    async def upload(self, picture: Picture) -> seam.Uploaded:
        """Gives a file to fal's storage, for a week."""
        return await services.store(self._asking, self._hosts, picture)

    async def close(self) -> None:
        await self._asking.aclose()
        await self._sending.aclose()
