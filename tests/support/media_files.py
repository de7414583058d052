"""Files as models and their vendors wrap them, and the number that a frame of theirs bears."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import numpy as np

from activities.media.ffmpeg import executable
from tests.support.media_clips import number_in

FRAMES = 36
SOUND = ("-f", "lavfi", "-i", "sine=duration=3:sample_rate=44100")
VP9 = ("-c:v", "libvpx-vp9", "-b:v", "600k", "-cpu-used", "8", "-deadline", "realtime")
OPEN = "open-gop=1:keyint=12:min-keyint=12:scenecut=0:bframes=3:b-pyramid=2:threads=1"
#: How models and their vendors wrap 36 frames: the name of the file, what is said before and after the input.
WRAPPED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "plain.mp4": ((), ("-c", "copy")),
    "fast.mp4": ((), ("-c", "copy", "-movflags", "+faststart")),
    "fragments.mp4": ((), ("-c", "copy", "-movflags", "frag_keyframe+empty_moov")),
    "open_gop.mp4": ((), ("-c:v", "libx264", "-x264-params", OPEN)),
    "sound.mp4": (SOUND, ("-c:v", "copy", "-c:a", "aac")),
    "sound.webm": (SOUND, (*VP9, "-c:a", "libopus")),
    "mute.webm": ((), VP9),
    "quick.mov": ((), ("-c", "copy")),
}


def ffmpeg(*words: str | Path) -> None:
    subprocess.run([executable(), "-v", "error", "-y", *map(str, words)], check=True)


def number(picture: np.ndarray) -> int:
    return number_in(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8))


def wrapped(base: Path, folder: Path, name: str) -> Path:
    before, after = WRAPPED[name]
    ffmpeg("-i", base, *before, *after, folder / name)
    return folder / name
