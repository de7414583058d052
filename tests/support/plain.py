"""A provider for tests: quick, deterministic pictures, and failures on demand."""

from __future__ import annotations

import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from activities.faults import InvalidInput, JobFailed
from activities.models.local import Advance, AnchorJob, ChunkJob, ScoreJob
from workflows.film.contract import BeatDraft, PlanDraft, Shot

#: Three beats, of which the second takes two chunks; the last opens with a cut.
PLAN = PlanDraft(
    beats=(
        BeatDraft(id="hero_shot", seconds=5, energy=0.3),
        BeatDraft(id="detail_showcase", seconds=10, energy=0.5),
        BeatDraft(id="call_to_action", seconds=5, energy=0.9),
    )
)


class Plain:
    """Counts what it makes: `made["chunk:hero_shot:0"]` is how often that chunk was rendered.

    `failing` names the steps that always fail, for good where `permanent`; `faults` gives a step a number of
    failures after which it works. `hold` makes a step wait for an event, so that a test can act amid it.
    """

    name = "animatic"
    engine = score_engine = "plain 1"

    def __init__(
        self,
        failing: Sequence[str] = (),
        *,
        permanent: bool = True,
        faults: dict[str, int] | None = None,
        hold: dict[str, threading.Event] | None = None,
    ) -> None:
        self.made: Counter[str] = Counter()
        self.begun: Counter[str] = Counter()
        self._failing = set(failing)
        self._permanent = permanent
        self._faults = dict(faults or {})
        self._hold = hold or {}

    def draw_image(self, shot: Shot, photos: Sequence[Path], out: Path, lettered: bool = True) -> None:
        self._begin(name := f"storyboard:{shot.beat.id}", lambda _: None)
        assert cv2.imwrite(str(out), picture(shot, 0))
        self.made[name] += 1

    def draw_anchor(self, job: AnchorJob, out: Path) -> None:
        self._begin(name := f"anchor:{job.shot.beat.id}:{job.frame}", lambda _: None)
        assert cv2.imwrite(str(out), picture(job.shot, job.frame))
        self.made[name] += 1

    def render_chunk(self, job: ChunkJob, out: Path, advance: Advance) -> None:
        self._begin(name := f"chunk:{job.shot.beat.id}:{job.first_frame}", advance)
        frame = job.shot.format
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", "-f", "rawvideo"]
        command += [
            "-pix_fmt",
            "bgr24",
            "-s",
            f"{frame.width}x{frame.height}",
            "-r",
            str(frame.fps),
            "-i",
            "pipe:0",
        ]
        command += [
            "-threads",
            "1",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-crf",
            "12",
            "-pix_fmt",
            "yuv420p",
        ]
        command += ["-video_track_timescale", str(frame.fps * 1000), str(out)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
            assert encoder.stdin is not None
            for number in range(job.frames):
                encoder.stdin.write(picture(job.shot, job.first_frame + number).tobytes())
                advance(number + 1)
        self.made[name] += 1

    def compose_score(self, job: ScoreJob, advance: Advance) -> NDArray[np.float32]:
        self._begin("soundtrack", advance)
        time = np.arange(job.samples) / 48_000
        levels = np.repeat(
            [0.1 + 0.2 * energy for _, energy in job.cues], [48_000 * int(s) for s, _ in job.cues]
        )
        tone = np.sin(2 * np.pi * 220 * time) * np.resize(levels, job.samples)
        self.made["soundtrack"] += 1
        return np.column_stack([tone, tone]).astype(np.float32)

    def _begin(self, name: str, advance: Advance) -> None:
        self.begun[name] += 1
        if held := self._hold.get(name):
            while not held.wait(0.05):
                advance(0)
        if name in self._failing:
            raise (InvalidInput if self._permanent else JobFailed)(f"{name} was told to fail")
        if self._faults.get(name, 0) > 0:
            self._faults[name] -= 1
            raise JobFailed(f"{name} was told to fail")


def picture(shot: Shot, number: int) -> NDArray[np.uint8]:
    """A plate in the beat's colour with a disc that moves with the frame number."""
    frame = shot.format
    hue = zlib.crc32(shot.beat.id.encode()) % 180
    plate = np.full((frame.height, frame.width, 3), (hue, 120, 170), np.uint8)
    cv2.circle(plate, (8 + 2 * number % frame.width, frame.height // 2), frame.height // 8, (0, 0, 250), -1)
    return np.asarray(cv2.cvtColor(plate, cv2.COLOR_HSV2BGR), np.uint8)
