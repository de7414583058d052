"""The film's arithmetic, over any legal plan, model, rate and energy, whatever really comes back."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflows.film import timeline
from workflows.film.contract import Beat
from workflows.film.timeline import CannotCover, Conform
from workflows.studio.facts import ChunkLength, ModelFacts

FPS = (8, 16, 24, 25, 30)
NATIVE = (*map(Fraction, FPS), Fraction(24000, 1001), Fraction(30000, 1001))

energies = st.one_of(st.floats(0, 1), st.sampled_from([0.7, 0.7000000001, 0.69]))
fps_ = st.sampled_from(FPS)


@st.composite
def models(draw: st.DrawFn, most: int = 6) -> ModelFacts:
    """Any model: 1 to 6 durations of 2 to 15 s, up to 9 frames off the nominal count, with any prices."""
    rate = draw(st.sampled_from(NATIVE))
    seconds = draw(st.lists(st.integers(4, 30), min_size=1, max_size=most, unique=True))
    priced = st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.1"), Decimal("0.35"), Decimal(2)])
    per_second, fixed = draw(priced), draw(priced)
    free = draw(st.booleans())  # as the animatic is: then only chunks and handles decide
    lengths = tuple(
        ChunkLength(
            asked_s=Decimal(half) / 2,
            frames=max(2, math.ceil(Fraction(half, 2) * rate) + draw(st.integers(-9, 9))),
            price_usd=Decimal(0) if free else fixed + per_second * half if half % 3 else draw(priced),
        )
        for half in seconds
    )
    return ModelFacts(id="m", provider="test", work="computes", fps=rate, lengths=lengths)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Beat, ...]:
    """Any legal plan: beats of 5, 10 or 15 s, 5 to 120 s in all, each with its own energy."""
    seconds = draw(st.lists(st.sampled_from([5, 10, 15]), min_size=1, max_size=24))
    assume(sum(seconds) <= 120)
    return tuple(
        Beat(
            id=f"b{i}",
            seconds=s,
            start_s=sum(seconds[:i]),
            position="middle",
            shot="wide",
            action="a",
            prompt="p",
            title="",
            camera="pan",
            energy=draw(energies),
        )
        for i, s in enumerate(seconds)
    )


def generate(beat_frames: int, fps: int, model: ModelFacts, data: st.DataObject, spread: int) -> list[int]:
    """What a workflow does: ask, measure, until covered. Up to `spread` frames off, and half at least."""
    counts: list[int] = []
    while (length := timeline.next_length(counts, model.fps, fps, beat_frames, model)) is not None:
        off = data.draw(st.integers(-min(spread, (length.frames - 1) // 2), spread))
        counts.append(max(1, length.frames + off))
    return counts


def longest(counts: list[int], native: Fraction, fps: int) -> int:
    """floor(1.04 M R / f), written out."""
    joined = sum(counts) - (len(counts) - 1)
    return 104 * joined * fps * native.denominator // (100 * native.numerator)


# ---- chunks ------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.data(), plans(), models(), fps_, st.sampled_from([0, 2, 12, 240]))
def test_every_beat_is_covered_and_none_without_its_last_chunk(
    data: st.DataObject, plan: tuple[Beat, ...], model: ModelFacts, fps: int, spread: int
) -> None:
    native = model.fps
    assert native is not None
    for beat in plan[:4]:
        need = beat.seconds * fps
        counts = generate(need, fps, model, data, spread)
        assert counts, "a beat starts with a chunk of its own, the reference chunk"
        assert longest(counts, native, fps) >= need
        assert len(counts) == 1 or longest(counts[:-1], native, fps) < need


@settings(max_examples=100, deadline=None)
@given(models(most=3), fps_, st.sampled_from([5, 10, 15]))
def test_the_chosen_lengths_are_the_best_of_all(model: ModelFacts, fps: int, seconds: int) -> None:
    beat = seconds * fps
    native = model.fps
    assert native is not None
    chosen = timeline.choose_lengths(beat, fps, model)

    def rank(lengths: tuple[ChunkLength, ...]) -> tuple[Decimal, int, int, bool, int]:
        counts = [length.frames for length in lengths]
        spare = min(longest(counts, native, fps) - beat, timeline.transition_frames(fps))
        handle = spare if spare >= timeline.minimum_handle(fps) else 0
        joined = sum(counts) - len(counts) + 1
        slowed = beat + handle > math.ceil(joined * fps / native - Fraction(1, 2))
        return sum((x.price_usd for x in lengths), Decimal(0)), len(lengths), -handle, slowed, joined

    every = itertools.chain.from_iterable(
        itertools.combinations_with_replacement(model.lengths, k) for k in range(1, len(chosen) + 3)
    )
    best = min(rank(c) for c in every if longest([x.frames for x in c], native, fps) >= beat)
    assert rank(chosen) == best
    for i in range(len(chosen)):
        rest = [x.frames for j, x in enumerate(chosen) if j != i]
        assert not rest or longest(rest, native, fps) < beat


def test_of_equal_price_and_frames_the_fewest_chunks_win() -> None:
    """107 + 25 new frames are as many as 44 + 44 + 44; handle and true speed need 130 of them."""
    lengths = tuple(ChunkLength(asked_s=Decimal(n), frames=n + 1) for n in (107, 44, 25))
    free = ModelFacts(id="m", provider="test", work="computes", fps=Fraction(24), lengths=lengths)
    assert timeline.choose_lengths(120, 24, free) == (lengths[0], lengths[2])


@settings(max_examples=100, deadline=None)
@given(models(), fps_, st.sampled_from([5, 10, 15]))
def test_a_model_that_keeps_its_word_is_asked_for_what_was_planned(
    model: ModelFacts, fps: int, seconds: int
) -> None:
    beat, counts = seconds * fps, list[int]()
    asked: list[ChunkLength] = []
    while (length := timeline.next_length(counts, None, fps, beat, model)) is not None:
        asked.append(length)
        counts.append(length.frames)
    planned = timeline.choose_lengths(beat, fps, model)
    assert sum(x.price_usd for x in asked) == sum(x.price_usd for x in planned)
    assert (len(asked), sum(counts)) == (len(planned), sum(x.frames for x in planned))


@settings(max_examples=100, deadline=None)
@given(models(), fps_, st.sampled_from([5, 10, 15]), st.integers(1, 2))
def test_a_model_that_returns_next_to_nothing_is_given_up_within_the_bound(
    model: ModelFacts, fps: int, seconds: int, returned: int
) -> None:
    beat, counts = seconds * fps, list[int]()
    bound = 2 * len(timeline.choose_lengths(beat, fps, model)) + 1
    assume(longest([returned] * bound, model.fps or Fraction(1), fps) < beat)
    with pytest.raises(CannotCover, match="planned"):
        while timeline.next_length(counts, None, fps, beat, model) is not None:
            counts.append(returned)
    assert len(counts) == bound


@pytest.mark.parametrize(
    "model",
    [
        ModelFacts(id="m", provider="test", work="waits", fps=Fraction(24)),
        ModelFacts(
            id="m",
            provider="test",
            work="waits",
            fps=Fraction(24),
            lengths=(ChunkLength(asked_s=Decimal(5), frames=1),),
        ),
        ModelFacts(
            id="m", provider="test", work="waits", lengths=(ChunkLength(asked_s=Decimal(5), frames=120),)
        ),
    ],
)
def test_a_model_without_usable_lengths_cannot_cover(model: ModelFacts) -> None:
    with pytest.raises(CannotCover):
        timeline.choose_lengths(120, 24, model)


def test_lengths_are_planned_at_the_rate_that_really_came_back() -> None:
    """Frames are promised at 16 fps: at 24 fps as many are too few, at 8 fps half as many are enough."""
    lengths = tuple(
        ChunkLength(asked_s=Decimal(s), frames=16 * s + 1, price_usd=Decimal(s)) for s in (5, 8, 10)
    )
    wan = ModelFacts(id="wan", provider="test", work="waits", fps=Fraction(16), lengths=lengths)
    assert timeline.next_length([81], Fraction(16), 24, 120, wan) is None
    assert timeline.next_length([81], Fraction(24), 24, 120, wan) == lengths[0]
    # 41 frames at 8 fps are 5 s of a beat of 10 s, and not the 2.5 s that they would be at 16 fps.
    assert timeline.next_length([41], Fraction(8), 24, 240, wan) == lengths[0]


# ---- conforming --------------------------------------------------------------------------------


@st.composite
def beats_as_returned(draw: st.DrawFn) -> tuple[list[int], Fraction, int, int, int]:
    """Chunks that cover a beat, by chance barely, and a wanted handle of X or none."""
    fps, native = draw(fps_), draw(st.sampled_from(NATIVE))
    beat = draw(st.sampled_from([5, 10, 15])) * fps
    handle = draw(st.sampled_from([0, timeline.transition_frames(fps)]))
    least = math.ceil(beat * native / fps * Fraction(100, 104))
    at_true_speed = math.ceil((beat + handle) * native / fps)
    joined = max(least, draw(st.sampled_from([least, at_true_speed])) + draw(st.integers(-2, 20)))
    cuts = sorted(draw(st.sets(st.integers(2, joined - 1), max_size=4)))
    counts = [b - a + 1 for a, b in itertools.pairwise([1, *cuts, joined])]
    return counts, native, fps, beat, handle


def formula(segment: Conform, j: int) -> int:
    fn, fd = segment.native.numerator, segment.native.denominator
    if segment.retime:
        return ((2 * j + 1) * segment.available - 1) // (2 * segment.frames)
    return ((2 * j + 1) * fn - 1) // (2 * segment.fps * fd)


@settings(max_examples=300, deadline=None)
@given(beats_as_returned())
def test_conforming_stays_within_4_percent_and_keeps_the_longest_handle(
    case: tuple[list[int], Fraction, int, int, int],
) -> None:
    counts, native, fps, beat, wanted = case
    segment = timeline.conform(counts, native, fps, beat, wanted)
    joined = sum(counts) - len(counts) + 1
    assert segment.available == joined
    true_speed = math.ceil(joined * fps / native - Fraction(1, 2))
    assert segment.retime == (segment.frames > true_speed), "no retiming without need"
    assert Fraction(1) <= segment.stretch <= Fraction(104, 100)
    if segment.retime:
        assert segment.stretch == segment.frames * native / (fps * joined) > 1
    possible = min(wanted, longest(counts, native, fps) - beat)
    assert segment.handle == (possible if possible * 100 >= 16 * fps else 0)
    assert segment.frames == beat + segment.handle


@settings(max_examples=200, deadline=None)
@given(beats_as_returned())
def test_source_is_monotone_in_range_and_the_measured_formula(
    case: tuple[list[int], Fraction, int, int, int],
) -> None:
    counts, native, fps, beat, wanted = case
    segment = timeline.conform(counts, native, fps, beat, wanted)
    shown = [segment.source(j) for j in range(segment.frames)]
    assert shown == [formula(segment, j) for j in range(segment.frames)]
    assert shown == sorted(shown)
    assert all(0 <= frame < segment.available for frame in (shown[0], shown[-1]))
    assert Conform.model_validate_json(segment.model_dump_json()) == segment
    for outside in (-1, segment.frames):
        with pytest.raises(IndexError):
            segment.source(outside)


@settings(max_examples=100, deadline=None)
@given(beats_as_returned(), st.data())
def test_what_does_not_cover_is_refused(
    case: tuple[list[int], Fraction, int, int, int], data: st.DataObject
) -> None:
    _, native, fps, beat, wanted = case
    short = data.draw(st.integers(1, math.ceil(beat * native / fps * Fraction(100, 104)) - 1))
    assert not timeline.covered([short], native, fps, beat)
    with pytest.raises(CannotCover):
        timeline.conform([short], native, fps, beat, wanted)
    with pytest.raises(CannotCover):
        timeline.conform([short, 0], native, fps, beat, wanted)


# ---- transitions and the film ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fps", "frames", "least"), [(8, 3, 2), (16, 6, 3), (24, 10, 4), (25, 10, 4), (30, 12, 5)]
)
def test_frames_of_a_transition_and_of_the_shortest_handle(fps: int, frames: int, least: int) -> None:
    assert (timeline.transition_frames(fps), timeline.minimum_handle(fps)) == (frames, least)
    assert least / fps >= 0.16 > (least - 1) / fps
    assert frames < 5 * fps, "a beat of legal length is longer than its transition"


@settings(max_examples=100, deadline=None)
@given(fps_, st.integers(0, 40), energies)
def test_a_transition_fades_over_its_handles_or_is_a_cut(fps: int, handle: int, energy: float) -> None:
    opening = timeline.transition(fps, handle, energy)
    assert opening.frames == timeline.transition_frames(fps)
    if energy > 0.7 or handle * 100 < 16 * fps:
        assert opening.fade == 0
    else:
        assert opening.fade == min(handle, opening.frames)
    assert timeline.wanted_handle(fps, energy) == (0 if energy > 0.7 else opening.frames)
    assert timeline.wanted_handle(fps, None) == 0


@settings(max_examples=100, deadline=None)
@given(st.data(), plans(), models(most=3), fps_)
def test_a_film_adds_up_to_exactly_its_frames(
    data: st.DataObject, plan: tuple[Beat, ...], model: ModelFacts, fps: int
) -> None:
    """Each piece takes its frames from its own segment; together they are the film, once each, in order."""
    native = model.fps
    assert native is not None
    pieces = timeline.film_layout(plan, fps)
    shown = [(p.beat, p.first + j) for p in pieces for j in range(p.frames)]
    assert shown == [(i, j) for i, beat in enumerate(plan) for j in range(beat.seconds * fps)]
    assert [p.start for p in pieces] == list(itertools.accumulate([0, *(p.frames for p in pieces)]))[:-1]
    assert [(p.kind, p.beat) for p in pieces] == [("body", 0)] + [
        (kind, i) for i in range(1, len(plan)) for kind in ("transition", "body")
    ]
    x = timeline.transition_frames(fps)
    for i, beat in enumerate(plan[:3]):
        after = plan[i + 1].energy if i + 1 < len(plan) else None
        counts = generate(beat.seconds * fps, fps, model, data, 2)
        handle = timeline.wanted_handle(fps, after)
        segment = timeline.conform(counts, native, fps, beat.seconds * fps, handle)
        if after is None or after > 0.7:
            assert segment.handle == 0
        else:
            assert timeline.transition(fps, segment.handle, after).fade == segment.handle <= x
