"""In which form a clip is delivered: models differ in what they write and in what they say of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.standins.pictures.arrays import f32
from infra.standins.spec import Spec

# The matrices' weights of red and blue.
_BT709, _BT601 = (0.2126, 0.0722), (0.299, 0.114)
#: The H.273 numbers of what is said of matrix, primaries and transfer.
Tags = tuple[int, int, int]


@dataclass(frozen=True)
class Form:
    """How pixels are coded, and what is said of it. `odd` lacks the last row and column."""

    pixels: str = "yuv420p"
    weights: tuple[float, float] = _BT709
    full: bool = False
    tags: Tags = (1, 1, 1)
    odd: bool = False

    @property
    def matrix(self) -> NDArray[np.floating]:
        """Blue, green, red to luma, Cb, Cr in levels, without what black and no colour have."""
        kr, kb = self.weights
        kg = 1 - kr - kb
        light, tint = (255, 127.5) if self.full else (219, 112)
        blue, red = tint / (1 - kb), tint / (1 - kr)
        return f32(
            [
                [kb * light, kg * light, kr * light],
                [tint, -kg * blue, -kr * blue],
                [-kb * red, -kg * red, tint],
            ]
        ) / f32(255)

    @property
    def black(self) -> int:
        return 0 if self.full else 16


FORMS: dict[str, Form] = {
    "plain": Form(),
    "untagged": Form(tags=(2, 2, 2)),
    "bt601": Form(weights=_BT601, tags=(6, 2, 2)),
    "full_range": Form(full=True),
    "odd_444": Form(pixels="yuv444p", tags=(2, 2, 2), odd=True),
    "ten_bit": Form(pixels="yuv420p10le"),
}
# Seven in twelve are as one would like them.
_DEALT = (*("plain",) * 7, *(name for name in FORMS if name != "plain"))


def form_of(spec: Spec) -> str:
    """The form that a request gets, the same for the same request. None of them changes what a film costs: it
    is only what a studio has to cope with."""
    said = f"{spec.model}\n{spec.prompt}\n{spec.seed}\n{spec.frames}"
    return _DEALT[hashlib.sha256(said.encode()).digest()[0] % len(_DEALT)]
