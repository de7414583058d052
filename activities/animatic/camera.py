"""Where the camera stands at any second of a beat: a pure function of time, so that every chunk agrees.

A beat is cut at both ends while the camera still moves. Ease to a halt before a cut and the film stutters;
therefore the velocity starts at a third, ends near a half, and keeps that half beyond the beat's end, where
the handles of a transition lie.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from workflows.film import Camera

#: Share of the beat over which the camera gathers speed, and over which it slows.
RAMP = 0.22
#: Velocity at the first frame and from the last one on, of cruising speed.
FIRST_SPEED, LAST_SPEED = 0.35, 0.45
#: How much a dolly grows the picture, unless its framing says otherwise; one that comes from near begins a
#: little nearer yet. A push of 15 % is felt and shows no edge of the set.
PUSH, PULL = 0.15, 0.02
#: Three incommensurate rates of a hand, hertz, and their share of its sway: the sum never repeats.
HAND: tuple[tuple[float, float], ...] = ((0.31, 0.9), (0.73, 0.45), (1.27, 0.16))


@dataclass(frozen=True)
class Pose:
    """`x`, `y`: what the camera looks at, world units. `roll` in degrees. `swing` is the angle of an orbit,
    -1 to +1 in a beat: it bends the object and slides what lies before and behind it."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0
    swing: float = 0.0


def progress(seconds: float, duration: float) -> float:
    """0 at the beat's start, 1 at its end; never stands still, before, within or after."""
    u = seconds / duration
    area = RAMP * (FIRST_SPEED + 1) / 2 + (1 - 2 * RAMP) + RAMP * (LAST_SPEED + 1) / 2
    if u <= 0:
        return u * FIRST_SPEED / area
    gathering, slowing = min(u, RAMP), max(0.0, min(u, 1.0) - (1 - RAMP))
    cruising = max(0.0, min(u, 1 - RAMP) - RAMP)
    path = FIRST_SPEED * gathering + (1 - FIRST_SPEED) * gathering**2 / (2 * RAMP)
    path += cruising + slowing - (1 - LAST_SPEED) * slowing**2 / (2 * RAMP)
    return (path + LAST_SPEED * max(0.0, u - 1)) / area


def amount(duration: float, energy: float) -> float:
    """How far a move goes: with the energy, and with the root of the beat's length, so that a long beat is
    slower without standing still."""
    return (0.7 + 0.6 * energy) * min(1.5, math.sqrt(duration / 5))


def pose(
    move: Camera, seconds: float, duration: float, energy: float, width: float, seed: int, push: float = PUSH
) -> Pose:
    """The camera at `seconds` of a beat `duration` long, in a frame `width` units wide; a dolly goes as far
    as `push` says.

    The figures of each move were chosen by eye.
    """
    p, far = progress(seconds, duration), amount(duration, energy)
    if move == "dolly_in":
        # Exponential, so that the picture grows at an even rate.
        return Pose(zoom=math.exp(p * math.log(1 + push * far)), y=-0.8 * p * far)
    if move == "dolly_out":
        return Pose(zoom=math.exp((1 - p) * math.log(1 + (push + PULL) * far)), y=-0.8 * (1 - p) * far)
    if move == "pan":
        return Pose(x=width * 0.075 * far * (2 * p - 1), zoom=1.05)
    if move == "tilt":
        return Pose(y=6.5 * far * (1 - 2 * p), zoom=1.06)
    if move == "orbit":
        # Further round, the bent picture of an object shows that it is one.
        return Pose(swing=(2 * p - 1) * min(1.0, far), zoom=1.03 + 0.03 * math.sin(math.pi * p))
    if move == "handheld":
        return _hand(seconds, p, far, seed)
    # A frame that does not change at all looks broken.
    return Pose(zoom=1 + 0.018 * p)


def _hand(seconds: float, p: float, far: float, seed: int) -> Pose:
    phases = [b / 255 * math.tau for b in hashlib.sha256(f"hand:{seed}".encode()).digest()[:9]]

    def sway(axis: int) -> float:
        return sum(
            share * math.sin(math.tau * rate * seconds + phases[3 * axis + i])
            for i, (rate, share) in enumerate(HAND)
        )

    return Pose(
        x=0.55 * far * sway(0), y=0.45 * far * sway(1), roll=0.16 * far * sway(2), zoom=1.035 + 0.03 * p
    )
