"""Knows what is done where pieces cannot be joined as they are: all are encoded once more, by one encoder."""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from pathlib import Path

from activities.media import codec, ffmpeg
from activities.media.probing import WrongLength, count_frames
from activities.media.stitch import MixedEngines, Piece, stitch
from workflows.studio import FrameFormat

log = logging.getLogger(__name__)


def joined(
    pieces: Sequence[Piece],
    soundtrack: Path | None,
    out: Path,
    format: FrameFormat,
    folder: Path,
    advance: ffmpeg.Advance,
    title: str = "",
) -> None:
    """`stitch`, and where it finds pieces of several encoders, the same of copies that are alike, made in
    `folder`. They lose what one more encode loses; refused, the film could never be finished, for the pieces
    are kept and come back as they are. Raises as `stitch` does, `ffmpeg.EncodeFailed`, and what `advance`
    raises."""
    try:
        stitch(pieces, soundtrack, out, format.fps, title)
    except MixedEngines as error:
        log.warning("%s: all pieces are encoded again", error)
        alike: list[Piece] = []
        done = 0
        for number, piece in enumerate(pieces):
            copy = folder / f"alike-{number}.mp4"
            _copied(piece, copy, format, functools.partial(_onward, advance, done))
            alike.append(Piece(copy, piece.frames))
            done += piece.frames
        stitch(alike, soundtrack, out, format.fps, title)


def _onward(advance: ffmpeg.Advance, before: int, frames: int) -> None:
    advance(before + frames)


def _copied(piece: Piece, out: Path, format: FrameFormat, advance: ffmpeg.Advance) -> None:
    fps = format.fps
    stream = ffmpeg.source(piece.path).video.filter("scale", format.width, format.height)
    stream = stream.filter("settb", f"1/{fps}").filter("setpts", "N").filter("fps", fps, round="near")
    ffmpeg.encode([ffmpeg.Output(codec.tagged(stream), out, codec.final(fps))], advance)
    if (found := count_frames(out)) != piece.frames:
        raise WrongLength(f"{piece.path.name} has {found} frames, {piece.frames} were planned")
