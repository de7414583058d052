"""Transitions: they fade gently over frames that are there, and end on the head."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from activities.media.ffmpeg import executable
from activities.media.probing import WrongLength
from activities.media.transition import render_transition
from tests.support.media_clips import clip


@pytest.mark.parametrize("fade", [0, 1, 6, 9])
def test_a_transition_fades_gently_then_shows_the_head(tmp_path: Path, fade: int) -> None:
    dark, light, out = tmp_path / "dark.mkv", tmp_path / "light.mkv", tmp_path / "out.mp4"
    for path, level in ((dark, 40), (light, 200)):
        source = f"color=size=64x64:rate=24,format=yuv420p,geq=lum={level}:cb=128:cr=128"
        command = [executable(), "-v", "error", "-y", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-frames:v", "9", "-c:v", "utvideo", str(path)], check=True)
    render_transition(dark, light, out, frames=9, fade=fade, fps=24, advance=lambda _: None)
    with av.open(str(out)) as container:
        seen = [float(f.to_ndarray()[:64, :64].mean()) for f in container.decode(video=0)]
    steps = [(j + 1) / (fade + 1) for j in range(fade)]
    wanted = [40 + 160 * x * x * (3 - 2 * x) for x in steps] + [200.0] * (9 - fade)
    assert np.allclose(seen, wanted, atol=2.5)


@pytest.mark.parametrize(("frames_", "fade"), [(10, 4), (9, 10)])
def test_a_transition_without_enough_frames_is_refused(tmp_path: Path, frames_: int, fade: int) -> None:
    path = clip(tmp_path / "nine.mp4", range(9))
    with pytest.raises(WrongLength):
        render_transition(path, path, tmp_path / "o.mp4", frames=frames_, fade=fade, fps=24, advance=print)
