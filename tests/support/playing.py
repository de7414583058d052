"""What a delivered film is when it is really played: every frame and every sample decoded."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import av

from activities.storage.objects import ObjectStore


class Played(NamedTuple):
    """Decoded frames, and decoded samples of sound a channel: 0 where there is none."""

    frames: int
    samples: int


def played(film: Path) -> Played:
    """Raises `av.FFmpegError` where it cannot be played."""
    frames = samples = 0
    with av.open(str(film)) as container:
        streams = [*container.streams.video, *container.streams.audio]
        for packet in container.demux(streams):
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    samples += frame.samples
                else:
                    frames += 1
    return Played(frames, samples)


async def played_from(store: ObjectStore, key: str, folder: Path) -> Played:
    """The same of an object; its file lies in the folder for as long as it is played."""
    path = folder / key.replace("/", "-")
    await store.get_file(key, path)
    try:
        return played(path)
    finally:
        path.unlink()
