"""How a batch is shown while it is made: at most twenty of its items, and never all of them."""

from __future__ import annotations

from workflows.batch.contract import MAX_SHOWN, BatchProgress
from workflows.batch.window import Window
from workflows.studio import RowProgress, markdown_of_many


def rows_of(window: Window) -> tuple[RowProgress, ...]:
    """What waits or has failed, newest last, and what runs."""
    notable = [
        RowProgress(id=str(one.number), title=one.item, note=f"{_words(one.state)}: {one.why}")
        for one in window.notable
    ]
    running = [
        RowProgress(
            id=str(one.number),
            title=one.item.item,
            note="made by somebody else" if one.attached else "running",
        )
        for one in window.running.values()
    ]
    # Half of the room at least is for what runs, where so much does.
    few = notable[-max(MAX_SHOWN - len(running), MAX_SHOWN // 2) :]
    return (*few, *running[: MAX_SHOWN - len(few)])


def shown(progress: BatchProgress) -> str:
    """The page of a batch in the Web UI."""
    counts = {_words(state): number for state, number in progress.counts.model_dump().items() if number}
    return markdown_of_many(progress, "batch", "item", {"items": progress.items, **counts})


def _words(state: str) -> str:
    return state.replace("_", " ")
