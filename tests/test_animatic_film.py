"""The animatic as a provider: files that are what was asked for, pictures that move as the plan says."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from activities.generation.provider import ChunkJob, InvalidInput
from activities.generation.providers.animatic.layer import Layer
from activities.generation.providers.animatic.palette import Palette
from activities.generation.providers.animatic.provider import Animatic
from activities.generation.providers.animatic.sets import set_for
from activities.generation.providers.animatic.stage import Stage
from activities.generation.providers.animatic.subject import subject_for
from workflows.contract import Beat, BeatSeconds, Camera, FrameFormat, Position, Shot

Picture = NDArray[np.uint8]

BEATS: dict[str, tuple[Position, BeatSeconds]] = {
    "hero_shot": ("opening", 5),
    "ambient_lifestyle": ("opening", 5),
    "teaser_reveal": ("opening", 5),
    "dynamic_intro": ("opening", 5),
    "atmospheric_setup": ("opening", 5),
    "detail_showcase": ("middle", 5),
    "product_in_motion": ("middle", 5),
    "action_montage": ("middle", 5),
    "benefit_showcase": ("middle", 5),
    "usage_scenario": ("middle", 10),
    "lifestyle_context": ("middle", 10),
    "feature_highlight_sequence": ("middle", 10),
    "transformation_moment": ("middle", 10),
    "call_to_action": ("closing", 5),
    "brand_moment": ("closing", 10),
}
ASPECTS = {"16:9": (160, 90), "9:16": (90, 160), "1:1": (96, 96), "4:5": (96, 120)}


@pytest.fixture(scope="module")
def animatic() -> Animatic:
    return Animatic()


def shot(
    beat: str = "hero_shot",
    size: tuple[int, int] = (320, 180),
    fps: int = 24,
    camera: Camera = "dolly_in",
    title: str = "",
    number: int = 2,
    product: str = "ceramic coffee mug",
    style: tuple[str, ...] = ("warm", "minimal"),
    callouts: tuple[str, ...] = (),
    seed: int = 7,
) -> Shot:
    position, seconds = BEATS.get(beat, ("middle", 5))
    made = Beat(
        id=beat,
        seconds=seconds,
        start_s=0,
        position=position,
        shot="medium shot",
        action="It stands.",
        prompt="A mug.",
        title=title,
        camera=camera,
        energy=0.6,
        callouts=callouts,
    )
    frame = FrameFormat(width=size[0], height=size[1], fps=fps)
    return Shot(beat=made, number=number, count=3, product=product, style=style, seed=seed, format=frame)


def chunk(
    animatic: Animatic, out: Path, of: Shot, frames: int, first: int = 0, start: Path | None = None
) -> list[Picture]:
    """Renders a chunk and returns its frames as any player would see them, BGR."""
    animatic.render_chunk(ChunkJob(of, (), start, first, frames), out, lambda done: None)
    return decoded(out)


def decoded(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]


def saved(picture: Picture, path: Path) -> Path:
    assert cv2.imwrite(str(path), picture)
    return path


def apart(one: Picture, other: Picture) -> float:
    """Mean absolute difference, levels."""
    return float(np.mean(cv2.absdiff(one, other)))


def shift(one: Picture, other: Picture, part: tuple[slice, slice]) -> tuple[float, float]:
    """How far the content of a part of the frame moves from one picture to the other, pixels."""
    a, b = (cv2.cvtColor(p[part], cv2.COLOR_BGR2GRAY).astype(np.float32) for p in (one, other))
    window = cv2.createHanningWindow(a.shape[::-1], cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(a, b, window)
    return x, y


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


# ---- sets and words --------------------------------------------------------------------------


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_beat_has_a_set_of_its_own_in_every_aspect(
    animatic: Animatic, tmp_path: Path, aspect: str
) -> None:
    drawn: list[Picture] = []
    dark = ("tech",) if aspect in ("9:16", "4:5") else ("warm",)
    for beat in BEATS:
        out = tmp_path / f"{beat}.png"
        animatic.draw_image(shot(beat, ASPECTS[aspect], style=dark, product="running shoe"), (), out)
        picture = cv2.imread(str(out))
        assert picture is not None and picture.shape[:2] == ASPECTS[aspect][::-1]
        assert picture.std() > 4, beat
        drawn.append(np.asarray(picture, np.uint8))
    # Call to action and brand moment are kin; no two sets are the same.
    for i, one in enumerate(drawn):
        assert all(apart(one, other) > 1.5 for other in drawn[:i])


def test_a_montage_changes_on_a_grid_that_fits_every_tempo(animatic: Animatic, tmp_path: Path) -> None:
    of = shot("action_montage", size=(160, 90), fps=8, camera="static")
    frames = chunk(animatic, tmp_path / "cuts.mp4", of, 40)
    change = [apart(one, other) for one, other in pairwise(frames)]
    cuts = sorted(int(i) + 1 for i in np.argsort(change)[-3:])
    # Every 1.25 s: a beat or half a beat of 72, 96 and 120 a minute alike.
    assert cuts == [10, 20, 30]
    assert sorted(change)[-3] > 3 * sorted(change)[-4]


def test_a_long_run_never_runs_out_of_streaks(animatic: Animatic, tmp_path: Path) -> None:
    short = shot("product_in_motion", (180, 320), fps=8, camera="static")
    of = short.model_copy(update={"beat": short.beat.model_copy(update={"seconds": 15})})
    # Between the slate and the object, where the streaks come from.
    ahead = np.s_[32:84, 120:]
    for first in (0, 56, 118):
        (frame,) = chunk(animatic, tmp_path / "run.mp4", of, 1, first)
        assert np.abs(np.diff(frame[ahead].astype(int), axis=0)).max() > 12


def test_a_photographed_product_stands_on_its_table(animatic: Animatic, tmp_path: Path) -> None:
    photo = np.full((300, 300, 3), 246, np.uint8)
    cv2.rectangle(photo, (90, 40), (210, 260), (30, 200, 30), -1)
    product = saved(photo, tmp_path / "product.png")
    of = shot("ambient_lifestyle", (180, 320))
    animatic.draw_image(of, (product,), tmp_path / "board.png")
    board = cv2.imread(str(tmp_path / "board.png"))
    assert board is not None
    blue, green, red = (board[..., i].astype(int) for i in range(3))
    rows, columns = np.nonzero(green - np.maximum(blue, red) > 60)
    foot, middle = rows.max(), int(np.median(columns))
    # The dark of the contact begins right under it, and the table grows lighter further down.
    under = board[foot + 1 : foot + 14, middle].mean(1)
    assert under[:4].min() < under.max() - 8
    assert int(under.argmin()) < 6


@pytest.mark.parametrize("beat", ["hero_shot", "dynamic_intro"])
@pytest.mark.parametrize("noun", ["mug", "ελαιόλαδο", "Fahrradschlossversicherung"])
@pytest.mark.parametrize("size", [(180, 320), (200, 200)])
def test_a_giant_noun_is_whole_in_a_narrow_frame(beat: str, noun: str, size: tuple[int, int]) -> None:
    of = shot(beat, size, product=noun)
    stage = Stage(of, Palette.of(of.style), subject_for("zzyzx", None, Palette.of(of.style), 60))
    set_for(of.beat).build(stage)
    bare = Stage(of.model_copy(update={"product": "杯子"}), stage.palette, stage.subject)
    set_for(of.beat).build(bare)
    # A noun that the font lacks is left out: the one layer more is the noun.
    (word,) = [one for one in stage.layers if not any(same(one, other) for other in bare.layers)]
    assert word.x > -stage.width / 2 and word.x + word.width_units < stage.width / 2
    # Clear of the slate above, and over the object's middle below.
    assert word.y > -40 and word.y + word.height_units < 0
    assert abs(word.x + word.width_units / 2) < 1.5


def same(one: Layer, other: Layer) -> bool:
    return one.image.shape == other.image.shape and np.array_equal(one.image, other.image)


words = st.text(
    st.sampled_from("abcÄßΩφЖщ 字漢🙂‍️<>&\"'%;{}ي")
    | st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")),
    max_size=80,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=words,
    product=words.filter(lambda text: text.strip()),
    callouts=st.lists(words.map(lambda text: text[:24]), max_size=3),
    beat=st.sampled_from(
        [
            "dynamic_intro",
            "feature_highlight_sequence",
            "benefit_showcase",
            "call_to_action",
            "caller_s_own_beat",
        ]
    ),
)
def test_no_words_can_break_a_picture(
    animatic: Animatic, tmp_path: Path, title: str, product: str, callouts: Sequence[str], beat: str
) -> None:
    of = shot(beat, (96, 54), title=title, product=product, callouts=tuple(callouts), number=3)
    out = tmp_path / "board.png"
    animatic.draw_image(of, (), out)
    assert cv2.imread(str(out)) is not None


@pytest.mark.parametrize("title", ["Утренний свет", "Πρωινό φως", "Ångström & <b>søn</b>"])
def test_titles_in_latin_greek_and_cyrillic_show_and_leave(
    animatic: Animatic, tmp_path: Path, title: str
) -> None:
    def zone(frames: list[Picture], i: int) -> Picture:
        return frames[i][150:176, 10:150]

    said = chunk(animatic, tmp_path / "said.mp4", shot(title=title, camera="static", fps=8), 40)
    mute = chunk(animatic, tmp_path / "mute.mp4", shot(title="", camera="static", fps=8), 40)
    # Where no type differs, two encodes still do, by about one level.
    assert apart(zone(said, 0), zone(mute, 0)) < 1.5
    assert apart(zone(said, 20), zone(mute, 20)) > 3
    assert apart(zone(said, 39), zone(mute, 39)) < 1.5


def test_a_title_without_glyphs_draws_nothing_instead_of_boxes(animatic: Animatic, tmp_path: Path) -> None:
    boxes = chunk(animatic, tmp_path / "boxes.mp4", shot(title="朝の光", fps=8), 1, 20)
    mute = chunk(animatic, tmp_path / "mute.mp4", shot(title="", fps=8), 1, 20)
    assert apart(boxes[0], mute[0]) < 0.5


def test_the_last_title_holds_to_the_end(animatic: Animatic, tmp_path: Path) -> None:
    def end(title: str) -> Picture:
        of = shot("call_to_action", title=title, camera="static", fps=8, number=3)
        return chunk(animatic, tmp_path / "end.mp4", of, 1, 39)[0]

    assert apart(end("The mug")[115:140, 80:240], end("")[115:140, 80:240]) > 3


def test_every_frame_says_animatic_at_one_place(animatic: Animatic, tmp_path: Path) -> None:
    def mark(picture: Picture, left: int = 525) -> NDArray[np.float64]:
        """The fine structure at the slate's place: strokes, whatever their colour."""
        grey = cv2.cvtColor(picture[18:32, left : left + 95], cv2.COLOR_BGR2GRAY)
        fine = cv2.absdiff(grey, cv2.GaussianBlur(grey, (0, 0), 4)).astype(np.float64)
        return np.asarray((fine - fine.mean()) / fine.std(), np.float64)

    seen: list[Picture] = []
    for beat in ("hero_shot", "teaser_reveal", "call_to_action"):
        of = shot(beat, (640, 360), fps=8, camera="static", title="A mug")
        seen += [chunk(animatic, tmp_path / "f.mp4", of, 1, first)[0] for first in (0, 20, 44)]
    pattern = mark(seen[0])
    for picture in seen:
        assert float((mark(picture) * pattern).mean()) > 0.6
        assert float((mark(picture, 420) * pattern).mean()) < 0.4


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
    badge = np.s_[165:172, 138:182]
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
