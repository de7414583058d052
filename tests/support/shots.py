"""Shots of an animatic, rendered and read back as pictures."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.provider import Animatic
from activities.models.local import ChunkJob
from workflows.film.contract import Beat, BeatSeconds, Camera, Position, Shot
from workflows.studio.facts import FrameFormat

Picture = NDArray[np.uint8]

BEATS: dict[str, tuple[Position, BeatSeconds]] = {
    "hero_shot": ("opening", 5),
    "ambient_lifestyle": ("opening", 5),
    "teaser_reveal": ("opening", 5),
    "dynamic_intro": ("opening", 5),
    "atmospheric_setup": ("opening", 5),
    "detail_showcase": ("middle", 5),
    "product_in_motion": ("middle", 5),
    "action_montage": ("middle", 5),
    "benefit_showcase": ("middle", 5),
    "usage_scenario": ("middle", 10),
    "lifestyle_context": ("middle", 10),
    "feature_highlight_sequence": ("middle", 10),
    "transformation_moment": ("middle", 10),
    "call_to_action": ("closing", 5),
    "brand_moment": ("closing", 10),
}
ASPECTS = {"16:9": (160, 90), "9:16": (90, 160), "1:1": (96, 96), "4:5": (96, 120)}


def shot(
    beat: str = "hero_shot",
    size: tuple[int, int] = (320, 180),
    fps: int = 24,
    camera: Camera = "dolly_in",
    title: str = "",
    number: int = 2,
    product: str = "ceramic coffee mug",
    style: tuple[str, ...] = ("warm", "minimal"),
    callouts: tuple[str, ...] = (),
    seed: int = 7,
) -> Shot:
    position, seconds = BEATS.get(beat, ("middle", 5))
    made = Beat(
        id=beat,
        seconds=seconds,
        start_s=0,
        position=position,
        shot="medium shot",
        action="It stands.",
        prompt="A mug.",
        title=title,
        camera=camera,
        energy=0.6,
        callouts=callouts,
    )
    frame = FrameFormat(width=size[0], height=size[1], fps=fps)
    return Shot(beat=made, number=number, count=3, product=product, style=style, seed=seed, format=frame)


def chunk(
    animatic: Animatic, out: Path, of: Shot, frames: int, first: int = 0, start: Path | None = None
) -> list[Picture]:
    """Renders a chunk and returns its frames as any player would see them, BGR."""
    animatic.render_chunk(ChunkJob(of, (), start, first, frames), out, lambda done: None)
    return decoded(out)


def decoded(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]


def saved(picture: Picture, path: Path) -> Path:
    assert cv2.imwrite(str(path), picture)
    return path


def apart(one: Picture, other: Picture) -> float:
    """Mean absolute difference, levels."""
    return float(np.mean(cv2.absdiff(one, other)))


def shift(one: Picture, other: Picture, part: tuple[slice, slice]) -> tuple[float, float]:
    """How far the content of a part of the frame moves from one picture to the other, pixels."""
    a, b = (cv2.cvtColor(p[part], cv2.COLOR_BGR2GRAY).astype(np.float32) for p in (one, other))
    window = cv2.createHanningWindow(a.shape[::-1], cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(a, b, window)
    return x, y
