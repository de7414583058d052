"""Puts the database back to a backup while films are made on the stand-ins: all else goes on.

`uv run python -m tests.chaos.restored --rounds 5` prints what was bought, and ends with 1 where anything was
bought twice: where jobs are listed never, elsewhere only after a person took the risk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from tests.chaos.asked import CAST
from tests.chaos.command import FACTOR, begin, ended, home_in, leave, options
from tests.chaos.filming import Filming
from tests.chaos.house import House, house, rows
from tests.chaos.restless import Restless
from tests.chaos.settled import settled
from tests.chaos.verdict import CLASSES, Verdict, judge

log = logging.getLogger(__name__)

# All films have ended by then: the longest settling, thrice, and a person's looks.
_REST_S = 200.0
_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'"""

_SINCE = "SELECT 1 FROM attempt WHERE tag NOT IN (SELECT tag FROM backup.attempt)"


@dataclass(frozen=True)
class Run:
    """`rounds` backups are brought back, each `age_s` old, at full times; with `submits`, each once so many
    more were accepted."""

    rounds: int
    factor: float = FACTOR
    seed: int = 1
    films: int = 6
    age_s: float = 600.0
    submits: int = 0
    casts: tuple[str, ...] = tuple(CAST)


@dataclass
class Outcome:
    run: Run
    house: House
    verdict: Verdict
    #: Attempts that the ledger had forgotten, all rounds together.
    forgotten: int
    seconds: float


async def restored(home: Path, run: Run) -> Outcome:
    """One run in an empty home."""
    begun = time.monotonic()
    async with house(home, run.factor, False, 0.0, run.seed, 0, Restless) as running:
        assert isinstance(running, Restless)
        await running.open(2, faults=False, skew_s=0.0, refuses=False)
        enough, filming = asyncio.Event(), Filming(running, run.films, run.casts)
        films = asyncio.create_task(filming.run(enough))
        forgotten = 0
        for number in range(run.rounds):
            await _sent(running, 1)
            await _back_up(running)
            await _grown(running, run)
            forgotten += await _restore(running)
            # An operator stops all workers first; here they find out while they work, and then die.
            running.kill_workers()
            log.info("round %d: %d attempts forgotten so far", number + 1, forgotten)
        enough.set()
        async with asyncio.timeout(_REST_S + 2000 / run.factor):
            await films
            # Whoever restores a ledger asks again for what was made since the backup.
            await filming.asked_again()
        await settled(running)
        return Outcome(run, running, await judge(running, filming.reels), forgotten, time.monotonic() - begun)


async def _accepted(running: House) -> int:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        return len((await client.get(f"{running.stack.standins}/control/log")).json()["submits"])


async def _sent(running: House, count: int) -> None:
    """Until so many submits were accepted."""
    while await _accepted(running) < count:
        running.check()
        await asyncio.sleep(0.1)


async def _grown(running: House, run: Run) -> None:
    if not run.submits:
        await asyncio.sleep(run.age_s / run.factor)
        return
    await _sent(running, await _accepted(running) + run.submits)
    # What was accepted since may have been meant before: the backup knows of that.
    while len(await rows(running.stack, _SINCE)) < run.submits:
        running.check()
        await asyncio.sleep(0.1)


async def _back_up(running: House) -> None:
    """All tables as of one moment."""
    connection = await asyncpg.connect(running.stack.database_url)
    try:
        async with connection.transaction(isolation="repeatable_read"):
            await connection.execute("DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup")
            for row in await connection.fetch(_TABLES):
                name = row["tablename"]
                await connection.execute(f'CREATE TABLE backup."{name}" AS TABLE public."{name}"')
    finally:
        await connection.close()


async def _restore(running: House) -> int:
    """Puts every row back, in one breath; returns how many attempts are forgotten by that."""
    connection = await asyncpg.connect(running.stack.database_url)
    try:
        async with connection.transaction():
            names = [row["tablename"] for row in await connection.fetch(_TABLES)]
            every = ", ".join(f'public."{name}"' for name in names)
            await connection.execute(f"LOCK TABLE {every} IN ACCESS EXCLUSIVE MODE")
            lost = await connection.fetchval(
                "SELECT count(*) FROM attempt WHERE tag NOT IN (SELECT tag FROM backup.attempt)"
            )
            # Rows come back as they were: nothing is to follow from them a second time.
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(f"TRUNCATE {every} CASCADE")
            for name in names:
                await connection.execute(f'INSERT INTO public."{name}" SELECT * FROM backup."{name}"')
    finally:
        await connection.close()
    return int(lost)


def table(outcome: Outcome) -> str:
    """What was bought, as markdown."""
    run, verdict = outcome.run, outcome.verdict
    lines = [
        f"Times divided by {run.factor:g}, seed {run.seed}: {run.rounds} backups brought back, with "
        f"{outcome.forgotten} attempts forgotten; {outcome.seconds:.0f} s in all. "
        f"Films: {verdict.completed} of {verdict.films} whole.",
        "",
        "| provider | knows its jobs | recipes | submits accepted | duplicates | risks taken "
        "| paid twice after a risk |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for name, line in verdict.lines.items():
        cells = (len(line.recipes), line.submits, line.duplicates, line.risks, line.accepted)
        lines.append(f"| {name} | {CLASSES[name]} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options("restored", __doc__)
    parser.add_argument("--rounds", type=int, default=5, help="backups that are brought back")
    parser.add_argument("--films", type=int, default=6, help="films in the making at once")
    parser.add_argument("--age", type=float, default=600.0, help="of a backup, in seconds at full times")
    given = parser.parse_args(arguments)
    begin()
    home = home_in(given.home, "restored-")
    run = Run(given.rounds, given.factor, given.seed, given.films, given.age)
    outcome = asyncio.run(restored(home, run))
    print(table(outcome), end="\n\n")
    return ended(outcome.verdict.wrong, home)


if __name__ == "__main__":
    leave(main)
