"""What a pipeline was: each step with what it made, beside what is told of every production."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from activities.faults import InvalidInput
from activities.pipeline.answers import answer_of
from activities.storage import ObjectMissing, shown
from activities.studio import Bar, Bought, Picture, Reported, Studio, any_still
from workflows.pipeline import PipelineRequest, PipelineStep, Value, answers_in, filled, meant, paid_for
from workflows.studio import RowProgress

_URLS = ("http://", "https://")


@dataclass(frozen=True)
class ReportedStep:
    """A step by its number, from 1, and the `words` that it was asked in; a frame of what it made, None where
    there is none or that is gone; what it answered, where it was asked for words. `seconds` are from when it
    was first asked for until it ended."""

    number: int
    asked: PipelineStep
    row: RowProgress
    words: str
    picture: Picture | None = None
    answer: Mapping[str, Value] = field(default_factory=dict)
    params: Mapping[str, Value] = field(default_factory=dict)
    inputs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    jobs: tuple[Bought, ...] = ()
    seconds: float | None = None

    @property
    def state(self) -> str:
        return self.row.steps[0].state if self.row.steps else "waiting"

    @property
    def model(self) -> str:
        """Which made it, or was asked for it; empty where it is done here without one."""
        bought = next((one.model for one in reversed(self.jobs)), "")
        told = self.row.steps[0].model if self.row.steps else None
        return told or bought or self.asked.model or ""

    @property
    def take(self) -> int:
        """Which take of it is wanted."""
        wanted = self.row.wanted
        return int(wanted.name.rpartition("-")[2]) if wanted else self.asked.take

    @property
    def usd(self) -> Decimal:
        return sum((one.usd for one in self.jobs), Decimal(0))


@dataclass(frozen=True)
class ReportedPipeline(Reported):
    """`is_whole` where every step is there."""

    steps: tuple[ReportedStep, ...]

    @property
    def is_whole(self) -> bool:
        return all(one.state in ("made", "reused") for one in self.steps)


async def steps_of(
    studio: Studio, request: PipelineRequest, rows: Sequence[RowProgress], told: Reported
) -> tuple[ReportedStep, ...]:
    """The steps of a request, in its order, as its board has them. Raises what `ObjectStore` raises, but for
    what is gone."""
    by_id = {row.id: row for row in rows}
    steps = (
        _step(studio, request, number, by_id.get(one.id, RowProgress(id=one.id, words=one.prompt)), told)
        for number, one in enumerate(request.steps, 1)
    )
    made = await asyncio.gather(*steps)
    said = {f"{one.asked.id}.{name}": value for one in made for name, value in one.answer.items()}
    return tuple(replace(one, words=_words(one, said)) for one in made)


def _words(step: ReportedStep, said: Mapping[str, Value]) -> str:
    """With the answers that stand in them, as far as there are any."""
    if not any(answers_in(step.asked.prompt)):
        return step.words
    try:
        return filled(step.words, said)
    except KeyError:
        return step.words


async def _step(
    studio: Studio, request: PipelineRequest, number: int, row: RowProgress, told: Reported
) -> ReportedStep:
    asked = request.steps[number - 1]
    object = next((one.object for one in row.steps if one.object), None)
    picture, answer = None, dict[str, Value]()
    if object is not None:
        try:
            if asked.kind == "text":
                answer = answer_of(await studio.read(object))
            elif jpeg := await any_still(studio, object):
                picture = Picture(asked.kind.replace("_", " "), jpeg)
        except (ObjectMissing, InvalidInput):
            # It was deleted since, or is none: it is told of all the same.
            pass
    return ReportedStep(
        number,
        asked,
        row,
        row.words,
        picture,
        answer,
        params={name: meant(value, request.variables) for name, value in asked.params.items()},
        inputs={role: [_named(one) for one in those] for role, those in asked.inputs.items()},
        jobs=tuple(one for one in told.bought if paid_for(one.towards) == asked.id),
        seconds=_took(told.bars, row),
    )


def _named(source: str) -> str:
    """An address may be signed; an upload is told by its first few characters."""
    if source.startswith(_URLS):
        return shown(source)
    folder, _, name = source.rpartition("/")
    return f"{folder}/{name[:8]}…" if folder == "uploads" else source


def _took(bars: Sequence[Bar], row: RowProgress) -> float | None:
    labels = {one.label for one in row.steps}
    own = [bar for bar in bars if bar.label in labels]
    ended = [bar.ended for bar in own if bar.ended]
    return (max(ended) - min(bar.began for bar in own)).total_seconds() if ended else None
