"""Ends paid films on the stand-ins in every way there is, and shows that each of them is a film all the same.

`uv run python -m tests.chaos.always_a_film --films 200` prints what it saw, and ends with 1 where anything is
wrong.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.best_cut import Judged, judge
from tests.chaos.command import FACTOR, begin, ended, home_in, leave, options
from tests.chaos.endings import Endings
from tests.chaos.house import House, house
from tests.chaos.restless import Restless

log = logging.getLogger(__name__)

# What a film may take at most: three deaths that are noticed late, a provider's job, and a look at the end.
_FILM_S = 240.0


@dataclass(frozen=True)
class Run:
    films: int
    seed: int = 1
    workers: int = 2
    at_once: int = 5
    factor: float = FACTOR


@dataclass
class Outcome:
    run: Run
    house: House
    judged: Judged
    seconds: float


async def always(home: Path, run: Run) -> Outcome:
    """One run in an empty home, from the first film to the verdict."""
    begun = time.monotonic()
    async with house(home, run.factor, False, 0.0, run.seed, sys.maxsize, Restless) as running:
        assert isinstance(running, Restless)
        await running.open(run.workers, faults=False, skew_s=0.0, refuses=False)
        endings = Endings(running, run.films, run.at_once)
        making = asyncio.create_task(endings.run())
        latest, said = time.monotonic() + _FILM_S * (1 + run.films / run.at_once), 0
        while not making.done() and time.monotonic() < latest:
            running.check()
            if len(endings.cuts) >= said + 10:
                said = len(endings.cuts)
                log.info("%d films begun, %d kills", said, running.tally.kills)
            await asyncio.sleep(0.2)
        running.quota = 0
        if not making.done():
            making.cancel()
            await asyncio.wait({making})
            running.tally.surprises += [
                f"{cut.id} ({cut.fate}) hangs" for cut in endings.cuts if not cut.seconds
            ]
        else:
            making.result()
        judged = await judge(running, endings.cuts, home)
        return Outcome(run, running, judged, time.monotonic() - begun)


def table(outcome: Outcome) -> str:
    """What was seen, as markdown."""
    judged, tally = outcome.judged, outcome.house.tally
    shots = judged.shown.total()
    lines = [
        f"Seed {outcome.run.seed}: {judged.played} of {judged.films} films play, of exactly the planned "
        f"frames and with sound ({judged.frames} frames decoded); {outcome.seconds:.0f} s in all.",
        f"Workers killed: {tally.random['buyer']} that buy and encode, "
        f"{tally.random['desk']} with workflows.",
        f"Shots: {shots}; of {judged.chains} everything was bought when the film was to end. "
        + ", ".join(f"{name} {n} ({n / shots:.0%})" for name, n in judged.shown.most_common()),
        f"Paid: {judged.spent} USD; {judged.accounts} accounts held against the ledger.",
        "",
        "| what became of it | films |",
        "|---|---:|",
        *(f"| {name} | {n} |" for name, n in sorted(judged.ended.items())),
        "",
        "| said of a shot | shots |",
        "|---|---:|",
        *(f"| {name} | {n} |" for name, n in judged.whys.most_common()),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options("always_a_film", __doc__)
    parser.add_argument("--films", type=int, default=200)
    parser.add_argument(
        "--workers", type=int, default=2, help="buyers alive at once, beside one for workflows"
    )
    parser.add_argument("--at-once", type=int, default=5, help="films in the making at once")
    given = parser.parse_args(arguments)
    begin()
    home = home_in(given.home, "films-")
    run = Run(given.films, given.seed, given.workers, given.at_once, given.factor)
    outcome = asyncio.run(always(home, run))
    print(table(outcome), end="\n\n")
    return ended(outcome.judged.wrong, home)


if __name__ == "__main__":
    leave(main)
