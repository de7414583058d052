"""Knows what the animatic is told of a step: a shot of one beat, of the prompt's words and nothing else."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from workflows.film import Beat, Shot, product_noun
from workflows.pipeline import Params, PlannedStep
from workflows.studio import Aspect, Fps, FrameFormat, Media, Size

# As films have it where nobody says otherwise.
_FPS: Fps = 24


@dataclass(frozen=True)
class _Framed:
    size: Size
    aspect: Aspect
    fps: Fps = _FPS


def shot_of(step: PlannedStep, params: Params, start: Media | None = None) -> Shot:
    """In the shape that was asked for, else in that of the picture that it starts from. The same words give
    the same shot; another take has another seed."""
    aspect: Aspect | None = getattr(params, "aspect", None)
    size: Size = getattr(params, "size", None) or "720p"
    format = FrameFormat.of(_Framed(size, aspect or "16:9"))
    if start is not None and aspect is None and start.width and start.height:
        short = min(format.width, format.height)
        scale = short / min(start.width, start.height)
        width, height = (max(2, round(side * scale / 2) * 2) for side in (start.width, start.height))
        format = FrameFormat(width=width, height=height, fps=_FPS)
    noun = product_noun(step.prompt)
    beat = Beat(
        id="hero_shot",
        seconds=5,
        start_s=0,
        position="opening",
        shot="medium shot",
        action=step.prompt[:300],
        prompt=step.prompt,
        title="",
        camera="dolly_in",
        energy=0.4,
    )
    seed = zlib.crc32(f"{step.prompt}\n{step.take}".encode())
    return Shot(beat=beat, number=1, count=1, product=noun, style=(), seed=seed, format=format)
