"""Knows what one job says of its model's entry: field by field, what the catalogue says and what was seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from pydantic import JsonValue

from activities.ledger import Times
from activities.media import seen_in
from activities.models import Enhancer, ListedJob, Model, VideoModel
from activities.upkeep.jobs import ANSWER, PICTURE, CheapestJob
from activities.upkeep.listing import Sight
from workflows.studio import Artifact, Media, usd
from workflows.upkeep import Finding

# Models draw in steps of 16 or 32 pixels: 1344 by 768 is their 16:9.
_SHAPE = Fraction(3, 100)
# Some encoders leave out a last odd row or column.
_PIXEL = 1
_RATIO = re.compile(r"(\d+):(\d+)")
_PIXELS = re.compile(r"(\d+)x(\d+)")
_LINES = re.compile(r"(\d+)p", re.I)


def of_bill(job: CheapestJob, paid: Decimal) -> Finding:
    """Where a provider does not say what it charges, the ledger has the catalogue's price."""
    price = job.usd
    if job.model.tokens:
        # By the token, the price is the most that is expected; and nothing is made of no tokens at all.
        return _finding("bill", f"up to {_usd(price)}", _usd(paid), not 0 < paid <= price)
    return _finding("bill", _usd(price), _usd(paid), paid != price)


def of_output(job: CheapestJob, made: Artifact, answer: bytes = b"") -> Iterator[Finding]:
    """What came back; `answer` is a planner's."""
    if job.model.makes == "plan":
        yield _answer(answer)
    elif (size := _size(job, made.media)) is not None:
        yield size
    if isinstance(job.model, VideoModel):
        yield from _video(job, job.model, made)


def _answer(answer: bytes) -> Finding:
    said = json.loads(answer)
    names = sorted(said) if isinstance(said, dict) else []
    asked: JsonValue = ANSWER["required"]
    differs = names != asked or not isinstance(said["colour"], str)
    return _finding(
        "answer", "JSON with the text colour", f"JSON with {', '.join(names) or 'nothing'}", differs
    )


def _video(job: CheapestJob, model: VideoModel, made: Artifact) -> Iterator[Finding]:
    media, seen, length = made.media, seen_in(made.facts), model.length(job.seconds, job.size)
    if model.rate is not None:
        even = seen is None or seen.constant_rate
        rate = f"{media.fps} frames a second{'' if even else ', unevenly'}"
        yield _finding("rate", f"{model.rate} frames a second", rate, media.fps != model.rate or not even)
    if length is not None and length.frames is not None:
        frames = f"{media.frames} frames"
        yield _finding("length", f"{length.frames} frames", frames, media.frames != length.frames)
    sound = media.samples is not None
    yield _finding("sound", _sound(model.audio), _sound(sound), sound != model.audio)


def _sound(there: bool) -> str:
    return "some" if there else "none"


def _size(job: CheapestJob, media: Media) -> Finding | None:
    """None where the catalogue says nothing of it."""
    width, height = media.width or 0, media.height or 0
    seen = f"{width}x{height}"
    exact = _exact(_asked(job))
    if isinstance(job.model, Enhancer):
        exact = job.picture[0] * (job.factor or 1), job.picture[1] * (job.factor or 1)
    if exact is not None:
        near = abs(width - exact[0]) <= _PIXEL and abs(height - exact[1]) <= _PIXEL
        return _finding("size", f"{exact[0]}x{exact[1]}", seen, not near)
    ratio, lines = _ratio(job), _lines(job)
    if ratio is None:
        return None
    shaped = height > 0 and abs(Fraction(width, height) / Fraction(*ratio) - 1) <= _SHAPE
    short = lines is None or abs(min(width, height) - lines) <= _PIXEL
    says = f"{ratio[0]}:{ratio[1]}" + (f" at {lines}p" if lines is not None else "")
    return _finding("size", says, seen, not (shaped and short))


def _asked(job: CheapestJob) -> JsonValue:
    """The shape that was asked for, in the model's own words."""
    aspects: Mapping[object, JsonValue] = getattr(job.model, "aspects", {})
    return aspects.get(job.params.get("aspect"))


def _exact(value: JsonValue) -> tuple[int, int] | None:
    if isinstance(value, dict):
        return int(str(value["width"])), int(str(value["height"]))
    found = _PIXELS.fullmatch(str(value))
    return (int(found[1]), int(found[2])) if found else None


def _ratio(job: CheapestJob) -> tuple[int, int] | None:
    """The shape that was asked for; where none can be, that of the picture which went along."""
    if found := _RATIO.fullmatch(str(_asked(job))):
        return int(found[1]), int(found[2])
    if not job.model.needs:
        return None
    shape = Fraction(*PICTURE)
    return shape.numerator, shape.denominator


def _lines(job: CheapestJob) -> int | None:
    """The short side, where it is asked for by its lines."""
    sizes: Mapping[object, JsonValue] = getattr(job.model, "sizes", {})
    said = sizes.get(job.size) if "size" in job.model.parameters else job.model.fixed.get("resolution")
    found = _LINES.fullmatch(str(said))
    return int(found[1]) if found else None


def of_listing(model: Model, sight: Sight, times: Times) -> Iterator[Finding]:
    """Whether and when its provider lists the job, and by which clock."""
    since = "its end" if model.ledger == "ended" else "its start"
    says = f"its jobs are listed within {times.listing:g} s of {since}"
    if sight.found is None:
        seen = sight.why or f"not {sight.missing_s:.1f} s after {since}"
        yield _finding("listing", says, seen, True)
        return
    late = sight.missing_s > times.listing
    seen = f"{sight.seen_s:.1f} s after {since}"
    yield _finding("listing", says, seen, late)
    yield of_clock(sight.apart_s, times)


def of_clock(apart_s: float, times: Times) -> Finding:
    """By how much the provider's is ahead of ours at least; behind, where negative."""
    apart = abs(apart_s)
    seen = f"{apart:.0f} s {'ahead' if apart_s > 0 else 'behind'}" if apart >= 1 else "as ours"
    return _finding("clock", f"at most {times.adrift:g} s from ours", seen, apart > times.adrift)


def of_tag(found: str | None, tag: str) -> Finding:
    """By which a job whose answer was lost is known for certain."""
    seen = "as it was sent" if found == tag else found or "not shown"
    return _finding("tag", "as it was sent", seen, found != tag)


def of_identity(found: ListedJob, tag: str, fingerprint: str | None, tagged: bool) -> Iterator[Finding]:
    """By what a listed job is found: its tag, where one was sent, and what was asked."""
    if tagged or found.tag is not None:
        yield of_tag(found.tag, tag)
    same = found.fingerprint == fingerprint
    shown = "other than it was sent" if found.fingerprint else "not shown"
    yield _finding("request", "shown as it was sent", "shown as it was sent" if same else shown, not same)


def _finding(field: str, says: str, seen: str, differs: bool) -> Finding:
    return Finding(field=field, says=says, seen=seen, differs=differs)


def _usd(amount: Decimal) -> str:
    """As everywhere; to the last digit where that would hide some of it, for it is compared."""
    told = usd(amount)
    return told if Decimal(told[1:]) == amount else f"${amount.normalize():f}"
