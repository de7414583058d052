"""Knows which keyframe of a film a step draws, by its name, and which scenes lack it without that."""

from __future__ import annotations

from shlex import quote
from typing import NamedTuple

from workflows.film.plan import Plan
from workflows.film.versions import Version


class Keyframe(NamedTuple):
    """The one at that place, from 0, in the row of a `scene`; `rung` is empty on the film's own. Not
    `planned`: it is for the scenes beside it alone, and no other follows from it."""

    place: int
    scene: str
    rung: str
    planned: bool
    is_last: bool = False

    @property
    def option(self) -> str:
        """How a fork is told to say it otherwise."""
        return f'{quote(self.scene)} {"--end" if self.is_last else "--prompt"} "…"'

    def is_for(self, number: int, wanted: Version) -> bool:
        """Whether that version of the scene of that number, from 0, waits for it."""
        is_near = number >= self.place - 1 if self.planned else number in (self.place - 1, self.place)
        return is_near and self.rung in ("", wanted.rung)

    def is_reached_by(self, number: int) -> bool:
        """Whether another take of that scene, in other words, draws another in its place."""
        return self.place == number + 1 or self.place == number == 0


def keyframe_of(step: str, plan: Plan) -> Keyframe | None:
    """What a step of that name draws; None where that is no keyframe."""
    name, _, suffix = step.partition("@")
    kind, scene, *how = (*name.split(":"), "")
    ids = [beat.id for beat in plan.beats]
    if plan.method != "keyframes" or kind != "storyboard" or scene not in ids:
        return None
    planned = not {"softened", "reworded"} & set(how)
    place = ids.index(scene) + ("last" in how)
    return Keyframe(place, scene, suffix.rpartition("-")[0], planned, "last" in how)
