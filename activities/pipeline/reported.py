"""What a pipeline was: each step with what it made, beside what is told of every production."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from activities.faults import InvalidInput
from activities.pipeline.answers import answer_of
from activities.pipeline.estimate import chosen_of, planned_or_refused
from activities.storage import ObjectMissing, shown
from activities.studio import Bar, Bought, Picture, Reported, Studio, any_still
from workflows.pipeline import (
    Direction,
    PipelineRequest,
    PipelineStep,
    Value,
    decisions,
    filled,
    meant,
    names_in,
    paid_for,
)
from workflows.studio import Account, InvalidRequest, RowProgress

_URLS = ("http://", "https://")


@dataclass(frozen=True)
class ReportedStep:
    """A step by its number, from 1, as it is wanted by now, and the words that it was told: what is to be
    seen, and `unwanted` what is not; a frame of what it made, None where there is none or that is gone; what
    it answered, where it was asked for words. `price_usd` is that of another take of it alone, `seconds` are
    from when it was first asked for until it ended."""

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
    unwanted: str = ""
    price_usd: Decimal = Decimal(0)

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
    """The steps of a pipeline that was asked for so, as people want them by now, in their order and as its
    board has them. Raises what `ObjectStore` raises, but for what is gone."""
    account = await studio.accounts.account(told.id)
    direction = Direction(request, decisions(account.edits))
    request = direction.request
    by_id = {row.id: row for row in rows}
    steps = (
        _step(studio, request, number, by_id.get(one.id, RowProgress(id=one.id)), told)
        for number, one in enumerate(request.steps, 1)
    )
    made, prices = await asyncio.gather(*steps), _prices(studio, direction, account)
    answers = {f"{one.asked.id}.{name}": value for one in made for name, value in one.answer.items()}
    said = {**request.variables, **answers}
    return tuple(
        replace(
            one,
            words=_told(_prompt(direction, one), said),
            unwanted=_told(one.asked.negative_prompt, said),
            price_usd=prices.get(one.asked.id, Decimal(0)),
        )
        for one in made
    )


def _prompt(direction: Direction, step: ReportedStep) -> str:
    """Of the take that is shown; else of that which is wanted."""
    shown = step.row.shown
    version = direction.asked(step.asked.id).get(shown.name) if shown is not None else None
    return step.asked.prompt if version is None else version.prompt


def _prices(studio: Studio, direction: Direction, account: Account) -> Mapping[str, Decimal]:
    """Of one call for each step, as a retake is told it; of none where it could not be made by now."""
    try:
        steps = planned_or_refused(studio, direction)
    except InvalidRequest:
        return {}
    chosen = chosen_of(account)
    return {one.id: one.priced(chosen.get(one.id)) for one in steps}


def _told(words: str, said: Mapping[str, Value]) -> str:
    """With its variables, and the answers that stand in them as far as there are any: nothing that these say
    is read as a name again."""
    return filled(words, {**{name: f"${{{name}}}" for name in names_in(words)}, **said})


async def _step(
    studio: Studio, request: PipelineRequest, number: int, row: RowProgress, told: Reported
) -> ReportedStep:
    asked = request.steps[number - 1]
    made = [one.object for one in row.steps if one.object]
    object = next(iter(made), row.shown.object if row.shown else None)
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
        "",
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
