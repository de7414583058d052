"""Knows the films of a run in which none may be missing: what each is asked for, and how somebody ends it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from infra.errors import Unreachable
from starter.errors import FilmEnded, FilmFailed, NoAnswer, NoSuchFilm, NotDone, NotWaiting
from starter.films import Film
from tests.chaos.restless import Restless
from tests.chaos.stopping import asked_to_end, until_there
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest
from workflows.film.report import VideoResult
from workflows.studio.report import Progress, Wait

#: What becomes of a film, in turn: `killed` loses every worker at once, `cut off` is cancelled in Temporal.
FATES = ("stopped", "killed", "starved", "refused", "held", "cut off")
#: Image and video model: of a provider that lists its jobs; of those that do not, whose answers are held.
LISTED = ("replicate-flux-schnell", "replicate-wan-2.2-i2v-fast")
UNLISTED = ("openai-gpt-image-2.5-flare", "google-veo-3.1-lite")
BEATS = ("hero_shot", "call_to_action")
#: Enough for an image, for all images, for one shot: never for a film of two shots.
LITTLE = ("0", "0.003", "0.006", "0.12")
# A film ends within this after its plan, or a little later; some end by themselves before.
_MOMENT_S = 8.0
_LOOK_S = 0.7


@dataclass
class Cut:
    """What became of one film. `words` tell what is asked for each of its shots, `asked_at` when somebody
    wanted its end."""

    fate: str
    request: VideoRequest
    words: dict[str, str]
    id: str = ""
    asked_at: datetime | None = None
    answers: list[str] = field(default_factory=list)
    result: VideoResult | None = None
    progress: Progress | None = None
    failed: str = ""
    seconds: float = 0.0

    @property
    def video(self) -> str | None:
        """The object of the newest cut."""
        if self.result is not None:
            return self.result.video
        return self.progress.delivered if self.progress else None

    @property
    def shown(self) -> dict[str, str]:
        """The version that it shows of every shot."""
        if self.result is not None:
            return {beat.id: beat.shows for beat in self.result.beats}
        rows = self.progress.beats if self.progress else ()
        return {row.id: next((one.name for one in row.versions if one.shown), "") for row in rows}


class Endings:
    """Makes so many films, some at once, and sees to their ends."""

    def __init__(self, house: Restless, films: int, at_once: int) -> None:
        assert house.stack.standins is not None
        self._house, self._draw = house, random.Random(house.draw.random())
        self._standins = Standins(house.stack.standins)
        self._numbers, self._films, self._at_once = count(1), films, at_once
        self.cuts: list[Cut] = []

    async def run(self) -> None:
        await asyncio.gather(*(self._one_after_the_other() for _ in range(self._at_once)))

    async def _one_after_the_other(self) -> None:
        while (number := next(self._numbers)) <= self._films:
            cut = self._cut(number)
            self.cuts.append(cut)
            begun = time.monotonic()
            await self._film(cut)
            cut.seconds = time.monotonic() - begun

    def _cut(self, number: int) -> Cut:
        fate = FATES[(number - 1) % len(FATES)]
        beats = BEATS[: self._draw.choice((1, 2))]
        words = {beat: f"zq{self._draw.getrandbits(40):010x}" for beat in beats}
        image, video = UNLISTED if fate == "held" else LISTED
        request = VideoRequest(
            prompt=f"A film about a {words[beats[0]]} mug",
            size="360p",
            fps=8,
            take=number,
            budget_usd=Decimal(self._draw.choice(LITTLE) if fate == "starved" else "50"),
            plan=PlanDraft(
                beats=tuple(
                    BeatDraft(id=beat, seconds=5, prompt=f"A {words[beat]} mug", action="It turns")
                    for beat in beats
                )
            ),
            models=Models(planner="animatic-planner", image=image, video=video),
        )
        return Cut(fate, request, words)

    async def _film(self, cut: Cut) -> None:
        self._order(cut)
        film: Film = await until_there(lambda: self._house.films.start(cut.request))
        cut.id = film.id
        await self._planned(film)
        async with self._answering(film, cut):
            await asyncio.sleep(self._draw.uniform(0, _MOMENT_S))
            await self._end(film, cut)
            try:
                cut.result = await film.result()
            except FilmFailed as error:
                cut.failed = f"{error.type}: {error}"
        cut.progress = await until_there(film.progress)

    def _order(self, cut: Cut) -> None:
        """What goes wrong with its provider."""
        word = self._draw.choice(list(cut.words.values()))
        if cut.fate == "refused":
            self._standins.order("replicate", "submit", "content_stable", self._draw.randint(1, 12), word)
        if cut.fate == "held":
            self._standins.order("google", "submit", "drop_after", 1, word)

    async def _end(self, film: Film, cut: Cut) -> None:
        cut.asked_at = datetime.now(UTC)
        match cut.fate:
            case "stopped":
                await asked_to_end(film, "stop")
            case "cut off":
                await asked_to_end(film, "cancel")
            case "killed":
                self._house.kill_workers()
            case _:
                cut.asked_at = None

    async def _planned(self, film: Film) -> None:
        while True:
            progress: Progress = await until_there(film.progress)
            if progress.beats or progress.status not in ("planning", "rendering"):
                return
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _answering(self, film: Film, cut: Cut) -> AsyncIterator[None]:
        """Somebody answers what it waits for, in one way or another."""
        looking = asyncio.create_task(self._look(film, cut))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait({looking})

    async def _look(self, film: Film, cut: Cut) -> None:
        patience = self._draw.uniform(0, 4)
        while True:
            await asyncio.sleep(_LOOK_S)
            with suppress(NoAnswer, NotWaiting, NotDone, FilmEnded, NoSuchFilm, Unreachable):
                waits = (await film.progress()).waits
                if not waits:
                    continue
                await asyncio.sleep(patience)
                answer = self._draw.choice((*waits[0].answers, "stop"))
                await self._answer(film, cut, waits, answer)
                cut.answers.append(answer)

    async def _answer(self, film: Film, cut: Cut, waits: Sequence[Wait], answer: str) -> None:
        match answer:
            case "set_budget":
                await film.set_budget(Decimal(self._draw.choice(("0.13", "0.3", "5"))))
            case "give_up":
                await film.give_up(waits[0].step)
            case "accept_risk":
                await film.accept_risk(waits[0].step)
            case _:
                cut.asked_at = cut.asked_at or datetime.now(UTC)
                await film.stop()
