"""Makes the film that assembly is measured on: beats of chunks as models return them, with words if asked."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from activities.film.lettering import BeatLettering
from activities.media import ffmpeg
from activities.media.segment import SegmentSpec
from workflows.film.contract import Beat, Look, Shot
from workflows.film.timeline import Conform, conform
from workflows.studio.facts import FrameFormat

WIDTH, HEIGHT, FPS, X = 1280, 720, 24, 10
#: Chunks of the beats, over and over.
PATTERN = (1, 2, 3)
_LOOK: Look = "cinematic_warm"
_TOLD = ("Stoneware", "Leak-proof", "750 ml")
_BEAT = {
    "id": "hero_shot",
    "start_s": 0,
    "position": "middle",
    "shot": "",
    "action": "",
    "prompt": "",
    "title": "Made slowly, for every day",
    "camera": "static",
    "energy": 0.5,
}


@dataclass(frozen=True)
class Film:
    """The beats of a film, each a number of chunks, which are files of `frames` frames in `directory`."""

    directory: Path
    beats: tuple[int, ...]
    frames: int
    words: bool = False

    def chunks(self, beat: int) -> list[Path]:
        return [self.directory / f"{beat}-{i}.mp4" for i in range(self.beats[beat])]

    def plan(self, beat: int) -> Conform:
        handle = X if beat < len(self.beats) - 1 else 0
        counts = [self.frames] * self.beats[beat]
        return conform(counts, Fraction(FPS), FPS, sum(counts) - len(counts) + 1 - X, handle)

    def spec(self, beat: int) -> SegmentSpec:
        return SegmentSpec(self.plan(beat), WIDTH, HEIGHT, _LOOK, X if beat else 0)

    def lettering(self, beat: int, folder: Path) -> BeatLettering | None:
        """The words of a beat: a title and, in every other one, three call-outs."""
        if not self.words:
            return None
        frames = self.plan(beat).beat_frames
        made = Beat.model_validate(
            _BEAT
            | {"seconds": 5 * round(max(1, min(3, frames / FPS / 5)))}
            | {"callouts": _TOLD[: 3 * (beat % 2)]}
        )
        format = FrameFormat(width=WIDTH, height=HEIGHT, fps=FPS)
        shot = Shot(
            beat=made,
            number=beat + 1,
            count=len(self.beats),
            product="mug",
            style=("warm",),
            seed=7,
            format=format,
        )
        return BeatLettering(shot, None, self.plan(beat).frames, folder)

    @property
    def total(self) -> int:
        return sum(self.plan(beat).beat_frames for beat in range(len(self.beats)))


def shoot(directory: Path, chunks: int, frames: int, words: bool = False) -> Film:
    """A textured slow pan with grain, as a chain of three chunks that all beats begin with."""
    film = Film(directory, PATTERN * (chunks // sum(PATTERN)), frames, words)
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:HEIGHT, 0 : WIDTH + 4 * 3 * frames]
    ground = np.stack(
        [128 + 60 * np.sin(x / a) * np.cos(y / b) for a, b in ((41, 29), (67, 53), (97, 31))], -1
    )
    grain = [rng.normal(0, 2.5, (HEIGHT, WIDTH, 1)) for _ in range(5)]
    for i in range(len(set(PATTERN))):
        command = [ffmpeg.executable(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        command += ["-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-", "-c:v", "libx264", "-crf", "16"]
        command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-preset", "veryfast"]
        command += ["-pix_fmt", "yuv420p", str(directory / f"{i}.mp4")]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            for n in range(i * (frames - 1), i * (frames - 1) + frames):
                picture = ground[:, 4 * n : 4 * n + WIDTH] + grain[n % len(grain)]
                process.stdin.write(picture.clip(0, 255).astype(np.uint8).tobytes())
    for beat in range(len(film.beats)):
        for i, path in enumerate(film.chunks(beat)):
            os.link(directory / f"{i}.mp4", path)
    return film
