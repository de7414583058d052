"""Knows how the chunks of a shot are brought to one colour, and how far each was from it.

Matched pair by pair, each chunk follows the one before it: what drifts within a chunk stays, and errors add
up. Anchored, a chunk ends in the colours that the shot began with as well, and goes there evenly from those
that it begins in, so that nothing jumps at a join.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from activities.media import colour_match, drift, ffmpeg
from activities.media.colour_match import IDENTITY, Affine
from activities.media.colour_offset import ColourOffset, offset_of
from activities.media.conform import flat
from activities.media.film_form import Picture
from activities.media.frames import first_picture, form, last_picture, pictures_over
from activities.media.kept_ends import KeptEnds, kept_ends

# A table rounds to whole levels: steps of half of one are none.
_STEP, _MOST_STEPS = 0.5, 48
# By how many levels a direct comparison with the shot's first image may differ from what a chunk begins in:
# what is more is no drift, but another light.
_NEAR = 14.0


class Course(NamedTuple):
    """The corrections of a chunk at its first frame and at its last; evenly from one to the other between."""

    start: Affine
    end: Affine

    def steps(self, frames: int) -> Iterator[tuple[int, int, Affine]]:
        """Of so many frames: first and last of each step, and its correction."""
        count = min(_MOST_STEPS, frames, 1 + math.ceil(_apart(self.start, self.end) / _STEP))
        for number in range(count):
            share = number / max(1, count - 1)
            first, end = number * frames // count, (number + 1) * frames // count
            yield first, end - 1, _between(self.start, self.end, share)


class Matched(NamedTuple):
    """The corrections of each chunk, and how far its colours are from the shot's first image without them and
    with them; nothing is told of a single chunk where there is no image. `ends`: how like its ends are, as
    they came, to the images that it was made between, where it was."""

    courses: tuple[Course, ...]
    colours: tuple[ColourOffset, ...]
    ends: tuple[KeptEnds, ...] = ()


def matched(
    chunks: Sequence[Path],
    first: Path | None,
    anchored: bool,
    advance: ffmpeg.Advance,
    lasts: Sequence[Path | None] = (),
) -> Matched:
    """Of a shot's chunks, in their order; `first` is the image that it began with, where it had one, else its
    first frame is what the others are compared with; `lasts` the images that they were to end with, one a
    chunk, of a shot that is made between images. Raises `Unreadable`, and what `advance` raises, which is
    called behind every chunk."""
    if len(chunks) == 1 and first is None:
        return Matched((Course(IDENTITY, IDENTITY),), ())
    looks = []
    for chunk in chunks:
        looks.append(_looks(chunk, anchored and len(chunks) > 1, exact=bool(lasts)))
        advance(0)
    began = _image(first) if first else looks[0][0]
    if anchored and len(chunks) > 1:
        courses = anchored_courses(looks, began)
    else:
        fits = colour_match.chain([(one[-1], other[0]) for one, other in itertools.pairwise(looks)])
        courses = tuple(Course(fit, fit) for fit in fits)
    told = (offset_of((look[0], look[-1]), by, began) for look, by in zip(looks, courses, strict=True))
    return Matched(courses, tuple(told), _ends(chunks, looks, first, lasts) if lasts else ())


def _ends(
    chunks: Sequence[Path],
    looks: Sequence[Sequence[Picture]],
    first: Path | None,
    lasts: Sequence[Path | None],
) -> tuple[KeptEnds, ...]:
    forms = [form(chunk) for chunk in chunks]
    return kept_ends(looks, [(one.width, one.height) for one in forms], first, lasts)


def anchored_courses(looks: Sequence[Sequence[Picture]], began: Picture) -> tuple[Course, ...]:
    """Of chunks by their pictures, in order, the first and the last among them, and of the image that the
    shot began with; all RGB and of one size."""
    courses: list[Course] = []
    for number, look in enumerate(looks):
        if number:
            start = courses[-1].end.after(_joined(looks[number - 1][-1], look[0]))
        else:
            start = drift.found_again(began, look[0]) or IDENTITY
        own = start.after(drift.drift_of(look))
        direct = drift.found_again(began, look[-1])
        # What is compared with the beginning itself adds up no error.
        is_near = direct is not None and _apart(direct, start) <= _NEAR
        courses.append(Course(start, direct if direct is not None and is_near else own))
    return tuple(courses)


def _joined(before: Picture, after: Picture) -> Affine:
    """Of the picture that is there twice, the end of one chunk and the beginning of the next."""
    found = drift.found_again(before, after)
    return found if found is not None and drift.is_drift(found) else colour_match.match(before, after)


def _looks(chunk: Path, all_of_it: bool, exact: bool) -> list[Picture]:
    size = colour_match.SIZE
    if all_of_it:
        return pictures_over(chunk, drift.LOOKS, size)
    # The frame beside the last will do for colour, at a ninth of the size.
    return [first_picture(chunk, size), last_picture(chunk, size, nearly=not exact)]


def _apart(one: Affine, other: Affine) -> float:
    """By how many levels two corrections differ, at most, where pictures have most of theirs."""
    gain, offset = (np.subtract(a, b) for a, b in zip(one, other, strict=True))
    return float(max(abs(gain * at + offset).max() for at in (48, 208)))


def _between(one: Affine, other: Affine, share: float) -> Affine:
    gain = [round(a + (b - a) * share, 4) for a, b in zip(one.gain, other.gain, strict=True)]
    offset = [round(a + (b - a) * share, 3) for a, b in zip(one.offset, other.offset, strict=True)]
    return Affine((gain[0], gain[1], gain[2]), (offset[0], offset[1], offset[2]))


def _image(path: Path) -> Picture:
    image = flat(path).resize(colour_match.SIZE, Image.Resampling.BOX)
    return np.asarray(image, dtype=np.uint8)
