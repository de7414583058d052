"""A film whose crew makes nothing, and whose joins score what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import JsonValue

from tests.bench.studio import film_of, planned_film
from tests.support.anchoring import Asked, crew_of
from workflows.film import steps
from workflows.film.contract import Continuity, Joins, VideoRequest
from workflows.film.direction import Decision, Direction
from workflows.film.ends import ENDS_MEASURE
from workflows.film.film import Film
from workflows.film.seams import SEAM_MEASURE
from workflows.studio.edits import KeptVersion
from workflows.studio.facts import Artifact, ChunkLength, Media, ModelFacts
from workflows.studio.money import Account
from workflows.studio.purchases import Offer
from workflows.studio.report import Wait

#: Of beats that take two chunks each.
BEATS = ("b1", "b2")
#: The take that is made first for the second chunk of the first beat, and that chunk of it and before.
MEND, TAKEN, BEHIND = "draft-2", "chunk:b1:2@draft-2", "chunk:b1:2"
_LENGTHS = [
    ChunkLength(asked_s=Decimal(seconds), frames=frames, price_usd=Decimal("0.1"))
    for seconds, frames in (("5", 132), ("2.5", 66))
]
_MODEL, _SHORT = (
    ModelFacts(id="m", provider="p", work="waits", fps=Fraction(24), lengths=(length,), last_frame=True)
    for length in _LENGTHS
)
#: Turns after which a limit is over, and after which what has none never comes.
_LIMIT, _NEVER = 500, 20_000


class Joining(Asked):
    """`scores` of the joins, by the step that makes the chunk behind each; of others there are good ones.
    `alike` is how like a chunk's end is to its image, by its step, of a film that is made between images; of
    others it is the same. Segments that end with a chunk `held` wait; one that is `swallowing` completes
    where it is cancelled."""

    def __init__(self, scores: Mapping[str, float], slow: Mapping[str, int] | None = None) -> None:
        super().__init__(slow=slow)
        self.scores = scores
        self.alike: dict[str, float] = {}
        self.held: set[str] = set()
        self.swallowing = self.is_closed = False
        self.refining: list[str] = []
        self.kept: list[KeptVersion] = []
        self.decided: list[Decision] = []
        #: What was delivered, oldest first.
        self.cuts: list[steps.DeliverFilm] = []

    def film(
        self,
        joins: Joins = "retake",
        made: Iterable[Decision] = (),
        kept: Iterable[KeptVersion] = (),
        continuity: Continuity = "chained",
    ) -> Film:
        """As a run finds it, of what was decided and finished before. Of one that is anchored beats take four
        chunks."""
        planned = planned_film(_MODEL if continuity == "chained" else _SHORT, (10, 10))
        planned = planned.model_copy(update={"continuity": continuity})
        asked = VideoRequest(prompt="A mug", preview=False, music=False, profile="draft", joins=joins)
        crew = crew_of(self, self.board, self, self._decide)
        account = Account(versions=tuple(kept))
        return Film(planned, asked, crew, Direction(BEATS, "draft", 1, made), account)

    def scenes(self, joins: Joins) -> Film:
        """A film of keyframes, which nobody has begun."""
        asked = VideoRequest(
            prompt="A mug",
            preview=False,
            music=False,
            profile="draft",
            joins=joins,
            method="keyframes",
            duration_s=30,
        )
        planned = film_of(asked)
        ids = [beat.id for beat in planned.plan.beats]
        crew = crew_of(self, self.board, self, self._decide)
        return Film(planned, asked, crew, Direction(ids, "draft", 1), Account())

    async def run(self, film: Film) -> None:
        """As the workflow does: until all that is wanted is there, and no join is left to be mended."""
        await film.make()
        while decision := film.mending.decision():
            self.decided.append(decision)
            film.directed(decision, to_be_made=True)
            await film.make()

    async def stopped(self, film: Film, when: Callable[[], bool]) -> None:
        """Makes the film, stops it as soon as it is so, and has what there is delivered."""
        task = asyncio.create_task(self.run(film))
        await self.until(when)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        self.held.clear()
        await film.finish()

    @property
    def shown(self) -> list[list[str]]:
        """The versions that each cut shows."""
        return [[shot.version for shot in cut.shots] for cut in self.cuts]

    async def _decide(self, kind: str, decision: Decision, still: Callable[[], bool]) -> None:
        if still():
            self.decided.append(decision)

    # ---- what the crew does beside its pictures ----------------------------------------------------

    async def buy(self, offer: Offer, label: str) -> Artifact:
        if offer.found and ("ended", offer.name) not in self.events:
            raise asyncio.CancelledError
        return await super().buy(offer, label)

    def affords(self, usd: Decimal) -> bool:
        return True

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def joined(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        if tasks:
            await super().joined(tasks)

    async def guard(self, name: str, run: Callable[[str], Any]) -> Any:
        return await run(self.board.label(name))

    async def refine_segment(self, step: steps.RefineSegment, label: str, unseen: bool = False) -> Artifact:
        made = [_step_of(chunk) for chunk in step.chunks]
        self.refining.append(made[-1])
        while made[-1] in self.held:
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                if not self.swallowing:
                    raise
                break
        facts: dict[str, JsonValue] = {
            "seams": [self.scores.get(one, 1.0) for one in made[1:]],
            "seam_measure": SEAM_MEASURE,
        }
        if step.lasts:
            ends: list[JsonValue] = [
                {"first": 1.0 if number else None, "last": self.alike.get(one, 1.0) if last else None}
                for number, (one, last) in enumerate(zip(made, step.lasts, strict=True))
            ]
            facts |= {"ends": ends, "ends_measure": ENDS_MEASURE}
        return _artifact(f"segment:{'+'.join(made)}").model_copy(update={"facts": facts})

    async def render_transition(self, step: steps.RenderTransition, label: str) -> Artifact:
        return _artifact(f"{step.before.key}|{step.segment.key}")

    async def stitch_film(self, step: steps.StitchFilm, label: str) -> Artifact:
        return _artifact("film")

    async def deliver_film(self, step: steps.DeliverFilm, label: str) -> steps.DeliveredFilm:
        self.cuts.append(step)
        return steps.DeliveredFilm(video="film", manifest="manifest", cut=len(self.cuts))

    # ---- the watch ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def changed(self) -> None:
        pass

    def waits(self) -> tuple[Wait, ...]:
        return ()

    async def balanced(self) -> None:
        pass

    async def keep(self, version: KeptVersion) -> None:
        self.kept.append(version)

    async def until(self, is_so: Callable[[], bool], limit: timedelta | None = None, label: str = "") -> None:
        for _ in range(_NEVER if limit is None else _LIMIT):
            if is_so():
                return
            await asyncio.sleep(0)
        assert limit is not None, "it never was so"


def _step_of(chunk: Artifact) -> str:
    return chunk.key.partition("/")[0]


def _artifact(key: str) -> Artifact:
    media = Media(mime="video/mp4", bytes=1, sha256="0" * 64)
    return Artifact(key=key, object=key, media=media)
