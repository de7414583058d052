"""Knows Replicate: every model is a prediction that is listed, polled and cancelled by its id."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote, unquote

import httpx
from pydantic import JsonValue

from activities.faults import InvalidInput, ProviderUnavailable
from activities.models import provider as seam
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model
from activities.models.providers.replicate.errors import Refused, failure_of, refusal_of, unable_of
from activities.models.providers.replicate.request import address_of, input_of, is_of
from activities.models.providers.replicate.wire import CALL_S, File, Wire

_STATES: Mapping[str, seam.State] = {
    "starting": "queued",
    "processing": "running",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "canceled",
    # Past its deadline before it began.
    "aborted": "canceled",
}
# Failed runs of public models and runs that never began are not billed; cancelled ones are.
_FREE = ("failed", "aborted")
# What progress bars leave in the logs; the last one counts.
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?%")
# Characters of a log that are kept: its last lines.
_LOG = 5_000
# Ended already, or unknown: polling tells which.
_NOTHING_TO_CANCEL = (404, 409, 410, 422)
_IN_LINK = re.compile(r"https?://[^\s?#]+\?(?:[^\s#]*&)?x-reel-tag=([^&#\s]+)")


class Replicate:
    """Replicate's models behind the seam. `refusals` are the statuses that say for certain that a request
    was not accepted; `base_url` is a stand-in's, None for Replicate itself."""

    name = "replicate"

    def __init__(self, token: str, *, refusals: frozenset[int], base_url: str | None = None) -> None:
        self.account = seam.account_of(token.strip())
        self._refusals = refusals
        self._wire = Wire(token.strip(), base_url)

    def request(self, call: ModelCall, tag: str) -> seam.Request:
        """The request for a call. The tag travels in the query of the input image's link, for predictions
        have no field of ours. Raises `InvalidInput`."""
        return seam.Request(call.model, tag, input_of(call))

    async def submit(self, request: seam.Request, timeout_s: float) -> seam.Job | seam.Delivered:
        """Sends the request, once. Raises `NotAccepted`, `Unanswered`."""
        model = request.model
        path, body = address_of(model, request.body)
        # It also ends a job whose worker has died, and so bounds what such a job may cost.
        headers = {"Cancel-After": f"{model.run_limit_s}s"}
        try:
            answer = await self._wire.send(path, body, headers, timeout_s)
        except Refused as refused:
            if refused.status not in self._refusals:
                raise seam.Unanswered(f"Replicate answered {refused.status}") from None
            raise seam.NotAccepted(refusal_of(refused, model), refused.status) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise seam.NotAccepted(
                ProviderUnavailable("no connection to Replicate: is the network up?")
            ) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise seam.Unanswered(f"no answer from Replicate ({type(error).__name__})") from None
        except ValueError:
            raise seam.Unanswered("Replicate's answer cannot be read") from None
        if (job := _job(answer)) is None:
            raise seam.Unanswered("Replicate's answer names no job")
        return job

    async def poll(self, model: Model, job: seam.Job) -> seam.JobStatus:
        """How the job stands now."""
        try:
            answer = await self._wire.ask("GET", f"/v1/predictions/{quote(job.id, safe='')}")
        except Refused as refused:
            if refused.status == 404:
                return seam.JobStatus("gone")
            raise unable_of(refused) from None
        return _job_status(model, answer)

    async def cancel(self, model: Model, job: seam.Job) -> None:
        """Asks for an end of the job; nothing where it has ended."""
        try:
            await self._wire.ask("POST", f"/v1/predictions/{quote(job.id, safe='')}/cancel")
        except Refused as refused:
            if refused.status not in _NOTHING_TO_CANCEL:
                raise unable_of(refused) from None

    async def listed(self, model: Model, since: datetime) -> Sequence[seam.ListedJob]:
        """All jobs of the model created since, all pages. What Replicate has deleted after its hour is
        listed without fingerprint."""
        moment = since.astimezone(UTC).isoformat().replace("+00:00", "Z")
        found: list[seam.ListedJob] = []
        try:
            async with asyncio.timeout(CALL_S):
                async for page in self._wire.pages(f"/v1/predictions?created_after={quote(moment)}"):
                    fresh = [each for each in page if (_moment(each.get("created_at")) or since) >= since]
                    found += (_listed(model, each) for each in fresh if is_of(model, each))
                    # Newest first. Should a link to the next page forget the date, the past is long.
                    if page and not fresh:
                        break
        except TimeoutError:
            raise ProviderUnavailable("Replicate's listing does not end in time") from None
        return found

    async def upload(self, picture: Picture) -> seam.Uploaded | None:
        """Gives a file to Replicate, which keeps it for a day."""
        data = await asyncio.to_thread(picture.path.read_bytes)
        suffix = mimetypes.guess_extension(picture.mime) or ""
        try:
            answer = await self._wire.ask(
                "POST", "/v1/files", File(f"{picture.sha256}{suffix}", data, picture.mime)
            )
        except Refused as refused:
            if refused.status in (400, 413, 422):
                raise InvalidInput(f"Replicate does not take the image: {refused.said}") from None
            raise unable_of(refused) from None
        match answer:
            case {"urls": {"get": str(url)}}:
                return seam.Uploaded(url, _moment(answer.get("expires_at")))
            case _:
                raise ProviderUnavailable("Replicate's answer names no file")

    async def close(self) -> None:
        """Lets go of connections."""
        await self._wire.close()


def _job(answer: object) -> seam.Job | None:
    match answer:
        case {"id": str(id), "urls": {"web": str(web)}} if id:
            return seam.Job(id, {"web": web})
        case {"id": str(id)} if id:
            return seam.Job(id)
        case _:
            return None


def _job_status(model: Model, answer: Mapping[str, JsonValue]) -> seam.JobStatus:
    status = answer.get("status")
    # A status that nobody has heard of is that of a job which may still succeed.
    state = _STATES.get(status, "running") if isinstance(status, str) else "running"
    cost = Decimal(0) if status in _FREE else None
    match state:
        case "succeeded":
            if answer.get("data_removed"):
                return seam.JobStatus("gone")
            return seam.JobStatus("succeeded", list(_outputs(model, answer.get("output"))))
        case "failed":
            return seam.JobStatus("failed", why=failure_of(model, answer.get("error")), cost=cost)
        case "running":
            logs = answer.get("logs")
            said = logs[-_LOG:] if isinstance(logs, str) else ""
            return seam.JobStatus("running", percent=_percent(logs), log=said)
        case _:
            return seam.JobStatus(state, cost=cost)


def _outputs(model: Model, output: JsonValue) -> Iterator[seam.OutputFile]:
    for url in output if isinstance(output, list) else [output]:
        if isinstance(url, str) and url:
            yield seam.OutputFile(mimetypes.guess_type(url.partition("?")[0])[0] or model.mime, url)


def _percent(logs: JsonValue) -> float | None:
    found = _PERCENT.findall(logs) if isinstance(logs, str) else []
    return min(100.0, float(found[-1])) if found else None


def _listed(model: Model, answer: Mapping[str, JsonValue]) -> seam.ListedJob:
    said, job = answer.get("input"), _job(answer)
    if job is None:
        raise ProviderUnavailable("Replicate lists a job without an id")
    if answer.get("data_removed") or not isinstance(said, dict) or not said:
        tag, fingerprint = None, None
    else:
        tag, fingerprint = _tag_of(said), seam.fingerprint_of(model, said)
    created = _moment(answer.get("created_at")) or datetime.now(UTC)
    return seam.ListedJob(job, created, tag, fingerprint)


def _tag_of(said: Mapping[str, JsonValue]) -> str | None:
    for value in said.values():
        if found := _IN_LINK.match(value) if isinstance(value, str) else None:
            return unquote(found[1])
    return None


def _moment(said: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
