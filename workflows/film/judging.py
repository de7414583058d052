"""Knows whether a take that was made for a join, or an end, stands: else what it is of is wanted again."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.film.assembly import Assembly, Segment
from workflows.film.crew import Crew
from workflows.film.direction import Decision, Direction
from workflows.film.flaws import is_better
from workflows.film.shot_state import ShotState
from workflows.film.versions import Version


class Judging:
    """Of one planned film."""

    def __init__(self, assembly: Assembly, direction: Direction, crew: Crew) -> None:
        self._assembly, self._direction, self._crew = assembly, direction, crew

    def judges(self, shot: ShotState, version: Version) -> bool:
        """Whether it is made for a flaw, and nobody has chosen it: what a person chose stands."""
        return version.mends and version.of is not None and shot.id not in self._direction.used

    async def stands(self, shot: ShotState, taken: Segment) -> bool:
        """Whether it was not made for a flaw, or is better. Raises what a segment's step raises."""
        version = taken.footage.version
        is_judged = self.judges(shot, version)
        before = shot.finished.get(version.of.name) if is_judged and version.of else None
        if before is None:
            return True
        there = shot.segments.get(before.version.name)
        if there is None or there.footage.key != before.key:
            there = await self._assembly.segment(shot.number, before)
        chunks = len(taken.footage.chunks)
        # Where an anchor is missing, chunks behind it go on from its end, and are made anew with it.
        alone = version.alone and taken.footage.alone
        return is_better(taken.artifact, chunks, there.artifact, version.since, alone)

    def undo(self, shot: ShotState, version: Version) -> Decision | None:
        """Wants again, at once, what was wanted before a take for a flaw; None of any other version, and
        where somebody has decided otherwise since."""
        # What makes it may have been let go, and have swallowed that.
        is_wanted = self._direction.wanted[shot.id] == version
        if version.of is None or not (is_wanted and self.judges(shot, version)):
            return None
        decision = Decision(plan=self._direction.plan, wanted={shot.id: version.of})
        self._direction.apply(decision)
        return decision

    def take_back(self, shots: Iterable[ShotState]) -> None:
        """Of these a take for a flaw that nobody could judge is not missing, for nobody asked for it. It is
        not kept: a later run goes on with the take."""
        for shot in shots:
            version = wanted = self._direction.wanted[shot.id]
            while version.mends and version.of and not (shot.has(version) or version.name in shot.failed):
                version = version.of
            if version != wanted:
                used = shot.id in self._direction.used
                self._direction.apply(
                    Decision(plan=self._direction.plan, wanted={shot.id: version}, used=used)
                )

    async def keep(self, shot: ShotState, undone: Decision | None) -> None:
        """Keeps that, unless somebody has decided otherwise by then."""
        if undone is not None:
            before = undone.wanted[shot.id]
            await self._crew.decide("use", undone, lambda: self._direction.wanted[shot.id] == before)
