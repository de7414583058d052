"""How the items of a batch stand, in words."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.batch import Counts
from workflows.studio import RowProgress

#: Each state as people read it; those that need nobody first.
STATES: Mapping[str, str] = {
    "completed": "completed",
    "running": "running",
    "attached": "made by others",
    "pending": "pending",
    "awaiting_review": "waiting for approval",
    "over_budget": "over budget",
    "failed": "failed",
    "stopped": "stopped",
    "canceled": "canceled",
}


def counted(counts: Counts) -> str:
    """Such as `12 completed, 1 running, 3 failed`; empty while nothing is admitted."""
    numbers = counts.model_dump()
    return ", ".join(f"{numbers[state]:,} {words}" for state, words in STATES.items() if numbers[state])


def row_cells(row: RowProgress) -> tuple[str, str, str]:
    """Number, id, and how it stands, of a row of a batch's board."""
    state, colon, why = row.note.partition(": ")
    # A batch writes states on its board as words.
    words = STATES.get(state.replace(" ", "_"), state)
    return row.id, row.title, f"{words}{colon if why else ''}{why}"
