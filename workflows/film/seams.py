"""Knows what a segment tells of the joins between its chunks and of their colours, and which of them show.

A take that is made for a join is a version like any other. It is made once, of the chunk behind the join, and
stands only where it joins better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote

from pydantic import ValidationError

from workflows.film.versions import Version
from workflows.studio import Artifact, ColourOffset

#: From this score on a join is said to show. Up to 1 it is one step of the motion; of good joins on material
#: that no limit was chosen on few pass this (`python -m tests.bench.joins`).
SHOWS = 1.2
#: By which measure scores are told now. Segments of earlier releases stay, and tell theirs by another one, or
#: do not say by which: those are shown, and are neither held against the limit nor compared.
SEAM_MEASURE = 2


def told_seams_of(segment: Artifact | None) -> tuple[float, ...]:
    """The score of every join inside it, in order, by whichever measure; none where none was told."""
    told = segment.facts.get("seams") if segment else None
    return tuple(one for one in told if isinstance(one, float)) if isinstance(told, list) else ()


def seams_of(segment: Artifact | None) -> tuple[float, ...]:
    """The same; none where they were told by another measure than that of now."""
    is_of_now = segment is not None and segment.facts.get("seam_measure") == SEAM_MEASURE
    return told_seams_of(segment) if is_of_now else ()


def colours_of(segment: Artifact | None) -> tuple[ColourOffset, ...]:
    """How far each chunk is from the colours that its shot began with; none where none was told."""
    told = segment.facts.get("colours") if segment else None
    try:
        return tuple(ColourOffset.model_validate(one) for one in told) if isinstance(told, list) else ()
    except ValidationError:
        # Another release may tell it otherwise: no film fails for a figure.
        return ()


def shown_joins(segment: Artifact, chunks: int) -> Iterator[tuple[int, float]]:
    """The joins that show, by the number of the chunk behind each, from 2. None where not every join was
    scored: nobody knows then which is which."""
    seams = seams_of(segment)
    if len(seams) == chunks - 1:
        yield from ((number, score) for number, score in enumerate(seams, 2) if score > SHOWS)


def joins_better(taken: Artifact, chunks: int, than: Artifact, since: int, alone: bool = False) -> bool:
    """Whether the worst join from that of the chunk `since` on is better in what was taken anew, which has so
    many chunks: where that chunk `alone` was, of the two that it has. Not where nobody knows how it joins;
    what a dry run only looks for is taken to be better."""
    if not taken.object:
        return True
    behind = since if alone else None
    one, other = (max(seams_of(each)[since - 2 : behind], default=0.0) for each in (taken, than))
    return len(seams_of(taken)) == chunks - 1 and one < other


def is_tried(asked: Mapping[str, Version], wanted: Version, number: int) -> bool:
    """Whether a take was made already for the join in front of that chunk of what is wanted."""
    owner = wanted.part(number)
    made = [one for one in asked.values() if one.mends and one.since == number]
    return any(owner in (one, one.of and one.of.part(number)) for one in made)


def said_of_join(film: str, shot: str, number: int, score: float, why: str = "") -> str:
    """For people: which join shows, how much, and what to do."""
    told = f"the join before chunk {number} scores {score:.2f}, and shows (good is up to 1)"
    return f"{told}{why and '; '}{why}. Another take: reel retake {quote(film)} {shot} --chunk {number}"
