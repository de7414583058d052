"""Knows the film's arithmetic: beats to chunks to segments to pieces, all in whole frames.

Nothing here is a float that adds up: rates are exact fractions, lengths are frames. Words: a *beat*
is made of *chunks* (frames at the model's native rate), joined and conformed into a *segment* at the
output rate: the beat's own frames and, beyond its end, a *handle* for the next transition. In the film
each beat is a *transition* (X frames; the first beat has none) followed by its *body*.

What a workflow calls, in this order: `film_layout`, then per beat `wanted_handle`, `next_length` until it
answers None, `conform`, and per later beat `transition`. `choose_lengths` plans; `covered` tells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from workflows.film.contract import Beat
from workflows.studio import CannotBeMade, ChunkLength, Facts, ModelFacts, Rate

#: A segment may be slowed by 4 %: one repeated frame in 25, about as far as it goes unseen.
MAX_STRETCH = Fraction(104, 100)
#: 0.4 s is a soft cross-fade that still leaves the shortest beat, 5 s, almost whole.
TRANSITION_S = Fraction(4, 10)
#: Under 0.16 s (4 frames at 24 fps) a cross-fade reads as a stutter: it is a cut instead.
MIN_HANDLE_S = Fraction(16, 100)
#: A beat of higher energy than this opens with a cut: a fade would soften it.
CUT_ENERGY = 0.7


class CannotCover(CannotBeMade):
    """Chunks do not cover a beat: the model returned far too little, or has no length to ask for.

    Never worth a retry of the same work: the model's facts, or the model, have to change.
    """


# ---- a beat's chunks ---------------------------------------------------------------------------


def joined_frames(counts: Sequence[int]) -> int:
    """Frames of a beat's chunks once joined: each continuation repeats one frame, which is dropped.

    Raises `CannotCover` where a chunk has no frame at all.
    """
    if any(count < 1 for count in counts):
        raise CannotCover(f"a chunk without frames: {list(counts)}")
    return sum(counts) - max(len(counts) - 1, 0)


def covered(counts: Sequence[int], native: Fraction, fps: int, beat_frames: int) -> bool:
    """Whether chunks of `counts` frames at `native` make `beat_frames` at `fps`, slowed by 4 % at most."""
    return beat_frames <= _longest(joined_frames(counts), native, fps)


def choose_lengths(beat_frames: int, fps: int, model: ModelFacts) -> tuple[ChunkLength, ...]:
    """The lengths to ask for so that a beat is covered, if the model returns what its facts say.

    Least total price, then fewest chunks, then longest handle (then true speed, then fewest frames);
    longest chunk first. Without any one of them the beat would not be covered: none is bought for a
    handle. Raises `CannotCover` for a model without usable lengths.
    """
    return _cheapest(beat_frames, fps, model, Fraction(1))


def boundaries(lengths: Sequence[ChunkLength]) -> tuple[int, ...]:
    """Where each chunk of a beat after the first begins, if all are as long as these: the frame of the join,
    at the model's rate, that it shares with the chunk before it."""
    ends = accumulate(length.frames - 1 for length in lengths)
    return tuple(ends)[:-1]


def next_length(
    counts: Sequence[int], native: Fraction | None, fps: int, beat_frames: int, model: ModelFacts
) -> ChunkLength | None:
    """The length to ask for next, given the measured frames of the chunks so far; None when covered.

    `native` is their measured rate (None, or no chunks: the model's own). The rest of the beat is planned
    anew each time, so chunks shorter or longer than promised change what follows. Raises `CannotCover`
    once a beat has `2 n + 1` chunks, n being the chunks planned for it: a model that returns half of what
    it promises still gets there, one that returns next to nothing is not paid for ever.
    """
    planned = len(choose_lengths(beat_frames, fps, model))
    rate = native or _rate(model)
    if counts and covered(counts, rate, fps, beat_frames):
        return None
    if len(counts) >= 2 * planned + 1:
        raise CannotCover(
            f"{len(counts)} chunks of model {model.id} returned {list(counts)} frames at {rate} fps, "
            f"which does not cover {beat_frames} frames at {fps} fps; {planned} were planned"
        )
    # In frames of the model's own rate, which need not be the rate of what came back.
    have = joined_frames(counts) * _rate(model) / rate if counts else Fraction(1)
    return _cheapest(beat_frames, fps, model, have)[0]


class _Choice(NamedTuple):
    price: Decimal
    chunks: int
    lengths: tuple[ChunkLength, ...]


# Workflows ask again on every replay, and the beats of a film share few lengths.
@lru_cache(maxsize=1024)
def _cheapest(beat_frames: int, fps: int, model: ModelFacts, have: Fraction) -> tuple[ChunkLength, ...]:
    """The best chunks to add to `have` joined frames at the model's rate (1: the first one's own frame)."""
    rate = _rate(model)
    need = max(math.ceil(beat_frames * rate / (MAX_STRETCH * fps) - have), 1)
    usable = sorted((x for x in model.lengths if x.frames > 1), key=lambda x: (-x.frames, x.price_usd))
    if not usable:
        raise CannotCover(f"model {model.id} allows no chunk of two frames or more")
    best = _reach(need, usable)

    def rank(gain: int) -> tuple[Decimal, int, int, bool, int]:
        joined = have + gain
        handle = _handle(joined, rate, fps, beat_frames, transition_frames(fps))
        slowed = beat_frames + handle > _at_true_speed(joined, rate, fps)
        return best[gain].price, best[gain].chunks, -handle, slowed, gain

    return best[min((gain for gain in best if gain >= need), key=rank)].lengths


def _reach(need: int, usable: list[ChunkLength]) -> dict[int, _Choice]:
    """Every sum of new frames that chunks can make, none added past `need`: its cheapest choice."""
    best = {0: _Choice(Decimal(0), 0, ())}
    for length in usable:
        # Counting up lets one length be taken many times: the sums it makes are met in turn.
        for total in range(need):
            if (old := best.get(total)) is None:
                continue
            new = _Choice(old.price + length.price_usd, old.chunks + 1, (*old.lengths, length))
            reached = total + length.frames - 1
            known = best.get(reached)
            if known is None or new[:2] < known[:2]:
                best[reached] = new
    return best


def _rate(model: ModelFacts) -> Fraction:
    if model.fps is None:
        raise CannotCover(f"model {model.id} states no frame rate")
    return model.fps


# ---- conforming --------------------------------------------------------------------------------


class Conform(Facts):
    """How a beat's measured chunks become its segment: `frames` at `fps`, each a frame of the join."""

    counts: tuple[int, ...]
    native: Rate
    fps: int
    beat_frames: int
    handle: int
    retime: bool
    #: Frames at the beginning of the join that are not shown: the shot before ends with them.
    skip: int = 0

    @property
    def frames(self) -> int:
        """Frames of the segment at the output rate: the beat and its handle."""
        return self.beat_frames + self.handle

    @property
    def available(self) -> int:
        """Frames of the joined chunks at the native rate, but for those that are skipped."""
        return joined_frames(self.counts) - self.skip

    @property
    def stretch(self) -> Fraction:
        """How much slower than true speed the segment plays: 1 when cut, at most 1.04 when retimed."""
        if not self.retime:
            return Fraction(1)
        return self.frames * self.native / (self.fps * self.available)

    def source(self, j: int) -> int:
        """Which joined frame shows at segment frame `j`: the one nearest the middle of its time.

        The `- 1` breaks ties downward, as ffmpeg's `fps=round=near` does.
        """
        if not 0 <= j < self.frames:
            raise IndexError(f"segment frame {j} of {self.frames}")
        step = Fraction(self.available, self.frames) if self.retime else self.native / self.fps
        return self.skip + ((2 * j + 1) * step.numerator - 1) // (2 * step.denominator)


def conform(
    counts: Sequence[int], native: Fraction, fps: int, beat_frames: int, wanted_handle: int
) -> Conform:
    """Cut when the chunks are longer than beat and handle, retime by at most 4 % when shorter.

    Where even that does not reach, the handle shrinks; under the shortest handle worth a fade there is
    none, and no retiming for its sake. Raises `CannotCover` where the chunks do not cover the beat.
    """
    joined = joined_frames(counts)
    if not covered(counts, native, fps, beat_frames):
        raise CannotCover(f"{list(counts)} frames at {native} fps do not cover {beat_frames} at {fps} fps")
    handle = _handle(joined, native, fps, beat_frames, wanted_handle)
    return Conform(
        counts=tuple(counts),
        native=native,
        fps=fps,
        beat_frames=beat_frames,
        handle=handle,
        retime=beat_frames + handle > _at_true_speed(joined, native, fps),
    )


def _handle(joined: int | Fraction, native: Fraction, fps: int, beat_frames: int, wanted: int) -> int:
    handle = min(wanted, _longest(joined, native, fps) - beat_frames)
    return handle if handle >= minimum_handle(fps) else 0


def _at_true_speed(joined: int | Fraction, native: Fraction, fps: int) -> int:
    return math.ceil(joined * fps / native - Fraction(1, 2))


def _longest(joined: int | Fraction, native: Fraction, fps: int) -> int:
    return math.floor(MAX_STRETCH * joined * fps / native)


# ---- transitions and the film ------------------------------------------------------------------


def transition_frames(fps: int) -> int:
    """X, the frames of every transition: 0.4 s, half a frame rounding up (3, 6, 10, 10, 12 at 8..30 fps)."""
    return math.floor(TRANSITION_S * fps + Fraction(1, 2))


def minimum_handle(fps: int) -> int:
    """The fewest frames of handle worth a cross-fade: 0.16 s, rounded up (2, 3, 4, 4, 5 at 8..30 fps)."""
    return math.ceil(MIN_HANDLE_S * fps)


def wanted_handle(fps: int, next_energy: float | None) -> int:
    """Frames of handle that a beat should have, by the energy of the beat after it (None: it is last)."""
    if next_energy is None or next_energy > CUT_ENERGY:
        return 0
    return transition_frames(fps)


class Transition(Facts):
    """The piece that opens a beat: the beat's own head, with the tail of the beat before fading out over it.

    `frames` is always X. The first `fade` of them are the cross-fade, one frame of tail for each; the
    others are the plain head. A cut is `fade == 0`.
    """

    frames: int
    fade: int


def transition(fps: int, handle_before: int, energy: float) -> Transition:
    """The transition into a beat of `energy`, from a segment that ended with `handle_before` frames."""
    frames = transition_frames(fps)
    fade = min(handle_before, wanted_handle(fps, energy))
    return Transition(frames=frames, fade=fade if fade >= minimum_handle(fps) else 0)


class Piece(Facts):
    """One encoded piece of the film, in whole frames at the output rate."""

    kind: Literal["transition", "body"]
    beat: int
    start: int
    first: int
    frames: int


def film_layout(beats: Sequence[Beat], fps: int, opening: int | None = None) -> tuple[Piece, ...]:
    """Transitions and bodies in the film's order; they follow each other without a gap from frame 0.

    `start` counts frames of the film, `first` frames of the piece's own beat: 0 for a transition and for
    the body of the first beat, X for every other body. Handles change no length, so the layout is known
    from the plan alone, and its frames add up to exactly the film's. `opening` is X where that is another.
    """
    x = transition_frames(fps) if opening is None else opening
    pieces: list[Piece] = []
    start = 0
    for index, beat in enumerate(beats):
        opening = x if index else 0
        if opening:
            pieces.append(Piece(kind="transition", beat=index, start=start, first=0, frames=x))
        length = beat.frames(fps)
        pieces.append(
            Piece(kind="body", beat=index, start=start + opening, first=opening, frames=length - opening)
        )
        start += length
    return tuple(pieces)
