"""Knows how a shot becomes one file that others can edit: head, body, and what it has beyond its end."""

from __future__ import annotations

from pathlib import Path

from activities.media import ffmpeg
from activities.media.alike import joined
from activities.media.stitch import Piece
from activities.media.transition import render_transition
from workflows.studio import FrameFormat


def whole_shot(
    head: Piece | None,
    body: Piece,
    tail: Piece | None,
    out: Path,
    format: FrameFormat,
    advance: ffmpeg.Advance,
) -> None:
    """Writes the shot to `out`, with all its frames: the lossless ends are encoded as the body was, whose
    packets are copied. What is made in between lies beside `out`. Raises `WrongLength`, `Unreadable`,
    `ffmpeg.EncodeFailed`, and what `advance` raises."""
    pieces: list[Piece] = []
    for name, part in (("head", head), ("body", body), ("tail", tail)):
        if part is None:
            continue
        if part is body:
            pieces.append(body)
            continue
        # A transition without a fade is the plain frames, in the final codec.
        encoded = out.with_name(f"{out.stem}-{name}.mp4")
        render_transition(
            None, part.path, encoded, frames=part.frames, fade=0, fps=format.fps, advance=advance
        )
        pieces.append(Piece(encoded, part.frames))
    joined(pieces, None, out, format, out.parent, advance)
