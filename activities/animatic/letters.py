"""A film's own words as its object: set in lines of one width, and cut from paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

import cv2
import numpy as np

from activities.animatic.layer import HeightMap, Image
from activities.animatic.lettering import capitals, pieces_of
from activities.animatic.palette import Palette
from activities.animatic.relief import Lighting, Mask, contour
from activities.animatic.vector import Box, render, text, text_width

#: A block of letters is about this wide for its height: a nameplate is too wide for a set, a column unread.
BLOCK = 1.7
#: More lines than this are no picture any more.
LINES = 4
# Lines of one width differ in size by this at most, or the block would fall into a headline and its text.
LARGEST_RATIO = 2.2
# An article or a preposition does not stand alone on a line.
LONELY = 4
# Height of a capital, and space between lines, of the type's size.
CAPITAL, LEADING = 0.72, 0.24
# Scripts with marks above and below need room beyond their capitals.
ROOM = 0.34


class Line(NamedTuple):
    """One line of a block: its words, type size and baseline, in units of the block's width being 100."""

    words: str
    size: float
    y: float


class Block(NamedTuple):
    """Lines set to one width of 100; `height` in the same units."""

    lines: tuple[Line, ...]
    height: float

    @property
    def aspect(self) -> float:
        return 100 / self.height

    def body(self, x: float, y: float, width: float, fill: str, opacity: float = 1.0) -> str:
        """The block as SVG, its centre at `x`, `y`, in one flat colour."""
        return "".join(self.line(at, x, y, width, fill, opacity) for at in range(len(self.lines)))

    def line(self, at: int, x: float, y: float, width: float, fill: str, opacity: float = 1.0) -> str:
        """One line of it alone, where it stands in the block."""
        scale, each = width / 100, self.lines[at]
        foot = y - self.height * scale / 2 + each.y * scale
        size = each.size * scale
        return text(each.words, x, foot, size, "ExtraBold", fill, "middle", -0.01 * size, opacity)


def block(words: str, aspect: float = BLOCK) -> Block:
    """`words` on one to four lines, all of one width, the block's shape as near `aspect` as they allow."""
    pieces, joint = pieces_of(capitals(words))
    pieces = pieces or ["·"]
    most = min(LINES, len(pieces))
    ways = [
        _set(_joined(pieces, (0, *cuts, len(pieces)), joint))
        for count in range(most)
        for cuts in combinations(range(1, len(pieces)), count)
    ]
    return min(ways, key=lambda way: abs(np.log(way.aspect / aspect)) + _raggedness(way))


def _joined(pieces: list[str], cuts: tuple[int, ...], joint: str) -> list[str]:
    return [joint.join(pieces[a:b]).strip() for a, b in pairwise(cuts)]


def _set(lines: list[str]) -> Block:
    sizes = [100 / max(0.4, text_width(line, 1, "ExtraBold", -0.01)) for line in lines]
    sizes = [min(size, LARGEST_RATIO * min(sizes)) for size in sizes]
    rooms = [0.0 if line.isascii() else ROOM for line in lines]
    made, y = [], 0.0
    for line, size, room in zip(lines, sizes, rooms, strict=True):
        y += size * (CAPITAL + room)
        made.append(Line(line, size, y))
        y += size * (LEADING + room / 2)
    return Block(tuple(made), y - sizes[-1] * LEADING)


def _raggedness(way: Block) -> float:
    """How unlike the lines are in size: a short word alone on a line shouts."""
    sizes = [line.size for line in way.lines]
    lonely = sum(len(line.words) < LONELY for line in way.lines) if len(sizes) > 1 else 0
    return 0.25 * float(np.log(max(sizes) / min(sizes))) + 0.5 * lonely


@dataclass(frozen=True, eq=False)
class Paper:
    """Letters cut from paper: flat, so that nothing competes with what is really an object."""

    mask: Mask

    @cached_property
    def edges(self) -> Mask:
        return contour(self.mask)

    @property
    def height(self) -> HeightMap:
        return self.mask

    def lit(self, palette: Palette, lighting: Lighting) -> Image:
        """One colour, lit a little from above; out of the light it falls to a shade of the ground."""
        base = lighting.base or palette.text
        lights = np.linspace(1.0, 0.88, self.mask.shape[0], dtype=np.float32)[:, None] * _dimmed(lighting.key)
        channels = [self.mask * lights * value for value in base.bgr]
        return np.asarray(np.rint(np.dstack([*channels, self.mask * 255])), np.uint8)


def _dimmed(key: float) -> float:
    return 0.12 + 0.88 * key if key < 1 else 1.0


def letter_body(words: str, pixels: int) -> Paper:
    """`words` cut from paper, about `pixels` on the long side."""
    made = block(words)
    box = Box(-50, -made.height / 2, 100, made.height)
    scale = pixels / max(box.width, box.height)
    size = max(8, round(box.width * scale)), max(8, round(box.height * scale))
    mask = render(made.body(0, 0, 100, "#fff"), box, *size)[..., 3].astype(np.float32) / 255
    x, y, width, height = cv2.boundingRect((mask > 0.02).astype(np.uint8))
    if not width:
        # Nothing that a font could draw: a sheet, on which nothing stands.
        return Paper(np.ones((size[1], size[0]), np.float32))
    return Paper(np.ascontiguousarray(mask[y : y + height, x : x + width]))
