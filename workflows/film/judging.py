"""Knows whether a take that was made for a join stands: else what it is of is wanted again."""

from __future__ import annotations

from workflows.film.assembly import Assembly, Segment
from workflows.film.crew import Crew
from workflows.film.direction import Decision, Direction
from workflows.film.seams import joins_better
from workflows.film.shot_state import ShotState
from workflows.film.versions import Version


class Judging:
    """Of one planned film."""

    def __init__(self, assembly: Assembly, direction: Direction, crew: Crew) -> None:
        self._assembly, self._direction, self._crew = assembly, direction, crew

    async def stands(self, shot: ShotState, taken: Segment) -> bool:
        """Whether it was not made for a join, or joins better. Raises what a segment's step raises."""
        version = taken.footage.version
        before = shot.finished.get(version.of.name) if version.mends and version.of else None
        if before is None:
            return True
        there = shot.segments.get(before.version.name)
        if there is None or there.footage.key != before.key:
            there = await self._assembly.segment(shot.number, before)
        chunks = len(taken.footage.chunks)
        return joins_better(taken.artifact, chunks, there.artifact, version.since)

    def undo(self, shot: ShotState, version: Version) -> Decision | None:
        """Wants again, at once, what was wanted before a take for a join; None of any other version."""
        if not version.mends or version.of is None:
            return None
        decision = Decision(plan=self._direction.plan, wanted={shot.id: version.of})
        self._direction.apply(decision)
        return decision

    async def keep(self, shot: ShotState, undone: Decision | None) -> None:
        """Keeps that, unless somebody has decided otherwise by then."""
        if undone is not None:
            before = undone.wanted[shot.id]
            await self._crew.decide("use", undone, lambda: self._direction.wanted[shot.id] == before)
