"""Knows the versions of every shot: which is wanted, which are finished, which is made, and what is shown.

A shot shows the version that is wanted where it is finished, else the best one that is. One that cannot be
made fails its shot alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from workflows.film.agenda import Agenda
from workflows.film.assembly import Assembly, Segment
from workflows.film.crew import Crew
from workflows.film.direction import Direction
from workflows.film.drawings import ANIMATIC, Drawings
from workflows.film.judging import Judging
from workflows.film.keeping import Keeping
from workflows.film.method import AnyShooting, Method
from workflows.film.planned import PlannedFilm
from workflows.film.recovery import recover
from workflows.film.review import Review
from workflows.film.shot_state import ShotState, shot_named
from workflows.film.taking import FilmSet, Stage
from workflows.film.versions import Footage, Version
from workflows.studio import CannotBeMade, GivenUp, cause_of, why_of


class Shots:
    """Of one planned film."""

    def __init__(
        self,
        planned: PlannedFilm,
        crew: Crew,
        agenda: Agenda,
        assembly: Assembly,
        direction: Direction,
        keeping: Keeping,
    ) -> None:
        self._crew, self._run, self._agenda = crew, crew.runner, agenda
        self._assembly, self.direction = assembly, direction
        self.judging = Judging(assembly, direction, crew)
        self.all = [
            ShotState(number, beat.id, keeping.of(beat.id)) for number, beat in enumerate(planned.plan.beats)
        ]
        self._by_id = {shot.id: shot for shot in self.all}
        self._method: Method | None = None
        self._drawings = Drawings(crew, assembly, self._shooting)
        #: The shots of which nothing is bought before a decision of this run names them.
        self.unasked: Collection[str] = ()
        self._planned, self._keeping = planned, keeping

    def stand(self, review: Review) -> None:
        """What is there can be shown, and the rest drawn; nothing that is wanted is begun."""

        async def approved(number: int, version: Version, stage: Stage) -> None:
            # What was finished before is found, and costs nothing more.
            if not self.all[number].has(version):
                await review.approved(number, version, stage)

        plan = self.direction.plan
        self._method = Method(FilmSet(self._planned, self._agenda, self._crew, self._before, approved, plan))

    def begin(self, review: Review) -> None:
        """Starts the version that is wanted of every shot, but of those that are to be named first."""
        self.stand(review)
        self.judging.take_back(shot for shot in self.all if shot.id in self.unasked)
        for shot in self.all:
            # What is there, or is drawn, costs nothing.
            is_bought = self.wanted(shot).rung != "animatic" and not self.is_whole(shot)
            shot.is_unnamed = shot.id in self.unasked and is_bought
            with self._crew.shot(shot.number, shot.id):
                shot.task = self._run.spawn(self._make(shot))

    @property
    def unnamed(self) -> tuple[str, ...]:
        """The shots of which what is wanted is not made before somebody names them."""
        return tuple(shot.id for shot in self.all if shot.is_unnamed)

    def redirect(self, shots: Iterable[str]) -> None:
        """Another version of these is wanted now: what makes the former one ends first."""
        for shot in (self._by_id[id] for id in shots):
            shot.is_unnamed = False
            self.unasked = set(self.unasked) - {shot.id}
            self._rescue(shot, shot.shooting.footage if shot.shooting else None)
            shot.let_go()
            with self._crew.shot(shot.number, shot.id):
                shot.task = self._run.spawn(self._make(shot))

    def _rescue(self, shot: ShotState, footage: Footage | None) -> None:
        """What is all bought and only waits for a core is not let go with the rest."""
        if footage is not None and footage.version.name not in shot.finished:
            shot.finished[footage.version.name] = footage
            self._run.spawn(self._keeping.version(shot.id, footage))

    def close(self) -> None:
        """No step starts from now on: what is cancelled may yet complete or fail, and would go on."""
        for shot in self.all:
            shot.close()

    @property
    def is_begun(self) -> bool:
        return self._method is not None

    async def recover(self) -> None:
        """After a stop: takes over what was bought of what is wanted before that was felt."""
        stopped = [shot for shot in self.all if not self.is_whole(shot) and shot.id not in self.failed]
        begun = [shot for shot in stopped if shot.is_shooting(self.wanted(shot))]
        await recover(begun, self._crew, self._keeping)

    @property
    def bug(self) -> BaseException | None:
        """What no step has failed with: only a mended release goes on from there."""
        return next((bug for shot in self.all if (bug := shot.bug)), None)

    @property
    def untried(self) -> tuple[str, ...]:
        """The shots of which nobody has begun to make what is wanted."""
        return tuple(
            shot.id
            for shot in self.all
            if not (self.is_whole(shot) or shot.is_unnamed)
            and self.wanted(shot).name not in shot.failed
            and shot.is_settled
        )

    def forget_failures(self, shots: Iterable[str]) -> None:
        """What failed of what is wanted of these is to be tried again."""
        for shot in (self._by_id[id] for id in shots):
            shot.failed.pop(self.wanted(shot).name, None)

    @property
    def failed(self) -> tuple[str, ...]:
        """The shots of which what is wanted has failed."""
        return tuple(shot.id for shot in self.all if self.wanted(shot).name in shot.failed)

    def failure(self, is_whole_or_nothing: bool) -> BaseException | None:
        """What failed first, in the film's order, of all that is wanted and that nothing stands in for: not
        even the animatic, or nothing may. What a person gave up has not failed."""
        wanted = [(shot, self.wanted(shot)) for shot in self.all]
        failed = [
            shot.failed.get(version.name)
            for shot, version in wanted
            if version == ANIMATIC or (is_whole_or_nothing and not self.judging.judges(shot, version))
        ]
        return next((one for one in failed if one and not isinstance(one, GivenUp)), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The shots that do not show what is wanted."""
        return tuple(shot.id for shot in self.all if not self.is_whole(shot))

    def named(self, id: str) -> ShotState:
        """By its id, or by its number from 1. Raises `ApplicationError` where there is no such shot."""
        return shot_named(self._by_id, id)

    def chunks(self, shot: ShotState) -> int:
        """How many chunks it has, in the version that is wanted: counted where that is finished, else as its
        models promise."""
        version = self.wanted(shot)
        there = shot.finished.get(version.name)
        return len(there.chunks) if there else self._agenda.chunks(shot.number, version)

    def versions_of(self, shot: ShotState) -> dict[str, Version]:
        """The versions that can be shown for nothing, by name: what is finished, and what is drawn here."""
        drawn = [one for one in self.direction.asked(shot.id).values() if one.rung == "animatic"]
        there = [one.version for one in shot.finished.values()]
        return {one.name: one for one in (ANIMATIC, *drawn, *there)}

    @property
    def is_settled(self) -> bool:
        """Whether nothing that is wanted is being made any more, nor a keyframe."""
        return all(shot.is_settled for shot in self.all) and not (self._method and self._method.is_drawing)

    def wanted(self, shot: ShotState) -> Version:
        return self.direction.wanted[shot.id]

    def best(self, shot: ShotState) -> Footage | None:
        """What it shows; None where nothing of it is finished."""
        if self.is_whole(shot):
            return shot.finished[self.wanted(shot).name]
        return max(shot.finished.values(), key=lambda one: one.version.rank, default=None)

    def is_whole(self, shot: ShotState) -> bool:
        """Whether it shows what is wanted."""
        return shot.has(self.wanted(shot))

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to show of every shot, or even the animatic of it has failed."""
        return all(shot.finished or ANIMATIC.name in shot.failed for shot in self.all)

    def preview(self) -> None:
        """Has the animatic drawn of every shot of which something better is wanted."""
        for shot in self.all:
            if self.wanted(shot) != ANIMATIC:
                self._drawings.begin(shot)

    async def shown(self, shot: ShotState) -> Segment:
        """The segment of what it shows; the animatic's where nothing else is there. Raises what failed where
        not even that can be drawn."""
        while True:
            footage = self.best(shot)
            if footage is None:
                await self._drawings.there(shot)
                continue
            name = footage.version.name
            there = shot.segments.get(name)
            if there is not None and there.footage.key == footage.key:
                return there
            try:
                segment = await self._assembly.segment(shot.number, footage)
            except (ApplicationError, CannotBeMade) as error:
                self._drop(shot, name, error)
                continue
            # Meanwhile another may have been finished under its name.
            if (now := shot.finished.get(name)) and now.key == footage.key:
                shot.segments[name] = segment

    async def seek(self, review: Review) -> None:
        """Has the segment of every version that is finished, or is drawn here: to be asked of a film that is
        rehearsed, where all is looked up and nothing made."""
        self.stand(review)
        await self._run.joined([self._run.spawn(self._sought(shot)) for shot in self.all])

    async def _sought(self, shot: ShotState) -> None:
        for version in self.versions_of(shot).values():
            # What cannot be drawn is not there.
            with suppress(FailureError, CannotBeMade):
                if version.name not in shot.finished:
                    shot.finished[version.name] = await self._shooting(shot, version).shoot()
                footage = shot.finished[version.name]
                shot.segments[version.name] = await self._assembly.segment(shot.number, footage)

    # ---- making ------------------------------------------------------------------------------------

    async def _make(self, shot: ShotState) -> None:
        """The version that is wanted. A failure of it is kept, and raised to nobody."""
        # All of them: the last one may have been let go while it waited for the one before.
        for before in shot.former:
            await self._run.settled(before)
        if shot.is_unnamed:
            return
        if shot.former and shot.shooting is not None:
            await self._let_go(shot, shot.shooting.version)
        version = self.wanted(shot)
        shot.failed.pop(version.name, None)
        try:
            footage = await self._footage(shot, version)
            segment = await self._assembly.segment(shot.number, footage)
            stands = await self.judging.stands(shot, segment)
        except (FailureError, CannotBeMade) as error:
            if is_cancelled_exception(error):
                raise
            self._drop(shot, version.name, error)
            self._warn(shot, version, error)
            await self.judging.keep(shot, self.judging.undo(shot, version))
            return
        shot.finished[version.name], shot.segments[version.name] = footage, segment
        undone = None if stands else self.judging.undo(shot, version)
        self._crew.watch.changed()
        await self._keeping.version(shot.id, footage)
        await self.judging.keep(shot, undone)

    async def _let_go(self, shot: ShotState, version: Version) -> None:
        self._agenda.abandon(shot.number, version)
        is_bought = version.rung != "animatic" and not shot.has(version)
        if is_bought and self._crew.patched("what-is-let-go-is-counted"):
            # It may be charged all the same: what comes next has that much less to spend.
            await self._crew.watch.balanced()

    async def _footage(self, shot: ShotState, version: Version) -> Footage:
        there = shot.finished.get(version.name)
        # Chosen among what exists, nothing of it is made, whatever has become of models and words. And what
        # went on from the shot before stays, whatever that shows by now.
        is_kept = shot.id in self.direction.used or (there is not None and not there.alone)
        if there is not None and there.version == version and is_kept:
            return there
        self._agenda.version(shot.number, version)
        await self._keeping.rung(version)
        shot.shooting = self._shooting(shot, version)
        return await shot.shooting.shoot()

    def _shooting(self, shot: ShotState, version: Version) -> AnyShooting:
        assert self._method is not None
        return self._method.shooting(shot.number, version)

    def _drop(self, shot: ShotState, name: str, error: FailureError | CannotBeMade) -> None:
        shot.failed[name] = error
        shot.finished.pop(name, None)
        self._crew.board.notes[shot.id] = why_of(error)
        self._crew.watch.changed()

    def _warn(self, shot: ShotState, wanted: Version, error: FailureError | CannotBeMade) -> None:
        if wanted != ANIMATIC:
            best = self.best(shot)
            shown = best.version.name if best and best.version != ANIMATIC else "the animatic"
            self._crew.board.warn(f"{cause_of(error).message} The beat shows {shown} instead.")

    async def _before(self, number: int, version: Version) -> Footage | None:
        """What the shot before shows, once it is settled; None where that is of another rung."""
        shot = self.all[number - 1]
        while not shot.is_settled:
            if self.wanted(shot).rung != version.rung:
                # What is drawn here does not wait for what is bought, nor for who has to approve it.
                return None
            assert shot.task is not None
            await self._run.settled(shot.task)
        shown = self.best(shot)
        return shown if shown is not None and shown.version.rung == version.rung else None
