"""The montage: slanted panels, each its own crop of the object, that change with the music."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.colour import Oklch
from activities.animatic.layer import Layer, Panel
from activities.animatic.sets import pieces
from activities.animatic.sets.pieces import stop, vertical
from activities.animatic.stage import Stage

#: Panels stand still: what is in them follows the camera only a little, or it would leave them.
PANEL_Z = 0.3
#: Seconds from one change to the next. The score has 6, 8 or 10 beats in 5 s, by the energy of the whole
#: film, which no shot knows: a quarter of 5 s falls on a beat, or half-way between two, of all three.
STEP_S = 1.25

Corners = Sequence[tuple[float, float]]


class Turn(NamedTuple):
    """One picture of one panel: which crop it shows, and from when to when."""

    crop: int
    since: float
    until: float


def action_montage(stage: Stage) -> None:
    """Slanted panels, each its own crop and colours; one of them changes at every step."""
    palette = stage.palette
    pieces.backdrop(stage, colours=(palette.near, palette.near.shift(-0.05), palette.near))
    panels = _stacked(stage) if stage.portrait else _side_by_side(stage)
    crops, turns = _crops(stage), _turns(stage.shot.beat.lasts_s)
    for place, corners in enumerate(panels):
        matte, (x, y) = _matte(stage, corners), _centre(stage, corners)
        if stage.portrait:
            # Clear of the slate at the top, and of the title at the lower left.
            x, y = x + (0, 0, stage.at(0.24))[place], y + (4, 0, -2)[place]
        for order, turn in enumerate(turns[place]):
            ground = _ground(stage, corners, place + 2 * order)
            stage.add(Panel.of(ground, matte, turn.since, turn.until))
            across, down, layer = crops[turn.crop]
            layer = replace(layer, x=x + across - layer.width_units / 2, y=y + down - layer.height_units / 2)
            way = 1.6 if (place + order) % 2 else -1.6
            drift = (way, 0.0) if stage.portrait else (0.0, way)
            stage.add(Panel.of(layer, matte, turn.since, turn.until, drift))


def _turns(seconds: float) -> list[list[Turn]]:
    """What each of three panels shows when. They change in turn, one at every step, each to the one of four
    crops that is nowhere to be seen."""
    # Well beyond both ends, where the handles lie.
    turns, spare = [[Turn(place, -60.0, 600.0)] for place in range(3)], 3
    for step in range(1, math.ceil(seconds / STEP_S)):
        panel, at = turns[(step + 1) % 3], STEP_S * step
        last = panel[-1]
        panel[-1] = last._replace(until=at)
        panel.append(Turn(spare, at, last.until))
        spare = last.crop
    return turns


def _side_by_side(stage: Stage) -> list[Corners]:
    """Three upright panels that lean to the right, from edge to edge."""
    lean, gap = 14.0, 0.7
    edges = [-0.5 * stage.width - 30, stage.at(-0.165), stage.at(0.165), 0.5 * stage.width + 30]
    return [
        [
            (a + gap + lean, -52),
            (b - gap + lean, -52),
            (b - gap - lean, 52),
            (a + gap - lean, 52),
        ]
        for a, b in itertools.pairwise(edges)
    ]


def _stacked(stage: Stage) -> list[Corners]:
    """Three bands that fall to the left, from top to bottom."""
    half, lean, gap = stage.width / 2 + 2, 6.0, 0.6
    edges = [-62.0, -17.0, 17.0, 62.0]
    return [
        [(-half, a + lean + gap), (half, a - lean + gap), (half, b - lean - gap), (-half, b + lean - gap)]
        for a, b in itertools.pairwise(edges)
    ]


def _centre(stage: Stage, corners: Corners) -> tuple[float, float]:
    """The middle of what can be seen of a panel."""
    wide = stage.width / 2
    xs = [min(wide, max(-wide, x)) for x, _ in corners]
    ys = [min(50.0, max(-50.0, y)) for _, y in corners]
    return sum(xs) / len(xs), sum(ys) / len(ys)


def _matte(stage: Stage, corners: Corners) -> NDArray[np.uint8]:
    """A still mask of the frame that is clear outside the polygon."""
    frame = stage.shot.format
    mask = np.zeros((frame.height, frame.width), np.uint8)
    points = np.array(corners) * stage.scale + (frame.width / 2, frame.height / 2)
    # OpenCV takes sixteenths of a pixel: a slanted edge in whole ones would show steps.
    cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask


def _ground(stage: Stage, corners: Corners, order: int) -> Layer:
    """A panel's paper in one of four pairs of colours."""
    palette = stage.palette
    top, foot = (
        (palette.accent.shift(0.02), palette.accent_dark),
        (palette.lift, palette.mid),
        (palette.accent_dark, Oklch(0.34, 0.09, (palette.accent_hue - 14) % 360)),
        (palette.paper, palette.far),
    )[order % 4]
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
    defs = vertical("panel", -55, 55, stop(0, top), stop(1, foot))
    shape = f'<polygon points="{points}" fill="url(#panel)" stroke="{top.hex}" stroke-width="1"/>'
    ground = stage.paint(shape, 0.0, defs=defs, over=1.04, sharp=0.5)
    assert ground is not None
    return ground


def _crops(stage: Stage) -> list[tuple[float, float, Layer]]:
    """Four views of the object, each with its x, y from a centre: whole, near, tilted, near again."""
    subject = stage.subject
    image = subject.get()[0]
    paper = subject.get(base=stage.palette.paper_object())[0]
    room = stage.width * (0.8 if stage.portrait else 0.30)
    whole = min(30.0 if stage.portrait else 46.0, room / subject.aspect)
    near = whole * 2.1
    shift = near * subject.aspect * 0.22
    return [
        (0, 0, stage.sprite(image, whole, PANEL_Z)),
        (shift, near * 0.12, stage.sprite(paper, near, PANEL_Z)),
        (0, 0, stage.sprite(paper, whole * 1.2, PANEL_Z, turn=-14)),
        (-shift, -near * 0.12, stage.sprite(image, near, PANEL_Z)),
    ]
