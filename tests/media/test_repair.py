"""What a model returned is mended before it is used: on its rate, by its own clock, without a black end."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from activities.film.recipes import repaired_chunk
from activities.media.conform import at_rate
from activities.media.frames import last_picture
from activities.media.inspection import Inspection, inspect_output
from activities.media.repair import Repair, repair_for, said_of_chunk, said_of_image, seen_in
from tests.support.media_clips import clip, numbers
from tests.support.media_files import ffmpeg, number
from tests.support.media_forms import Made, made, off
from workflows.studio.facts import FrameFormat, Media

FILM = FrameFormat(width=192, height=108, fps=24)
RATE = Fraction(24)


def copied(path: Path, mend: Repair) -> Path:
    out = path.with_name("mended.mp4")
    at_rate(path, mend.rate, out, lambda _: None, mend.end, mend.own_clock)
    return out


def needed(found: Inspection, rate: Fraction | None = RATE) -> Repair:
    mend = repair_for(found.media, found.seen, rate, FILM.fps)
    assert mend is not None
    return mend


def test_what_is_as_it_should_be_is_used_as_it_is(tmp_path: Path) -> None:
    found = inspect_output(clip(tmp_path / "a.mp4", range(24)), "video")
    assert repair_for(found.media, found.seen, RATE, FILM.fps) is None
    assert said_of_chunk(found.media, found.seen, FILM) == []


def test_a_continuation_does_not_begin_in_black(tmp_path: Path) -> None:
    base, faded = clip(tmp_path / "base.mp4", range(48)), tmp_path / "faded.mp4"
    ffmpeg("-i", base, "-vf", "fade=out:36:12", faded)
    found = inspect_output(faded, "video")
    mend = needed(found)
    assert mend.rate == RATE and mend.end is not None and not mend.own_clock
    out = copied(faded, mend)
    # What came back is what shows the scene: whatever is covered is covered by that.
    assert inspect_output(out, "video").media.frames == mend.end and 36 <= mend.end <= 38
    assert number(last_picture(out)) == mend.end - 1
    assert np.abs(last_picture(out).astype(int) - last_picture(clip(base, range(mend.end)))).mean() < 4
    (said,) = said_of_chunk(found.media, found.seen, FILM)
    assert said == f"It ends in black; it is cut at {mend.end / 24:.1f} s, where it shows its scene."


@pytest.mark.parametrize("rate", [RATE, None])
def test_uneven_frames_are_shown_at_their_own_times(tmp_path: Path, rate: Fraction | None) -> None:
    base, uneven = clip(tmp_path / "base.mp4", range(48)), tmp_path / "uneven.mp4"
    kept = [n for n in range(48) if n < 16 or n % 4 == 0]
    ffmpeg("-i", base, "-vf", "select=lt(n\\,16)+not(mod(n\\,4))", "-fps_mode", "vfr", "-crf", "12", uneven)
    found = inspect_output(uneven, "video")
    assert found.seen is not None and not found.seen.constant_rate
    mend = needed(found, rate)
    assert mend == Repair(RATE, None, own_clock=True)
    shown = numbers(copied(uneven, mend))
    assert shown == [max(n for n in kept if n <= j) for j in range(len(shown))]
    assert 45 <= len(shown) <= 48


def test_an_odd_size_in_full_chroma_at_another_rate(tmp_path: Path) -> None:
    form = Made(colours="601-525", chroma="444", depth=10, size=(193, 109), rate=Fraction(15))
    found = inspect_output(made(tmp_path / "odd.mp4", range(20), form), "video")
    assert found.seen is not None and found.seen.form.chroma == "4:4:4" and found.seen.form.depth == 10
    out = copied(tmp_path / "odd.mp4", needed(found))
    facts = inspect_output(out, "video").media
    assert (facts.width, facts.height, facts.frames, facts.fps) == (192, 108, 32, RATE)
    assert numbers(out) == [j * 15 // 24 for j in range(32)] and off(out) <= 2


def test_people_are_told_of_most_of_a_picture_cut_away() -> None:
    portrait = FrameFormat(width=108, height=192, fps=24)
    wide = Media(mime="video/mp4", bytes=1, sha256="0", width=192, height=108, frames=24, fps=RATE)
    told = "69 % of the picture is cut away: it came in 192 x 108, the film is 108 x 192."
    assert said_of_chunk(wide, None, portrait) == said_of_image(wide, portrait) == [told]
    square = wide.model_copy(update={"height": 192})
    assert said_of_image(square, FrameFormat(width=152, height=192, fps=24)) == []


def test_what_was_bought_before_anybody_looked_stays_as_it_was() -> None:
    old = Media(mime="video/mp4", bytes=1, sha256="0", width=192, height=108, frames=24, fps=Fraction(25))
    assert seen_in({"attempt": 1, "model": "m"}) is None
    assert repair_for(old, None, RATE, 24) == Repair(RATE)
    # As it was before copies could be cut: continuations that were bought name it so.
    key = "4b6abe3a4b9cdb219adb45fdf05b72f06652582f546cdfccb889f877ed9b301d"
    assert repaired_chunk("a" * 64, Repair(RATE)).key == key
    others = {
        repaired_chunk("a" * 64, Repair(RATE, end, clock)).key for end, clock in ((9, False), (None, True))
    }
    assert len(others | {key}) == 3
