"""What is said where ffmpeg fails: the cause, whatever else it says, and nothing of this machine."""

from __future__ import annotations

from pathlib import Path

import ffmpeg as graph
import numpy as np
import pytest

from activities.media.ffmpeg import EncodeFailed, Output, cause, encode, filtered
from activities.media.loudness import MasteringFailed, _ffmpeg

ODD = {"vcodec": "libx264", "pix_fmt": "yuv420p", "f": "mp4"}


def test_the_cause_of_a_failed_encode_is_shown(tmp_path: Path) -> None:
    odd = graph.input("color=size=65x49:rate=8:duration=1", f="lavfi").video
    with pytest.raises(EncodeFailed, match="width not divisible by 2") as failed:
        encode([Output(odd, tmp_path / "out.mp4", ODD)], lambda _: None)
    assert str(tmp_path) not in str(failed.value) and "Task finished" not in str(failed.value)
    missing = graph.input("pipe:0", f="rawvideo", pix_fmt="gray", s="8x8").video.filter(
        "lut3d", "/no/file.cube"
    )
    with pytest.raises(EncodeFailed, match="No such file") as failed:
        filtered(missing, bytes(64), "rgb24")
    assert "/no/" not in str(failed.value)
    with pytest.raises(MasteringFailed, match="no_such_filter"):
        _ffmpeg(["-f", "f32le", "-i", "pipe:0", "-af", "no_such_filter", "-f", "null", "-"], lambda _: None,
                np.zeros((48, 2), np.float32))  # fmt: skip


def test_the_cause_is_found_among_thousands_of_lines() -> None:
    said = "\n".join(
        ["[h264 @ 0x5581] reference picture missing", *(f"[h264] error at mb {n}" for n in range(5000))]
    )
    told = cause(f"{said}\n[fc#0] Task finished with error code: -22\nfile:/home/me/in.mp4: the disk is full")
    assert told.startswith("[h264] reference picture missing | ") and told.endswith(
        "| in.mp4: the disk is full"
    )
    assert len(told) < 1000
    assert cause("[fc#0] Task finished with error code: -22\n") == "[fc#0] Task finished with error code: -22"
