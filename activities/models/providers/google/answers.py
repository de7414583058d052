"""Reads what Vertex AI says: refusals, operations, blocked and empty answers, in the studio's taxonomy."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from google.genai import types

from activities import faults
from activities.models.entries import Model
from activities.models.provider import Delivered, JobStatus, OutputFile
from activities.models.providers.error_text import quoted, refuses_content, says_gone
from activities.models.providers.retry_after import seconds_in, wait_s

log = logging.getLogger(__name__)

# What Google writes where a filter has refused a prompt or an image with a plain "invalid argument".
_POLICY = re.compile(
    r"responsible ai|usage guidelines|sensitive words|safety (filter|setting)|support codes?:|prohibited",
    re.I,
)
# Quotas are counted by the minute, and Google does not always say when the next one begins.
_MINUTE = 60.0
# An operation's error has the code of an RPC where an answer has that of HTTP; some carry the latter.
_HTTP = {1: 499, 3: 400, 5: 404, 7: 403, 8: 429, 9: 400, 11: 400, 14: 503, 16: 401}
_FREE = Decimal(0)
_MILLION = Decimal(1_000_000)
_BLOCKED = frozenset(
    (
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "NO_IMAGE",
        "ESCALATION",
        "MODEL_ARMOR",
    )
)


def failure(
    status: int, said: str, model: Model, details: object = None, headers: Mapping[str, str] | None = None
) -> faults.StudioError:
    """What a status of HTTP means. `said` is the server's message; `details` the body it came in."""
    said = quoted(said)
    match status:
        case 401:
            return faults.Unauthorized(f"Google Cloud does not know the credentials: sign in again ({said})")
        case 403:
            return faults.Unauthorized(
                f"Google Cloud refuses {model.id} to this project: enable billing and the Vertex AI API, and "
                f"grant the role Vertex AI User ({said})"
            )
        case 404 | 405 | 410:
            return faults.ModelGone(
                f"Vertex AI has no {model.endpoint} here: it was retired, or GOOGLE_CLOUD_LOCATION does not "
                f"offer it; choose another ({said})"
            )
        case 429:
            wait = wait_s(headers or {}, _MINUTE, _retry_info(details))
            return faults.RateLimited(f"Vertex AI's quota for {model.id} is used up for now ({said})", wait)
        case 400 if _POLICY.search(said) or refuses_content(said):
            return faults.ContentPolicy(f"Google refuses this content: change the wording ({said})")
        case 400 if says_gone(said):
            return faults.ModelGone(
                f"Vertex AI has no {model.endpoint} any more: choose another model ({said})"
            )
        case 400 | 413 | 422:
            return faults.InvalidInput(
                f"Vertex AI cannot use the request for {model.id}: change it, or take another model ({said})"
            )
        case _:
            return faults.ProviderUnavailable(f"Vertex AI does not answer for {model.id} ({status}: {said})")


def _retry_info(details: object) -> float | None:
    """Seconds to wait, as the RetryInfo of an error says."""
    delays = (each.get("retryDelay") for each in _within(details))
    return next((seconds_in(delay) for delay in delays if isinstance(delay, str)), None)


def _within(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        yield value
    inner: Iterable[object] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    for each in inner:
        yield from _within(each)


def job_status(operation: types.GenerateVideosOperation, model: Model) -> JobStatus:
    """How a video stands. "Done" is not success: a filtered video is done, without an error."""
    if not operation.done:
        # Veo tells neither a place in a queue nor a percentage.
        return JobStatus("running")
    if operation.error is not None:
        return _failed(operation.error, model)
    answer = operation.response or types.GenerateVideosResponse()
    videos = [each.video for each in answer.generated_videos or () if each.video is not None]
    outputs = [
        OutputFile(mime=video.mime_type or "video/mp4", url=video.uri, data=video.video_bytes)
        for video in videos
        if video.video_bytes or video.uri
    ]
    if not outputs and (answer.rai_media_filtered_count or answer.rai_media_filtered_reasons):
        said = quoted("; ".join(answer.rai_media_filtered_reasons or ("no reason given",)))
        why = faults.ContentPolicy(f"Google's filters hold the video back: change the wording ({said})")
        # Google charges for the seconds of a video that was made and given.
        return JobStatus("failed", why=why, cost=_FREE)
    # Without a video and without a word about it, nobody knows what was charged.
    return JobStatus("succeeded", outputs)


def _failed(error: Mapping[str, object], model: Model) -> JobStatus:
    code = error.get("code")
    status = _HTTP.get(code, code) if isinstance(code, int) else 500
    said = str(error.get("message") or "no message")
    if status == 499:
        return JobStatus("canceled", cost=_FREE)
    why = failure(status, said, model, dict(error))
    if isinstance(why, faults.ProviderUnavailable) and status != 503:
        # It ran and broke: the service is up, and a further try may succeed.
        why = faults.JobFailed(f"{model.id} failed ({quoted(said)})")
    return JobStatus("failed", why=why, cost=_FREE)


def delivered(answer: types.GenerateContentResponse, model: Model) -> Delivered:
    """The image or the text of an answer; no output at all where it ended without one, or a filter or the
    model itself refuses. What was read and thought until then costs what the answer says."""
    if blocked := _blocked(answer):
        return Delivered((), _cost(answer, model), blocked)
    candidate = next(iter(answer.candidates or ()), types.Candidate())
    parts = (candidate.content.parts if candidate.content else None) or []
    # Its thoughts may hold sketches.
    said = "".join(part.text for part in parts if part.text and not part.thought)
    ended = candidate.finish_reason.name if candidate.finish_reason else "no reason"
    if ended in _BLOCKED:
        why = faults.ContentPolicy(f"Google refuses this content: change the wording ({ended})")
        return Delivered((), _cost(answer, model), why)
    images = [part.inline_data for part in parts if part.inline_data and not part.thought]
    if model.makes == "image" and said and not images:
        # A polite refusal ends like any answer: with words instead of the image.
        why = faults.ContentPolicy(f"{model.id} declines: change the wording ({quoted(said)})")
        return Delivered((), _cost(answer, model), why)
    outputs = [OutputFile(each.mime_type or "image/png", data=each.data) for each in images[-1:] if each.data]
    if model.makes != "image":
        # Cut off or not: whoever asked holds it to its schema, and asks again.
        outputs = [OutputFile("application/json", data=said.encode())] if said else []
    if not outputs:
        log.warning("%s ended without an output: %s", model.id, ended)
    return Delivered(outputs, _cost(answer, model))


def _blocked(answer: types.GenerateContentResponse) -> faults.ContentPolicy | None:
    feedback = answer.prompt_feedback
    if feedback is None or feedback.block_reason is None:
        return None
    said = quoted(feedback.block_reason_message or feedback.block_reason.name)
    return faults.ContentPolicy(f"Google refuses this prompt: change the wording ({said})")


def _cost(answer: types.GenerateContentResponse, model: Model) -> Decimal | None:
    """What the tokens cost; None where the answer or the catalogue does not say."""
    used, prices = answer.usage_metadata, model.tokens
    if used is None or used.prompt_token_count is None:
        return None
    written = (used.candidates_token_count or 0) + (used.thoughts_token_count or 0)
    if not prices:
        # An image is sold by the piece. Where nothing was written, what was read is under $0.001.
        return None if written else _FREE
    kept = used.cached_content_token_count or 0
    read = prices["input"] * (used.prompt_token_count - kept) + prices["cached"] * kept
    return (read + prices["output"] * written) / _MILLION
