"""Knows which keyframe of a film a step draws, by its name, and which scenes lack it without that."""

from __future__ import annotations

from shlex import quote
from typing import NamedTuple

from workflows.film.plan import Plan
from workflows.film.versions import Version, chain_of


class Keyframe(NamedTuple):
    """The one at that place, from 0, in the row of a `scene`, of the chain of that name, or in the words of
    the version of that name where it is in a person's; `of` is empty in the film's own. Not `planned`: it is
    for the scenes beside it alone, and no other follows from it."""

    place: int
    scene: str
    of: str
    planned: bool
    is_last: bool = False
    in_own_words: bool = False

    @property
    def option(self) -> str:
        """How a fork is told to say it otherwise."""
        return f'{quote(self.scene)} {"--end" if self.is_last else "--prompt"} "…"'

    def is_for(self, number: int, wanted: Version) -> bool:
        """Whether that version of the scene of that number, from 0, waits for it."""
        is_near = number >= self.place - 1 if self.planned else number in (self.place - 1, self.place)
        name = ((not self.in_own_words and chain_of(wanted)) or wanted).name
        # The film's own is a first one: its request knows of no newer sheet.
        return is_near and (self.of == name if self.of else name.endswith("-1"))

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
    return Keyframe(place, scene, suffix, planned, "last" in how, "reworded" in how)
