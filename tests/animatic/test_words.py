"""Words over footage: they read on whatever lies under them, stand in the safe area, and are never cut."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from activities.animatic.compositor import INVISIBLE, Compositor
from activities.animatic.footage import LARGE_TYPE, SMALL_TYPE
from activities.animatic.layer import Layer
from activities.animatic.lettering import fit
from activities.animatic.palette import Palette
from activities.animatic.scenes import build
from activities.animatic.sets import GENRE_SETS, SETS
from activities.animatic.stage import GUTTER
from activities.animatic.track import Track, tracks
from activities.animatic.words import Lettered, lettered, said_by_set, said_over_footage
from tests.support.shots import shot
from workflows.film.contract import Shot

PALETTE = Palette.of(("warm", "minimal"), salt="mug")
LONG = "Handgemachte Kaffeebecher aus Keramik für den allerersten Schluck am Morgen, hier"
WIDTH, HEIGHT = 640, 360
Grounds = Sequence[NDArray[np.uint8]]


def plain(level: int) -> NDArray[np.uint8]:
    return np.full((120, 213, 3), level, np.uint8)


def busy(seed: int) -> NDArray[np.uint8]:
    """Coloured patches of every lightness, larger than letters."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (9, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (213, 120), interpolation=cv2.INTER_CUBIC), np.uint8)


GROUNDS: dict[str, Grounds] = {
    "white": [plain(250)],
    "black": [plain(6)],
    "middle": [plain(128)],
    "busy": [busy(1), busy(2)],
    "from dark to bright": [plain(level) for level in (20, 90, 160, 240)],
}


def of(beat: str, title: str = "Made slowly", callouts: tuple[str, ...] = (), narrow: bool = False) -> Shot:
    size = (HEIGHT, WIDTH) if narrow else (WIDTH, HEIGHT)
    return shot(beat, size=size, title=title, callouts=callouts)


def laid(plate: NDArray[np.uint8], words: Lettered, of: Shot) -> NDArray[np.float64]:
    """The plate at the film's size under all veils, as it is in the middle of the beat."""
    canvas = cv2.resize(plate, (of.format.width, of.format.height)).astype(np.float64)
    for caption in words.captions:
        if is_veil(caption.image):
            rows, columns = caption.image.shape[:2]
            part = canvas[caption.y : caption.y + rows, caption.x : caption.x + columns]
            # What is premultiplied is added to what shows through.
            part *= 1 - caption.image[..., 3:] / 255
            part += caption.image[..., :3]
    return canvas


def is_veil(image: NDArray[np.uint8]) -> bool:
    return bool((image == image[:, :1]).all() or (image == image[:1]).all())


def luminance(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance of BGR, as WCAG 2 defines it."""
    share = picture / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ (0.0722, 0.7152, 0.2126))


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("beat", ["hero_shot", "feature_highlight_sequence", "call_to_action"])
def test_type_reads_on_every_frame(beat: str, ground: Grounds) -> None:
    told = ("Stoneware", "Leak-proof", "750 ml") if beat.startswith("feature") else ()
    asked = of(beat, LONG, told)
    words = lettered(asked, PALETTE, ground, whole=True)
    chosen, unit = words.ground.chosen, asked.format.height / 100
    assert chosen and len({choice.ink.text for choice in chosen}) == 1
    for plate in ground:
        under = luminance(laid(plate, words, asked))
        for box, ink, bound in chosen:
            x, y = int((box.x + words.ground.width / 2) * unit), int((box.y + 50) * unit)
            patch = under[y : y + int(box.height * unit), x : x + int(box.width * unit)]
            worst = np.quantile(patch, 0.95 if ink.text.light > 0.5 else 0.05)
            low, high = sorted((float(worst), ink.text.luminance))
            assert (high + 0.05) / (low + 0.05) >= bound, (box, ink)
    assert {choice.bound for choice in chosen} == ({SMALL_TYPE, LARGE_TYPE} if told else {LARGE_TYPE})


def test_a_quiet_ground_gets_no_veil_and_a_change_is_seen() -> None:
    words = lettered(of("hero_shot"), PALETTE, [plain(8)], whole=True)
    assert not any(choice.ink.veil for choice in words.ground.chosen)
    assert words.reads_on([plain(8), plain(20)]) and not words.reads_on([plain(8), plain(220)])


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    "beat", ["hero_shot", "feature_highlight_sequence", "call_to_action", "brand_moment"]
)
def test_type_stands_in_the_safe_area(beat: str, narrow: bool) -> None:
    told = ("Auslaufsicher", "750 ml", "24 Stunden kalt") if beat.startswith("feature") else ()
    asked = of(beat, LONG, told, narrow)
    words = lettered(asked, PALETTE, [busy(3)], whole=True)
    frame, margin = asked.format, GUTTER * asked.format.height / 100 - 2
    for caption in words.captions:
        if is_veil(caption.image):
            continue
        rows, columns = np.nonzero(caption.image[..., 3] > 40)
        left, right = caption.x + columns.min(), caption.x + columns.max()
        top, bottom = caption.y + rows.min(), caption.y + rows.max()
        assert margin <= left and right <= frame.width - margin, (left, right)
        assert frame.height * 0.03 <= top and bottom <= frame.height * 0.97, (top, bottom)


@pytest.mark.parametrize("room", [99.0, 47.0, 30.0])
@pytest.mark.parametrize(
    "words",
    [LONG, "Nova", "Donaudampfschifffahrtsgesellschaftskapitän", "صباح الخير مع القهوة الطازجة كل يوم"],
)
def test_a_title_is_never_cut(words: str, room: float) -> None:
    lines, size = fit(words, 6.6, room, "SemiBold")
    assert " ".join(lines) == words and 0 < size <= 6.6


@pytest.mark.parametrize("room", [99.0, 47.0, 30.0, 12.0])
@pytest.mark.parametrize(
    "words", ["From Crete · Cold pressed", "A · a long saying of it · B · c", "· Nova ·"]
)
def test_no_line_begins_or_ends_with_the_dot_that_parts_what_lines_part(words: str, room: float) -> None:
    lines, _ = fit(words, 8.2, room, "Bold")
    assert all(line and line == line.strip("· ") for line in lines)
    assert [word for line in lines for word in line.split() if word != "·"] == [
        word for word in words.split() if word != "·"
    ]
    assert fit("·", 8.2, room, "Bold")[0] == ["·"]


def test_cues_are_the_frames_in_which_the_words_are_drawn() -> None:
    asked = of("feature_highlight_sequence", callouts=("Stoneware", "Leak-proof", "750 ml"))
    fps, frames = asked.format.fps, asked.beat.seconds * asked.format.fps
    drawn = tracks(lettered(asked, PALETTE, [plain(8)], whole=True).captions, fps, frames)
    said = [one.frames(fps, frames) for one in said_over_footage(asked)]
    assert [one.words for one in said_over_footage(asked)] == [asked.beat.title, *asked.beat.callouts]
    assert {(one.start, one.stop) for one in said} == {(track.since, track.until) for track in drawn}
    for track in drawn:
        assert seen(track, track.since) and not seen(track, track.since - 1)
        assert seen(track, track.until - 1) and not seen(track, track.until)


@pytest.mark.parametrize("product", ["mug", "Photosynthesis"])
@pytest.mark.parametrize("beat", [name for name, each in {**SETS, **GENRE_SETS}.items() if not each.button])
def test_only_call_outs_that_a_set_draws_are_said_of_it(beat: str, product: str) -> None:
    told = ("Clay", "Fire", "Water")
    # A camera that stands still: one that travels comes less near where call-outs are to be read.
    silent, asked = (
        still(shot(beat, (96, 54), product=product, title="Slow", callouts=words)) for words in ((), told)
    )
    said = [one.words for one in said_by_set(asked) if one.words in told]
    drawn, bare = (build(each, None).layers for each in (asked, silent))
    differs = len(drawn) != len(bare) or any(map(differ, drawn, bare))
    assert bool(said) == differs
    assert "Slow" in [one.words for one in said_by_set(asked)]


def still(asked: Shot) -> Shot:
    return asked.model_copy(update={"beat": asked.beat.model_copy(update={"camera": "static"})})


def differ(one: Layer, other: Layer) -> bool:
    return not np.array_equal(one.image, other.image)


def seen(track: Track, frame: int) -> bool:
    """Whether anything of it shows in a frame."""
    pictures = [picture for since, picture in track.pictures if since <= frame]
    return bool(pictures) and float(pictures[-1][..., 3].max()) / 255 >= INVISIBLE


@pytest.mark.parametrize("beat", ["hero_shot", "lifestyle_context", "call_to_action", "brand_moment"])
def test_a_set_without_titles_is_the_same_set(beat: str) -> None:
    asked = shot(beat, size=(160, 90), title="Made slowly", callouts=("Clay", "Fire", "Water"))
    with_words, without = build(asked, None), build(asked.model_copy(update={"titles": False}), None)
    untitled = build(shot(beat, size=(160, 90)), None)
    assert len(without.captions) < len(with_words.captions)
    assert len(without.captions) <= len(untitled.captions), "nor is there a button"
    frames = [Compositor(scene).frame(2.0, captions=False) for scene in (with_words, without)]
    assert np.array_equal(frames[0], frames[1])
