"""Knows how the opening frames of a beat are made: its head, with the tail before it fading out over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ffmpeg as graph

from activities.media import codec, ffmpeg
from activities.media.probing import WrongLength, count_frames


def render_transition(
    tail: Path | None, head: Path, out: Path, *, frames: int, fade: int, fps: int, advance: ffmpeg.Advance
) -> None:
    """Write `frames` frames in the final codec; the first `fade` of them are the cross-fade.

    Frame j of the fade shows the head by smoothstep((j + 1) / (fade + 1)): it begins and ends gently, and no
    frame is wholly of one side. With `fade` 0 it is the plain head, a cut. Raises `WrongLength` where tail or
    head have too few frames, `Unreadable`, `ffmpeg.EncodeFailed`, and what `advance` raises.
    """
    if not 0 <= fade <= frames or (fade and tail is None):
        raise WrongLength(f"a fade of {fade} frames in a transition of {frames}, without the frames for it")
    stream = _taken(head, frames)
    if fade and tail is not None:
        stream = _faded(_taken(tail, fade), stream, fade, frames)
    # Frames keep their number and get the film's rate; the time base makes every number a frame.
    stream = stream.filter("settb", f"1/{fps}").filter("setpts", "N").filter("fps", fps, round="near")
    ffmpeg.encode([ffmpeg.Output(codec.tagged(stream), out, codec.final(fps))], advance)
    if (found := count_frames(out)) != frames:
        out.unlink()
        raise WrongLength(f"the transition has {found} frames, not {frames}")


def _taken(path: Path, frames: int) -> Any:
    """The first `frames` frames of a file, one after the other."""
    if (found := count_frames(path)) < frames:
        raise WrongLength(f"{path.name} has {found} frames, {frames} are needed")
    return ffmpeg.source(path).video.filter("trim", end_frame=frames).filter("settb", "1/1000")


def _faded(tail: Any, head: Any, fade: int, frames: int) -> Any:
    """The fade frame by frame, each at its own constant weight, then the plain head.

    A weight given as an expression would be evaluated for every pixel, at over twice the cost of the encode.
    """
    plain = frames > fade
    tails = tail.filter_multi_output("split", fade)
    heads = head.filter_multi_output("split", fade + plain)
    shown = []
    for j in range(fade):
        old, new = _frame(tails[j], j), _frame(heads[j], j)
        weight = round(_smoothstep((j + 1) / (fade + 1)), 6)
        shown.append(graph.filter([new, old], "blend", all_mode="normal", all_opacity=weight))
    if plain:
        shown.append(heads[fade].filter("trim", start_frame=fade).filter("setpts", "PTS-STARTPTS"))
    return graph.concat(*shown, v=1, a=0) if len(shown) > 1 else shown[0]


def _frame(stream: Any, index: int) -> Any:
    return stream.filter("trim", start_frame=index, end_frame=index + 1).filter("setpts", "PTS-STARTPTS")


def _smoothstep(x: float) -> float:
    return x * x * (3 - 2 * x)
