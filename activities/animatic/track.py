"""How type that comes and goes becomes pictures to be laid over footage: only those that differ, each with
its frame, and no larger than what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.compositor import INVISIBLE, blend
from activities.animatic.layer import Caption, Image


@dataclass(frozen=True, eq=False)
class Track:
    """Pictures with their left top corner at `x`, `y` of the frame, both even, to be shown `width` by
    `height`: of straight RGBA, one size, each from its frame on. Nothing shows before the frame `since` and
    from `until` on."""

    x: int
    y: int
    width: int
    height: int
    pictures: tuple[tuple[int, NDArray[np.uint8]], ...]
    since: int
    until: int


@dataclass(frozen=True)
class _Spread:
    """A rectangle of the frame, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: _Spread) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def with_(self, other: _Spread) -> _Spread:
        return _Spread(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def tracks(captions: Sequence[Caption], fps: int, frames: int) -> tuple[Track, ...]:
    """The captions over `frames` frames, the lowest first. Veils lie under all type, in tracks of their own;
    type that overlaps shares one, and what is far from it has another: the picture between is left alone."""
    veils = [(_spread(caption), [caption]) for caption in captions if _is_veil(caption)]
    groups: list[tuple[_Spread, list[Caption]]] = []
    for caption in captions:
        if _is_veil(caption):
            continue
        spread, group = _spread(caption), [caption]
        for other in [each for each in groups if each[0].meets(spread)]:
            groups.remove(other)
            spread, group = spread.with_(other[0]), [*other[1], *group]
        groups.append((spread, group))
    made = (_track(spread, group, fps, frames) for spread, group in (*veils, *groups))
    return tuple(track for track in made if track is not None)


def _is_veil(caption: Caption) -> bool:
    return _along(caption) is not None


def _along(caption: Caption) -> int | None:
    """The direction in which it is the same all along: 1 is a row's, 0 a column's. No type has one."""
    image = caption.image
    if (image == image[:, :1]).all():
        return 1
    return 0 if (image == image[:1]).all() else None


def _spread(caption: Caption) -> _Spread:
    """Where it may be in its whole time, from an even corner to an even corner."""
    rows, columns = caption.image.shape[:2]
    left, top = caption.x // 2 * 2, caption.y // 2 * 2
    bottom = caption.y + rows + round(caption.rise)
    return _Spread(left, top, (caption.x + columns + 1) // 2 * 2, (bottom + 1) // 2 * 2)


def _track(spread: _Spread, captions: Sequence[Caption], fps: int, frames: int) -> Track | None:
    # In the order in which they were set: a veil lies under its words.
    size = spread.bottom - spread.top, spread.right - spread.left
    along = _along(captions[0])
    pictures: list[tuple[int, NDArray[np.uint8]]] = []
    before: tuple[float, ...] = ()
    showing: list[int] = []
    for frame in range(frames):
        now = tuple(round(caption.presence(frame / fps), 3) for caption in captions)
        if any(each >= INVISIBLE for each in now):
            showing.append(frame)
        if now != before:
            canvas = np.zeros((*size, 4), np.uint8)
            for caption, presence in zip(captions, now, strict=True):
                _lay(canvas, caption, presence, spread)
            pictures.append((frame, straight(_thin(canvas, along))))
            before = now
    if not showing:
        return None
    return Track(spread.left, spread.top, size[1], size[0], tuple(pictures), showing[0], showing[-1] + 1)


def _thin(canvas: Image, along: int | None) -> Image:
    """Two pixels of what is the same in one direction: the rest is theirs, stretched."""
    if along is None:
        return canvas
    middle = canvas.shape[along] // 2
    return np.take(canvas, (middle, middle), axis=along)


def _lay(canvas: Image, caption: Caption, presence: float, spread: _Spread) -> None:
    if presence < INVISIBLE:
        return
    rows, columns = caption.image.shape[:2]
    top = caption.y - spread.top + round((1 - presence) * caption.rise)
    left = caption.x - spread.left
    image = caption.image
    if presence < 1 - INVISIBLE:
        image = np.asarray(cv2.convertScaleAbs(image, alpha=presence), np.uint8)
    blend(canvas[top : top + rows, left : left + columns], image)


def straight(premultiplied: Image) -> NDArray[np.uint8]:
    """RGBA whose colour does not depend on its alpha. What is clear takes the colour beside it: video keeps
    colour in coarser pixels than light, and black there would darken the edge of every letter."""
    colour = premultiplied[..., :3].astype(np.float32)
    alpha = premultiplied[..., 3].astype(np.float32)
    near = (5, 5)
    spread_colour, spread_alpha = cv2.blur(colour, near), cv2.blur(alpha, near)
    clear = alpha == 0
    colour[clear], alpha[clear] = spread_colour[clear], spread_alpha[clear]
    rgb = colour[..., ::-1] * (255 / np.maximum(alpha, 0.5))[..., None]
    made = np.dstack((np.clip(rgb + 0.5, 0, 255), premultiplied[..., 3]))
    return np.ascontiguousarray(made.astype(np.uint8))
