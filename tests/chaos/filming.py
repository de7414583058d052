"""Knows the films of a chaos run: what is asked for, who stops and resumes it, who takes which risk."""

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

from temporalio.service import RPCError

from starter.errors import Away, FilmEnded, FilmFailed, NoAnswer, NoSuchFilm, NotDone, NotWaiting
from starter.films import Film
from tests.chaos.house import House
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest
from workflows.film.naming import film_id
from workflows.film.report import VideoResult
from workflows.studio.report import Progress, StepProgress

log = logging.getLogger(__name__)

#: Planner, image and video model of every ledger class.
CAST = {
    "replicate": ("animatic-planner", "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"),
    "fal": ("animatic-planner", "fal-flux-schnell", "fal-wan-2.2-a14b"),
    "google": ("animatic-planner", "openai-gpt-image-2.5-flare", "google-veo-3.1-lite"),
    "openai": ("openai-gpt-5.4-mini", "openai-gpt-image-2.5-flare", "replicate-wan-2.2-i2v-fast"),
}
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
    """What became of one film."""

    cast: str
    plot: str
    request: VideoRequest
    #: Words that no other film has, so that everything sent for it can be told.
    word: str
    runs: int = 0
    result: VideoResult | None = None
    failures: list[str] = field(default_factory=list)
    #: Whether its plot has ended it once.
    ended: bool = False

    @property
    def over(self) -> bool:
        """Whether it is whole, or was asked for often enough."""
        return self.runs >= _RUNS or (self.result is not None and self.result.whole)


def request_for(cast: str, word: str, number: int, user: str = "") -> VideoRequest:
    """A small film of one beat, of which two things are bought: an image and a chunk."""
    planner, image, video = CAST[cast]
    beat = BeatDraft(id="hero_shot", seconds=5, prompt=f"A {word} mug", action=f"The {word} mug turns")
    plans = planner != "animatic-planner"
    return VideoRequest.model_validate(
        {
            "prompt": f"A 5 second film about a {word} mug",
            "size": "360p",
            "fps": 8,
            "music": False,
            "take": number,
            "user": user,
            "budget_usd": 50,
            "plan": None if plans else PlanDraft(beats=(beat,)),
            "models": Models(planner=planner, image=image, video=video),
        }
    )


class Filming:
    """Keeps so many films in the making until enough was killed, then lets all of them end."""

    def __init__(self, house: House, at_once: int, casts: tuple[str, ...] = tuple(CAST)) -> None:
        self._house, self._at_once, self._casts = house, at_once, casts
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
                film = self._house.films.film(film_id(reel.request))
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
            reels = [Reel(cast, plot, request_for(cast, word, number, user), word) for user in users]
            self.reels += reels
            await asyncio.gather(*(self._film(reel) for reel in reels))

    async def _film(self, reel: Reel) -> None:
        """One film, asked for again until it is complete."""
        while not reel.over:
            film = await _patiently(lambda: self._house.films.start(reel.request))
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

    async def _end(self, film: Film, how: str) -> None:
        """Ends a film amid something that is bought."""
        latest = time.monotonic() + _BUSY_S
        while time.monotonic() < latest and not await self._buys(film):
            await asyncio.sleep(0.3)
        await asyncio.sleep(self._draw.uniform(0, 2))
        with suppress(FilmEnded, Away, RPCError):
            await (film.stop() if how == "stop" else film.handle.terminate("chaos"))

    async def _buys(self, film: Film) -> bool:
        with suppress(NoAnswer, NoSuchFilm, Away):
            # A chunk takes its provider seconds; an image is often there before the stop is felt.
            steps = _steps(await film.progress())
            return any(step.state == "running" and step.name.startswith("chunk") for step in steps)
        return False

    @asynccontextmanager
    async def _answering(self, film: Film) -> AsyncIterator[None]:
        """Somebody looks at the film, and takes the risk of whatever is held."""
        looking = asyncio.create_task(self._look(film))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait({looking})

    async def _look(self, film: Film) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            with suppress(NoAnswer, NotWaiting, NotDone, FilmEnded, NoSuchFilm, Away):
                held = [step.name for step in _steps(await film.progress()) if step.state == "held"]
                for name in held:
                    await asyncio.sleep(self._draw.uniform(0, 2))
                    await film.accept_risk(name)
                    self.answered[name.partition(":")[0]] += 1


def _steps(progress: Progress) -> list[StepProgress]:
    return [*progress.film_steps, *(step for beat in progress.beats for step in beat.steps)]


async def _patiently(start: object) -> Film:
    while True:
        try:
            film: Film = await start()  # type: ignore[operator]
            return film
        except Away:
            await asyncio.sleep(0.5)
