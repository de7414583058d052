"""Knows how the stand-ins draw where nobody looks: what is fine is left out of their stills and clips."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import pytest

from infra.standins.pictures import films, photo, pictures
from infra.standins.pictures.arrays import Array, Pixels, f32, u8
from infra.standins.pictures.forms import Form
from infra.standins.pictures.motion import Move
from infra.standins.pictures.photo import photograph

# A still is drawn in a quarter of its size, and below this a set has no room for what stands on it.
_COARSE, _LEAST = 4, 32
# As many rays as such a still has pixels of the product.
_RAYS = 24_000
_FineShot = films._Shot


@contextmanager
def roughly_drawn() -> Iterator[None]:
    """Pictures show the same things at the same places, and clips move, gleam and join alike: without their
    light and grain every join would show. Drawing them finely takes half of all that a small film takes, and
    what it costs and how it ends is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "photograph", _photograph)
        patch.setattr(photo, "_RAYS", _RAYS)
        patch.setattr(films, "_Shot", _Shot)
        yield


def _photograph(prompt: str, seed: int, width: int, height: int) -> Array:
    small = photograph(prompt, seed, max(_LEAST, width // _COARSE), max(_LEAST, height // _COARSE))
    # A curve between them would leave 0 to 1.
    return f32(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


class _Shot(_FineShot):
    """Moves over its image in half the size; the first frame is that image all the same."""

    def __init__(self, picture: Pixels, move: Move, form: Form) -> None:
        super().__init__(picture, move, form)
        height, width = picture.shape[:2]
        self._size = (width, height)
        half = cv2.resize(picture, (width // 4 * 2, height // 4 * 2), interpolation=cv2.INTER_AREA)
        self._half = _FineShot(u8(half), move, form)

    def at(self, t: float) -> films.Planes:
        if t == 0:
            return super().at(t)
        (luma, chroma), (width, height) = self._half.at(t), self._size
        return u8(cv2.resize(luma, (width, height))), u8(cv2.resize(chroma, (width // 2, height // 2)))
