"""What the stand-ins make: stills and clips whose facts are exactly those that were asked for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from infra.standins.pictures.arrays import Pixels, u8
from infra.standins.pictures.films import film
from infra.standins.pictures.making import delivered
from infra.standins.pictures.pictures import image, opened, still
from infra.standins.pictures.things import SHAPES
from infra.standins.pictures.words import THINGS, read
from infra.standins.spec import Spec
from infra.standins.spec import seen as roles_of

STILL = Spec(
    "image", "m", "Hero shot of a red mug: alone on a low plinth. warm", width=160, height=90, seed=4
)


def seen(data: bytes) -> Pixels:
    return opened(data, 160, 90)


def clip(spec: Spec, path: Path) -> list[Pixels]:
    """Every frame, decoded."""
    film(spec, path)
    with av.open(str(path)) as file:
        return [u8(frame.to_ndarray(format="bgr24")) for frame in file.decode(video=0)]


def apart(a: Pixels, b: Pixels) -> float:
    """Mean difference of two pictures, in steps of 255."""
    return float(np.abs(a.astype(np.float32) - b).mean())


def test_a_prompt_and_a_seed_make_one_picture() -> None:
    assert image(STILL) == image(STILL)
    assert apart(still(STILL), still(replace(STILL, seed=5))) > 2
    assert apart(still(STILL), still(replace(STILL, prompt="Macro shot of a blue shoe: dusk"))) > 8


@pytest.mark.parametrize(
    ("mime", "head"), [("image/png", b"\x89PNG"), ("image/jpeg", b"\xff\xd8"), ("image/webp", b"RIFF")]
)
def test_a_still_is_of_the_type_and_size_asked(mime: str, head: bytes) -> None:
    data = image(replace(STILL, mime=mime, width=90, height=160))
    assert data.startswith(head)
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    assert decoded.shape == (160, 90, 3)


@pytest.mark.parametrize("thing", sorted(THINGS))
def test_every_product_stands_in_the_light(thing: str) -> None:
    assert set(THINGS) == set(SHAPES)
    picture = still(replace(STILL, prompt=f"Hero shot of a {thing}: softly lit paper backdrop"))
    # Neither black nor burnt out, and something stands before the backdrop.
    assert 25 < picture.mean() < 235
    assert picture.std() > 10


def test_one_product_keeps_its_colour_through_a_film() -> None:
    shots = [
        read(f"{shot} of ceramic mug: {rest}") for shot, rest in (("Macro", "dark"), ("Wide", "warm light"))
    ]
    assert np.array_equal(shots[0].colour, shots[1].colour)
    assert (shots[0].thing, shots[0].framing, shots[1].place) == ("mug", "close", "studio")


@given(text=some.text(max_size=80), seed=some.integers(-(2**63), 2**63))
@settings(max_examples=12, deadline=None)
def test_any_words_make_a_picture(text: str, seed: int) -> None:
    assert still(replace(STILL, prompt=text, seed=seed, width=32, height=18)).shape == (18, 32, 3)


def test_edges_become_the_product() -> None:
    edges = np.zeros((90, 160), np.uint8)
    cv2.ellipse(edges, (80, 48), (24, 30), 0, 0, 360, 255, 1)
    done, control = cv2.imencode(".png", edges)
    assert done
    made = still(replace(STILL, inputs={"control": control.tobytes()})).astype(np.float32)
    inside, beside = made[40:56, 70:90].mean((0, 1)), made[40:56, 8:28].mean((0, 1))
    # A red thing where the outline is, the set where it is not.
    assert inside[2] - inside[0] > beside[2] - beside[0] + 25
    assert image(replace(STILL, inputs={"control": b"no image"}))


@pytest.mark.parametrize(
    ("frames", "fps", "width", "height", "audio"),
    [
        (9, Fraction(24), 160, 90, False),
        (17, Fraction(16), 96, 160, True),
        (5, Fraction(30000, 1001), 128, 128, True),
    ],
)
def test_a_clip_has_the_frames_rate_size_and_sound_asked(
    tmp_path: Path, frames: int, fps: Fraction, width: int, height: int, audio: bool
) -> None:
    spec = Spec("video", "m", "slow push", frames=frames, fps=fps, width=width, height=height, audio=audio)
    path = tmp_path / "clip.mp4"
    assert len(clip(spec, path)) == frames
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        assert (video.frames, video.average_rate, video.width, video.height) == (frames, fps, width, height)
        assert video.codec_context.name == "h264"
        assert len(file.streams.audio) == audio
        if audio:
            sound = file.streams.audio[0]
            assert sound.duration is not None
            assert sound.time_base is not None
            # An AAC frame is 1024 samples; what it fills up is cut off again by the file.
            assert abs(sound.duration * sound.time_base - frames / fps) < Fraction(2048, 48000)


def test_a_clip_begins_with_the_image_moves_and_arrives(tmp_path: Path) -> None:
    start, end = image(STILL), image(replace(STILL, seed=9))
    spec = Spec(
        "video",
        "m",
        "the camera moves slowly in",
        inputs={"image": start, "last_frame": end},
        frames=25,
        width=160,
        height=90,
    )
    shown = clip(spec, tmp_path / "clip.mp4")
    assert apart(shown[0], seen(start)) < 4
    assert apart(shown[-1], seen(end)) < 4
    assert apart(shown[6], shown[0]) > 0.5
    ignored = clip(delivered(spec, "no_last_frame"), tmp_path / "ignored.mp4")
    assert apart(ignored[0], seen(start)) < 4 < apart(ignored[-1], seen(end))
    alone = clip(replace(spec, inputs={"image": start}), tmp_path / "alone.mp4")
    assert apart(alone[0], seen(start)) < 4
    assert apart(alone[-1], alone[0]) > 1


@pytest.mark.parametrize("move", ["moves slowly in", "pans slowly sideways", "orbits slowly"])
def test_an_edit_shows_the_same_set_a_little_later(move: str) -> None:
    """What a keyframe that follows from another is: not the same picture, and no other one."""
    start, other = image(STILL), image(replace(STILL, prompt="Macro shot of a blue shoe: dusk"))
    edit = replace(STILL, prompt=f"The mug on its plinth; the camera {move}", inputs={"image": start})
    assert image(edit) == image(edit)
    assert 0.5 < apart(seen(image(edit)), seen(start)) < apart(seen(start), seen(other)) / 2


def test_who_has_a_sheet_looks_like_it_in_every_still() -> None:
    """And of who has none, each still has its own idea."""
    halves = np.array([[[40, 60, 200]], [[90, 160, 30]]], np.uint8)
    done, sheet = cv2.imencode(".png", np.repeat(halves, 48, 0))
    assert done
    shots = ("Hero shot of a red mug: on a plinth", "Wide shot of a red mug: at dusk, closing")
    kept = " Keep Anna exactly as the pictures show them."
    bodies: dict[bool, list[Pixels]] = {True: [], False: []}
    for is_shown in bodies:
        for seed, shot in enumerate(shots):
            words = f"{shot}. With Anna: a woman." + kept * is_shown
            inputs = roles_of(words, [sheet.tobytes()] if is_shown else [])
            made = opened(image(replace(STILL, prompt=words, inputs=inputs, seed=seed)), 320, 180)
            bodies[is_shown].append(made[110:118, 50:53].reshape(-1, 3).astype(np.float32).mean(0))
    assert apart(*bodies[True]) < 3 < 15 < apart(*bodies[False])


@pytest.mark.parametrize(
    "move", ["in", "out", "pans sideways", "tilts", "orbits", "handheld camera", "stands still"]
)
def test_no_camera_shows_what_lies_beyond_the_image(tmp_path: Path, move: str) -> None:
    grey = np.full((90, 160, 3), 128, np.uint8)
    done, data = cv2.imencode(".png", grey)
    assert done
    spec = Spec(
        "video",
        "m",
        f"the camera moves slowly {move}",
        {"image": data.tobytes()},
        frames=13,
        width=160,
        height=90,
    )
    for frame in clip(spec, tmp_path / "clip.mp4"):
        assert abs(float(frame.mean()) - 128) < 16
