"""The file that a person gets: a real animatic through every real component, measured after encoding."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import imageio_ffmpeg
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from temporalio.client import Client

from activities.animatic.provider import Animatic
from activities.media.loudness import measure
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.films import Films
from tests.support.marks import boxes
from worker import hosting, make_workers
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest
from workflows.film.report import VideoResult

FPS, SECONDS = 24, 20
BEATS = (
    BeatDraft(id="hero_shot", seconds=5, camera="dolly_in", energy=0.25),
    BeatDraft(id="lifestyle_context", seconds=5, camera="pan", energy=0.7),
    BeatDraft(id="usage_scenario", seconds=5, camera="tilt", energy=0.45),
    BeatDraft(id="call_to_action", seconds=5, camera="static", energy=0.9),
)


@dataclass(frozen=True)
class Delivered:
    path: Path
    result: VideoResult

    def pictures(self) -> NDArray[np.float32]:
        """All frames, grey, shape (frames, height, width)."""
        with av.open(str(self.path)) as container:
            frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
        return np.stack(frames).astype(np.float32)


@pytest_asyncio.fixture(scope="module")
async def delivered(
    stack: Stack, settings: Settings, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Delivered]:
    request = VideoRequest(
        prompt="A film about a ceramic coffee mug", size="360p", style="warm", plan=PlanDraft(beats=BEATS)
    )
    async with (
        open_studio(stack, settings, Parts(local_models={"animatic": Animatic()})) as studio,
        hosting(make_workers(client, studio, settings)),
    ):
        result = await (await Films(client).start(request)).result()
        path = tmp_path_factory.mktemp("delivered") / "film.mp4"
        await studio.store.get_file(result.video or "", path)
        yield Delivered(path, result)


def test_the_container_says_what_it_holds(delivered: Delivered) -> None:
    with av.open(str(delivered.path)) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height, video.average_rate) == (640, 360, Fraction(FPS))
        assert video.frames == FPS * SECONDS == delivered.result.frames
        assert video.time_base is not None and video.duration is not None
        assert video.duration * video.time_base == SECONDS
        assert (sound.codec_context.name, sound.codec_context.sample_rate) == ("aac", 48_000)
        shown = sorted(packet.pts for packet in container.demux(video) if packet.pts is not None)
    steps = {after - before for before, after in pairwise(shown)}
    assert len(shown) == FPS * SECONDS and len(steps) == 1, "the rate is not constant"


def test_it_can_start_before_it_is_loaded(delivered: Delivered) -> None:
    names = [name for name, _ in boxes(delivered.path)]
    assert names.index("moov") < names.index("mdat")


def samples_of(path: Path) -> NDArray[np.float32]:
    """Decoded by ffmpeg, which obeys the edit list as players do; shape (samples, 2)."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-i", str(path)]
    decoded = subprocess.run(
        [*command, "-f", "f32le", "-ac", "2", "-ar", "48000", "pipe:1"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return np.frombuffer(decoded.stdout, np.float32).reshape(-1, 2)


def test_the_sound_is_exact_and_level(delivered: Delivered) -> None:
    assert len(samples_of(delivered.path)) == SECONDS * 48_000
    lufs, peak = measure(delivered.path)
    assert lufs == pytest.approx(-14, abs=0.5)
    assert peak <= -1


def test_loudness_follows_energy(delivered: Delivered) -> None:
    beats = samples_of(delivered.path).reshape(len(BEATS), -1, 2)
    level = [float(np.sqrt(np.mean(np.square(beat)))) for beat in beats]
    # The last beat fades out; the others are ordered as their energies are.
    order = sorted(range(3), key=lambda index: BEATS[index].energy or 0)
    assert sorted(range(3), key=lambda index: level[index]) == order


def motion(pictures: NDArray[np.float32], beat: int, where: tuple[slice, slice]) -> tuple[float, float]:
    """How far the picture moves within a beat's first framing, once it stands alone: right and down are
    positive, in pixels."""
    first = beat * 5 * FPS + FPS // 2
    before, after = pictures[first][where], pictures[first + 10][where]
    window = cv2.createHanningWindow((before.shape[1], before.shape[0]), cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(np.ascontiguousarray(before), np.ascontiguousarray(after), window)
    return right, down


# Clear of the slate above and the title below, which never move with the camera.
STAGE = slice(50, 280)


def test_each_camera_moves_as_planned(delivered: Delivered) -> None:
    pictures = delivered.pictures()
    everywhere = (STAGE, slice(60, 580))
    left, right = (STAGE, slice(20, 300)), (STAGE, slice(340, 620))
    inward, outward = motion(pictures, 0, left)[0], motion(pictures, 0, right)[0]
    assert outward - inward > 0.5, "a dolly in makes the picture grow"
    pan = motion(pictures, 1, everywhere)
    assert abs(pan[0]) > 1 and abs(pan[1]) < abs(pan[0]) / 2, "a pan moves the picture across, either way"
    tilt = motion(pictures, 2, everywhere)
    assert abs(tilt[1]) > 1 and abs(tilt[0]) < abs(tilt[1]) / 2, "a tilt moves it up or down"
    still = motion(pictures, 3, everywhere)
    assert max(map(abs, still)) < 0.2 * abs(pan[0]), "a static camera creeps at most, and words come in"


def test_beats_cross_fade_and_cut_as_planned(delivered: Delivered) -> None:
    """The third beat is calm and fades in; the last is energetic (0.9) and opens with a cut."""
    pictures = delivered.pictures()
    change = np.abs(np.diff(pictures[:, STAGE], axis=0)).mean(axis=(1, 2))
    fade, cut = 10 * FPS, 15 * FPS
    assert change[cut - 1] > 4 * np.median(change), "no cut where one was planned"
    joins = change[fade - 1 : fade + 10]
    assert joins.max() < 0.6 * np.abs(pictures[fade + 12] - pictures[fade - 2])[STAGE].mean(), (
        "a fade is no cut"
    )
