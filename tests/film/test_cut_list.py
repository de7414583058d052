"""Where the chunks of a shot join, in frames of the film."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from activities.film.cut_list import joins_of
from workflows.film.timeline import Conform, conform, covered, joined_frames

RATES = st.sampled_from((Fraction(16), Fraction(24), Fraction(30000, 1001)))


@st.composite
def conforms(draw: st.DrawFn) -> Conform:
    counts = draw(st.lists(st.integers(20, 200), min_size=1, max_size=5))
    native, fps, beat = draw(RATES), draw(st.sampled_from((8, 24, 30))), 1
    while covered(counts, native, fps, beat + 1) and beat < 15 * fps:
        beat += 1
    return conform(counts, native, fps, beat, draw(st.integers(0, 12)))


@given(conforms())
def test_a_join_is_the_first_frame_that_shows_the_further_chunk(shot: Conform) -> None:
    joins = joins_of(shot)
    firsts = [joined_frames(shot.counts[:number]) for number in range(1, len(shot.counts))]
    # What a beat does not need is cut off at its end, and with it the joins there.
    assert len(joins) <= len(firsts) and list(joins) == sorted(set(joins))
    for at, first in zip(joins, firsts, strict=False):
        assert shot.source(at) >= first > shot.source(at - 1)
    for first in firsts[len(joins) :]:
        assert shot.source(shot.beat_frames - 1) < first


def test_a_join_of_two_chunks_that_are_slowed() -> None:
    shot = Conform(counts=(81, 81), native=Fraction(16), fps=24, beat_frames=240, handle=10, retime=True)
    assert joins_of(shot) == (126,)
