"""Where a chunk stops showing its scene: seen in what comes back, whatever the scene, and never invented."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.media.ends import Ends, Glance, ends_of
from activities.media.ffmpeg import executable
from activities.media.inspection import inspect_output

#: 48 frames of a picture that moves and has grain.
MOVING = "testsrc2=size=160x90:rate=24,noise=alls=6:allf=t"
#: Beyond what each says, nothing of the scene is seen; 36 is where the fades begin.
FADES = {
    "black": ("fade=out:36:12", "black", 36),
    "white": ("fade=out:36:12:color=white", "white", 36),
    "grey": ("fade=out:36:12:color=gray", "one colour", 36),
    "not all black": ("fade=out:36:14", "black", 36),
    "cut": ("drawbox=enable=gte(n\\,40):color=black:t=fill", "black", 40),
}


def seen(path: Path, picture: str, *filters: str, frames: int = 48) -> Ends:
    command = [executable(), "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-frames:v", str(frames)]
    command += ["-vf", ",".join((*filters, "format=yuv420p")), "-c:v", "libx264", "-preset", "ultrafast"]
    subprocess.run([*command, "-crf", "20", str(path)], check=True)
    found = inspect_output(path, "video").seen
    assert found is not None
    return found.ends


@pytest.mark.parametrize("depth", ["format=yuv420p", "format=yuv420p10le"])
@pytest.mark.parametrize("how", FADES)
def test_the_last_frame_of_the_scene_is_found(tmp_path: Path, how: str, depth: str) -> None:
    fade, colour, begins = FADES[how]
    found = seen(tmp_path / "a.mp4", MOVING, fade, depth)
    # The first frame of a fade is the scene still.
    assert found.end == colour and begins - 1 <= found.shown <= begins + 1


@pytest.mark.parametrize(
    "scene",
    [
        MOVING,
        # Dark throughout, still throughout, and darker towards its end without ending in nothing.
        f"{MOVING},lutyuv=y=16+(val-16)*0.07",
        "testsrc2=size=160x90:rate=24,loop=-1:1",
        f"{MOVING},fade=out:0:96",
        # A white ground with a small product.
        "color=white:size=160x90:rate=24,drawbox=x=60:y=30:w=24:h=30:color=gray:t=fill,noise=alls=4:allf=t",
    ],
)
def test_a_scene_that_is_dark_or_still_on_purpose_is_whole(tmp_path: Path, scene: str) -> None:
    assert seen(tmp_path / "a.mp4", scene) == Ends(shown=48)


def test_a_frozen_end_is_seen_and_kept(tmp_path: Path) -> None:
    frozen = seen(tmp_path / "a.mp4", MOVING, "trim=end_frame=30,tpad=stop_mode=clone:stop=18")
    assert (frozen.shown, frozen.end) == (48, None) and 12 <= frozen.still <= 18


def test_what_opens_in_black_or_is_plain_throughout_is_said(tmp_path: Path) -> None:
    opening = seen(tmp_path / "a.mp4", MOVING, "drawbox=enable=lt(n\\,10):color=black:t=fill")
    assert (opening.opening, opening.shown, opening.end) == (10, 48, None)
    for colour, name in (("black", "black"), ("white", "white"), ("red", "one colour")):
        plain = seen(tmp_path / "b.mp4", f"color={colour}:size=160x90:rate=24")
        assert (plain.blank, plain.shown) == (name, 48)


def test_at_least_half_is_kept(tmp_path: Path) -> None:
    early = seen(tmp_path / "a.mp4", MOVING, "fade=out:10:12")
    assert (early.shown, early.end) == (48, "black")


@settings(max_examples=200, deadline=None)
@given(
    contrast=st.floats(12, 80),
    frames=st.integers(24, 150),
    fade=st.integers(1, 70),
    rate=st.sampled_from([8, 16, 24, 30]),
    wobble=st.floats(0, 0.03),
)
def test_a_fade_of_any_length_is_cut_where_it_begins(
    contrast: float, frames: int, fade: int, rate: int, wobble: float
) -> None:
    fade = min(fade, frames // 2 - 1)
    glances = []
    for n in range(frames):
        light = min(1.0, (frames - 1 - n) / fade) * (1 + wobble * (-1) ** n)
        glances.append(Glance(16 + 10 * light, 16 + 3 * contrast * light, contrast * light, 3.0))
    found = ends_of(glances, Fraction(rate))
    begins = frames - 1 - fade
    assert found.end == "black" and abs(found.shown - 1 - begins) <= max(1, fade * 0.12)
