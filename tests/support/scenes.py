"""Scenes of a film of keyframes, without words."""

from __future__ import annotations

from workflows.film import Beat
from workflows.film.scenes import scene_spans, whole_seconds


def scenes(duration_s: int, count: int) -> tuple[Beat, ...]:
    """So many of them, which fill a film of `duration_s` seconds."""
    made = []
    for number, span in enumerate(scene_spans(duration_s, count), 1):
        start_s, seconds = whole_seconds(span)
        made.append(
            Beat(
                id=f"scene_{number}",
                seconds=seconds,
                start_s=start_s,
                position="middle",
                shot="scene",
                action="",
                prompt="",
                title="",
                camera="static",
                energy=0.5,
                span=span,
            )
        )
    return tuple(made)
