"""Knows what is told of how a version's clips came about: how often each was asked for, how long it took."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from workflows.studio import Artifact, ClipCounts

#: Under this name a chunk's facts tell it.
COUNTS = "counts"


def counts_of(chunks: Iterable[Artifact]) -> tuple[ClipCounts, ...]:
    """One a chunk, in order; none where nothing was told of any, as of what is drawn here."""
    told = [_counts(chunk) for chunk in chunks]
    return tuple(one or ClipCounts() for one in told) if any(told) else ()


def _counts(chunk: Artifact) -> ClipCounts | None:
    told = chunk.facts.get(COUNTS)
    try:
        return ClipCounts.model_validate(told) if told is not None else None
    except ValidationError:
        # Another release may tell it otherwise: no film fails for a figure.
        return None
