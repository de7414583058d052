"""The animatic as a provider: files that are what was asked for, cameras that move as the plan says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
import pytest

from activities.animatic.compositor import Compositor
from activities.animatic.provider import Animatic
from activities.animatic.scenes import build
from activities.faults import InvalidInput
from activities.models.local import ChunkJob
from tests.support.shots import Picture, apart, chunk, saved, shift, shot
from workflows.film.contract import Camera


@pytest.fixture(scope="module")
def animatic() -> Animatic:
    return Animatic()


# ---- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("fps", "frames"), [(8, 1), (16, 2), (24, 25), (25, 3), (30, 17)])
def test_a_chunk_has_exactly_its_frames_at_its_rate(
    animatic: Animatic, tmp_path: Path, fps: int, frames: int
) -> None:
    told: list[int] = []
    out = tmp_path / "chunk.mp4"
    job = ChunkJob(shot(size=(160, 90), fps=fps), (), None, 5, frames)
    animatic.render_chunk(job, out, told.append)
    assert told[-1] == frames and told == sorted(told)
    with av.open(str(out)) as container:
        (stream,) = container.streams
        assert isinstance(stream, av.VideoStream)
        assert (stream.width, stream.height) == (160, 90)
        assert stream.average_rate is not None and stream.average_rate == fps
        assert stream.time_base is not None and stream.time_base.denominator == fps * 1000
        pictures = list(container.decode(stream))
    assert len(pictures) == frames
    assert [round((p.time or 0) * fps) for p in pictures] == list(range(frames))
    assert {(p.colorspace, p.color_range) for p in pictures} == {(1, 1)}  # BT.709, studio range
    assert pictures[0].key_frame


def test_a_chunk_loses_hardly_anything_of_what_was_drawn(animatic: Animatic, tmp_path: Path) -> None:
    of = shot("hero_shot", camera="pan")
    compositor = Compositor(build(of, None))
    for at, seen in enumerate(chunk(animatic, tmp_path / "chunk.mp4", of, 24)):
        drawn = cv2.cvtColor(compositor.frame(at / of.format.fps), cv2.COLOR_BGRA2BGR)
        # Colours are halved both ways for the encoder: the lightness is what it loses by itself.
        before, after = (cv2.cvtColor(each, cv2.COLOR_BGR2GRAY) for each in (drawn, seen))
        assert cv2.absdiff(before, after).max() <= 10 and cv2.PSNR(before, after) > 42


def test_the_storyboard_image_is_the_first_frame_of_the_first_chunk(
    animatic: Animatic, tmp_path: Path
) -> None:
    of = shot("feature_highlight_sequence", style=("bold", "playful"))
    image = tmp_path / "board.png"
    animatic.draw_image(of, (), image)
    drawn = cv2.imread(str(image))
    assert drawn is not None and drawn.shape == (180, 320, 3)
    first = chunk(animatic, tmp_path / "chunk.mp4", of, 2, 0, image)[0]
    board = np.asarray(drawn, np.uint8)
    assert apart(first, board) < 2.5
    # The matrix is right, not only the tag: that of BT.601 would tint this red ground by 8 levels and more;
    # the decoder's own rounding takes about one.
    assert np.abs(first.mean((0, 1)) - board.mean((0, 1))).max() < 2


def test_what_footage_is_to_begin_with_bears_no_mark(animatic: Animatic, tmp_path: Path) -> None:
    of = shot("hero_shot", style=("warm",))
    lettered, bare = (tmp_path / name for name in ("lettered.png", "bare.png"))
    animatic.draw_image(of, (), lettered)
    animatic.draw_image(of, (), bare, False)
    told, silent = (np.asarray(cv2.imread(str(path)), np.int16) for path in (lettered, bare))
    differs = np.abs(told - silent).max(2) > 8
    # The mark stands high on the right; the object, in the middle, is one and the same.
    assert differs[:30, 160:].any() and not differs[60:120, 100:220].any()


@pytest.mark.parametrize("camera", ["pan", "orbit", "static"])
def test_a_continuation_begins_where_the_chunk_before_it_ends(
    animatic: Animatic, tmp_path: Path, camera: Camera
) -> None:
    of = shot(camera=camera, title="Made slowly")
    one = chunk(animatic, tmp_path / "1.mp4", of, 30)
    last = saved(one[-1], tmp_path / "last.png")
    two = chunk(animatic, tmp_path / "2.mp4", of, 12, 29, last)
    assert apart(one[-1], two[0]) < 1.5
    if camera == "pan":
        assert apart(two[0], two[-1]) > 1.5 * apart(one[-1], two[0])


def test_a_start_image_is_found_in_the_beat_though_its_place_is_wrong(
    animatic: Animatic, tmp_path: Path
) -> None:
    of = shot("ambient_lifestyle", camera="pan")
    truth = chunk(animatic, tmp_path / "1.mp4", of, 1, 70)[0]
    start = saved(truth, tmp_path / "start.png")
    found = chunk(animatic, tmp_path / "2.mp4", of, 2, 3, start)
    assert apart(found[0], truth) < 1.5


def test_the_same_job_gives_the_same_film_in_any_process_and_thread(tmp_path: Path) -> None:
    of = shot("dynamic_intro", size=(160, 90), camera="handheld", title="Built to move")

    def make(name: str, animatic: Animatic) -> bytes:
        out = tmp_path / name
        animatic.render_chunk(ChunkJob(of, (), None, 10, 9), out, lambda done: None)
        return out.read_bytes()

    shared = Animatic()
    with ThreadPoolExecutor(2) as pool:
        beside = list(pool.map(lambda name: make(name, shared), ("a.mp4", "b.mp4")))
    assert beside[0] == beside[1] == make("c.mp4", Animatic())


def test_another_seed_gives_another_picture(animatic: Animatic, tmp_path: Path) -> None:
    pictures = []
    for seed in (1, 2):
        animatic.draw_image(shot("atmospheric_setup", size=(160, 90), seed=seed), (), tmp_path / "board.png")
        pictures.append((tmp_path / "board.png").read_bytes())
    assert pictures[0] != pictures[1]


# ---- the camera ------------------------------------------------------------------------------

LEFT, RIGHT = np.s_[40:140, 20:150], np.s_[40:140, 170:300]
WHOLE = np.s_[30:150, 40:280]


def test_every_move_goes_the_way_its_name_says(animatic: Animatic, tmp_path: Path) -> None:
    def run(camera: Camera) -> tuple[Picture, Picture]:
        frames = chunk(animatic, tmp_path / f"{camera}.mp4", shot(camera=camera, fps=8), 6, 16)
        return frames[0], frames[-1]

    def apart_sides(frames: tuple[Picture, Picture]) -> float:
        return shift(*frames, RIGHT)[0] - shift(*frames, LEFT)[0]

    pan, tilt, orbit = run("pan"), run("tilt"), run("orbit")
    assert shift(*pan, WHOLE)[0] < -2 and abs(shift(*pan, WHOLE)[1]) < 1
    assert shift(*tilt, WHOLE)[1] > 1 and abs(shift(*tilt, WHOLE)[0]) < 1
    inward, outward, still = (apart_sides(run(camera)) for camera in ("dolly_in", "dolly_out", "static"))
    assert inward > 0.8 and outward < -0.8
    assert 0 < still < 0.6 * inward
    # In an orbit the set slides behind an object that stays.
    assert abs(shift(*orbit, np.s_[70:130, 130:190])[0]) < 0.5 * abs(shift(*orbit, np.s_[20:70, 90:230])[0])
    assert max(map(abs, shift(*run("handheld"), WHOLE))) > 0.1


def test_the_camera_still_moves_beyond_the_end_of_its_beat(animatic: Animatic, tmp_path: Path) -> None:
    frames = chunk(animatic, tmp_path / "tail.mp4", shot(camera="pan", fps=8), 9, 40)
    assert shift(frames[0], frames[-1], WHOLE)[0] < -1


# ---- foreign pictures, and ends ----------------------------------------------------------------


def foreign(width: int, height: int) -> Picture:
    dice = np.random.default_rng(5)
    coarse = dice.integers(60, 190, (9, 16, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_a_foreign_picture_becomes_a_plate_that_starts_as_it_is(animatic: Animatic, tmp_path: Path) -> None:
    of = shot(camera="pan")
    given_picture = foreign(320, 180)
    start = saved(given_picture, tmp_path / "start.png")
    one = chunk(animatic, tmp_path / "1.mp4", of, 30, 24, start)
    assert apart(one[0], given_picture) < 3
    assert shift(one[0], one[-1], np.s_[20:140, 40:280])[0] < -2
    # The next chunk goes on from it, and the word ANIMATIC stays where it is.
    last = saved(one[-1], tmp_path / "last.png")
    two = chunk(animatic, tmp_path / "2.mp4", of, 12, 53, last)
    assert apart(one[-1], two[0]) < 2.5
    badge = np.s_[10:17, 278:308]
    assert apart(one[-1][badge], two[-1][badge]) < 6
    assert apart(one[0][badge], one[-1][badge]) > 10


def test_a_plate_of_another_size_is_cut_to_the_frame(animatic: Animatic, tmp_path: Path) -> None:
    start = saved(foreign(300, 300), tmp_path / "start.png")
    (frame,) = chunk(animatic, tmp_path / "1.mp4", shot(), 1, 0, start)
    assert frame.shape == (180, 320, 3)


def test_a_start_image_that_is_no_picture_is_the_callers_mistake(animatic: Animatic, tmp_path: Path) -> None:
    start, out = tmp_path / "start.png", tmp_path / "out.mp4"
    start.write_bytes(b"no picture")
    with pytest.raises(InvalidInput):
        animatic.render_chunk(ChunkJob(shot(), (), start, 0, 4), out, lambda done: None)
    assert not out.exists()


def test_work_no_longer_wanted_leaves_no_process_and_no_file(animatic: Animatic, tmp_path: Path) -> None:
    class Unwanted(Exception):
        pass

    def advance(done: int) -> None:
        if done:
            raise Unwanted

    out = tmp_path / "chunk.mp4"
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(Unwanted):
        animatic.render_chunk(ChunkJob(shot(), (), None, 0, 60), out, advance)
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not out.exists()
