"""Makes a batch of films on the stand-ins while its workers are killed, and shows that every item ends, none
of them twice, and that its account is the ledger's.

`uv run python -m tests.chaos.a_batch --films 200` prints what it saw, and ends with 1 where anything is
wrong.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import httpx

from activities.storage.objects import ObjectStore
from starter.productions import Productions
from tests.chaos import batching
from tests.chaos.batching import Wanted
from tests.chaos.clockwork import Clockwork
from tests.chaos.command import FACTOR, begin, ended, home_in, leave, options
from tests.chaos.house import House, house, rows
from tests.chaos.settled import settled
from tests.chaos.verdict import ATTEMPTS, Verdict, judge_jobs
from tests.support.standing import Standins
from workflows.batch.contract import BatchResult
from workflows.batch.production import BATCH

log = logging.getLogger(__name__)

# What a film may take at most: three deaths that are noticed late, a provider's job, and two encodes.
_FILM_S = 240.0
_ITEMS = "SELECT * FROM batch_item ORDER BY number"
_STATES = "SELECT state, count(*) AS items FROM batch_item GROUP BY state ORDER BY state"


@dataclass(frozen=True)
class Run:
    films: int
    seed: int = 1
    workers: int = 2
    at_once: int = 20
    every_s: float = 5.0
    factor: float = FACTOR


@dataclass
class Outcome:
    run: Run
    kills: Counter[str]
    result: BatchResult | None
    ends: Counter[str] = field(default_factory=Counter)
    spent: Decimal = Decimal(0)
    submits: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


async def batched(home: Path, run: Run) -> Outcome:
    """One run in an empty home, from the first line to the verdict."""
    begun = time.monotonic()
    async with house(home, run.factor, False, 0.0, run.seed, sys.maxsize, Clockwork) as running:
        assert isinstance(running, Clockwork) and running.stack.standins is not None
        await running.open(run.workers, faults=False, skew_s=0.0, refuses=False)
        films = batching.wanted(run.films, running.draw)
        batching.order(Standins(running.stack.standins), films)
        owners = [film for film in films if film.fate == "attached"]
        for film in owners:
            await running.films.start(film.request)
        killing = asyncio.create_task(running.kill_every(run.every_s))
        result = await _result(running, run, films)
        for film in owners:
            await running.films.film(film.id).result()
        killing.cancel()
        await settled(running)
        outcome = Outcome(run, running.tally.random, result, wrong=list(running.tally.surprises))
        await _judge(outcome, running, films)
        outcome.seconds = time.monotonic() - begun
        return outcome


async def _result(running: House, run: Run, films: Sequence[Wanted]) -> BatchResult | None:
    """How it ended; None where it hangs."""
    request = batching.request(await _uploaded(running, batching.table(films)), run.at_once)
    making = asyncio.create_task((await Productions(running.client).start(BATCH, request)).result())
    latest, said = time.monotonic() + _FILM_S * (1 + run.films / run.at_once), 0.0
    while not making.done() and time.monotonic() < latest:
        running.check()
        if time.monotonic() > said + 15:
            said = time.monotonic()
            stand = {row["state"]: row["items"] for row in await rows(running.stack, _STATES)}
            log.info("%d kills, %s", running.tally.kills, stand)
        await asyncio.sleep(0.2)
    if making.done():
        return making.result()
    making.cancel()
    return None


async def _uploaded(running: House, text: str) -> str:
    """The key of the CSV."""
    store = ObjectStore.of(running.stack.s3)
    try:
        path = running.home / "films.csv"
        path.write_text(text)
        key = f"uploads/{hashlib.sha256(text.encode()).hexdigest()}.csv"
        return await store.put_file(path, "text/csv", key=key)
    finally:
        store.close()


async def _judge(outcome: Outcome, running: House, films: Sequence[Wanted]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        submits = (await client.get(f"{running.stack.standins}/control/log", timeout=30)).json()["submits"]
    attempts = [dict(row) for row in await rows(running.stack, ATTEMPTS)]
    verdict = Verdict()
    judge_jobs(verdict, submits, attempts)
    items = {row["item"]: dict(row) for row in await rows(running.stack, _ITEMS)}
    paid: Counter[str] = Counter()
    for attempt in attempts:
        paid[attempt["payer"]] += attempt["estimate"] if attempt["cost"] is None else attempt["cost"]
    runs = Counter([one.id async for one in running.client.list_workflows("WorkflowType='VideoWorkflow'")])
    outcome.submits = len(submits)
    outcome.wrong += verdict.wrong
    for film in films:
        row = items.get(film.id)
        outcome.ends[f"{film.fate}: {row['state'] if row else 'missing'}"] += 1
        outcome.wrong += batching.wrong_of(film, row, runs[film.id], Decimal(paid[film.id]))
    outcome.spent = sum((row["spent_usd"] for row in items.values()), Decimal(0))
    result = outcome.result
    if result is None:
        outcome.wrong.append("the batch hangs")
    elif (result.items, result.spent_usd) != (len(films), outcome.spent):
        outcome.wrong.append(f"it says {result.items} items for {result.spent_usd}, the rows {outcome.spent}")
    if len(items) != len(films):
        outcome.wrong.append(f"{len(items)} items of {len(films)} films")


def table(outcome: Outcome) -> str:
    """What was seen, as markdown."""
    lines = [
        f"Seed {outcome.run.seed}: {outcome.ends.total()} films of a table, at most {outcome.run.at_once} at "
        f"a time, in {outcome.seconds:.0f} s.",
        f"Workers killed: {outcome.kills['buyer']} that buy and encode, "
        f"{outcome.kills['desk']} with workflows.",
        f"Paid: {outcome.spent} USD, as the ledger says; {outcome.submits} submits accepted.",
        "",
        "| what became of it | films |",
        "|---|---:|",
        *(f"| {name} | {number} |" for name, number in sorted(outcome.ends.items())),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options("a_batch", __doc__)
    parser.add_argument("--films", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2, help="buyers alive, beside one for workflows")
    parser.add_argument("--at-once", type=int, default=20, help="films in the making at once")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two deaths")
    given = parser.parse_args(arguments)
    begin()
    home = home_in(given.home, "batch-")
    run = Run(given.films, given.seed, given.workers, given.at_once, given.every, given.factor)
    outcome = asyncio.run(batched(home, run))
    print(table(outcome), end="\n\n")
    return ended(outcome.wrong, home)


if __name__ == "__main__":
    leave(main)
