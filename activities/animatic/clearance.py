"""How a set's object stays clear of the words: each framing stands where nothing of it lies under them.

Sets are built to leave room for a title at its place. A camera that comes nearer brings the object down into
it, and a long title grows up into the object: then the camera looks lower, comes less near, or stands back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.camera import Pose
from activities.animatic.framing import Framing
from activities.animatic.layer import Layer, Panel
from activities.animatic.vector import Box

#: Clear ground between the words and the object, units.
AIR: Final = 1.2
#: The object is looked at in cells of this share of its longer side: finer than `AIR` for what is hero-sized.
_CELLS: Final = 48
#: From this alpha on a cell is of the object, not of its soft edge.
_SOLID: Final = 96
#: How far the camera may look lower, units: further, the upper half of the frame would be floor.
_LOWER: Final = (0.0, 3.0, 6.0, 9.0, 12.0)
#: How much of its way in the camera keeps.
_WAY: Final = (1.0, 0.66, 0.33, 0.0)
#: How far it may stand back where even the whole set has the object under the words, and what sets reach to
#: below the frame's middle, units: beyond it there is nothing to be seen.
_BACK: Final = (1.0, 0.94, 0.88, 0.8)
_FOOT: Final = 67.0
#: Nothing of the object is to be lifted beyond this, units: there the slate stands.
_TOP: Final = -39.0
#: Moments of a framing that are looked at: its ends, and between them.
_LOOKS: Final = 5

Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Solid:
    """The cells of one layer of the object: n x 2 in world units, at depth `z`."""

    cells: Points
    z: float

    @classmethod
    def of(cls, layer: Layer) -> Solid:
        alpha = cv2.extractChannel(layer.image, 3)
        rows, columns = alpha.shape
        grow = _CELLS / max(rows, columns)
        size = max(2, round(columns * grow)), max(2, round(rows * grow))
        solid = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) >= _SOLID
        down, across = np.nonzero(solid)
        x = layer.x + (across + 0.5) / size[0] * layer.width_units
        y = layer.y + (down + 0.5) / size[1] * layer.height_units
        return cls(np.stack((x, y), 1).astype(np.float32), layer.z)

    def seen(self, camera: Pose) -> Points:
        """The same in the frame's units. A hand's roll moves them by less than `AIR`."""
        middle = np.array((camera.x, camera.y), np.float32) * self.z
        return np.asarray((self.cells - middle) * np.float32(camera.zoom**self.z), np.float32)


def solids_of(layers: Sequence[Layer]) -> tuple[Solid, ...]:
    """Of the object that stands in a set; panels show parts of it, cut to the frame, and keep their place."""
    shown = (layer for layer in layers if layer.kind == "subject" and not isinstance(layer, Panel))
    return tuple(solid for solid in map(Solid.of, shown) if len(solid.cells))


@dataclass(frozen=True, eq=False)
class Clearance:
    """Finds framings of `solids` in which nothing of them lies in `words`; energy, width and seed are the
    camera's."""

    solids: Sequence[Solid]
    words: Sequence[Box]
    energy: float
    width: float
    seed: int

    def clear(self, framing: Framing) -> Framing:
        """The framing, changed as little as is needed; the least bad one where none is clear."""
        if not self.solids or not self.words:
            return framing
        best, least = framing, self._covered(framing)
        for other in _others(framing):
            if not least:
                break
            covered = self._covered(other)
            if covered < least and self._is_whole(other, framing):
                best, least = other, covered
        return best

    def _covered(self, framing: Framing) -> int:
        """Cells of the object that are under the words, at any moment of the framing."""
        found = 0
        for pose in self._poses(framing):
            for solid in self.solids:
                x, y = solid.seen(pose).T
                for box in self.words:
                    inside = (x > box.x - AIR) & (x < box.x + box.width + AIR)
                    found += int((inside & (y > box.y - AIR) & (y < box.y + box.height + AIR)).sum())
        return found

    def _is_whole(self, framing: Framing, before: Framing) -> bool:
        """Whether the object keeps its head, as far as it had it."""
        return self._top(framing) >= min(_TOP, self._top(before))

    def _top(self, framing: Framing) -> float:
        tops = (float(solid.seen(pose)[:, 1].min()) for pose in self._poses(framing) for solid in self.solids)
        return min(tops)

    def _poses(self, framing: Framing) -> Iterator[Pose]:
        for at in np.linspace(framing.since, framing.until, _LOOKS):
            yield framing.pose(float(at), self.energy, self.width, self.seed)


def _others(framing: Framing) -> Iterator[Framing]:
    """The nearest to what was meant first."""
    for way in _WAY:
        nearer = 1 + (framing.zoom - 1) * way
        for lower in _LOWER:
            yield replace(framing, zoom=nearer, push=framing.push * way, y=framing.y + lower)
    for back in _BACK:
        for lower in (each for each in _LOWER if 50 / back + each <= _FOOT):
            yield replace(framing, zoom=back, push=0.0, x=0.0, y=lower)
