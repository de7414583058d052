"""Knows how a product photo is composed for a model that draws after its edges: how large and where, by beat.

What is composed once is written into the recipe, and kept with its words: a later release may compose
otherwise, and buys nothing anew.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from activities.animatic import GENRE_SETS, SETS, cut_out, set_for
from activities.media import draw_edges
from activities.models import Model
from workflows.film import Shot
from workflows.studio import RATIO, Aspect

#: Beats in the order in which they were thought of: new ones come last, and move no other's product.
_BEATS = (*SETS, *GENRE_SETS)
#: How far a product may stand from the middle, shares of the frame's width and height.
_ASIDE, _UP = 0.56, 0.24
#: Of the frame's height; a macro leaves the frame, and shows what is there all the larger.
_SMALLEST, _LARGEST = 0.30, 1.15
#: Of the frame's width, unless it is a macro.
_WIDEST = 0.72
#: Between a product and the frame's edge, of the frame's width.
_MARGIN = 0.03
#: Pixels of an image where its model names no size: what image models of this day were trained on.
_PIXELS = 1_048_576
#: Models want sides that their blocks divide.
_BLOCK = 16
# Multiples of irrational numbers spread evenly over a line, however many there are; of those tried, these two
# keep the fifteen beats of a product furthest apart.
_STEP = (3**0.5, (1 + 5**0.5) / 2)
_SAID = re.compile(r"1: (\d+)x(\d+), height ([\d.]+) at (-?[\d.]+) (-?[\d.]+)")


class Composition(NamedTuple):
    """A picture of `width` by `height` pixels, in which the product is `tall` high with its centre so far to
    the right of the middle and below it: shares of height, width, height."""

    width: int
    height: int
    tall: float
    across: float
    down: float

    def __str__(self) -> str:
        return f"1: {self.width}x{self.height}, height {self.tall:.3f} at {self.across:.3f} {self.down:.3f}"

    @classmethod
    def read(cls, said: str) -> Composition:
        """What `str` wrote. Raises `ValueError` for anything else."""
        found = _SAID.fullmatch(said)
        if found is None:
            raise ValueError(f"{said!r} is no composition")
        return cls(int(found[1]), int(found[2]), *map(float, found.groups()[2:]))


def composition(shot: Shot, model: Model, aspect: Aspect) -> Composition:
    """As this release composes a beat: as large as its set shows the product, in a place of its own."""
    beat = shot.beat.id
    # Any other beat's name is a number beyond those.
    far = len(_BEATS) + int.from_bytes(hashlib.sha256(beat.encode()).digest()[:2], "big")
    order = _BEATS.index(beat) if beat in _BEATS else far
    x, y = ((order * step) % 1 - 0.5 for step in _STEP)
    tall = min(_LARGEST, max(_SMALLEST, set_for(shot.beat).tallest / 100))
    width, height = canvas(model, aspect)
    # Where it is large there is little room to stand aside.
    room = max(0.25, 1 - tall)
    return Composition(width, height, tall, round(x * _ASIDE * room, 3), round(y * _UP * room, 3))


def canvas(model: Model, aspect: Aspect) -> tuple[int, int]:
    """The size in which a model makes images of that aspect, so that no edge is scaled on its way."""
    # What takes no aspect makes images of the shape of its edges.
    told = model.value("aspect", {"aspect": aspect}) if "aspect" in model.parameters else None
    if isinstance(told, dict):
        told = f"{told.get('width')}x{told.get('height')}"
    stated = re.fullmatch(r"(\d+)x(\d+)", told) if isinstance(told, str) else None
    if stated:
        return int(stated[1]), int(stated[2])
    across, down = RATIO[aspect]
    scale = (_PIXELS / (across * down)) ** 0.5
    return round(across * scale / _BLOCK) * _BLOCK, round(down * scale / _BLOCK) * _BLOCK


def draw_composed(photo: Path, composed: Composition, out: Path) -> None:
    """Writes the edges of the photo's product so composed: of it alone where it can be told from what
    it stands on, else of the whole photo. Raises `InvalidInput` where it is no photo."""
    product = cut_out(photo)
    rows, columns = product.shape[:2]
    tall = composed.tall * composed.height
    if composed.tall < 1:
        tall = min(tall, _WIDEST * composed.width * rows / columns)
    scale = tall / rows
    free = max(0.0, (1 - columns * scale / composed.width) / 2 - _MARGIN)
    across = min(free, max(-free, composed.across))
    at = np.array(
        [
            [scale, 0, composed.width * (0.5 + across) - columns * scale / 2],
            [0, scale, composed.height * (0.5 + composed.down) - rows * scale / 2],
        ]
    )
    if scale < 1:
        # Shrunk in one step, fine lines would come and go.
        blurred = cv2.GaussianBlur(product, (0, 0), 0.5 / scale)
        product = np.asarray(blurred, np.uint8)
    placed = cv2.warpAffine(product, at, (composed.width, composed.height), flags=cv2.INTER_LINEAR)
    draw_edges(np.asarray(placed, np.uint8), out)
