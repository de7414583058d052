"""Knows the looks of a film: a curve for the light, and gain and shift for the colour.

Each is a table per channel, which costs under half a millisecond a frame at 720p; a 3D table costs forty
times as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflows.film import Look


class Grade(NamedTuple):
    """How a look changes the picture; the defaults change nothing."""

    contrast: float = 0.0
    """Added slope at mid grey, of an S-curve that leaves black and white where they are."""
    black: float = 0.0
    """Where black ends up, as a share of white: film that was flashed."""
    white: float = 1.0
    """Where white ends up."""
    saturation: float = 1.0
    cool_to_warm: float = 0.0
    """Levels taken from blue and given to red."""


GRADES: Mapping[Look, Grade] = {
    "natural": Grade(),
    "cinematic_warm": Grade(contrast=0.12, black=0.012, white=0.985, saturation=1.06, cool_to_warm=4.0),
    "elegant_muted": Grade(contrast=-0.06, black=0.045, white=0.965, saturation=0.72, cool_to_warm=-1.0),
    "modern_vibrant": Grade(contrast=0.16, saturation=1.26, cool_to_warm=-1.5),
}


def filters(look: Look) -> tuple[tuple[str, dict[str, str]], ...]:
    """The ffmpeg filters (name, options) of a look, for pictures of limited range; natural has none."""
    grade = GRADES[look]
    if grade == Grade():
        return ()
    light = "(clip(val,16,235)-16)/219"
    curve = f"({light}-{grade.contrast}*sin(2*PI*{light})/(2*PI))"
    y = f"16+219*({grade.black}+{grade.white - grade.black:.4f}*{curve})"
    return (
        (
            "lutyuv",
            {
                "y": y,
                "u": _chroma(grade.saturation, -grade.cool_to_warm),
                "v": _chroma(grade.saturation, grade.cool_to_warm),
            },
        ),
    )


def _chroma(saturation: float, shift: float) -> str:
    # Half is added because the table rounds down.
    return f"clip(128.5+{saturation}*(val-128)+({shift:.2f}),16,240)"
