"""Whatever form a chunk comes in: looked at, mended, refined, it is a piece like all others of its film."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.media.conform import at_rate, frames_at
from activities.media.inspection import inspect_output
from activities.media.repair import repair_for
from activities.media.segment import SegmentFiles, SegmentSpec, refine_segment
from tests.support.media_clips import numbers
from tests.support.media_forms import COLOURS, FILM, HDR, Made, headers, made, off
from workflows.film.timeline import conform

RATE = Fraction(FILM.fps)
HANDLE, HEAD = 4, 3
#: Coded size, pixel and turn; all are shown 16:9, as the film.
SHAPES = [
    ((192, 108), Fraction(1), 0),
    ((320, 180), Fraction(1), 0),
    ((96, 54), Fraction(1), 180),
    ((144, 108), Fraction(4, 3), 0),
    ((108, 192), Fraction(1), 90),
    ((108, 144), Fraction(3, 4), 270),
    ((193, 109), Fraction(1), 0),
]
RATES = [Fraction(rate) for rate in (8, 15, 24, 25, 30)] + [Fraction(24000, 1001)]


@st.composite
def forms(draw: st.DrawFn) -> Made:
    size, pixel, turned = draw(st.sampled_from(SHAPES))
    colours = draw(st.sampled_from(sorted(COLOURS)))
    return Made(
        colours=colours,
        full=draw(st.booleans()),
        # An odd size is possible in full chroma alone.
        chroma="444" if size[0] % 2 else draw(st.sampled_from(["420", "422", "444"])),
        depth=10 if colours in HDR else draw(st.sampled_from([8, 10])),
        size=size,
        pixel=pixel,
        turned=turned,
        rate=draw(st.sampled_from(RATES)),
        slowed=draw(st.booleans()),
        fades=draw(st.sampled_from([0, 0, 7])),
    )


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """The headers of a piece that came as one would like it."""
    folder = tmp_path_factory.mktemp("usual")
    return headers(refined(folder, made(folder / "chunk.mp4", range(24), Made()), 24).body)


def refined(folder: Path, chunk: Path, frames: int) -> SegmentFiles:
    plan = conform((frames,), RATE, FILM.fps, frames - HANDLE, HANDLE)
    return refine_segment(
        [chunk], SegmentSpec(plan, FILM.width, FILM.height, "natural", HEAD), folder, lambda _: None
    )


def shown(form: Made, frames: int, count: int) -> list[int]:
    """The number that each of `count` frames at the film's rate shows, of a chunk of `frames`."""
    if form.slowed:
        starts = [int(form.time(n) * RATE + Fraction(1, 2)) for n in range(frames)]
        return [max(n for n in range(frames) if starts[n] <= j) for j in range(count)]
    return [min(frames - 1, int(j * form.rate / RATE)) for j in range(count)]


@settings(max_examples=12, deadline=None)
@given(form=forms(), frames=st.integers(20, 28))
def test_every_piece_is_of_one_film(
    tmp_path_factory: pytest.TempPathFactory, usual: tuple[object, ...], form: Made, frames: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    chunk = made(folder / "chunk.mp4", range(frames), form)
    media, seen = inspect_output(chunk, "video")
    assert seen is not None and seen.constant_rate != form.slowed
    kept = seen.ends.shown
    # The first frame of a fade is the scene still; in HDR the second differs from it by a few levels.
    assert 0 <= kept - (frames - form.fades) <= (3 if form.colours in HDR else 1) * bool(form.fades)
    mend = repair_for(media, seen, RATE, FILM.fps)
    assert (mend is None) == (form.rate == RATE and not form.slowed and not form.fades)
    if mend is not None:
        chunk = folder / "mended.mp4"
        at_rate(folder / "chunk.mp4", mend.rate, chunk, lambda _: None, mend.end, mend.own_clock)
    count = inspect_output(chunk, "video").media.frames or 0
    if not form.slowed:
        assert count == frames_at(kept, form.rate, RATE)
    files = refined(folder, chunk, count)
    pieces = [path for path in (files.head, files.body, files.tail) if path]
    assert [n for path in pieces for n in numbers(path)] == shown(form, kept, count)
    assert headers(files.body) == usual
    assert max(off(path) for path in pieces) <= 2
