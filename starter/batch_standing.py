"""How one batch stands, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

from rich.text import Text
from temporalio.client import WorkflowExecutionStatus

from activities.batch import BatchItems
from activities.starting import asked_json
from starter.batch_counts import counted, items_of
from starter.batches import Batch
from starter.columns import Columns, in_columns
from starter.homes import stands_in
from starter.live import STANDINS, plain
from starter.outcome import line, out
from starter.session import Session
from starter.waits import ways_on
from workflows.batch import STATE_WORDS, BatchProgress, BatchRequest, BatchResult, ItemResult, ItemState
from workflows.studio import usd

#: What a person looks at first.
NOTABLE: tuple[ItemState, ...] = ("failed", "over_budget", "awaiting_review", "canceled", "stopped")
# As many as fit on a screen; `results` has all.
_SHOWN = 20


@dataclass(frozen=True)
class BatchStanding:
    """`rows` are the first that went otherwise than whole; `links`, to the report and the table, live for an
    hour, and there are none where the bucket ends with the command."""

    id: str
    progress: BatchProgress
    request: BatchRequest | None
    result: BatchResult | None
    rows: Sequence[ItemResult]
    links: Mapping[str, str]
    page: str | None
    ends: bool
    standins: bool


async def standing(session: Session, id: str) -> BatchStanding:
    """Raises `NoSuchFilm` where it is no batch, `NoAnswer`, `Unreachable`."""
    batches = session.batches
    batch = batches.batch(id)
    described = await batch.describe()
    progress = await progress_of(session, batch)
    result = await batch.result() if described.status == WorkflowExecutionStatus.COMPLETED else None
    studio = await session.open_studio()
    rows = await BatchItems(studio.storage.database).page(id, 0, _SHOWN, NOTABLE)
    told = {"report": result.report, "table": result.table} if result else {}
    keys = {} if session.ends_bucket else {name: key for name, key in told.items() if key}
    return BatchStanding(
        id=id,
        progress=progress,
        request=await batches.request_of(batch),
        result=result,
        rows=rows,
        links={name: studio.store.presign(key) for name, key in keys.items()},
        page=session.web_page(id),
        ends=session.ends_servers,
        standins=stands_in(session.settings) and progress.most_usd > 0,
    )


async def progress_of(session: Session, batch: Batch) -> BatchProgress:
    """As it is asked for where nobody else may work on it. Raises what `Session.progress` raises."""
    progress = await session.progress(batch)
    assert isinstance(progress, BatchProgress), "a batch tells no other"
    return progress


def commands(id: str, progress: BatchProgress) -> Iterator[tuple[str, str]]:
    """What a person may type about it, each with what it is for."""
    counts, name = progress.counts, quote(id)
    if counts.awaiting_review:
        yield (
            f"reel batch review {name}",
            f"a page with the {counts.awaiting_review:,} that wait for approval",
        )
        yield f"reel batch approve {name}", "all of them go on; also 3 5-9 by their numbers"
    if counts.over_budget:
        yield (
            f"reel budget {name} USD",
            f"for the {counts.over_budget:,} over budget, before they are retried",
        )
    if tried := counts.failed + counts.over_budget:
        yield f"reel batch retry {name}", f"the {tried:,} failed or over budget once more"
    if counts.total:
        yield f"reel batch results {name}", "every item, in pages"


def as_json(one: BatchStanding) -> dict[str, Any]:
    """For a program; `request` leaves out the items, which `results` has."""
    progress, result = one.progress.model_dump(mode="json", exclude={"beats", "film_steps"}), one.result
    asked = asked_json(one.request) if one.request else None
    return {
        "id": one.id,
        "web_ui": one.page,
        **progress,
        "standins": one.standins or one.progress.standins,
        "request": asked and {name: value for name, value in asked.items() if name != "items"},
        "notable": [row.model_dump(mode="json") for row in one.rows],
        "results": one.progress.delivered,
        "report": result.report if result else None,
        "table": result.table if result else None,
        "links": dict(one.links),
        "commands": [command for command, _ in commands(one.id, one.progress)],
    }


def show(one: BatchStanding) -> None:
    """For a person."""
    progress = one.progress
    title = plain(progress.title or (one.request.name if one.request else "A batch"))
    out.print(Text.assemble((title, "bold"), (f"  {plain(one.id)}", "dim")), highlight=False)
    state = "paused" if progress.paused else progress.status
    said = [state, f"{progress.done:.0%}", items_of(progress.items), counted(progress.counts)]
    line("  ".join(filter(None, said)))
    for words in _money(one):
        line(words)
    for wait in progress.waits:
        line(f"? waits for {plain(wait.words)}")
    for way in ways_on(one.id, progress):
        line(f"  {way}")
    if progress.error:
        line(f"✕ {plain(progress.error.words)}")
    for warning in progress.warnings:
        line(f"! {plain(warning)}")
    if one.rows:
        out.print(rows_of(one.rows), highlight=False)
        counts = progress.counts.model_dump()
        if (more := sum(counts[state] for state in NOTABLE) - len(one.rows)) > 0:
            line(f"… and {more:,} more: `reel batch results {quote(one.id)} --state {one.rows[-1].state}`")
    _offer(one)


def _offer(one: BatchStanding) -> None:
    offered = list(commands(one.id, one.progress))
    width = max((len(command) for command, _ in offered), default=0)
    for command, why in offered:
        line(f"{command:<{width}}  {why}")
    for name, link in one.links.items():
        line(f"{name}  {link}")
    if one.result and one.result.report and not one.links:
        line("Links to its report and table: while `reel up` runs.")
    if one.page and not one.ends:
        line(one.page)


def _money(one: BatchStanding) -> Iterator[str]:
    progress = one.progress
    if progress.budget_usd is None and not progress.most_usd:
        if progress.items:
            yield "Free."
        return
    yield spent_words(progress)
    if one.standins or progress.standins:
        yield f"! {STANDINS}"


def spent_words(progress: BatchProgress) -> str:
    """What it has cost so far, of what it may cost, and at what its items were priced."""
    limit = f" of {usd(progress.budget_usd)}" if progress.budget_usd is not None else ""
    held = f", {usd(progress.reserved_usd)} held back for what runs" if progress.reserved_usd else ""
    most = f", at most {usd(progress.most_usd)}" if progress.most_usd != progress.price_usd else ""
    return f"{usd(progress.spent_usd)}{limit} spent{held}; priced at {usd(progress.price_usd)}{most}"


def rows_of(rows: Sequence[ItemResult]) -> Columns:
    """A line each."""
    told = {
        "": [str(one.number) for one in rows],
        "Line": [_lines(one.lines) for one in rows],
        "Item": [one.item for one in rows],
        "State": [_state(one) for one in rows],
        "Spent": [usd(one.spent_usd) if one.spent_usd else "" for one in rows],
        # What an approval is about stands on the page of the review.
        "Why": [one.why if one.state != "awaiting_review" else "" for one in rows],
    }
    return in_columns(told, folded=("Line", "Why"), right=("", "Line", "Spent"))


def _lines(lines: Sequence[int]) -> str:
    more = f" +{len(lines) - 3}" if len(lines) > 3 else ""
    return f"{', '.join(map(str, lines[:3]))}{more}"


def _state(one: ItemResult) -> str:
    partial = one.state == "completed" and one.whole is False
    return "partial" if partial else STATE_WORDS[one.state]
