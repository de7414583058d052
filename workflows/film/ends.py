"""Knows what a segment tells of how its clips keep to the images that they were made between, and which of
them miss one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from workflows.studio import Artifact, KeptEnds

#: Under this likeness (SSIM) to its image an end is said to miss it. It lets at most 2 % of good clips of the
#: stand-ins warn: of 60 ends by all models that take a last frame none was under 0.99, and the room below is
#: left to models with a hand of their own (`python -m tests.bench.joins`).
MISSES = 0.95
#: By which measure ends are told now: those that were told by another one are shown, and not held against it.
#: Whoever changes how they are compared, or at which size, raises it.
ENDS_MEASURE = 1


class Missed(NamedTuple):
    """An end of the chunk of that number, from 1: `begins` or `ends`, and how like it is to its image."""

    chunk: int
    what: str
    likeness: float


def told_ends_of(segment: Artifact | None) -> tuple[KeptEnds, ...]:
    """How like the ends of every chunk are to their images, by whichever measure; else none."""
    told = segment.facts.get("ends") if segment else None
    try:
        return tuple(KeptEnds.model_validate(one) for one in told) if isinstance(told, list) else ()
    except ValidationError:
        # Another release may tell it otherwise: no film fails for a figure.
        return ()


def ends_of(segment: Artifact | None) -> tuple[KeptEnds, ...]:
    """The same; none where they were told by another measure than that of now."""
    is_of_now = segment is not None and segment.facts.get("ends_measure") == ENDS_MEASURE
    return told_ends_of(segment) if is_of_now else ()


def missed_ends(segment: Artifact) -> Iterator[Missed]:
    """The ends that miss their images, in order."""
    for chunk, ends in enumerate(ends_of(segment), 1):
        for what, likeness in (("begins", ends.first), ("ends", ends.last)):
            if likeness is not None and likeness < MISSES:
                yield Missed(chunk, what, likeness)


def worst_of(ends: KeptEnds) -> float:
    """How far the worse end of a clip is from its image, as a share of what is not said to miss it."""
    told = [one for one in (ends.first, ends.last) if one is not None]
    return max(((1 - likeness) / (1 - MISSES) for likeness in told), default=0.0)


def said_of_end(end: Missed) -> str:
    """For people: which end misses its image, and by how much."""
    return (
        f"chunk {end.chunk} {end.what} unlike the image that it was to {end.what[:-1]} with "
        f"(SSIM {end.likeness:.2f}, good is from {MISSES:.2f})"
    )
