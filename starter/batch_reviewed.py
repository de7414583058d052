"""What a person looks at to decide about a batch: every item that waits for approval, its cut, its words and
its price."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from activities.batch import BatchItems
from activities.storage import ObjectStore
from starter.batch_standing import progress_of
from starter.links import LONGEST, Link, signed
from starter.session import Session
from workflows.batch import BatchProgress, ItemResult
from workflows.productions import PRODUCTIONS
from workflows.studio import InvalidRequest

#: Of one page: what a person looks through in an afternoon, and a browser holds.
MOST = 200
# A film is some megabytes; more at once are no quicker.
_AT_ONCE = 4
_ASPECT = re.compile(r"([1-9]\d?):([1-9]\d?)", re.ASCII)


@dataclass(frozen=True)
class WaitingItem:
    """`words` are what it is asked for, `summary` the same in few; `price_usd` is what its approval is
    expected to buy for, `most_usd` what it may come to. `ratio` is of its picture, width and height; `cut` is
    where it is watched: a link, or a file beside the page."""

    item: ItemResult
    words: str
    summary: str
    ratio: tuple[int, int]
    price_usd: Decimal
    most_usd: Decimal
    cut: str | None


@dataclass(frozen=True)
class ReviewedBatch:
    """`items` are those of the page, of all that wait; links to their cuts end at `ends_at`, UTC, None where
    there are none."""

    id: str
    progress: BatchProgress
    items: Sequence[WaitingItem]
    ends_at: datetime | None

    @property
    def waiting(self) -> int:
        return self.progress.counts.awaiting_review


async def reviewed(session: Session, id: str, after: int, saved: Path | None) -> ReviewedBatch:
    """The items beyond the number `after`; `saved` is a folder for their cuts, which are linked where there
    is none. Raises `NoSuchFilm` where it is no batch, `NoAnswer`, `Unreachable`."""
    batch = session.batches.batch(id)
    await batch.describe()
    progress, studio = await progress_of(session, batch), await session.open_studio()
    items = BatchItems(studio.storage.database)
    rows = await items.page(id, after, MOST, ("awaiting_review",))
    asked = await items.requests(id, [row.number for row in rows])
    links = _links(studio.store, rows) if saved is None else {}
    cuts = {number: link.url for number, link in links.items()}
    if saved is not None:
        cuts = await _saved(studio.store, rows, saved)
    waiting = [
        WaitingItem(
            item=row,
            words=_words(asked[row.number]["request"]),
            summary=_summary(row.production, asked[row.number]["request"]),
            ratio=_ratio(asked[row.number]["request"]),
            price_usd=asked[row.number]["price_usd"],
            most_usd=asked[row.number]["left_usd"],
            cut=cuts.get(row.number),
        )
        for row in rows
    ]
    ends = min((link.ends_at for link in links.values()), default=None)
    return ReviewedBatch(id, progress, waiting, ends)


def _words(request: Mapping[str, Any]) -> str:
    """What it is asked for: a film's prompt, or those of a pipeline's steps."""
    steps = request.get("steps")
    said = [request, *(steps if isinstance(steps, list) else ())]
    return " · ".join(str(one["prompt"]) for one in said if isinstance(one, dict) and one.get("prompt"))


def _summary(production: str, request: Mapping[str, Any]) -> str:
    """As its kind is told in one line; nothing where this release cannot read what another one took."""
    kind = PRODUCTIONS.get(production)
    try:
        return kind.summary(kind.parse(json.dumps(request).encode())) if kind else ""
    except InvalidRequest:
        return ""


def _ratio(request: Mapping[str, Any]) -> tuple[int, int]:
    found = _ASPECT.fullmatch(str(request.get("aspect", "")))
    return (int(found[1]), int(found[2])) if found else (16, 9)


def _links(store: ObjectStore, rows: Sequence[ItemResult]) -> dict[int, Link]:
    # A person may take a weekend.
    seconds = int(LONGEST.total_seconds())
    return {
        row.number: signed(store, row.delivered, seconds, f"{row.number}{Path(row.delivered).suffix}")
        for row in rows
        if row.delivered
    }


async def _saved(store: ObjectStore, rows: Sequence[ItemResult], folder: Path) -> dict[int, str]:
    """Whole or not at all, one after another beside the page; what is there already stays."""
    places, cuts = asyncio.Semaphore(_AT_ONCE), dict[int, str]()

    async def save(row: ItemResult, object: str) -> None:
        async with places:
            _, is_cut, rest = object.rpartition("/cuts/")
            # What has no number has a name of its own.
            made = f"cut-{rest.partition('/')[0]}" if is_cut else Path(object).stem[:60]
            name = f"{row.number}-{made}{Path(object).suffix}"
            if not (folder / name).exists():
                part = folder / f".{name}.part"
                await store.get_file(object, part)
                part.replace(folder / name)
            cuts[row.number] = f"{folder.name}/{name}"

    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    await asyncio.gather(*(save(row, row.delivered) for row in rows if row.delivered))
    return cuts
