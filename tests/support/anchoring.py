"""A crew that makes nothing and notes what it is asked for, for one shot of an anchored film."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from fractions import Fraction
from typing import Any, cast

from temporalio.exceptions import ApplicationError

from tests.bench.studio import planned_film
from workflows.film import steps
from workflows.film.agenda import Agenda
from workflows.film.contract import BeatSeconds
from workflows.film.crew import Crew
from workflows.film.planned import PlannedFilm
from workflows.film.shooting import Shooting
from workflows.film.taking import FilmSet
from workflows.film.versions import Version
from workflows.studio.board import Board
from workflows.studio.facts import Artifact, ChunkLength, Media, ModelFacts
from workflows.studio.money import Choice, PaidStep
from workflows.studio.purchases import Offer

DRAFT = Version(rung="draft")


def film(
    lengths: Sequence[ChunkLength], seconds: BeatSeconds, native: Fraction = Fraction(24)
) -> PlannedFilm:
    """Of one beat, by a model of these lengths."""
    model = ModelFacts(
        id="m", provider="p", work="waits", fps=native, lengths=tuple(lengths), last_frame=True
    )
    planned = planned_film(model, (seconds,))
    models = {**planned.models, "edit": model}
    return planned.model_copy(update={"models": models, "continuity": "anchored"})


def crew_of(asked: object, board: Board, watch: object = None, decide: object = None) -> Crew:
    """With one for steps, runner and purchases; it begins with every change of a film's commands."""
    one = cast(Any, asked)
    return Crew(
        "film",
        one,
        one,
        one,
        board,
        group=lambda *_: nullcontext(),
        patched=lambda _: True,
        watch=cast(Any, watch),
        decide=cast(Any, decide),
    )


class Asked:
    """Steps, purchases and runner in one. `refused` is how many rungs of a step are refused, `off` by how
    many frames a chunk is longer than promised, by their names; `slow` how long a step takes, in turns."""

    def __init__(
        self,
        refused: Mapping[str, int] | None = None,
        off: Mapping[str, int] | None = None,
        slow: Mapping[str, int] | None = None,
        broken: Collection[str] = (),
    ) -> None:
        self._refused, self._off, self._slow, self._broken = refused or {}, off or {}, slow or {}, broken
        self.board = Board()
        #: What the `broken` ones fail with.
        self.breaks_as = "JobFailed"
        self.choices: dict[str, Choice] = {}
        #: What was bought, by the key of what came of it.
        self.bought: dict[str, Any] = {}
        #: What began and ended, in order.
        self.events: list[tuple[str, str]] = []
        self.tasks: list[asyncio.Task[Any]] = []

    def shooting(self, planned: PlannedFilm, version: Version = DRAFT) -> Shooting:
        crew = crew_of(self, self.board)
        agenda = Agenda(planned, self.board, True, DRAFT)
        agenda.version(0, version)

        async def before(*_: object) -> None:
            return None

        return Shooting(FilmSet(planned, agenda, crew, before, before), 0, version)

    # ---- the runner --------------------------------------------------------------------------------

    def spawn(self, work: Any) -> asyncio.Task[Any]:
        self.tasks.append(task := asyncio.create_task(work))
        return task

    async def settled(self, task: asyncio.Task[Any]) -> None:
        await asyncio.wait([task])

    async def joined(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        await asyncio.wait(tasks)
        for task in tasks:
            task.result()

    async def step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact:
        return await run(self.board.label(name))

    # ---- purchases ---------------------------------------------------------------------------------

    async def buy(self, offer: Offer, label: str) -> Artifact:
        """As `Purchases` does: what was chosen before is where it begins."""
        model, before = offer.models[0], self.choices.get(offer.name)
        for rung in range(min(before.rung, offer.rungs - 1) if before else 0, offer.rungs):
            if rung > (before.rung if before else 0):
                await self.choose(Choice(step=offer.name, model=model.id, rung=rung))
            try:
                return await offer.buy(model, PaidStep(film="film", step=offer.name, rung=rung))
            except ApplicationError as error:
                if error.type != "ContentPolicy" or rung + 1 == offer.rungs:
                    raise
        raise AssertionError("an offer has a rung")

    def chosen(self, step: str) -> Choice | None:
        return self.choices.get(step)

    async def choose(self, choice: Choice) -> None:
        await asyncio.sleep(0)
        self.choices[choice.step] = choice

    # ---- the steps ---------------------------------------------------------------------------------

    async def generate_sheet_image(self, step: steps.GenerateSheetImage, label: str) -> Artifact:
        return await self._make(step, "image/png", None)

    async def generate_storyboard_image(self, step: steps.GenerateStoryboardImage, label: str) -> Artifact:
        return await self._make(step, "image/png", None)

    async def generate_anchor_image(self, step: steps.GenerateAnchorImage, label: str) -> Artifact:
        return await self._make(step, "image/png", None)

    async def generate_reference_chunk(self, step: steps.GenerateReferenceChunk, label: str) -> Artifact:
        return await self._make(step, "video/mp4", step.length)

    async def generate_continuation_chunk(
        self, step: steps.GenerateContinuationChunk, label: str
    ) -> Artifact:
        return await self._make(step, "video/mp4", step.length)

    async def generate_anchored_chunk(self, step: steps.GenerateAnchoredChunk, label: str) -> Artifact:
        return await self._make(step, "video/mp4", step.length)

    async def _make(self, step: Any, mime: str, length: ChunkLength | None) -> Artifact:
        name, terms = step.terms.step, step.terms
        if terms.rung < self._refused.get(name, 0):
            raise ApplicationError("not so", type="ContentPolicy")
        self._order(step)
        for _ in range(self._slow.get(name, 1)):
            await asyncio.sleep(0)
        if name in self._broken:
            raise ApplicationError("it broke", type=self.breaks_as)
        self.events.append(("ended", name))
        key = f"{name}/{terms.rung}/{terms.take}"
        self.bought[key] = step
        frames = max(1, length.frames + self._off.get(name, 0)) if length else None
        media = Media(mime=mime, bytes=1, sha256="0" * 64, frames=frames, fps=step.model.fps)
        return Artifact(key=key, object=key, media=media)

    def _order(self, step: Any) -> None:
        self.events.append(("begun", step.terms.step))


def are_neighbours(asked: Asked, earlier: Artifact, later: Artifact) -> bool:
    """Whether the later chunk begins with the very picture that the earlier one ends with."""
    before, after = asked.bought[earlier.key], asked.bought[later.key]
    if isinstance(after, steps.GenerateContinuationChunk):
        return bool(after.previous.key == earlier.key) and getattr(before, "last", None) is None
    if before.last is None:
        return after.first is None and after.previous is not None and after.previous.key == earlier.key
    return after.first is not None and after.first.key == before.last.key
