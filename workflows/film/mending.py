"""Knows what becomes of joins that show, and of clips that miss an image they were made between, once all
that is wanted is there: people are told, or one more take is made of the chunk, and of what continues from
it, as far as the budget goes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from workflows.film.agenda import Agenda
from workflows.film.assembly import Segment
from workflows.film.contract import VideoRequest
from workflows.film.crew import Crew
from workflows.film.direction import Decision, Direction
from workflows.film.flaws import Flaw, flaws_of, is_tried, said_of_flaw
from workflows.film.planned import PlannedFilm
from workflows.film.prices import price_from
from workflows.film.shot_state import ShotState
from workflows.film.shots import Shots
from workflows.film.versions import Version
from workflows.studio import usd

_AS_ASKED = "joins-are-mended-where-this-run-asks"
_TRIED = "one more take of it was no better"


class Mending:
    """Of one planned film."""

    def __init__(
        self, planned: PlannedFilm, asked: VideoRequest, shots: Shots, agenda: Agenda, crew: Crew
    ) -> None:
        self._planned, self._shots, self._agenda, self._crew = planned, shots, agenda, crew
        self._joins = asked.joins

    @property
    def retakes(self) -> bool:
        """Whether takes are made for flaws at all."""
        return self._joins == "retake"

    def take_back(self) -> None:
        """Where nobody asks for takes any more, one that an earlier run began and did not end is wanted no
        more. It is not kept: a run that asks for them again goes on with it."""
        begun = [shot for shot in self._shots.all if self._shots.wanted(shot).mends]
        begun = [shot for shot in begun if not self.retakes and not self._shots.is_whole(shot)]
        # Films that began under a release that went on with it have bought it, or are about to.
        if begun and self._crew.patched(_AS_ASKED):
            self._shots.judging.take_back(begun)

    def tell(self, shown: Sequence[Segment]) -> None:
        """Of what a cut shows: of every flaw, or where takes are made, of those that stay as they are. What
        is only found out once a cut is there its manifest does not tell."""
        for shot, segment in zip(self._shots.all, shown, strict=True):
            version = segment.footage.version
            for flaw in _flaws(segment):
                if self._joins == "warn":
                    self._warn(shot, version, flaw)
                elif self.retakes and self._stays(shot, version, flaw.chunk):
                    self._warn(shot, version, flaw, _TRIED)

    def decision(self) -> Decision | None:
        """What is to be made for flaws: at most one take of a shot at a time. None where nothing is; of those
        that stay people are told."""
        wanted, price, alone = {}, Decimal(0), self._planned.continuity == "anchored"
        for shot in self._shots.all if self.retakes else ():
            version = self._shots.wanted(shot)
            for flaw in self._left(shot):
                if is_tried(self._direction.asked(shot.id), version, flaw.chunk):
                    self._warn(shot, version, flaw, _TRIED)
                    continue
                more = price_from(self._planned, version.rung, shot.id, flaw.chunk, alone)
                if not self._crew.purchases.affords(price + more):
                    lacks = f"the budget leaves less than {usd(price + more)}"
                    self._warn(shot, version, flaw, lacks)
                    continue
                price += more
                taken = self._direction.retake(shot.id, flaw.chunk, "", shot.finished, alone)
                wanted[shot.id] = taken.wanted[shot.id].model_copy(update={"mends": True})
                break
        return Decision(plan=self._direction.plan, wanted=wanted) if wanted else None

    @property
    def _direction(self) -> Direction:
        return self._shots.direction

    def _left(self, shot: ShotState) -> Sequence[Flaw]:
        """The flaws of what it shows; none while more of it comes, where a person chose it, and
        where nobody asked for it in this run."""
        is_whole = shot.is_settled and self._shots.is_whole(shot)
        if not is_whole or shot.id in self._direction.used or shot.id in self._shots.unasked:
            return ()
        segment = shot.segments.get(self._shots.wanted(shot).name)
        return _flaws(segment) if segment else ()

    def _stays(self, shot: ShotState, version: Version, number: int) -> bool:
        """Whether what is wanted, and nobody chose, has a flaw for which a take was made in vain."""
        if version != self._shots.wanted(shot) or shot.id in self._direction.used:
            return False
        made = {name: one for name, one in self._direction.asked(shot.id).items() if name in shot.finished}
        return is_tried(made, version, number)

    def _warn(self, shot: ShotState, version: Version, flaw: Flaw, why: str = "") -> None:
        beat = self._planned.plan.beats[shot.number]
        label = self._agenda.label(beat, "segment", version)
        self._crew.board.warn_once(f"{label}: {said_of_flaw(self._crew.film, shot.id, flaw, why)}")


def _flaws(segment: Segment) -> Sequence[Flaw]:
    """What is drawn here moves as it was told to: of that nothing is to be mended."""
    footage = segment.footage
    return list(flaws_of(segment.artifact, len(footage.chunks))) if footage.generated else ()
