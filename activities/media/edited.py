"""Knows how one video is made of others, with their sound: joined, in another size, enlarged, with music.

What comes in is anybody's: of any rate, shape and form, with sound or without. What comes out has one rate,
and sound that is exactly as long as its pictures.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph

from activities.media import codec, ffmpeg
from activities.media.conform import frames_at
from activities.media.film_form import in_film_form
from activities.media.form import Form
from activities.media.frames import form
from activities.media.inspection import measured
from activities.media.probing import Unreadable, WrongLength, count_frames, opened
from activities.media.sound import SAMPLE_RATE
from activities.media.stills import size_for
from workflows.studio import Aspect, Size

#: Names how these are made. Raise it when other pictures or sounds come of the same.
EDITS = "edits 1"
# Rates are written as whole ticks up to here; beyond, players disagree about what they mean.
_FASTEST = 60
# 4K: more takes hours on a core, and gigabytes.
_MOST_PIXELS = 3840 * 2160
_SOUND: dict[str, str | int] = {"acodec": "aac", "audio_bitrate": "192k", "ar": SAMPLE_RATE, "ac": 2}


@dataclass(frozen=True)
class _Video:
    """One that comes in, as it was measured."""

    path: Path
    form: Form
    frames: int
    fps: Fraction
    has_sound: bool
    #: Its place among the others: two parts of a graph that say the same would be one, and go to two places.
    number: int = 0

    @classmethod
    def of(cls, path: Path, number: int = 0) -> _Video:
        facts = measured(path)
        if not facts.frames or not facts.fps:
            raise Unreadable(f"{path.name} has no rate")
        with opened(path, formats=ffmpeg.FORMATS) as container:
            has_sound = bool(container.streams.audio)
        return cls(path, form(path), facts.frames, min(facts.fps, Fraction(_FASTEST)), has_sound, number)

    def pictures(self, width: int, height: int, fps: Fraction, whole: bool = False) -> Any:
        """In that size and at that rate, exactly as many as `count` says."""
        stream = ffmpeg.source(self.path).video
        stream = stream.filter("setpts", self._begin).filter("fps", str(fps), round="near", start_time=0)
        stream = stream.filter("tpad", stop_mode="clone", stop=2 + int(fps))
        stream = stream.filter("trim", end_frame=self.count(fps)).filter("setpts", "PTS-STARTPTS")
        if not whole:
            return codec.tagged(in_film_form(stream, self.form, width, height))
        inner = _within(self.form, width, height)
        shown = in_film_form(stream, self.form, *inner)
        return codec.tagged(shown.filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2"))

    @property
    def _begin(self) -> str:
        return f"PTS-STARTPTS+0*{self.number}"

    def count(self, fps: Fraction) -> int:
        return frames_at(self.frames, self.fps, fps)

    def sound(self, fps: Fraction) -> Any:
        """Exactly as long as its pictures; silence where it has none."""
        samples = round(self.count(fps) / fps * SAMPLE_RATE)
        if self.has_sound:
            heard = ffmpeg.source(self.path).audio
        else:
            heard = graph.input("anullsrc", f="lavfi", t=str(float(samples) / SAMPLE_RATE + 1)).audio
        heard = heard.filter("asetpts", self._begin).filter("aresample", SAMPLE_RATE)
        heard = heard.filter("aformat", channel_layouts="stereo").filter("apad")
        return heard.filter("atrim", end_sample=samples).filter("asetpts", "PTS-STARTPTS")


def joined_videos(videos: Sequence[Path], out: Path, fade_s: float, advance: ffmpeg.Advance) -> None:
    """Writes them one after the other, each going over into the next in `fade_s` seconds, pictures and sound;
    with 0 they are cut together. Shape, size and rate are those of the first. Raises `WrongLength` where one
    is shorter than its fades, `Unreadable`, `ffmpeg.EncodeFailed`, and what `advance` raises."""
    found = [_Video.of(path, number) for number, path in enumerate(videos)]
    fps, (width, height) = found[0].fps, size_for(found[0].form.width, found[0].form.height, None, None)
    fade = round(Fraction(str(fade_s)) * fps)
    counts = [one.count(fps) for one in found]
    for number, count in enumerate(counts, 1):
        if count <= 2 * fade and len(found) > 1:
            raise WrongLength(f"video {number} has {count} frames, too few to fade over {fade} at both ends")
    pictures = [one.pictures(width, height, fps) for one in found]
    sounds = [one.sound(fps) for one in found] if any(one.has_sound for one in found) else []
    if fade and len(found) > 1:
        _write(_faded(pictures, counts, fade, fps), _blended(sounds, fade, fps), out, fps, advance)
        _hold(out, sum(counts) - fade * (len(found) - 1))
    else:
        joined = graph.concat(*pictures, v=1, a=0) if len(found) > 1 else pictures[0]
        heard = graph.concat(*sounds, v=0, a=1) if len(sounds) > 1 else next(iter(sounds), None)
        _write(joined, heard, out, fps, advance)
        _hold(out, sum(counts))


def resized_video(
    video: Path,
    out: Path,
    aspect: Aspect | None,
    size: Size | None,
    whole: bool,
    advance: ffmpeg.Advance,
) -> None:
    """Writes it in that shape and size, as `resized_image`; its sound is kept. Raises as `joined_videos`."""
    found = _Video.of(video)
    _rewritten(found, size_for(found.form.width, found.form.height, aspect, size), out, whole, advance)


def enlarged_video(video: Path, out: Path, factor: int, advance: ffmpeg.Advance) -> None:
    """Writes it so many times as wide and high; its sound is kept. Raises as `joined_videos`, and
    `Unreadable` where it would be larger than 4K."""
    found = _Video.of(video)
    width, height = found.form.width * factor // 2 * 2, found.form.height * factor // 2 * 2
    if width * height > _MOST_PIXELS:
        raise Unreadable(f"it would have {width} x {height} pixels, more than 4K")
    _rewritten(found, (width, height), out, False, advance)


def still_video(image: Path, out: Path, frames: int) -> None:
    """Writes a video of a picture that does not move, so many frames of 24 a second. Raises
    `ffmpeg.EncodeFailed`."""
    shown = graph.input(str(image), loop=1, framerate=24).video.filter("trim", end_frame=frames)
    _write(codec.tagged(shown), None, out, Fraction(24), lambda _: None)
    _hold(out, frames)


def scored_video(video: Path, music: Path, out: Path, advance: ffmpeg.Advance) -> None:
    """Writes its pictures as they are, with this music in place of any sound. Raises `Unreadable`,
    `ffmpeg.EncodeFailed`, and what `advance` raises."""
    copied: dict[str, str | int] = {"codec": "copy", "movflags": "+faststart", "map_metadata": -1, "f": "mp4"}
    pictures, heard = ffmpeg.source(video).video, ffmpeg.source(music).audio
    ffmpeg.encode([ffmpeg.Output(pictures, out, copied, heard)], advance)
    _hold(out, count_frames(video))


def _rewritten(video: _Video, size: tuple[int, int], out: Path, whole: bool, advance: ffmpeg.Advance) -> None:
    pictures = video.pictures(*size, video.fps, whole)
    _write(pictures, video.sound(video.fps) if video.has_sound else None, out, video.fps, advance)
    _hold(out, video.count(video.fps))


def _write(pictures: Any, sound: Any, out: Path, fps: Fraction, advance: ffmpeg.Advance) -> None:
    options = {**codec.final(1), "video_track_timescale": fps.numerator * 100, "movflags": "+faststart"}
    heard = _SOUND if sound is not None else {}
    ffmpeg.encode([ffmpeg.Output(pictures, out, {**options, **heard}, sound)], advance)


def _hold(out: Path, frames: int) -> None:
    if (found := count_frames(out)) != frames:
        out.unlink(missing_ok=True)
        raise WrongLength(f"it came out with {found} frames, not {frames}")


def _within(form: Form, width: int, height: int) -> tuple[int, int]:
    """The largest picture of its own shape, both sides even, that fits into that size."""
    ratio = Fraction(form.width, form.height) * form.pixel_aspect
    if ratio > Fraction(width, height):
        return width, max(2, round(width / ratio / 2) * 2)
    return max(2, round(height * ratio / 2) * 2), height


def _faded(pictures: Sequence[Any], counts: Sequence[int], fade: int, fps: Fraction) -> Any:
    """Each over the end of what came before."""
    shown, length = pictures[0].filter("settb", f"1/{fps.numerator * 100}"), counts[0]
    for stream, count in zip(pictures[1:], counts[1:], strict=True):
        after = stream.filter("settb", f"1/{fps.numerator * 100}")
        at, lasts = float((length - fade) / fps), float(fade / fps)
        shown = graph.filter(
            [shown, after], "xfade", transition="fade", duration=f"{lasts:.6f}", offset=f"{at:.6f}"
        )
        length += count - fade
    return shown


def _blended(sounds: Sequence[Any], fade: int, fps: Fraction) -> Any:
    """The same of what is heard, in samples."""
    if not sounds:
        return None
    samples = round(fade / fps * SAMPLE_RATE)
    return list(itertools.accumulate(sounds, lambda a, b: graph.filter([a, b], "acrossfade", ns=samples)))[-1]
