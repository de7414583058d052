"""Knows how a beat's chunks become its segment: joined, matched, smoothed, graded, in one pass.

The pass writes three files: the *body* in the final codec; the *head* (its first frames) and the *tail*
(the frames beyond the beat's end) lossless, for the transitions on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph

from activities.media import codec, ffmpeg, looks, overlay
from activities.media.colour_match import Affine
from activities.media.colour_offset import ColourOffset
from activities.media.film_form import in_film_form
from activities.media.frames import first_picture, form
from activities.media.kept_ends import KeptEnds
from activities.media.matching import Course, matched
from activities.media.overlay import Lettering
from activities.media.probing import WrongLength, count_frames
from activities.media.seams import seam_scores
from workflows.film import Conform, Look

# Averaged over five frames where a pixel moves by under 3 levels (grain, flicker), and not at all where it
# moves by more: the edge of a letter differs from its ground by tens, so type is never smeared.
_SMOOTHING = {"s": 5, "0a": 0.012, "0b": 0.03, "1a": 0.012, "1b": 0.03, "2a": 0.012, "2b": 0.03}

# Without these the way to RGB and back darkens by a level, which would show at a join.
_EXACT = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"


@dataclass(frozen=True)
class SegmentSpec:
    """What a segment shall be. `head_frames` is X, or 0 for the film's first beat: its body is the whole
    beat, every other one begins at frame X. `cuts` are frames at which the plan cuts inside of it; `first` is
    the image that the shot began with, where it had one; `anchored`: all chunks are matched to that. `lasts`
    are the images that its chunks were to end with, one a chunk, of a shot that is made between images.
    What a program has `drawn` does not shimmer: it is encoded as such, and not smoothed."""

    conform: Conform
    width: int
    height: int
    look: Look
    head_frames: int
    smooth: bool = True
    cuts: tuple[int, ...] = ()
    first: Path | None = None
    anchored: bool = False
    lasts: tuple[Path | None, ...] = ()
    drawn: bool = False


@dataclass(frozen=True)
class SegmentFiles:
    """`head` is None for the film's first beat, `tail` where there is no handle. `seams` has the scores of
    its joins, in order; `colours` how far each chunk is from the shot's first image, else from its first
    frame, where there is anything to compare; `ends` how like each is to the images that it was made between,
    where it was."""

    body: Path
    head: Path | None
    tail: Path | None
    seams: tuple[float, ...] = ()
    colours: tuple[ColourOffset, ...] = ()
    ends: tuple[KeptEnds, ...] = ()


@dataclass(frozen=True)
class _Part:
    path: Path
    start: int
    end: int
    options: codec.Options


def refine_segment(
    chunks: Sequence[Path],
    spec: SegmentSpec,
    out_dir: Path,
    advance: ffmpeg.Advance,
    lettering: Lettering | None = None,
) -> SegmentFiles:
    """Write `body.mp4` and, where there are any, `head.mkv` and `tail.mkv` into `out_dir`.

    Frames between other rates (8 and 16 as well) are repeated or dropped, never blended: each shows exactly
    the frame that `Conform.source` names. Raises `WrongLength` where a chunk or a result has not the frames
    planned, `Unreadable`, `ffmpeg.EncodeFailed`, and what `advance` raises; then nothing is left behind.
    """
    _check_lengths(chunks, spec.conform, spec.head_frames)
    # Before the pass each look takes seconds where cores are scarce, and nobody is to think that it is dead.
    advance(0)
    parts = _parts(spec, out_dir)
    corrections, colours, ends = matched(chunks, spec.first, spec.anchored, advance, spec.lasts)
    seams = seam_scores(chunks, corrections, spec.conform, spec.cuts)
    advance(0)
    if lettering is None:
        ffmpeg.encode(_outputs(segment_graph(chunks, spec, corrections), parts), advance)
    else:
        _lettered(chunks, spec, corrections, parts, advance, lettering)
    _verify(parts)
    made = {part.path.stem: part.path for part in parts}
    return SegmentFiles(made["body"], made.get("head"), made.get("tail"), seams, colours, ends)


def _lettered(
    chunks: Sequence[Path],
    spec: SegmentSpec,
    corrections: Sequence[Course],
    parts: Sequence[_Part],
    advance: ffmpeg.Advance,
    lettering: Lettering,
) -> None:
    """Draws for what the chunks begin with, and sees in the pass what else there is: to decode a beat for a
    look beforehand costs a quarter of the pass. Where the words do not read on all of it, once more."""
    width, height, fps = spec.width, spec.height, spec.conform.fps
    seen = [first_picture(chunk, overlay.look_size(width, height)) for chunk in chunks]
    for whole in (False, True):
        overlays = lettering.draw(seen, whole)
        under, plain = _split(segment_graph(chunks, spec, corrections), 2)
        look = overlay.look_at(plain, width, height, fps, parts[0].path.with_name("look.rgb"))
        over = codec.tagged(overlay.laid(under, overlays, fps))
        ffmpeg.encode([*_outputs(over, parts), look], advance)
        seen = overlay.seen_in(look.path, width, height)
        look.path.unlink()
        if whole or lettering.reads_on(seen):
            return


def _outputs(stream: Any, parts: Sequence[_Part]) -> list[ffmpeg.Output]:
    branches = _split(stream, len(parts))
    return [
        ffmpeg.Output(_cut(branch, part), part.path, part.options)
        for branch, part in zip(branches, parts, strict=True)
    ]


def segment_graph(chunks: Sequence[Path], spec: SegmentSpec, corrections: Sequence[Course]) -> Any:
    """The segment's frames, handle included, as an ffmpeg graph that goes on. Raises `Unreadable`."""
    stream = _join(chunks, spec, corrections)
    if spec.smooth and not spec.drawn:
        stream = stream.filter("atadenoise", **_SMOOTHING)
    stream = _conformed(stream, spec.conform)
    for name, options in looks.filters(spec.look):
        stream = stream.filter(name, **options)
    return codec.tagged(stream)


def _check_lengths(chunks: Sequence[Path], conform: Conform, head: int) -> None:
    """A missing frame would shift all that follow."""
    if len(chunks) != len(conform.counts):
        raise WrongLength(f"{len(chunks)} chunks, where {len(conform.counts)} were planned")
    if not 0 <= head < conform.beat_frames:
        raise WrongLength(f"a head of {head} in a beat of {conform.beat_frames} frames")
    for path, planned in zip(chunks, conform.counts, strict=True):
        found = count_frames(path)
        if found != planned:
            raise WrongLength(f"{path.name} has {found} frames, {planned} were planned")


# ---- the graph -----------------------------------------------------------------------------------


def _join(chunks: Sequence[Path], spec: SegmentSpec, corrections: Sequence[Course]) -> Any:
    rate = spec.conform.native
    streams = []
    for index, (path, course) in enumerate(zip(chunks, corrections, strict=True)):
        stream = ffmpeg.source(path).video
        # It repeats the last frame of the chunk before, or of the shot before.
        if repeated := 1 if index else spec.conform.skip:
            stream = stream.filter("trim", start_frame=repeated)
        frames = spec.conform.counts[index] - repeated
        stream = _corrected(in_film_form(stream, form(path), spec.width, spec.height), course, frames)
        # Chunk timestamps are ignored on purpose: models write them carelessly.
        stream = stream.filter("setpts", f"N*{rate.denominator}/({rate.numerator}*TB)").filter(
            "settb", "AVTB"
        )
        streams.append(stream)
    return graph.concat(*streams, v=1, a=0) if len(streams) > 1 else streams[0]


def _corrected(stream: Any, course: Course, frames: int) -> Any:
    if course.start.is_identity and course.end.is_identity:
        return stream
    stream = stream.filter("scale", flags=_EXACT).filter("format", "gbrp")
    if course.start == course.end:
        stream = stream.filter("lutrgb", **_tables(course.start))
    else:
        # One table at a time: what is not its turn is passed on as it is.
        for first, last, affine in course.steps(frames):
            stream = stream.filter("lutrgb", **_tables(affine), enable=f"between(n,{first},{last})")
    return stream.filter("scale", flags=_EXACT).filter("format", "yuv420p")


def _tables(affine: Affine) -> dict[str, str]:
    # Half is added because the table rounds down.
    return {
        channel: f"clip(val*{gain}+({offset})+0.5,0,255)"
        for channel, gain, offset in zip("rgb", affine.gain, affine.offset, strict=True)
    }


def _conformed(stream: Any, conform: Conform) -> Any:
    """Put each joined frame at its time, in a time base where all times are whole, and resample."""
    speed = Fraction(conform.fps) / conform.native
    if conform.retime:
        ticks, step = 2 * conform.fps * conform.available, 2 * conform.frames
    else:
        ticks, step = 2 * conform.fps * speed.denominator, 2 * speed.numerator
    # Resampling may end up to one joined frame early; more would hide that frames are missing.
    spare = math.ceil(speed * Fraction(104, 100)) + 1
    return (
        stream.filter("settb", f"1/{ticks}")
        .filter("setpts", f"N*{step}")
        .filter("fps", conform.fps, round="near", start_time=0)
        .filter("tpad", stop_mode="clone", stop=spare)
        .filter("trim", end_frame=conform.frames)
        .filter("setpts", "N")
    )


def _parts(spec: SegmentSpec, out_dir: Path) -> list[_Part]:
    """The body first: its frames are the progress."""
    x, beat, end = spec.head_frames, spec.conform.beat_frames, spec.conform.frames
    parts = [_Part(out_dir / "body.mp4", x, beat, codec.final(spec.conform.fps, spec.drawn))]
    if x:
        parts.append(_Part(out_dir / "head.mkv", 0, x, codec.lossless()))
    if end > beat:
        parts.append(_Part(out_dir / "tail.mkv", beat, end, codec.lossless()))
    return parts


def _split(stream: Any, count: int) -> list[Any]:
    if count == 1:
        return [stream]
    branches = stream.filter_multi_output("split", count)
    return [branches[index] for index in range(count)]


def _cut(stream: Any, part: _Part) -> Any:
    return stream.filter("trim", start_frame=part.start, end_frame=part.end).filter("setpts", "PTS-STARTPTS")


def _verify(parts: Sequence[_Part]) -> None:
    try:
        for part in parts:
            if (found := count_frames(part.path)) != part.end - part.start:
                raise WrongLength(f"{part.path.name} has {found} frames, not {part.end - part.start}")
    except Exception:
        for part in parts:
            part.path.unlink(missing_ok=True)
        raise
