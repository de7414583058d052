"""Knows what a segment tells of the joins between its chunks and of their colours."""

from __future__ import annotations

from pydantic import ValidationError

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
