"""Kills what makes films and pipelines on the stand-ins, ends some amid, and shows that all is paid for once.

`uv run python -m tests.chaos.paid_once --kills 200` prints a table and ends with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos.asked import CAST, KINDS, Kind
from tests.chaos.boundaries import CRITICAL, PROVIDERS, every_death
from tests.chaos.command import FACTOR, begin, ended, home_in, leave, options
from tests.chaos.filming import Filming
from tests.chaos.house import House, house
from tests.chaos.settled import settled
from tests.chaos.verdict import CLASSES, Verdict, judge

log = logging.getLogger(__name__)

SERVERS = ("temporal", "postgres", "s3")
# What is left when nobody kills any more: the longest settling, thrice, and films that wait for each other.
_REST_S = 200.0


@dataclass(frozen=True)
class Run:
    """What a run is asked to do. `deaths`: only these, each once, instead of all and random moments."""

    kills: int
    factor: float = FACTOR
    seed: int = 1
    buyers: int = 3
    films: int = 6
    casts: tuple[str, ...] = tuple(CAST)
    kinds: tuple[Kind, ...] = KINDS
    #: Whether servers are killed, and whether the stand-ins have faults of their own.
    servers: bool = True
    faults: bool = True
    #: How far the clock of the stand-ins is ahead, at full times, and whether the bucket refuses for a while.
    skew_s: float = -600.0
    refuses: bool = True
    deaths: tuple[str, ...] = ()
    #: Whatever was not met by then is left out, in seconds.
    limit_s: float = 1200.0


@dataclass
class Outcome:
    """How a run went; `killing_s` is how long it took to kill so many, `all_s` until the last film ended."""

    run: Run
    house: House
    verdict: Verdict
    killing_s: float
    all_s: float


async def chaos(home: Path, run: Run) -> Outcome:
    """One run in an empty home, from the first film to the verdict."""
    begun = time.monotonic()
    skew_s = run.skew_s / run.factor
    async with house(home, run.factor, run.faults, skew_s, run.seed, run.kills) as running:
        if run.deaths:
            running.only(list(run.deaths))
        await running.open(run.buyers, run.faults, skew_s, run.refuses)
        enough = asyncio.Event()
        filming = Filming(running, run.films, run.casts, run.kinds)
        films = asyncio.create_task(filming.run(enough))
        await _kill(running, run, films)
        killing_s = time.monotonic() - begun
        running.quota = 0
        running.gate.open()
        enough.set()
        await _until(running, films, filming, _REST_S + 1000 / run.factor)
        await settled(running)
        async with asyncio.timeout(_REST_S):
            await filming.asked_once_more()
        verdict = await judge(running, filming.reels)
        return Outcome(run, running, verdict, killing_s, time.monotonic() - begun)


async def _kill(running: House, run: Run, films: asyncio.Task[None]) -> None:
    """Until enough has died; servers die in between, at equal distances."""
    latest = time.monotonic() + run.limit_s
    servers = list(SERVERS) if run.servers else []
    said = 0
    while (servers or not running.over) and time.monotonic() < latest:
        running.check()
        kills = running.tally.kills
        due = run.kills * (len(SERVERS) - len(servers) + 1) / (len(SERVERS) + 1)
        if servers and kills >= due:
            running.kill_server(servers.pop(0))
        if kills >= said + 10:
            said = kills
            log.info("%d kills, %d boundaries left", kills, len(running.wanted))
        if films.done():
            films.result()
        await asyncio.sleep(0.1)


async def _until(running: House, films: asyncio.Task[None], filming: Filming, limit_s: float) -> None:
    """Until the last film has ended; those that hang are left as they are, and the verdict tells of them."""
    latest, said = time.monotonic() + limit_s, time.monotonic()
    while not films.done() and time.monotonic() < latest:
        running.check()
        if time.monotonic() > said + 15:
            said = time.monotonic()
            log.info("still in the making: %s", await filming.unfinished())
        await asyncio.sleep(0.2)
    if not films.done():
        films.cancel()
        log.error("these films hang: %s", await filming.unfinished())
        await asyncio.wait({films})
        return
    films.result()


# ---- what is printed ---------------------------------------------------------------------------------


def table(outcome: Outcome) -> str:
    """The outcome as markdown."""
    run, verdict, tally = outcome.run, outcome.verdict, outcome.house.tally
    met = set(tally.deaths)
    servers = ", ".join(f"{name} {count}" for name, count in tally.servers.items()) or "none"
    lines = [
        f"Times divided by {run.factor:g}, seed {run.seed}: {tally.kills} kills in "
        f"{outcome.killing_s:.0f} s, all films ended after {outcome.all_s:.0f} s.",
        "",
        "| provider | knows its jobs | recipes | submits accepted | ended unpaid | duplicates | "
        "risks taken | paid twice after a risk | lost though fetchable |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, line in verdict.lines.items():
        cells = [
            len(line.recipes),
            line.submits,
            line.ended,
            line.duplicates,
            line.risks,
            line.accepted,
            line.lost,
        ]
        lines.append(f"| {name} | {CLASSES[name]} | " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        f"Workers killed: {tally.deaths.total()} at {len(met)} of {len(_all(run))} boundaries, "
        f"{tally.random['buyer']} buyers and {tally.random['desk']} workflow workers at random moments, "
        f"{tally.frozen} of them after having been frozen for seconds. "
        f"Servers killed: {servers}. {_misled(outcome)} "
        f"Films and pipelines: {verdict.completed} of {verdict.films} whole; "
        f"{verdict.recipes_done} artifacts made. {_ended_amid(verdict)}",
        "",
        "| died at | before | amid | after |",
        "|---|---:|---:|---:|",
    ]
    for at in dict.fromkeys(death.split(":")[0] for death in _all(run)):
        counts = [
            sum(n for death, n in tally.deaths.items() if death.split(":")[:2] == [at, side])
            for side in ("before", "amid", "after")
        ]
        lines.append(f"| {at} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines)


def _misled(outcome: Outcome) -> str:
    """What was wrong without being killed."""
    refused = Counter(outcome.house.gate.said)
    kinds = ", ".join(f"{kind} {count}" for kind, count in refused.items()) or "never"
    run, away = outcome.run, outcome.house.tally.turned_away
    return (
        f"The providers' clocks were off by {run.skew_s / run.factor:+.0f} s "
        f"(at full times {run.skew_s / 60:+.0f} min). The bucket refused {refused.total()} times ({kinds}), "
        f"{away} workers just as they started."
    )


def _ended_amid(verdict: Verdict) -> str:
    """What somebody ended; whether that came in time is chance."""
    told = [
        f"{noun}s by {how} {verdict.ended[noun, how]} of {count}"
        for (noun, how), count in sorted(verdict.ends.items())
    ]
    jobs = f"{verdict.canceled} jobs cancelled at their providers"
    return f"Ended before they were whole, of those that were to be: {', '.join(told) or 'none'}; {jobs}."


def _all(run: Run) -> Sequence[str]:
    return run.deaths or every_death()


def one_of_each_kind() -> tuple[str, ...]:
    """Where money changes hands, once a side, with the providers in turn."""
    kinds = dict.fromkeys(death.rpartition(":")[0] for death in every_death() if death.startswith(CRITICAL))
    return tuple(_next_provider(kind, number) for number, kind in enumerate(kinds))


def _next_provider(kind: str, number: int) -> str:
    known = set(every_death())
    turns = [f"{kind}:{PROVIDERS[(number + turn) % len(PROVIDERS)]}" for turn in range(len(PROVIDERS))]
    return next(death for death in turns if death in known)


async def _both(given: argparse.Namespace) -> list[Outcome]:
    lively = Run(given.kills, given.factor, given.seed, given.workers, given.films)
    # One clock behind, the other ahead.
    kinds = tuple(given.kinds)
    runs = [replace(lively, skew_s=60.0 * given.skew, refuses=given.refuse, kinds=kinds)]
    if given.full:
        deaths = one_of_each_kind()
        calm = Run(
            len(deaths), 1.0, given.seed, 2, 4, servers=False, faults=False, deaths=deaths, limit_s=420,
            skew_s=-60.0 * given.skew, refuses=given.refuse, kinds=kinds,
        )  # fmt: skip
        runs.append(calm)
    places = [home_in(given.home, "house-") for _ in runs]
    return await asyncio.gather(*(chaos(place, run) for place, run in zip(places, runs, strict=True)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options("paid_once", __doc__)
    parser.add_argument("--kills", type=int, default=200, help="workers to be killed")
    parser.add_argument(
        "--workers", type=int, default=3, help="buyers alive at once, beside one for workflows"
    )
    parser.add_argument("--films", type=int, default=6, help="films in the making at once")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="what is made in turn")
    parser.add_argument(
        "--skew", type=float, default=-10.0, help="how far the providers' clocks are ahead, in min"
    )
    parser.add_argument("--refuse", action=argparse.BooleanOptionalAction, default=True,
                        help="a bucket that refuses for a while, now and then")  # fmt: skip
    parser.add_argument("--full", action=argparse.BooleanOptionalAction, default=True,
                        help="one kill of each kind at full times too, side by side")  # fmt: skip
    given = parser.parse_args(arguments)
    begin()
    outcomes = asyncio.run(_both(given))
    for outcome in outcomes:
        print(table(outcome), end="\n\n")
    wrong = [line for outcome in outcomes for line in outcome.verdict.wrong]
    return ended(wrong, *(outcome.house.home for outcome in outcomes))


if __name__ == "__main__":
    leave(main)
