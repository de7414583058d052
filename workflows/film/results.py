"""Knows what is told of every shot of a cut: what it shows, why it shows less than was asked for, what would
fill it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from shlex import quote
from typing import NamedTuple

from workflows.film.counts import counts_of
from workflows.film.direction import Direction
from workflows.film.ends import told_ends_of
from workflows.film.filling import fills
from workflows.film.planned import PlannedFilm
from workflows.film.report import BeatResult
from workflows.film.review import REVIEW
from workflows.film.seams import colours_of, told_seams_of
from workflows.film.shot_state import ShotState
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
    """What a cut shows: a piece of footage a shot, and whether there is music."""

    footage: tuple[Footage | None, ...]
    music: bool

    @property
    def key(self) -> tuple[object, ...]:
        return (*(one and one.key for one in self.footage), self.music)


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
        error, wait = shot.failed.get(wanted.name), self._wait_of(beat.id)
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
            fill="" if is_whole else self._fill(beat.id, wanted, error, wait),
            seams=told_seams_of(segment and segment.artifact),
            colours=colours_of(segment and segment.artifact),
            ends=told_ends_of(segment and segment.artifact),
            clips=counts_of(chunks),
        )

    def _why(self, shot: str, cause: BaseException | Wait | None, unfinished: str) -> str:
        if cause is not None:
            return why_of(cause)
        return _UNAPPROVED if shot in self._unapproved else unfinished

    def _wait_of(self, shot: str) -> Wait | None:
        """What the shot waited for in vain."""
        own = [wait for wait in self._waits if shot in wait.step.partition("@")[0].split(":")[1:2]]
        return next(iter((*own, *(wait for wait in self._waits if shot in wait.rows))), None)

    def _fill(self, shot: str, wanted: Version, error: BaseException | None, wait: Wait | None) -> str:
        cause = cause_of(error).type if error else _IN_VAIN[wait.reason] if wait else ""
        model = error.model if isinstance(error, StepFailed) else None
        enough = wait.updates.get("set_budget", {}).get("usd") if wait and not error else None
        needs = Decimal(str(enough)) if enough else None
        keyframe = self._keyframe(error.step) if isinstance(error, StepFailed) else ""
        return fills(self._film, shot, cause, wanted.rung, model or "", needs, keyframe)

    def _keyframe(self, step: str) -> str:
        """The scene whose keyframe that step is, and the option for its words; empty where it is none."""
        kind, _, rest = step.partition("@")[0].partition(":")
        is_scene = self._planned.plan.method == "keyframes" and kind == "storyboard"
        scene, is_last, _ = rest.partition(":")
        return f'{quote(scene)} {"--end" if is_last else "--prompt"} "…"' if is_scene else ""
