"""Knows the productions of a chaos run: who stops and resumes them, takes which risk, and pays for what."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from temporalio.service import RPCError

from starter.errors import Away, FilmEnded, FilmFailed, NoAnswer, NoSuchFilm, NotDone, NotWaiting
from starter.productions import Productions
from starter.run import Run
from tests.chaos.asked import CAST, ENOUGH_USD, LASTING, Kind, asked_for
from tests.chaos.house import House
from workflows.film.contract import VideoRequest
from workflows.film.report import VideoResult
from workflows.pipeline import PipelineRequest, PipelineResult
from workflows.studio import Production
from workflows.studio.report import Progress, StepProgress

log = logging.getLogger(__name__)

#: What happens to a film beside the kills. A twin is the same film of another user, begun at the same time.
PLOTS = ("", "twin", "stop", "", "terminate", "stop")
# A film that met too many faults in a row ends as the product says it does, and is asked for again.
_RUNS = 8
# How a film fails that a bucket refuses for a while.
_REFUSED = ("Unauthorized", "BucketMissing")
# A person looks at what is held now and then.
_LOOK_S = 1.0
# A film that buys nothing for so long is ended all the same.
_BUSY_S = 30.0


@dataclass
class Reel:
    """What became of one film, or pipeline."""

    cast: str
    plot: str
    production: Production[Any, Any]
    request: VideoRequest | PipelineRequest
    #: Words that no other film has, so that everything sent for it can be told.
    word: str
    runs: int = 0
    result: VideoResult | PipelineResult | None = None
    failures: list[str] = field(default_factory=list)
    #: Whether its plot has ended it once.
    ended: bool = False

    @property
    def id(self) -> str:
        return str(self.production.id_of(self.request))

    @property
    def over(self) -> bool:
        """Whether it is whole, or was asked for often enough."""
        return self.runs >= _RUNS or (self.result is not None and self.result.whole)


class Filming:
    """Keeps so many films in the making until enough was killed, then lets all of them end."""

    def __init__(
        self,
        house: House,
        at_once: int,
        casts: tuple[str, ...] = tuple(CAST),
        kinds: tuple[Kind, ...] = ("beats",),
    ) -> None:
        self._house, self._at_once, self._casts, self._kinds = house, at_once, casts, kinds
        self._productions = Productions(house.client)
        self._draw = random.Random(house.draw.random())
        self._numbers = count(1)
        self.reels: list[Reel] = []
        #: How often a person took a risk, by provider-side step.
        self.answered: Counter[str] = Counter()

    async def run(self, enough: asyncio.Event) -> None:
        """Films until `enough` is set; returns when every film has ended."""
        await asyncio.gather(*(self._one_after_the_other(place, enough) for place in range(self._at_once)))

    async def asked_again(self) -> None:
        """Every film once more, to its end."""
        for reel in self.reels:
            reel.runs, reel.result = 0, None
        await asyncio.gather(*(self._film(reel) for reel in self.reels))

    async def unfinished(self) -> list[str]:
        """The films that have not ended, and what each of them waits for."""
        said = []
        for reel in self.reels:
            if reel.over:
                continue
            with suppress(Away, NoSuchFilm):
                film = self._productions.run(reel.production, reel.id)
                described = await film.describe()
                pending = [
                    f"{one.activity_type.name} (attempt {one.attempt}, {one.state})"
                    for one in described.raw_description.pending_activities
                ]
                said.append(f"{reel.cast} {reel.plot} {film.id} {described.status}: {pending}")
        return said

    async def _one_after_the_other(self, place: int, enough: asyncio.Event) -> None:
        first = True
        while first or not enough.is_set():
            first, number = False, next(self._numbers)
            cast = self._casts[(number - 1) % len(self._casts)]
            plot = PLOTS[(number - 1) // len(self._casts) % len(PLOTS)]
            word = f"zq{self._draw.getrandbits(32):08x}"
            users = ("ann", "bob") if plot == "twin" else ("",)
            # Shifted by one each round, so that every cast makes every kind.
            kind = self._kinds[(number - 1 + (number - 1) // len(self._casts)) % len(self._kinds)]
            reels = [Reel(cast, plot, *asked_for(kind, cast, word, number, user), word) for user in users]
            self.reels += reels
            await asyncio.gather(*(self._film(reel) for reel in reels))

    async def _film(self, reel: Reel) -> None:
        """One film, asked for again until it is complete."""
        while not reel.over:
            film = await _patiently(lambda: self._productions.start(reel.production, reel.request))
            reel.runs += 1
            async with self._answering(film):
                if reel.plot in ("stop", "terminate") and reel.runs == 1 and not reel.ended:
                    reel.ended = True
                    await self._end(film, reel.plot)
                try:
                    reel.result = await film.result()
                except FilmFailed as error:
                    if error.type != "Terminated":
                        reel.failures.append(f"{error.type}: {error}")
                    if error.type in _REFUSED:
                        # A person mends the bucket before asking again.
                        await self._house.mended()
                        reel.runs -= 1

    async def _end(self, film: Run[Any], how: str) -> None:
        """Ends a film amid something that is bought."""
        latest = time.monotonic() + _BUSY_S
        while time.monotonic() < latest and not await self._buys(film):
            await asyncio.sleep(0.3)
        await asyncio.sleep(self._draw.uniform(0, 2))
        with suppress(FilmEnded, Away, RPCError):
            await (film.stop() if how == "stop" else film.handle.terminate("chaos"))

    async def _buys(self, film: Run[Any]) -> bool:
        with suppress(NoAnswer, NoSuchFilm, Away):
            # A chunk takes its provider seconds; an image is often there before the stop is felt.
            steps = _steps(await film.progress())
            return any(step.state == "running" and step.name.startswith(LASTING) for step in steps)
        return False

    @asynccontextmanager
    async def _answering(self, film: Run[Any]) -> AsyncIterator[None]:
        """Somebody looks at it, takes the risk of whatever is held, and gives it what it lacks."""
        looking = asyncio.create_task(self._look(film))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait({looking})

    async def _look(self, film: Run[Any]) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            with suppress(NoAnswer, NotWaiting, NotDone, FilmEnded, NoSuchFilm, Away):
                told = await film.progress()
                if any(wait.reason == "budget" for wait in told.waits):
                    await film.set_budget(ENOUGH_USD)
                held = [step.name for step in _steps(told) if step.state == "held"]
                for name in held:
                    await asyncio.sleep(self._draw.uniform(0, 2))
                    await film.accept_risk(name)
                    self.answered[name.partition(":")[0]] += 1


def _steps(progress: Progress) -> list[StepProgress]:
    return [*progress.film_steps, *(step for beat in progress.beats for step in beat.steps)]


async def _patiently(start: object) -> Run[Any]:
    while True:
        try:
            film: Run[Any] = await start()  # type: ignore[operator]
            return film
        except Away:
            await asyncio.sleep(0.5)
