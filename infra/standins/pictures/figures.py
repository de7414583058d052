"""Knows what the characters of a still look like: as their sheets show them, else as chance has it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, Pixels, f32
from infra.standins.pictures.words import drawn

#: A character as a prompt tells of it.
_TOLD = re.compile(r"\bWith ([^:.]{1,60}): ")
#: How a prompt begins that asks for a sheet.
_SHEET = "Reference sheet:"
_GROUND = 0.82
# The sheet's own colours, from its top to its bottom: head, body, legs.
_PARTS = 3


@dataclass(frozen=True)
class Figure:
    """Colours of head, body and legs, BGR 0 to 1, (3, 3); height and width in heights of the frame."""

    colours: Array
    tall: float
    wide: float

    @classmethod
    def of_sheet(cls, sheet: Pixels) -> Figure:
        """As a sheet shows it: its colours, and a shape that follows from all of its pixels."""
        across = sheet.shape[1] // 4
        middle = sheet[:, across : sheet.shape[1] - across]
        parts = np.array_split(middle, _PARTS)
        colours = np.stack([np.median(part.reshape(-1, 3), 0) for part in parts]) / 255
        return cls(f32(colours), *_shape(hashlib.sha256(sheet.tobytes()).digest()))

    @classmethod
    def of_words(cls, name: str, prompt: str, seed: int) -> Figure:
        """As a model has it that was shown nobody: another one each time."""
        chance = drawn(f"{seed} {prompt} {name}")
        return cls(f32(chance.uniform(0.1, 0.9, (_PARTS, 3))), *_shape(chance.bytes(2)))


def _shape(digest: bytes) -> tuple[float, float]:
    return 0.42 + 0.16 * digest[0] / 255, 0.11 + 0.07 * digest[1] / 255


def figures_of(prompt: str, seed: int, sheets: Sequence[Pixels]) -> tuple[Figure, ...]:
    """The characters that a prompt tells of, those first that there are sheets of."""
    told = _TOLD.findall(prompt)
    shown = [Figure.of_sheet(sheet) for sheet in sheets[: len(told)]]
    return (*shown, *(Figure.of_words(name, prompt, seed) for name in told[len(shown) :]))


def sheet_of(prompt: str, seed: int, width: int, height: int) -> Pixels | None:
    """The sheet that a prompt asks for, (height, width, 3) BGR: a figure from head to foot, large, before a
    plain ground; another one for each seed. None where it asks for another picture."""
    if not prompt.startswith(_SHEET):
        return None
    figure = Figure.of_words("", prompt, seed)
    made = np.full((height, width, 3), _GROUND, np.float32)
    third, middle = height // _PARTS, width // 2
    head, body, legs = (tuple(map(float, colour)) for colour in figure.colours)
    axes = (round(min(width, third) * 0.46), round(third * 0.47))
    cv2.ellipse(made, (middle, third // 2), axes, 0, 0, 360, head, -1, cv2.LINE_AA)
    wide = round(width * 0.22)
    cv2.rectangle(made, (middle - wide, third), (middle + wide, 2 * third), body, -1)
    gap = max(1, width // 50)
    for left in (middle - wide, middle + gap):
        cv2.rectangle(made, (left, 2 * third), (left + wide - gap, height), legs, -1)
    return np.asarray(np.round(made * 255), np.uint8)


def peopled(picture: Pixels, figures: Sequence[Figure], chance: np.random.Generator) -> Pixels:
    """The picture, (height, width, 3) BGR, with the figures standing in it, side by side to the left of what
    it shows; a step this way or that, as chance has it."""
    made = picture.astype(np.float32) / 255
    height, width = picture.shape[:2]
    for at, figure in enumerate(figures):
        foot = (round(width * (0.16 + 0.17 * at + chance.uniform(-0.006, 0.006))), round(height * 0.93))
        for mask, colour in _drawn(figure, foot, (height, width)):
            made = made * (1 - mask) + colour * mask
    return np.asarray(np.round(np.clip(made, 0, 1) * 255), np.uint8)


def _drawn(figure: Figure, foot: tuple[int, int], size: tuple[int, int]) -> Iterator[tuple[Array, Array]]:
    """(where, (h, w, 1) from 0 to 1; what colour) of legs, body and head."""
    x, y = foot
    tall, wide = figure.tall * size[0], figure.wide * size[0]
    hip, neck = y - tall * 0.42, y - tall * 0.82
    legs = [(x - wide * 0.32, y), (x + wide * 0.32, y), (x + wide * 0.28, hip), (x - wide * 0.28, hip)]
    body = [(x - wide * 0.5, hip), (x + wide * 0.5, hip), (x + wide * 0.36, neck), (x - wide * 0.36, neck)]
    head, body_colour, leg_colour = figure.colours
    for corners, colour in ((legs, leg_colour), (body, body_colour)):
        flat = np.zeros(size, np.float32)
        cv2.fillPoly(flat, [np.array(corners, np.int32)], 1.0, cv2.LINE_AA)
        yield f32(flat)[..., None], f32(colour)
    flat = np.zeros(size, np.float32)
    axes = (max(2, round(wide * 0.24)), max(2, round(tall * 0.1)))
    cv2.ellipse(flat, (x, round(y - tall * 0.9)), axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    yield f32(flat)[..., None], f32(head)
