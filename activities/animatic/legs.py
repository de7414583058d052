"""The way of the camera through a film of keyframes: one set, and a smooth path through it.

A keyframe is where the camera stands at the end of a scene, which is where the next one begins: an exact
frame of the path. What a scene's own move adds between them is gone, and at rest, at both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Final

from activities.animatic.camera import Pose
from workflows.film import Camera, Shot

#: The set that the whole film is filmed in: it shows the thing from every side, and no words but the noun.
STANDING: Final = "hero_shot"
#: Where the keyframes lie, in turn: zoom; aside, shares of the width; swing of an orbit. By eye: no two
#: neighbours are alike, and the thing is never cut.
_STATIONS: Final = (
    (1.00, 0.0, -0.55),
    (1.22, 0.035, 0.35),
    (1.06, -0.05, 0.85),
    (1.30, -0.02, -0.35),
    (1.12, 0.055, -0.90),
    (1.26, -0.04, 0.60),
)
#: The camera comes nearer to this height, units: what stands there stays in its place, above the title.
_FOOT: Final = 27.0
#: What a scene's own move adds half-way: a push, a share of the width aside, units up, an angle of an orbit.
_PUSH, _ASIDE, _UP, _TURN = 0.10, 0.03, 2.0, 0.35
_DETOURS: Final[tuple[Camera, ...]] = ("dolly_in", "pan", "orbit", "tilt", "dolly_out")


@dataclass(frozen=True)
class Leg:
    """The way of one scene, `place` from 0, which lasts `lasts` seconds from the film's second `since` on;
    `move` is its own."""

    place: int
    lasts: float
    seed: int
    move: Camera

    @property
    def since(self) -> float:
        return self.place * self.lasts

    def pose(self, seconds: float, width: float) -> Pose:
        """The camera at `seconds` of the scene, in a frame `width` units wide; on beyond both ends."""
        at = seconds / self.lasts
        leg = math.floor(at)
        u = at - leg
        four = [_station(self.place + leg + step, self.seed) for step in (-1, 0, 1, 2)]
        zoom, aside, swing = (_spline([station[i] for station in four], u) for i in range(3))
        push, x, y, turn = self._detour(min(max(at, 0.0), 1.0))
        zoom = math.exp(zoom + push)
        return Pose(
            x=(aside + x) * width,
            y=_FOOT * (1 - 1 / zoom) + y,
            zoom=zoom,
            swing=min(1.0, max(-1.0, swing + turn)),
        )

    def _detour(self, share: float) -> tuple[float, float, float, float]:
        # Flat at both ends, so that scene follows scene without a jolt.
        far = math.sin(math.pi * share) ** 2
        ways: dict[Camera, tuple[float, float, float, float]] = {
            "dolly_in": (_PUSH, 0.0, 0.0, 0.0),
            "dolly_out": (-_PUSH / 2, 0.0, 0.0, 0.0),
            "pan": (0.0, _ASIDE, 0.0, 0.0),
            "tilt": (0.0, 0.0, -_UP, 0.0),
            "orbit": (0.0, 0.0, 0.0, _TURN),
        }
        push, x, y, turn = ways.get(self.move, (0.0, 0.0, 0.0, 0.0))
        return push * far, x * far, y * far, turn * far


def leg_of(shot: Shot) -> Leg:
    """The way of a scene: all of a film last the same."""
    assert shot.beat.span is not None, "only scenes have keyframes"
    return Leg(shot.number - 1, float(shot.beat.lasts_s), shot.seed, shot.beat.camera)


def standing(shot: Shot) -> Shot:
    """The shot whose set the whole film is filmed in: the same for all of its scenes."""
    beat = shot.beat.model_copy(
        update={
            "id": STANDING,
            "seconds": 15,
            "start_s": 0,
            "position": "opening",
            "title": "",
            "action": "",
            "prompt": "",
            "callouts": (),
            "camera": "static",
            "energy": 0.5,
            # Drawn as finely as what is filmed from near.
            "cuts": (7.5,),
            "span": None,
            "scene": None,
        }
    )
    return shot.model_copy(update={"beat": beat, "number": 1, "count": 2, "titles": False})


def detour(move: Camera, take: int) -> Camera:
    """The move of a scene's take of that number, from 1, where `move` is the first's."""
    others = [each for each in _DETOURS if each != move]
    return move if take == 1 else others[(take - 2) % len(others)]


def _station(place: int, seed: int) -> tuple[float, float, float]:
    """Log of the zoom, share aside and swing of the keyframe of that place, also beyond the film's ends."""
    rng = Random(f"{seed}:way")
    side, first = rng.choice((-1, 1)), rng.randrange(2)
    zoom, aside, swing = _STATIONS[(place + first) % len(_STATIONS)]
    return math.log(zoom), side * aside, side * swing


def _spline(four: list[float], u: float) -> float:
    """Between the middle two of four points, as smooth across them (Catmull-Rom)."""
    a, b, c, d = four
    return b + u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a))) / 2
