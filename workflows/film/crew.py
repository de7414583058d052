"""What a film is made with: how its steps are called, run side by side, bought, and told.

The workflow brings activities and a person's switches; a dry run brings the ledger and prices. `Film` and
`Shooting` know neither, so that both go the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from pydantic import JsonValue
from temporalio import workflow

from workflows.film import steps
from workflows.film.direction import Decision
from workflows.studio import Artifact, Board, Choice, Context, KeptVersion, Offer, Wait

Result = TypeVar("Result")
#: Keeps what the film decided by itself, under the name of an update, where it still holds by then.
Decide = Callable[[str, Decision, Callable[[], bool]], Awaitable[None]]


class Steps(Protocol):
    """The steps of a film, each under the name of its activity; `steps.py` says what they answer with."""

    async def generate_sheet_image(self, step: steps.GenerateSheetImage, label: str, /) -> Artifact: ...
    async def generate_storyboard_image(
        self, step: steps.GenerateStoryboardImage, label: str, /
    ) -> Artifact: ...
    async def generate_reference_chunk(
        self, step: steps.GenerateReferenceChunk, label: str, /
    ) -> Artifact: ...
    async def generate_continuation_chunk(
        self, step: steps.GenerateContinuationChunk, label: str, /
    ) -> Artifact: ...
    async def generate_anchor_image(self, step: steps.GenerateAnchorImage, label: str, /) -> Artifact: ...
    async def generate_anchored_chunk(self, step: steps.GenerateAnchoredChunk, label: str, /) -> Artifact: ...
    async def refine_segment(
        self, step: steps.RefineSegment, label: str, unseen: bool = False, /
    ) -> Artifact: ...
    async def render_transition(self, step: steps.RenderTransition, label: str, /) -> Artifact: ...
    async def generate_soundtrack(self, step: steps.GenerateSoundtrack, label: str, /) -> Artifact: ...
    async def stitch_film(self, step: steps.StitchFilm, label: str, /) -> Artifact: ...
    async def keep_rung(self, step: steps.KeepRung, label: str, /) -> object: ...
    async def deliver_film(self, step: steps.DeliverFilm, label: str, /) -> steps.DeliveredFilm: ...


class Runs(Protocol):
    """How steps run side by side; `Runner` is one."""

    def spawn(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]: ...
    async def join(self) -> None: ...
    async def end(self) -> None: ...
    async def settled(self, task: asyncio.Task[Any], /) -> None: ...
    async def joined(self, tasks: Sequence[asyncio.Task[Any]], /) -> None: ...
    async def step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact: ...
    async def guard(self, name: str, run: Callable[[str], Awaitable[Result]]) -> Result: ...


class Buys(Protocol):
    """How a step is bought; `Purchases` is one."""

    async def buy(self, offer: Offer, label: str) -> Artifact: ...
    def affords(self, usd: Decimal) -> bool: ...
    def chosen(self, step: str) -> Choice | None: ...
    async def choose(self, choice: Choice) -> None: ...


class Watches(Protocol):
    """How a film waits for what happens beside it, and tells what has changed; `Watch` is one."""

    def now(self) -> datetime: ...
    def changed(self) -> None: ...
    async def balanced(self) -> None: ...
    def waits(self) -> tuple[Wait, ...]: ...
    async def until(
        self, is_so: Callable[[], bool], limit: timedelta | None = None, label: str = "", /
    ) -> None: ...
    async def answered(
        self, wait: Wait, enough: Callable[[], bool], approval: Mapping[str, JsonValue], /
    ) -> None: ...
    async def keep(self, version: KeptVersion, /) -> None: ...


async def _nothing(kind: str, decision: Decision, still: Callable[[], bool]) -> None:
    """Of a film that nobody runs."""


@dataclass(frozen=True)
class Crew:
    """Of one run of a film, which is `film` by its id. `group` holds together, by id and label, what is begun
    inside of it; `patched` says whether the run began with a change of its commands; `decide` keeps what the
    film decides by itself."""

    film: str
    steps: Steps
    runner: Runs
    purchases: Buys
    board: Board
    group: Callable[[str, str], AbstractContextManager[object]]
    patched: Callable[[str], bool]
    watch: Watches
    decide: Decide = _nothing

    def shot(self, number: int, id: str) -> AbstractContextManager[object]:
        """Holds together what is begun for the shot of that number, from 0."""
        return self.group(f"beat-{number + 1}", f"Beat {number + 1} {id}")


def crew_of(context: Context, decide: Decide = _nothing) -> Crew:
    """The crew of a workflow: its steps are activities."""
    return Crew(
        film=context.id,
        steps=steps,
        runner=context.runner,
        purchases=context.purchases,
        board=context.board,
        group=_grouped,
        patched=workflow.patched,
        watch=context.watch,
        decide=decide,
    )


def _grouped(id: str, label: str) -> AbstractContextManager[object]:
    return workflow.create_event_group(id, label=label).scope()
