"""The film that always exists: a first cut of what is drawn here, then better ones as its shots are made.

    storyboard ─ reference chunk ─ continuations ─ segment ─┐   one chain a shot, no barrier between them;
    storyboard ─ reference chunk ─ segment ─────────────────┼─ stitch ─ deliver, for every cut
    soundtrack ─────────────────────────────────────────────┘   a transition waits for its two segments

What cannot be made costs its own shot and no other: what is delivered is the best cut there is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Literal

from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.film import steps
from workflows.film.agenda import Agenda
from workflows.film.assembly import Assembly
from workflows.film.contract import VideoRequest
from workflows.film.crew import Crew
from workflows.film.direction import Decision, Direction
from workflows.film.keeping import Keeping
from workflows.film.mending import Mending
from workflows.film.planned import PlannedFilm
from workflows.film.report import BeatResult
from workflows.film.results import Results, Shown, shown_of
from workflows.film.review import Review
from workflows.film.shot_state import ShotState
from workflows.film.shots import Shots
from workflows.film.versions import Version
from workflows.studio import Account, CannotBeMade, Wait, cause_of

# A cut is a stitch of what is there and a copy of it: seconds of a core that the next shot may want more.
CUT_EVERY = timedelta(seconds=20)

#: Said of what is wanted while it is being made, and after a stop.
_UNFINISHED, _STOPPED = "it is not finished yet", "the film was stopped before it was made"
_OUTDATED = "another plan was wanted"


class Replanned(Exception):
    """Another plan is wanted: nothing of this film is under way any more."""


class Film:
    """One run through the DAG. What exists so far can be read at any time. `deciding` tells whether a
    person's decision is being written down, which may want more of it."""

    def __init__(
        self,
        planned: PlannedFilm,
        asked: VideoRequest,
        crew: Crew,
        direction: Direction,
        account: Account,
        deciding: Callable[[], bool] = lambda: False,
    ) -> None:
        self.planned, self._asked, self._crew, self._run = planned, asked, crew, crew.runner
        self.direction, self._deciding = direction, deciding
        #: The version that the request itself asks for.
        self.own = own = Version(rung=planned.own_rung(asked.profile))
        agenda = Agenda(planned, crew.board, asked.titles, own)
        # A film that was delivered before has a cut: the animatic is drawn where it has to stand in.
        self._previews = asked.preview and not account.cut
        self._assembly = Assembly(planned, asked, agenda, crew, self._previews)
        keeping = Keeping(planned, asked, crew, direction.plan, account.versions)
        self.shots = Shots(planned, crew, agenda, self._assembly, direction, keeping)
        self.mending = Mending(planned, asked, self.shots, agenda, crew)
        self.review = Review(asked.review, agenda, direction, crew, self._is_coming, self._is_there)
        #: Whether another plan is wanted; whether that could not be made.
        self.is_replanned = self.is_outdated = False
        self._sound: asyncio.Task[None] | None = None
        #: What the newest cut shows; and what was tried last, which may have failed.
        self._newest: Shown | None = None
        self._tried: Shown | None = None
        self._unfinished = _UNFINISHED
        #: What its steps waited for a person for when it ended.
        self._waits: tuple[Wait, ...] = ()
        #: When the newest cut began to be made.
        self._since: datetime | None = None
        self.delivered: steps.DeliveredFilm | None = None
        others = (id for id, wanted in direction.wanted.items() if wanted != own)
        agenda.announce(asked.music, [*direction.used, *others])

    # ---- making it ---------------------------------------------------------------------------------

    async def make(self) -> None:
        """Delivers cut after cut, the last one once nothing that is wanted is under way. Raises `Replanned`,
        what fails for good where not even the animatic can be delivered, and, of a film that is to be whole
        or nothing, what failed first."""
        try:
            if self.is_replanned:
                raise Replanned
            self._begin()
            while True:
                await self._due()
                await self._try_cut()
                if self.is_done:
                    self._check_whole()
                    # A drawing that nobody needs any more, and who asks for approvals.
                    await self._run.end()
                    if self.is_done:
                        return
                    self._run.spawn(self.review.hold())
        except (FailureError, CannotBeMade, Replanned, asyncio.CancelledError):
            self._waits = self._crew.watch.waits()
            self.shots.close()
            await self._run.end()
            raise

    async def rehearse(self, unasked: Collection[str] = ()) -> None:
        """What `make` comes to where all goes well, no cut before the last, and nothing `unasked` bought."""
        self.shots.unasked = unasked
        self._start()
        await self._run.joined([task for shot in self.shots.all if (task := shot.task)])
        while decision := self.mending.decision():
            self.directed(decision, to_be_made=True)
            await self._run.joined([task for shot in self.shots.all if (task := shot.task)])
        await self._cut()

    async def finish(self) -> None:
        """Delivers the best cut there is, after a stop: nothing else of it runs any more. A film of which
        nothing is to be bought is not drawn to its end for that."""
        self._unfinished = _STOPPED
        self.shots.judging.take_back(self.shots.all)
        if self._asked.partial == "fail" or (self.delivered is None and self.is_free):
            return
        await self._finish()

    async def _finish(self) -> None:
        try:
            # What was begun of it was stopped as well.
            needs_music = self._asked.music and self._assembly.music == "left_out"
            self._sound = self._run.spawn(self._assembly.score()) if needs_music else None
            await self.shots.recover()
            await self._cut()
        except (Exception, asyncio.CancelledError):
            # Not where its worker drops the run: what is closed then may not wait once more.
            await self._run.end()
            raise
        await self._run.end()

    async def stay(self, waits: tuple[Wait, ...] = ()) -> None:
        """Delivers the best cut there is, where another plan was wanted: no more of this one is made. `waits`
        are what that plan waited for in vain."""
        self._waits = waits
        if not self.shots.is_begun:
            self.shots.stand(self.review)
        self._unfinished = _OUTDATED
        self.shots.judging.take_back(self.shots.all)
        await self._finish()

    def directed(self, decision: Decision, to_be_made: bool) -> None:
        """Takes a person's decision over. Without `to_be_made` it is for a later run, or a later `make`."""
        if decision.plan != self.direction.plan or (decision.back and self.is_outdated):
            self.is_replanned = True
        changed = self.direction.apply(decision)
        again = [shot for shot in decision.wanted if shot in self.shots.failed]
        named = [shot for shot in (*decision.wanted, *decision.approved) if shot in self.shots.unnamed]
        to_do = tuple(dict.fromkeys((*changed, *again, *named)))
        if to_be_made and self.shots.is_begun and not self.is_replanned:
            self.shots.redirect(to_do)
        else:
            self.shots.forget_failures(to_do)

    @property
    def wants_more(self) -> bool:
        """Whether something was decided since `make` returned that has not been tried."""
        # What was planned before is delivered as it is, and no more of it is made.
        more = bool(self.shots.untried) or not self._is_current
        return self.is_replanned or (more and not self.is_outdated)

    def _begin(self) -> None:
        if self.shots.is_begun:
            self.shots.redirect(self.shots.untried)
        else:
            self._start()
            if self._previews or self._asked.review == "cut":
                self.shots.preview()
        self._run.spawn(self.review.hold())

    def _start(self) -> None:
        if self._asked.music:
            self._sound = self._run.spawn(self._assembly.score())
        self.mending.take_back()
        self.shots.begin(self.review)

    async def _due(self) -> None:
        """Returns once a cut is due: of all there is, or of what is better than the newest one."""
        await self._crew.watch.until(lambda: self._is_over or (self._can_be_cut and not self._is_current))
        if self._since is not None and not self._is_over:
            rest = CUT_EVERY - (self._crew.watch.now() - self._since)
            await self._crew.watch.until(lambda: self._is_over, rest, "The next cut, at the earliest")
        if self.shots.bug is not None:
            raise self.shots.bug
        if self.is_replanned:
            raise Replanned

    async def _try_cut(self) -> None:
        """Where a better cut cannot be made, the one before is what there is."""
        before = self._tried
        try:
            await self._cut()
        except (FailureError, CannotBeMade) as error:
            is_needed = self.delivered is None or self._asked.partial == "fail"
            if is_needed or is_cancelled_exception(error):
                raise
            # What has been finished since it began is still to be tried.
            if self._tried is before:
                self._tried = self._best
            self._crew.board.warn(f"{cause_of(error).message} An earlier cut is what there is.")

    async def _cut(self) -> None:
        if self._sound is not None:
            await self._run.joined([self._sound])
        self._check_whole()
        shown = [await self.shots.shown(shot) for shot in self.shots.all]
        self._tried = now = shown_of(self.shots, (one.footage for one in shown), self.music)
        if self._newest and now.key == self._newest.key:
            return
        self._since = self._crew.watch.now()
        self.mending.tell(shown)
        self.delivered = await self._assembly.cut(shown, self.results(now), now.apart)
        self._newest = now
        board, told = self._crew.board, self.delivered
        board.cut, board.delivered, board.report = told.cut, told.video, told.report
        self._crew.watch.changed()

    def _check_whole(self) -> None:
        """Raises what a film that is whole or nothing fails with, also where it came while a cut was made."""
        if self._asked.partial == "fail" and self._is_settled and (failure := self.failure):
            raise failure

    @property
    def failure(self) -> BaseException | None:
        """What the film is going to fail with."""
        return self.shots.failure(is_whole_or_nothing=self._asked.partial == "fail")

    # ---- how it stands -----------------------------------------------------------------------------

    @property
    def _is_over(self) -> bool:
        return self._is_settled or self.is_replanned or self.shots.bug is not None

    @property
    def is_done(self) -> bool:
        """Whether nothing that is wanted is under way, and the newest cut shows it."""
        return self._is_settled and self._is_current

    @property
    def _is_settled(self) -> bool:
        """Whether all that is wanted is there, or known not to come."""
        return self._is_scored and self.shots.is_settled and not self._deciding()

    @property
    def _can_be_cut(self) -> bool:
        return self._is_scored and all(self._can_be_shown(shot) for shot in self.shots.all)

    @property
    def _is_scored(self) -> bool:
        """Whether the music is there, or known not to come."""
        return self._sound is None or self._sound.done()

    def _can_be_shown(self, shot: ShotState) -> bool:
        """What is only drawn is waited for: a cut without it would be worse than the one before."""
        is_drawn = self.shots.wanted(shot).rung == "animatic"
        return self.shots.best(shot) is not None and (shot.is_settled or not is_drawn)

    @property
    def _is_current(self) -> bool:
        """Whether the newest cut shows the best that there is."""
        return self._tried is not None and self._tried.key == self._best.key

    @property
    def _best(self) -> Shown:
        return shown_of(self.shots, map(self.shots.best, self.shots.all), self.music)

    @property
    def is_free(self) -> bool:
        """Whether nothing of it is to be bought."""
        return all(one.rung == "animatic" for one in self.direction.wanted.values())

    def _is_there(self) -> bool:
        """Whether what a review is to show of the whole is there; without an animatic there is no more."""
        if self._asked.review != "cut" or self.delivered is not None:
            return True
        return self.shots.is_drawn and not self._can_be_cut

    def _is_coming(self, number: int) -> bool:
        shot = self.shots.all[number]
        is_drawn = self.shots.wanted(shot).rung == "animatic"
        return not (shot.is_settled or is_drawn or self._crew.board.is_held(shot.id))

    @property
    def is_whole(self) -> bool:
        """Whether every shot of the newest cut shows what is wanted, with the music that was asked for."""
        is_planned = not (self.is_replanned or self.is_outdated)
        is_there = is_planned and self.delivered is not None and self.music != "failed"
        return is_there and not any(beat.why for beat in self.results())

    @property
    def music(self) -> Literal["included", "left_out", "failed"]:
        """What became of the music that was asked for."""
        return self._assembly.music

    def results(self, shown: Shown | None = None) -> tuple[BeatResult, ...]:
        """What a cut shows of every shot, by default the newest one; where there is none yet, what exists."""
        footage = (shown or self._newest or self._best).footage
        told = Results(self._crew.film, self.planned, self.shots.direction, self.review.open, self._waits)
        return told.of(self.shots.all, footage, self._unfinished)
