"""How soon a paid film can be watched: its first cut, beside the same film where nothing is paid.

`uv run python -m tests.bench.first_cut [--quick] [--rounds N]`: 15 s at 720p, on servers and workers of its
own, from the start to the delivery of the first cut. The stand-ins of the providers run on this machine as
well, and draw on it what is bought, which real providers would not: so they have of the cores what the studio
leaves them (nice 19), and the free film, which is made alone, tells how much of the time is theirs all the
same. Both come after a small film, which loads what every film needs.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from starter.errors import FilmEnded
from starter.session import Session
from tests.bench.house import DELIVER, asked, film_of, opened, steps_of
from workflows.film.contract import VideoRequest

# On two idle cores.
_AIM_S = 15.0


class Took(NamedTuple):
    """Seconds from the start: to the plan, to the last picture of the first cut, to its delivery; and how
    many segments were made by then, of which the cut shows one a beat."""

    plan: float
    drawn: float
    cut: float
    segments: float


async def took(session: Session, request: VideoRequest) -> Took:
    """The film is stopped then: what it would buy is beside the matter."""
    film = await session.films.start(request)
    begun, ran = await steps_of(film, DELIVER)
    with suppress(FilmEnded):
        await film.stop()
    await film.result()
    ends = {name: max(one.ended for one in ran if one.name == name) for name in {one.name for one in ran}}
    moments = (ends["compose_plan"], ends["refine_segment"], ends[DELIVER])
    plan, drawn, cut = ((moment - begun).total_seconds() for moment in moments)
    return Took(plan, drawn, cut, segments=sum(one.name == "refine_segment" for one in ran))


async def measure(rounds: int, quick: bool) -> dict[str, list[Took]]:
    measured: dict[str, list[Took]] = {"paid": [], "free": []}
    async with opened() as session:
        _behind(session)
        await took(session, film_of(9000, True))
        for number in range(rounds):
            # Of another take each: what one has drawn, the other would find.
            paid = film_of(9001 + 2 * number, quick, profile="draft")
            measured["paid"].append(await took(session, paid))
            measured["free"].append(await took(session, film_of(9002 + 2 * number, quick)))
    return measured


def _behind(session: Session) -> None:
    """Lets the stand-ins have what the studio leaves of the cores."""
    assert session.stack.standins, "they are asked for"
    port = urlsplit(session.stack.standins).port
    listening = [one for one in psutil.net_connections("tcp4") if one.status == psutil.CONN_LISTEN]
    (sellers,) = {one.pid for one in listening if one.laddr and one.laddr.port == port}
    psutil.Process(sellers).nice(19)


def table(measured: dict[str, list[Took]]) -> str:
    """Markdown: medians of the seconds, and how much longer the paid film takes."""
    lines = [
        "| | plan s | drawn s | first cut s | segments | worst s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, rounds in measured.items():
        medians = [statistics.median(each) for each in zip(*rounds, strict=True)]
        cells = [f"{value:.1f}" for value in (*medians, max(each.cut for each in rounds))]
        lines.append("| " + " | ".join([name, *cells]) + " |")
    pairs = zip(measured["paid"], measured["free"], strict=True)
    ratio = statistics.median(paid.cut / free.cut for paid, free in pairs)
    lines.append(f"| paid : free | | | {ratio:.2f} | | |")
    return "\n".join(lines)


def main() -> None:
    print(table(asyncio.run(measure(*asked("seconds to the first cut of a paid film")))))
    print(f"\nAim: the paid film's first cut within {_AIM_S:.0f} s on two idle cores.")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(0)
