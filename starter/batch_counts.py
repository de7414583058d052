"""How the items of a batch stand, in words."""

from __future__ import annotations

from workflows.batch import STATE_WORDS, Counts


def items_of(count: int) -> str:
    """Such as `1 item`, `1,200 items`."""
    return f"{count:,} item{'' if count == 1 else 's'}"


def counted(counts: Counts) -> str:
    """Such as `12 completed, 1 running, 3 failed`; empty while nothing is admitted."""
    numbers = counts.model_dump()
    return ", ".join(f"{numbers[state]:,} {words}" for state, words in STATE_WORDS.items() if numbers[state])
