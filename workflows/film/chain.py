"""Knows which keyframes each scene of one film on one rung lies between.

They are a chain: each ends a scene and begins the next. Where one is refused, what comes after follows from
the last one before it. Where a clip is refused, its end is drawn anew in softer words, and begins the next
scene too, unless a clip of that has begun. What a scene begins with is recorded before its clip is bought,
and looked up first: a resume makes the same film.
"""

from __future__ import annotations

import asyncio

from temporalio.exceptions import ApplicationError

from workflows.film.keyframes import Keyframes
from workflows.film.taking import FilmSet, Taking
from workflows.film.versions import Version
from workflows.studio import Artifact, Choice, ModelFacts

#: What a scene begins with, as its choice tells it by `rung`: the planned keyframe; that in softer words; the
#: last one before it.
PLANNED, SOFTENED, BEFORE = 0, 1, 2
#: What a keyframe is given up for, and the chain goes on without it: other words may mend it, or nothing.
#: For want of money, or of a server, all that follows waits for another run.
_GIVEN_UP = frozenset({"ContentPolicy", "InvalidInput", "JobFailed", "GivenUp"})


class Chain:
    """Of the rung of that name. `taking` is always the version that asks; each of these raises what the step
    raises that fails, and lets cancellation pass."""

    def __init__(self, film: FilmSet, rung: Version) -> None:
        self._set, self._rung = film, rung
        self._keyframes = Keyframes(film, rung)
        self._scenes = film.planned.plan.beats
        #: The scenes of which a version was begun, and those of which a clip was, by their numbers.
        self._begun: set[int] = set()
        self._claimed: set[int] = set()
        #: The places whose keyframe is drawn anew for both its neighbours.
        self._softened: set[int] = set()
        #: The keys of those that are in a person's own words.
        self._own: set[str] = set()
        self._choosing = asyncio.Lock()

    @property
    def is_drawing(self) -> bool:
        """Whether a keyframe is being drawn, and waits for nobody."""
        return self._keyframes.is_drawing

    def maker(self, keyframe: Artifact) -> ModelFacts | None:
        """The model that made it."""
        return self._keyframes.maker(keyframe)

    def begin(self, number: int) -> None:
        """A version of the scene of that number begins. Where another did before, somebody wants it: what had
        failed is asked for again."""
        if number in self._begun:
            self._keyframes.forget_failures()
        self._begun.add(number)

    async def start(self, number: int, taking: Taking) -> Artifact:
        """What the scene of that number begins with, as far as it is known by now."""
        found = await self._softer(number, taking) or await self._link(number, taking)
        if found is not None:
            return found
        # Of a later one this raises why: only what a scene ends with has its own words.
        return await (self._planned(number, taking) if number else self._planned_or_reworded(0, taking))

    async def end(self, number: int, taking: Taking) -> Artifact:
        """What the clip of the scene of that number is to end with."""
        place = number + 1
        return await self._softer(place, taking) or await self._planned_or_reworded(place, taking)

    async def claimed(self, number: int, taking: Taking) -> Artifact:
        """What the scene begins with for good: its clip is about to be bought."""
        while True:
            was_softened = self._is_softened(number)
            found = await self.start(number, taking)
            # Meanwhile the clip before may have been refused.
            if was_softened == self._is_softened(number):
                break
        self._claimed.add(number)
        if number and self._chosen(number) is None:
            await self._choose(number, SOFTENED if self._is_softened(number) else PLANNED, taking)
        return found

    async def softened_end(self, number: int, taking: Taking, again: bool) -> Artifact:
        """Another end for a clip that is refused, in softer words. Where the next scene's clip has begun it
        stays as it is, and they share none. `again`: an earlier run had come so far, and nobody knows whether
        that clip was bought."""
        place = number + 1
        is_open = place < len(self._scenes) and self._chosen(place) is None and place not in self._claimed
        if is_open and again:
            self._claimed.add(place)
            await self._choose(place, PLANNED, taking)
        elif is_open and place not in self._softened:
            # At once: whoever begins meanwhile waits for it.
            self._softened.add(place)
            await self._choose(place, SOFTENED, taking)
        return await self._soft(place, taking)

    def is_softenable(self, number: int, end: Artifact) -> bool:
        """Whether another end can be drawn for a clip that would end so: not where both are drawn here, nor
        in a person's own words."""
        planned, rung = self._set.planned, self._rung.rung
        bought = all(planned.playing(rung, part)[0].work == "waits" for part in ("image", "video"))
        return bought and bool(planned.offered_by(rung, "edit")) and end.key not in self._own

    # ---- keyframes ---------------------------------------------------------------------------------

    async def _link(self, place: int, taking: Taking) -> Artifact | None:
        """What the chain goes on from at that place; None where nothing of it could be drawn so far."""
        if self._chosen(place) != BEFORE:
            try:
                return await self._planned(place, taking)
            except ApplicationError as error:
                if error.type not in _GIVEN_UP:
                    raise
                await self._leave_out(place, taking, error)
        return await self._link(place - 1, taking) if place else None

    async def _planned(self, place: int, taking: Taking) -> Artifact:
        async def before() -> Artifact | None:
            return await self._link(place - 1, taking) if place else None

        return await self._keyframes.draw(self._keyframes.planned(place), before, taking)

    async def _planned_or_reworded(self, place: int, taking: Taking) -> Artifact:
        """That in a person's words where the planned one is given up, and there are any."""
        try:
            return await self._planned(place, taking)
        except ApplicationError as error:
            if not (taking.version.words and error.type in _GIVEN_UP):
                raise
            return await self._reworded(place, taking)

    async def _softer(self, place: int, taking: Taking) -> Artifact | None:
        """That in softer words, where it is drawn anew; None where it is not, or cannot be."""
        if self._is_softened(place):
            try:
                return await self._soft(place, taking)
            except ApplicationError as error:
                await self._take_back(place, taking, error)
        return None

    async def _soft(self, place: int, taking: Taking) -> Artifact:
        async def before() -> Artifact:
            return await self.start(place - 1, taking)

        return await self._keyframes.draw(self._keyframes.softened(place), before, taking)

    async def _reworded(self, place: int, taking: Taking) -> Artifact:
        async def before() -> Artifact | None:
            return await self.start(place - 1, taking) if place else None

        wanted = self._keyframes.reworded(place, taking.version)
        made = await self._keyframes.draw(wanted, before, taking)
        self._own.add(made.key)
        return made

    # ---- choices -----------------------------------------------------------------------------------

    def _is_softened(self, place: int) -> bool:
        return place in self._softened or self._chosen(place) == SOFTENED

    def _chosen(self, place: int) -> int | None:
        """What was recorded that the scene of that number begins with; None where nothing was."""
        if place == len(self._scenes):
            return None
        if self._set.planned.kept_at(self._rung.rung, place, self._rung.sheets):
            # What a fork has is what its scenes lie between, however that came about.
            return PLANNED
        choice = self._set.crew.purchases.chosen(self._step(place))
        return choice.rung if choice else None

    async def _choose(self, place: int, begins: int, taking: Taking) -> None:
        is_bought = self._set.planned.playing(self._rung.rung, "video")[0].work == "waits"
        # After a stop nothing is begun any more; and what is drawn here is refused by nobody.
        if taking.is_found or not is_bought:
            return
        async with self._choosing:
            if self._chosen(place) != begins:
                # Without a model: those that choices name are offered to all steps of a later run.
                await self._set.crew.purchases.choose(Choice(step=self._step(place), model="", rung=begins))

    async def _leave_out(self, place: int, taking: Taking, error: ApplicationError) -> None:
        if self._chosen(place) is None:
            self._set.crew.board.warn(f"{error.message} What follows goes on from the keyframe before it.")
        await self._choose(place, BEFORE, taking)

    async def _take_back(self, place: int, taking: Taking, error: ApplicationError) -> None:
        """A softer one that cannot be drawn either begins no scene. Raises what another run may do better."""
        if error.type not in _GIVEN_UP:
            raise error
        self._softened.discard(place)
        await self._choose(place, PLANNED, taking)

    def _step(self, place: int) -> str:
        return self._set.agenda.begins(self._scenes[place], self._rung)
