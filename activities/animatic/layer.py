"""What a picture is made of: layers with a place, a depth and sometimes a behaviour in time, and type."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

#: Premultiplied blue, green, red, alpha: shape (height, width, 4).
Image = NDArray[np.uint8]
#: Nearness to the viewer, 0 to 1, shape (height, width): bends an object as the camera orbits.
HeightMap = NDArray[np.float32]

Pixel = TypeVar("Pixel", bound=np.generic)

BehaviourKind = Literal["streak", "appear", "reveal", "wipe", "beam", "pace", "trail", "enter", "spin"]


@dataclass(frozen=True)
class Behaviour:
    """How a layer changes over its beat. All times are the beat's, so that any chunk of it agrees.

    `streak` slides against the direction of travel, on a line `turn` degrees from level, and comes round
    again; `appear` fades in, `order` places after the first; `reveal` shows what a travelling light passes;
    `wipe` shows what an edge moving across the object has passed; `beam` is the light on that edge, which
    travels `reach` units; `pace` keeps up with the camera and gains on it; `trail` is a ghost that does,
    falling `order` steps behind; `enter` comes in once, `order` places after the first, over `reach` units
    from the direction `turn`, and the first is there from the start; `spin` turns about its own middle,
    `reach` degrees a second.
    """

    kind: BehaviourKind
    order: int = 0
    turn: float = 0.0
    reach: float = 0.0


@dataclass(frozen=True, eq=False)
class Layer:
    """A picture in the set. World units: the frame is 100 high, the origin is its centre, y points down.

    `x`, `y` is the picture's top-left corner; `ppu` its pixels per unit; `z` its depth (0 at infinity, 1 the
    object, over 1 in front of it). A backdrop is drawn to the frame's edges whatever the camera does; a
    subject is bent by its `height` map as the camera orbits.
    """

    image: Image
    x: float
    y: float
    ppu: float
    z: float
    height: HeightMap | None = None
    opacity: float = 1.0
    behaviour: Behaviour | None = None
    kind: Literal["backdrop", "plain", "subject"] = "plain"

    @property
    def width_units(self) -> float:
        return float(self.image.shape[1] / self.ppu)

    @property
    def height_units(self) -> float:
        return float(self.image.shape[0] / self.ppu)

    def crop(self) -> Layer | None:
        """The same layer cut to its alpha box; None where nothing of it can be seen."""
        left, top, width, height = alpha_box(self.image)
        if not width:
            return None
        window = np.s_[top : top + height, left : left + width]
        return replace(
            self,
            image=np.ascontiguousarray(self.image[window]),
            x=self.x + left / self.ppu,
            y=self.y + top / self.ppu,
            height=None if self.height is None else np.ascontiguousarray(self.height[window]),
        )

    def pad(self, units: float) -> Layer:
        """The same layer with a clear margin, so that bending or turning it clips nothing."""
        edge = max(1, round(units * self.ppu))
        return replace(
            self,
            image=padded(self.image, edge),
            x=self.x - edge / self.ppu,
            y=self.y - edge / self.ppu,
            height=None if self.height is None else padded(self.height, edge),
        )


@dataclass(frozen=True, eq=False)
class Panel(Layer):
    """A layer that shows only through `matte`, a still mask of the frame (0 to 255), from `since` to `until`
    in seconds of the beat, drifting by so many units a second across and down. At depth 0 it is pinned to
    the frame, as its matte is."""

    matte: Image | None = None
    since: float = -math.inf
    until: float = math.inf
    drift: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(
        cls, layer: Layer, matte: Image, since: float, until: float, drift: tuple[float, float] = (0.0, 0.0)
    ) -> Panel:
        facts = {fact.name: getattr(layer, fact.name) for fact in fields(layer)}
        return cls(**facts, matte=matte, since=since, until=until, drift=drift)

    def offset(self, seconds: float, duration: float) -> tuple[float, float]:
        """How far it has drifted: nowhere half-way through its time on screen."""
        middle = (max(0.0, self.since) + min(duration, self.until)) / 2
        return self.drift[0] * (seconds - middle), self.drift[1] * (seconds - middle)


@dataclass(frozen=True, eq=False)
class Caption:
    """Type in screen space: it never moves with the camera. `x`, `y` in pixels, times in seconds of the beat.

    It rises into place by `rise` pixels from `since` on, and is gone at `until`.
    """

    image: Image
    x: int
    y: int
    since: float = -math.inf
    until: float = math.inf
    rise: float = 0.0

    def presence(self, seconds: float) -> float:
        """0 to 1: cubic out over 0.55 s, then 0.3 s to leave."""
        return presence(self.since, self.until, seconds)


def presence(since: float, until: float, seconds: float) -> float:
    """How much there is of type that comes at `since` and is gone at `until`."""
    arriving = min(1.0, max(0.0, (seconds - since) / 0.55))
    leaving = min(1.0, max(0.0, (until - seconds) / 0.3))
    return (1 - (1 - arriving) ** 3) * leaving


def alpha_box(image: Image) -> tuple[int, int, int, int]:
    """Left, top, width and height in pixels of what is not clear; all 0 where nothing is."""
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(image[..., 3]))
    return left, top, width, height


def padded(image: NDArray[Pixel], edge: int) -> NDArray[Pixel]:
    """`image` with `edge` clear pixels on every side."""
    margins = [(edge, edge), (edge, edge)] + [(0, 0)] * (image.ndim - 2)
    return np.pad(image, margins)
