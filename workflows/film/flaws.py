"""Knows what of a segment is to be mended: joins between its chunks that show, and clips that miss the images
which they were made between.

A take that is made for a flaw is a version like any other. It is made once, of the chunk behind the join, or
whose end it is, and stands only where it is better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import NamedTuple

from workflows.film.ends import ends_of, missed_ends, said_of_end, worst_of
from workflows.film.seams import SHOWS, seams_of
from workflows.film.versions import Version
from workflows.studio import Artifact


class Flaw(NamedTuple):
    """What another take of the chunk of that number, from 1, would mend; `said` for people."""

    chunk: int
    said: str


def flaws_of(segment: Artifact, chunks: int) -> Iterator[Flaw]:
    """In the order of its chunks. Of joins none where not every one was scored, and of ends none where not
    every chunk's were told: nobody knows then which is which."""
    seams, ends = seams_of(segment), ends_of(segment)
    shown = [(number, score) for number, score in enumerate(seams, 2) if score > SHOWS]
    found = [Flaw(number, _said_of_join(number, score)) for number, score in shown]
    found = found if len(seams) == chunks - 1 else []
    missed = missed_ends(segment) if len(ends) == chunks else ()
    yield from sorted((*found, *(Flaw(end.chunk, said_of_end(end)) for end in missed)), key=_chunk_of)


def is_better(taken: Artifact, chunks: int, than: Artifact, since: int, alone: bool = False) -> bool:
    """Whether the worst join, or end, from the chunk `since` on is better in what was taken anew, which has
    so many chunks: where that chunk `alone` was, of the joins and ends that it has. Not where nobody knows
    how it joins, or how like its ends are where that was told before; what a dry run only looks for is taken
    to be better."""
    if not taken.object:
        return True
    with_ends = bool(ends_of(than))
    one, other = (_worst(each, since, alone, with_ends) for each in (taken, than))
    is_told = len(seams_of(taken)) == chunks - 1 and (not with_ends or len(ends_of(taken)) == chunks)
    return is_told and one < other


def _worst(segment: Artifact, since: int, alone: bool, with_ends: bool) -> float:
    """As the score of a join."""
    behind = since if alone else None
    joins = seams_of(segment)[max(since - 2, 0) : behind]
    ends = ends_of(segment)[since - 1 : behind] if with_ends else ()
    return max((*joins, *(SHOWS * worst_of(one) for one in ends)), default=0.0)


def is_tried(asked: Mapping[str, Version], wanted: Version, number: int) -> bool:
    """Whether a take was made already for a flaw of that chunk of what is wanted."""
    owner = wanted.part(number)
    made = [one for one in asked.values() if one.mends and one.since == number]
    return any(owner in (one, one.of and one.of.part(number)) for one in made)


def said_of_flaw(film: str, shot: str, flaw: Flaw, why: str = "") -> str:
    """For people: what is flawed, why it stays, and what to do."""
    said = f"{flaw.said}{why and '; '}{why}"
    return f"{said}. Another take: reel retake {quote(film)} {shot} --chunk {flaw.chunk}"


def _said_of_join(number: int, score: float) -> str:
    return f"the join before chunk {number} scores {score:.2f}, and shows (good is up to 1)"


def _chunk_of(flaw: Flaw) -> int:
    return flaw.chunk
