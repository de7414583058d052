"""Knows what is told of every shot of a cut: what it shows, why it shows less than was asked for, what would
fill it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from workflows.film.agenda import step_of_sheet
from workflows.film.counts import counts_of
from workflows.film.direction import Direction
from workflows.film.ends import told_ends_of
from workflows.film.filling import fills
from workflows.film.joins import are_apart
from workflows.film.places import keyframe_of
from workflows.film.planned import PlannedFilm
from workflows.film.report import BeatResult
from workflows.film.review import REVIEW
from workflows.film.seams import colours_of, told_seams_of
from workflows.film.shot_state import ShotState
from workflows.film.shots import Shots
from workflows.film.versions import Footage, Version
from workflows.studio import StepFailed, Wait, cause_of, why_of

_UNAPPROVED = "it waits to be approved"
#: Of a run that was begun for other shots.
_UNNAMED = "it was left unfinished before, and nobody asked for it since"
#: What fails who waits in vain.
_IN_VAIN = {
    "budget": "OverBudget",
    "risk": "SubmitOutcomeUnknown",
    "review": REVIEW,
    "paused": "",
    "cap": "AtCap",
}


class Shown(NamedTuple):
    """What a cut shows: a piece of footage a shot, and whether there is music. `apart` are the shots, by
    number, that begin with another picture than the one before ends with, where that stays so."""

    footage: tuple[Footage | None, ...]
    music: bool
    apart: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        return (*(one and one.key for one in self.footage), self.music, *self.apart)


def shown_of(shots: Shots, footage: Iterable[Footage | None], music: str) -> Shown:
    """What a cut of this footage shows; `music` is what became of that."""
    there = tuple(footage)
    stays = [shots.is_whole(shot) or shot.is_settled for shot in shots.all]
    apart = [
        number
        for number, (before, after) in enumerate(pairwise(there), 1)
        if stays[number - 1] and stays[number] and before and after and are_apart(before, after)
    ]
    return Shown(there, music == "included", tuple(apart))


class Results:
    """Of the shots of the film of that id. `unapproved` are those that wait for a review, `waits` what steps
    waited for when the film ended."""

    def __init__(
        self,
        film: str,
        planned: PlannedFilm,
        direction: Direction,
        unapproved: Collection[str],
        waits: Sequence[Wait],
    ) -> None:
        self._film, self._planned, self._direction = film, planned, direction
        self._unapproved, self._waits = unapproved, waits

    def of(
        self, shots: Sequence[ShotState], shown: Sequence[Footage | None], unfinished: str
    ) -> tuple[BeatResult, ...]:
        """One a shot; `unfinished` is said of what is missing for no other reason."""
        return tuple(self._of(shot, one, unfinished) for shot, one in zip(shots, shown, strict=True))

    def _of(self, shot: ShotState, shown: Footage | None, unfinished: str) -> BeatResult:
        beat, wanted = self._planned.plan.beats[shot.number], self._direction.wanted[shot.id]
        is_whole = shown is not None and shown.version == wanted
        error, wait = shot.failed.get(wanted.name), self._wait_of(shot, wanted)
        image = shown.image if shown else shot.shooting and shot.shooting.image
        chunks = shown.chunks if shown else tuple(shot.shooting.chunks if shot.shooting else ())
        segment = shot.segments.get(shown.version.name) if shown else None
        return BeatResult(
            id=beat.id,
            frames=beat.frames(self._planned.format.fps),
            storyboard=image.object if image else None,
            chunks=tuple(chunk.object for chunk in chunks),
            placeholder=shown is not None and not is_whole,
            shows=shown.version.name if shown else "",
            wanted=wanted.name,
            why=""
            if is_whole
            else self._why(beat.id, error or wait, _UNNAMED if shot.is_unnamed else unfinished),
            fill="" if is_whole else self._fill(shot, wanted, error, wait),
            seams=told_seams_of(segment and segment.artifact),
            colours=colours_of(segment and segment.artifact),
            ends=told_ends_of(segment and segment.artifact),
            clips=counts_of(chunks),
        )

    def _why(self, shot: str, cause: BaseException | Wait | None, unfinished: str) -> str:
        if cause is not None:
            return why_of(cause)
        return _UNAPPROVED if shot in self._unapproved else unfinished

    def _wait_of(self, shot: ShotState, wanted: Version) -> Wait | None:
        """What the shot waited for in vain, also for a sheet; a scene also for the keyframes before it."""
        own = [wait for wait in self._waits if shot.id in wait.step.partition("@")[0].split(":")[1:2]]
        rows = [wait for wait in self._waits if shot.id in wait.rows]
        drawn = [(keyframe_of(wait.step, self._planned.plan), wait) for wait in self._waits]
        before = [wait for keyframe, wait in drawn if keyframe and keyframe.is_for(shot.number, wanted)]
        sheets = [
            step_of_sheet(sheet, wanted.sheet(sheet.name).take)
            for sheet in self._planned.sheets_by(wanted.rung, shot.id)
        ]
        shown = [wait for wait in self._waits if wait.step in sheets]
        return next(iter((*own, *rows, *shown, *before)), None)

    def _fill(self, shot: ShotState, wanted: Version, error: BaseException | None, wait: Wait | None) -> str:
        cause = cause_of(error).type if error else _IN_VAIN[wait.reason] if wait else ""
        model = error.model if isinstance(error, StepFailed) else None
        enough = wait.updates.get("set_budget", {}).get("usd") if wait and not error else None
        needs = Decimal(str(enough)) if enough else None
        keyframe = keyframe_of(error.step, self._planned.plan) if isinstance(error, StepFailed) else None
        lacks = keyframe.option if keyframe and not keyframe.is_reached_by(shot.number) else ""
        return fills(self._film, shot.id, cause, wanted.rung, model or "", needs, lacks)
