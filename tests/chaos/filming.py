"""Knows the productions of a chaos run: who stops and resumes them, takes which risk, and pays for what."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

from infra.errors import Unreachable
from starter.errors import FilmEnded, FilmFailed, NoAnswer, NoSuchFilm, NotDone, NotWaiting
from starter.productions import Productions
from starter.run import Run
from tests.chaos.asked import CAST, ENOUGH_USD, Kind, asked_for
from tests.chaos.house import House
from tests.chaos.stopping import DIRECTED, ENDS, End, Stopping, steps_of, until_there
from workflows.film.contract import VideoRequest
from workflows.film.report import VideoResult
from workflows.pipeline import PipelineRequest, PipelineResult
from workflows.studio import Production

log = logging.getLogger(__name__)

#: What happens to a film beside the kills. A twin is the same film of another user, begun at the same time.
PLOTS = ("", "twin", "stop", "", "terminate", "cancel")
# A film that met too many faults in a row ends as the product says it does, and is asked for again.
_RUNS = 8
# How one ends that somebody ends.
_ENDED = ("Terminated", "Cancelled")
# How a film fails that a bucket refuses for a while.
_REFUSED = ("Unauthorized", "BucketMissing")
# A person looks at what is held now and then.
_LOOK_S = 1.0


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
    #: Whether it goes on by a retake, once it was ended.
    retakes: bool = False
    #: The runs that its plot has ended, or come too late for.
    ends: list[End] = field(default_factory=list)
    #: What was wrong when it was asked for once more, with everything settled.
    wrong: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.production.id_of(self.request))

    @property
    def over(self) -> bool:
        """Whether it is whole as it is wanted last, or was asked for often enough."""
        return self.runs >= _RUNS or (self.result is not None and self.result.whole and not self.retakes)


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
        self._stopping = Stopping(self._productions, self._draw)
        self._numbers, self._directed = count(1), cycle(DIRECTED)
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

    async def asked_once_more(self) -> None:
        """Every one that was ended amid, now that it is whole: nothing is bought for it, and its account is
        what the ledger says by now."""
        await asyncio.gather(*(self._once_more(reel) for reel in self.reels if reel.ends))

    async def _once_more(self, reel: Reel) -> None:
        if reel.result is None or not reel.result.whole:
            return
        film = await self._started(reel)
        again = await film.result()
        delivers = str(reel.production.delivers)
        if again.cost_usd or getattr(again, delivers) != getattr(reel.result, delivers):
            reel.wrong.append(f"{reel.id}, whole and asked for again: {again}, before {reel.result}")
        reel.result = again

    async def unfinished(self) -> list[str]:
        """The films that have not ended, and what each of them waits for."""
        said = []
        for reel in self.reels:
            if reel.over:
                continue
            with suppress(Unreachable, NoSuchFilm):
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
            # Shifted by one each round, so that every cast makes every kind.
            kind = self._kinds[(number - 1 + (number - 1) // len(self._casts)) % len(self._kinds)]
            reels = self._reels(kind, cast, number)
            self.reels += reels
            await asyncio.gather(*(self._film(reel) for reel in reels))

    def _reels(self, kind: Kind, cast: str, number: int) -> list[Reel]:
        plot, then = PLOTS[(number - 1) // len(self._casts) % len(PLOTS)], "again"
        if kind == "pipeline":
            plot, then = next(self._directed)
        users = {"": plot}
        if plot == "twin":
            users = {"ann": "stop" if kind == "pipeline" else plot, "bob": plot}
        word = f"zq{self._draw.getrandbits(32):08x}"
        return [
            Reel(cast, its, *asked_for(kind, cast, word, number, user), word, retakes=then == "retake")
            for user, its in users.items()
        ]

    async def _film(self, reel: Reel) -> None:
        """One film, asked for again until it is complete."""
        while not reel.over:
            film = await self._begun(reel)
            reel.runs += 1
            async with self._answering(film):
                if reel.plot in ENDS and not reel.ends:
                    await self._ended(film, reel)
                else:
                    await self._result(film, reel)

    async def _begun(self, reel: Reel) -> Run[Any]:
        if reel.retakes and reel.ends:
            reel.retakes = False
            ended = self._productions.run(reel.production, reel.id)
            if (run := await self._stopping.retaken(ended, f"{reel.word}2")) is not None:
                return run
        return await self._started(reel)

    async def _started(self, reel: Reel) -> Run[Any]:
        run: Run[Any] = await until_there(lambda: self._productions.start(reel.production, reel.request))
        return run

    async def _ended(self, film: Run[Any], reel: Reel) -> None:
        """A run that is not left to end by itself; it is none of those that met too many faults."""
        end = End(reel.plot)
        reel.ends.append(end)
        await self._stopping.end(film, end.how)
        await self._result(film, reel)
        end.result = reel.result
        await self._stopping.told(film, end)
        reel.runs -= 1

    async def _result(self, film: Run[Any], reel: Reel) -> None:
        reel.result = None
        try:
            reel.result = await film.result()
        except FilmFailed as error:
            if error.type not in _ENDED:
                reel.failures.append(f"{error.type}: {error}")
            if error.type in _REFUSED:
                # A person mends the bucket before asking again.
                await self._house.mended()
                reel.runs -= 1

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
            with suppress(NoAnswer, NotWaiting, NotDone, FilmEnded, NoSuchFilm, Unreachable):
                told = await film.progress()
                if any(wait.reason == "budget" for wait in told.waits):
                    await film.set_budget(ENOUGH_USD)
                held = [step.name for step in steps_of(told) if step.state == "held"]
                for name in held:
                    await asyncio.sleep(self._draw.uniform(0, 2))
                    await film.accept_risk(name)
                    self.answered[name.partition(":")[0]] += 1
