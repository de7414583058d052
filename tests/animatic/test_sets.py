"""The sets and words of the animatic: every beat in every format, and no words that break a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from activities.animatic.layer import Layer
from activities.animatic.palette import Palette
from activities.animatic.provider import Animatic
from activities.animatic.sets import GENRE_SETS, SETS, set_for
from activities.animatic.stage import Stage
from activities.animatic.subject import subject_for
from tests.support.shots import ASPECTS, BEATS, Picture, apart, chunk, saved, shot


@pytest.fixture(scope="module")
def animatic() -> Animatic:
    return Animatic()


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


def test_a_set_says_whether_it_has_a_place_for_a_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    of, palette = shot("hero_shot", (32, 18), title="A mug"), Palette.of(("warm",))
    subject, asked = subject_for("mug", None, palette, 40), list[str]()
    lit = subject.get

    def get(*how: Any, **more: Any) -> Any:
        asked.append("thing")
        return lit(*how, **more)

    monkeypatch.setattr(subject, "get", get)
    # What else is drawn takes a second, and shows no thing.
    monkeypatch.setattr(Stage, "draw", lambda *_, **how: None)
    for name, each in {**SETS, **GENRE_SETS}.items():
        asked.clear()
        each.build(Stage(of, palette, subject))
        assert bool(asked) == each.shows_thing, name


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
    stage = Stage(of, Palette.of(of.style), subject_for("mug", None, Palette.of(of.style), 60))
    set_for(of.beat).build(stage)
    bare = Stage(of.model_copy(update={"product": "\ue000"}), stage.palette, stage.subject)
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


@pytest.mark.parametrize("beat", ["hero_shot", "call_to_action"])
def test_without_lettering_a_beat_is_drawn_alike_in_any_place_of_any_film(
    animatic: Animatic, tmp_path: Path, beat: str
) -> None:
    """What is bought from it is found again where other beats were put in before it, or dropped."""
    drawn = []
    for number, count in ((1, 1), (2, 3), (3, 3)):
        placed = shot(beat, ASPECTS["16:9"]).model_copy(update={"number": number, "count": count})
        animatic.draw_image(placed, (), tmp_path / "bare.png", lettered=False)
        drawn.append((tmp_path / "bare.png").read_bytes())
    assert len(set(drawn)) == 1


def test_a_set_of_words_shows_the_name_where_the_title_stands_beside_it() -> None:
    of = shot("story_night", title="One night").model_copy(update={"name": "Nova", "titles": True})
    palette = Palette.of(of.style)
    for named, titled in ((False, False), (False, True), (True, False), (True, True)):
        stage = Stage(
            of.model_copy(update={"named": named}), palette, subject_for("inflation", None, palette, 60)
        )
        stage.titled = titled
        # Films of earlier releases stay as they are.
        assert stage.words == ("Nova" if named and titled else of.beat.title)
