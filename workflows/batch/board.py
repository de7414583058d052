"""How a batch is shown while it is made: at most twenty of its items, and never all of them."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.batch.contract import MAX_SHOWN, STATE_WORDS, BatchProgress
from workflows.batch.items import Running
from workflows.batch.step_facts import Notable
from workflows.studio import RowProgress, markdown_of_many


def rows_of(ended: Iterable[Notable], under_way: Iterable[Running]) -> tuple[RowProgress, ...]:
    """What waits or has failed, newest last, and what runs."""
    notable = [RowProgress(id=str(one.number), title=one.item, note=_note(one)) for one in ended]
    running = [
        RowProgress(
            id=str(one.number),
            title=one.item.item,
            note=STATE_WORDS["attached" if one.attached else "running"],
        )
        for one in under_way
    ]
    # Half of the room at least is for what runs, where so much does.
    few = notable[-max(MAX_SHOWN - len(running), MAX_SHOWN // 2) :]
    return (*few, *running[: MAX_SHOWN - len(few)])


def shown(progress: BatchProgress) -> str:
    """The page of a batch in the Web UI."""
    numbers = progress.counts.model_dump()
    counts = {words: numbers[state] for state, words in STATE_WORDS.items() if numbers[state]}
    return markdown_of_many(progress, "batch", "item", {"items": progress.items, **counts})


def _note(one: Notable) -> str:
    # What an approval is about is told by the batch, with how it is given.
    why = "" if one.state == "awaiting_review" else one.why
    return ": ".join(filter(None, (STATE_WORDS[one.state], why)))
