"""How the items of a batch stand, in the same words wherever they are read."""

from __future__ import annotations

from typing import get_args

import pytest

from activities.batch.report import page
from starter.batch_counts import counted, items_of
from workflows.batch import Counts, ItemState
from workflows.batch.board import rows_of, shown
from workflows.batch.contract import STATE_WORDS, BatchProgress, BatchRequest
from workflows.batch.steps import Notable


@pytest.mark.parametrize("state", get_args(ItemState))
def test_a_state_has_the_same_words_in_terminal_web_ui_and_report(state: ItemState) -> None:
    words = STATE_WORDS[state]
    [row] = rows_of([Notable(number=7, item="film-mug", state=state, why="why")], [])
    assert row.note == (words if state == "awaiting_review" else f"{words}: why")
    counts = Counts(**{state: 1_000})
    assert counted(counts) == f"1,000 {words}"
    board = shown(BatchProgress(status="rendering", items=1_000, counts=counts, beats=(row,)))
    spoken = board.replace("\u00a0", " ")
    assert f"1,000 {words}" in spoken and f"| {words}\u2003 |" in spoken
    request = BatchRequest(name="Mugs", items=({"prompt": "A mug"},))
    html = page("batch-mugs", request, [{"state": state, "items": 1_000, "spent": 0}], [])
    assert f"<b>1,000</b><span>{words}</span>" in html
    assert (items_of(1), items_of(1_000)) == ("1 item", "1,000 items")


def test_what_has_no_reason_has_no_colon() -> None:
    [row] = rows_of([Notable(number=1, item="film-mug", state="failed")], [])
    assert row.note == "failed"
