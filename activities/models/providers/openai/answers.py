"""Knows how to read OpenAI's answers: jobs, how they stand, images, and what the tokens cost."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from decimal import Decimal

from openai.types import ImagesResponse
from openai.types.responses import Response

from activities.faults import ContentPolicy, JobFailed, StudioError
from activities.models.entries import Model
from activities.models.provider import Delivered, Job, JobStatus, OutputFile, Unanswered
from activities.models.providers.error_text import quoted
from activities.models.providers.openai.errors import failure_of

_MILLION = Decimal(1_000_000)


def job_of(answer: Response) -> Job:
    # The client reads answers loosely: anything that is JSON, or even text, comes through.
    if not isinstance(answer, Response) or not isinstance(answer.id, str) or not answer.id:
        raise Unanswered("OpenAI's answer names no response")
    return Job(answer.id)


def delivered(answer: ImagesResponse, model: Model) -> Delivered:
    """The image; nothing where OpenAI says that it made none. Raises `Unanswered` for what says neither."""
    if not isinstance(answer, ImagesResponse) or not isinstance(answer.data, list):
        raise Unanswered("OpenAI's answer is none of an image model")
    data = _decoded(answer.data[0]) if answer.data else b""
    mime = f"image/{model.fixed.get('output_format', 'png')}"
    return Delivered([OutputFile(mime, data=data)] if data else [], _image_cost(answer, model))


def _decoded(image: object) -> bytes:
    try:
        return base64.b64decode(getattr(image, "b64_json", None) or "", validate=True)
    except (TypeError, binascii.Error):
        return b""


def job_status_of(answer: Response, model: Model) -> JobStatus:
    cost = _plan_cost(answer, model)
    match answer.status:
        case "queued":
            return JobStatus("queued")
        case "completed":
            text, refusal = _said(answer)
            if refusal is not None:
                said = quoted(refusal) or "no reason given"
                why = ContentPolicy(f"OpenAI's model refused this plan: change the wording ({said})")
                return JobStatus("failed", why=why, cost=cost)
            output = OutputFile("application/json", data=text.encode("utf-8", "replace"))
            tag = answer.metadata.get("reel") if isinstance(answer.metadata, dict) else None
            made = [output] if text else []
            return JobStatus("succeeded", made, cost=cost, tag=tag, created_at=_moment(answer.created_at))
        case "failed":
            return JobStatus("failed", why=failure_of(answer.error), cost=cost)
        case "incomplete":
            return JobStatus("failed", why=_cut_short(answer), cost=cost)
        case "cancelled":
            return JobStatus("canceled", cost=cost)
        case _:
            return JobStatus("running")


def _moment(said: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(said, UTC) if isinstance(said, int | float) else None
    except (OverflowError, OSError, ValueError):
        return None


def _cut_short(answer: Response) -> StudioError:
    reason = getattr(answer.incomplete_details, "reason", None)
    if reason == "content_filter":
        return ContentPolicy("OpenAI's content filter ended this plan: change the wording")
    return JobFailed("OpenAI's answer was cut short: it was longer than allowed")


def _said(answer: Response) -> tuple[str, str | None]:
    """(text, what the model said where it refused)."""
    contents = [each for item in _list(answer.output) for each in _list(getattr(item, "content", None))]
    said = [getattr(content, "text", None) for content in contents if _kind(content) == "output_text"]
    refusals = [getattr(content, "refusal", None) for content in contents if _kind(content) == "refusal"]
    refusal = str(refusals[0] or "") if refusals else None
    return "".join(text for text in said if isinstance(text, str)), refusal


def _kind(content: object) -> object:
    return getattr(content, "type", None)


def _list(value: object) -> list[object]:
    # The client checks nothing that it reads.
    return value if isinstance(value, list) else []


def _plan_cost(answer: Response, model: Model) -> Decimal | None:
    """What the tokens cost; None where the answer or the catalogue does not say."""
    usage, prices = answer.usage, model.tokens
    try:
        if usage is None or not prices:
            return None
        cached = getattr(usage.input_tokens_details, "cached_tokens", 0) or 0
        fresh = prices["input"] * (usage.input_tokens - cached) + prices["cached"] * cached
        return (fresh + prices["output"] * usage.output_tokens) / _MILLION
    except (AttributeError, TypeError, KeyError):
        return None


def _image_cost(answer: ImagesResponse, model: Model) -> Decimal | None:
    usage, prices = answer.usage, model.tokens
    try:
        if usage is None or not prices:
            return None
        given = usage.input_tokens_details
        sent = prices["input"] * given.text_tokens + prices["image_input"] * given.image_tokens
        return (sent + prices["output"] * usage.output_tokens) / _MILLION
    except (AttributeError, TypeError, KeyError):
        return None
