"""How a beat is filmed: in one take where its camera travels, else in framings between which it cuts.

A cut within a beat is the plan's own. Nothing is drawn twice for it: all framings look at one set, the closer
ones from nearer, so that parallax stays right.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from activities.animatic.camera import PULL, PUSH, Pose, amount, pose, progress
from activities.animatic.legs import detour
from workflows.film import TRAVELLING, Camera, Shot

#: How much nearer the closest framing of a set is, unless the set says otherwise. Further in, letters and
#: objects would need twice the pixels.
CLOSEST: Final = 1.5
# The framing between the whole and the closest one comes this share of the way.
_NEARER: Final = 0.55
#: A focus off the middle comes to this share of its distance from it in a closer framing.
DRAWN_IN: Final = 0.5
#: Share of the frame that a framing may stand aside from its focus, across and down.
ASIDE, ABOVE = 0.07, 4.0
# A name of these does not say which way they go.
_EITHER_WAY: Final[frozenset[Camera]] = frozenset(("pan", "tilt", "orbit"))
#: How much a dolly grows the picture that is a beat's only move: it replaces a cut to a nearer view.
ONE_TAKE: Final = 0.3
#: Nearer than this, half of a label would be out of the frame.
LABELLED: Final = 1.15
#: How far a camera that stands still creeps in over one framing.
CREEP: Final = 0.05
#: What a framing's move gives way to in the next one: a cut between two like moves looks like a mistake.
_NEXT: Final[dict[Camera, tuple[Camera, ...]]] = {
    "dolly_in": ("pan", "dolly_out", "tilt"),
    "dolly_out": ("pan", "dolly_in", "tilt"),
    "pan": ("dolly_in", "tilt", "dolly_out"),
    "tilt": ("pan", "dolly_in", "dolly_out"),
    "orbit": ("dolly_in", "pan", "orbit"),
    "static": ("dolly_in", "dolly_out", "dolly_in"),
    "handheld": ("handheld", "handheld", "handheld"),
}


@dataclass(frozen=True)
class Framing:
    """One view of the set from `since` to `until`, seconds of the beat: `zoom` times as near, its middle at
    `x`, `y`, moving as `move` says, backwards where `back`; a dolly goes as far as `push`."""

    since: float
    until: float
    move: Camera
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    back: bool = False
    push: float = PUSH

    def pose(self, seconds: float, energy: float, width: float, seed: int) -> Pose:
        """The camera at `seconds` of the beat. Its move runs once over the framing, and on beyond it."""
        length = self.until - self.since
        gone = seconds - self.since
        at = length - gone if self.back else gone
        moved = pose(self.move, at, length, energy, width, seed, self.push)
        if self.move == "static":
            # Still enough to be called so, and no card.
            moved = Pose(zoom=1 + CREEP * progress(gone, length))
        return replace(
            moved, x=moved.x / self.zoom + self.x, y=moved.y / self.zoom + self.y, zoom=moved.zoom * self.zoom
        )


def another_take(shot: Shot, take: int) -> Shot:
    """The shot as its take of that number, from 1, is drawn. Other dice alone would draw a set that has but
    one framing as it was: so the camera moves otherwise as well, in each of four takes."""
    camera = shot.beat.camera
    if shot.beat.span:
        # Between its two keyframes, which are those of all takes, it goes another way.
        return shot.model_copy(update={"beat": shot.beat.model_copy(update={"camera": detour(camera, take)})})
    moves = list(dict.fromkeys((camera, *_NEXT[camera], "orbit", "pan", "dolly_in")))[:4]
    beat = shot.beat.model_copy(update={"camera": moves[(take - 1) % len(moves)]})
    return shot.model_copy(update={"beat": beat, "seed": shot.seed + take - 1})


def framings_of(
    shot: Shot, focus: tuple[float, float], width: float, closest: float = CLOSEST
) -> tuple[Framing, ...]:
    """The framings of a shot, in order; one where its camera travels, and where the plan has no cuts.

    `focus` is where the set's own object or words stand, `width` the frame's, both in world units; `closest`
    is how much nearer than the whole set a framing may be.
    """
    beat = shot.beat
    # Plans of earlier releases cut a travelling camera as well.
    cuts = () if beat.camera in TRAVELLING else beat.cuts
    edges = (0.0, *cuts, float(beat.lasts_s))
    rng = Random(f"{shot.seed}:{beat.id}:framing")
    if len(edges) == 2:
        # Another take of a set that has but one place for all goes less far, or the other way.
        push, back = _push(shot, closest) * rng.uniform(0.8, 1.0), rng.random() < 0.5
        return (Framing(0.0, edges[1], beat.camera, back=back and beat.camera in _EITHER_WAY, push=push),)
    views = _views(focus, width, closest, rng)
    # What is told one after the other, and a film's last words, are read best when all is in the frame.
    order = [1, 0, 2] if beat.callouts or beat.position == "closing" else rng.choice(([0, 1, 2], [1, 0, 2]))
    if rng.random() < 0.5 and len(edges) == 3:
        order = [2 if view == 1 else view for view in order]
    moves = [beat.camera, *_NEXT[beat.camera]]
    made = []
    for at, (since, until) in enumerate(itertools.pairwise(edges)):
        zoom, x, y = views[order[at % len(order)] if at < 3 else order[at % 2 + (at % 3 == 2)]]
        move = moves[at % len(moves)]
        # The first framing moves as the plan says; whichever way the others go, they answer it.
        back = rng.random() < 0.5 and at > 0 and move in ("pan", "tilt")
        made.append(Framing(since, until, move, zoom, x, y, back))
    return tuple(made)


def _push(shot: Shot, closest: float) -> float:
    """How far a dolly goes in one take: no nearer than `closest`, nor than labels can be read from."""
    beat = shot.beat
    if beat.callouts:
        closest = min(closest, LABELLED)
    return max(0.0, min(ONE_TAKE, (closest - 1) / amount(beat.lasts_s, beat.energy) - PULL))


def _views(
    focus: tuple[float, float], width: float, closest: float, rng: Random
) -> list[tuple[float, float, float]]:
    """Zoom and middle of the whole set, of a nearer view of the focus, and of a close one off its middle."""
    nearer = 1 + _NEARER * (closest - 1)
    aside = (closest - 1) / (CLOSEST - 1)
    side, up = math.copysign(aside, rng.random() - 0.5), math.copysign(aside, rng.random() - 0.5)

    def towards(zoom: float) -> tuple[float, float]:
        return focus[0] * (1 - DRAWN_IN / zoom) * aside, focus[1] * 0.6 * aside

    (x, y), (closer_x, closer_y) = towards(nearer), towards(closest)
    return [
        (1.0, 0.0, 0.0),
        (nearer, x, y),
        (closest, closer_x + side * ASIDE * width, closer_y + up * ABOVE),
    ]


def framing_at(framings: Sequence[Framing], seconds: float) -> Framing:
    """The framing that shows at `seconds`; the first before the beat, the last beyond its end."""
    return next((each for each in reversed(framings) if seconds >= each.since), framings[0])


def nearest(shot: Shot) -> float:
    """How much nearer than the whole set a shot ever looks: its artwork is drawn that much finer."""
    beat = shot.beat
    if beat.camera in ("dolly_in", "dolly_out"):
        return 1 + (_push(shot, CLOSEST) + PULL) * amount(beat.lasts_s, beat.energy)
    return CLOSEST if beat.cuts and beat.camera not in TRAVELLING else 1.0
