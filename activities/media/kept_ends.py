"""Knows how like a clip's first and last frames are to the images that it was to begin and end with.

Models are known that take a last frame and ignore it. What is compared is small: grain, an encoder and a
model's own hand leave their traces in what is fine, and a clip that ends elsewhere differs in the rest. At
larger sizes, or softened, the stand-ins' clips were told apart less well (13 clips, three sizes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from activities.media.colour_match import SIZE
from activities.media.conform import flat
from activities.media.film_form import Picture
from activities.media.similarity import ssim


class KeptEnds(NamedTuple):
    """Of one clip, two decimals, 1 where they are the same; None where no image was to be kept to."""

    first: float | None
    last: float | None


def kept_ends(
    looks: Sequence[Sequence[Picture]],
    shapes: Sequence[tuple[int, int]],
    first: Path | None,
    lasts: Sequence[Path | None],
) -> tuple[KeptEnds, ...]:
    """Of a shot's chunks, by pictures of each, of `SIZE`, the first and the last among them, and by their
    widths and heights. `first` is the image that the shot began with, `lasts` what each chunk was to end
    with, and the next to begin with. Raises `Unreadable`."""
    return tuple(
        KeptEnds(
            None if begins is None else likeness(look[0], shape, begins),
            None if ends is None else likeness(look[-1], shape, ends),
        )
        for look, shape, begins, ends in zip(looks, shapes, (first, *lasts[:-1]), lasts, strict=True)
    )


def likeness(frame: Picture, shape: tuple[int, int], image: Path) -> float:
    """SSIM of a frame, of `SIZE`, of a clip of that shape, and of the image that it should show. Models cut
    an image of another shape, or squeeze it: it is that of the better fit. Raises `Unreadable`."""
    return round(max(ssim(frame, fitted) for fitted in _fits(flat(image), shape)), 2)


def _fits(image: Image.Image, shape: tuple[int, int]) -> Iterator[Picture]:
    scale = min(image.width / shape[0], image.height / shape[1])
    across, down = shape[0] * scale, shape[1] * scale
    left, top = (image.width - across) / 2, (image.height - down) / 2
    for box in ((0, 0, image.width, image.height), (left, top, left + across, top + down)):
        yield np.asarray(image.resize(SIZE, Image.Resampling.BOX, box), np.uint8)
