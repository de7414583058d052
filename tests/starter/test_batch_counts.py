"""How the items of a batch stand, in the same words wherever they are read."""

from __future__ import annotations

from typing import get_args

from starter.batch_counts import STATES, counted, row_cells
from workflows.batch import Counts, ItemState
from workflows.studio import RowProgress


def test_every_state_has_its_words_on_the_board_too() -> None:
    assert set(STATES) == set(get_args(ItemState)) == set(Counts.model_fields)
    for state, words in STATES.items():
        # As a batch's own board says it.
        row = RowProgress(id="7", title="film-mug", note=f"{state.replace('_', ' ')}: why")
        assert row_cells(row) == ("7", "film-mug", f"{words}: why")
        assert counted(Counts(**{state: 1_000})) == f"1,000 {words}"


def test_what_has_no_reason_has_no_colon() -> None:
    noted = {"running": "running", "awaiting review: ": "waiting for approval", "made by somebody else": None}
    for note, words in noted.items():
        row = RowProgress(id="1", title="film-mug", note=note)
        assert row_cells(row)[2] == (words or note)
