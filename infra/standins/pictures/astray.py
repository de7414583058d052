"""How a clip goes astray behind its first frame, where that was ordered: what a join between chunks has to be
measured by."""

from __future__ import annotations

import cv2
import numpy as np

from infra.standins.pictures.arrays import Pixels, f32, u8

#: What can be ordered: the first frame is shown once more; frames are left out behind it; all others have
#: other colours; they show another scene; their colours drift, more with every frame.
ASTRAY = ("begins_twice", "begins_late", "begins_tinted", "begins_elsewhere", "drifts")
#: Frames that are left out where it begins late.
LATE = 8
# As models err: a few per cent of light, and a cast, at once, or half of it over the length of a clip.
_GAIN, _BLUE, _RED = 0.05, -4, 4
_DRIFT = 0.5


def time_of(n: int, fault: str) -> int:
    """Which frame of the move is shown as frame `n`."""
    if fault == "begins_twice":
        return max(0, n - 1)
    return n + LATE if fault == "begins_late" and n else n


def tinted(
    luma: Pixels, chroma: Pixels, black: int, n: int, frames: int, fault: str
) -> tuple[Pixels, Pixels]:
    """A frame in the colours that it has by then; `black` is the level of black."""
    share = {"begins_tinted": float(n > 0), "drifts": _DRIFT * n / max(1, frames - 1)}.get(fault, 0.0)
    if not share:
        return luma, chroma
    gain = 1 + _GAIN * share
    bright = cv2.convertScaleAbs(luma, alpha=gain, beta=black * (1 - gain))
    cast = f32(chroma) + f32([_BLUE * share, _RED * share])
    return u8(bright), u8(np.clip(np.round(cast), 0, 255))
