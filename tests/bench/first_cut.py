"""How soon a film can be watched: its first cut, beside all of it, where it is paid and where it is not.

`uv run python -m tests.bench.first_cut [--quick] [--rounds N]`: 15 s at 720p, on servers and workers of its
own, from the start to the delivery of the first cut and of the last, and what the workers took of the cores
until the first, of which a busy machine changes little. The stand-ins of the providers run on this machine as
well, and real ones draw elsewhere: so the same film is paid in two homes. In the first the stand-ins draw
meanwhile what is bought, of what the studio leaves them of the cores (nice 19), which costs it something all
the same. In the second it is canned: they have it from the first, and answer as slowly. The free film is made
alone. In each home a small film comes first, which loads what every film needs.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from starter.errors import FilmEnded
from starter.session import Session
from tests.bench.house import DELIVER, asked, film_of, opened, steps_of
from workflows.film.contract import VideoRequest

# On two idle cores.
_AIM_S = 15.0
#: What is measured: films by where their providers' pictures are made.
DRAWN, CANNED, FREE = "paid, drawn here", "paid, canned", "free"


class Took(NamedTuple):
    """Seconds from the start: to the plan, to the last picture of the first cut, to its delivery, to that of
    the last cut; and how many segments were made by the first, of which it shows one a beat, and of how many
    seconds of CPU."""

    plan: float
    drawn: float
    cut: float
    whole: float
    segments: float
    cpu: float


async def took(session: Session, request: VideoRequest, quick: bool) -> Took:
    """A quick film is stopped at its first cut, and is no longer than that."""
    before, film = _worked(), await session.films.start(request)
    begun, ran = await steps_of(film, DELIVER)
    cpu = _worked() - before
    if quick:
        with suppress(FilmEnded):
            await film.stop()
    await film.result()
    _, every = await steps_of(film)
    ends = {name: max(one.ended for one in ran if one.name == name) for name in {one.name for one in ran}}
    last = max(one.ended for one in every if one.name == DELIVER)
    moments = (ends["compose_plan"], ends["refine_segment"], ends[DELIVER], last)
    plan, drawn, cut, whole = ((moment - begun).total_seconds() for moment in moments)
    return Took(plan, drawn, cut, whole, sum(one.name == "refine_segment" for one in ran), cpu)


def _worked() -> float:
    """Seconds of CPU of the workers so far, which this process hosts, with the encodes that have ended."""
    return sum(psutil.Process().cpu_times()[:4])


async def measure(rounds: int, quick: bool) -> dict[str, list[Took]]:
    measured: dict[str, list[Took]] = {DRAWN: [], CANNED: [], FREE: []}
    # Of another take each: what one has drawn, the other would find.
    paid = [film_of(9001 + 2 * number, quick, profile="draft") for number in range(rounds)]
    with tempfile.TemporaryDirectory(prefix="reel-made-") as folder:
        outputs = Path(folder)
        async with opened(outputs=outputs) as session:
            _behind(session)
            await _warmed(session, quick)
            for number, film in enumerate(paid):
                measured[DRAWN].append(await took(session, film, quick))
                free = film_of(9002 + 2 * number, quick)
                measured[FREE].append(await took(session, free, quick))
        made = {*outputs.iterdir()}
        async with opened(outputs=outputs) as session:
            await _warmed(session, quick)
            measured[CANNED] += [await took(session, film, quick) for film in paid]
        if not quick and {*outputs.iterdir()} != made:
            raise RuntimeError("the same film asked for something else: not all of it was canned")
    return measured


async def _warmed(session: Session, quick: bool) -> None:
    if not quick:
        await took(session, film_of(9000, True), quick)


def _behind(session: Session) -> None:
    """Lets the stand-ins have what the studio leaves of the cores."""
    assert session.stack.standins, "they are asked for"
    port = urlsplit(session.stack.standins).port
    listening = [one for one in psutil.net_connections("tcp4") if one.status == psutil.CONN_LISTEN]
    (sellers,) = {one.pid for one in listening if one.laddr and one.laddr.port == port}
    psutil.Process(sellers).nice(19)


def table(measured: dict[str, list[Took]]) -> str:
    """Markdown: medians, the share of the whole film's time that its first cut takes, and how much longer
    those of paid films take than that of the free one."""
    lines = [
        "| | plan s | drawn s | first cut s | whole film s | segments | CPU s | first : whole | worst s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, rounds in measured.items():
        medians = [statistics.median(each) for each in zip(*rounds, strict=True)]
        cells = [f"{value:.1f}" for value in medians]
        cells.append(f"{statistics.median(each.cut / each.whole for each in rounds):.2f}")
        cells.append(f"{max(each.cut for each in rounds):.1f}")
        lines.append("| " + " | ".join([name, *cells]) + " |")
    for name in (DRAWN, CANNED):
        pairs = zip(measured[name], measured[FREE], strict=True)
        ratio = statistics.median(paid.cut / free.cut for paid, free in pairs)
        lines.append(f"| {name} : {FREE} | | | {ratio:.2f} | | | | | |")
    return "\n".join(lines)


def main() -> None:
    print(table(asyncio.run(measure(*asked("seconds to the first cut of a paid film")))))
    print(f"\nAim: within {_AIM_S:.0f} s on two idle cores, beside providers that draw elsewhere.")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(0)
