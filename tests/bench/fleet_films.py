"""Small films that are begun at once: when each has ended, and what one of them asks of whom."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import NamedTuple

from starter.films import Film
from tests.bench.fleet_crowd import IMAGE, VIDEO
from tests.bench.fleet_house import Counts, housed
from tests.bench.house import steps_of
from tests.bench.stacks import MEDIA, ROWS, Stacks
from tests.bench.tables import Held, said, table
from workflows.film.contract import Models, VideoRequest

# A film that is nearly done goes first: else all of two hundred end together.
_FIRST = 0.35
_CPU_MS = 20.0
# A job of the stand-ins takes a tenth of a second: what is measured is the worker.
_SPEED = 20.0
# As many as the worker has connections to the database: each of them prepares every statement once.
_WARM = 10


class Ended(NamedTuple):
    """One film, by the server's clock, and what its history came to."""

    began: datetime
    ended: datetime
    steps: int
    events: int
    bytes: int


async def measured(films: int) -> str:
    """Markdown of so many films. Some more are made before: they load and open what a worker that has run for
    a minute has."""
    warm = min(films, _WARM)
    async with housed("replicate", speed=_SPEED, REEL_REQUESTS_PER_MINUTE="6000") as house:
        opening = await asyncio.gather(*(house.films.start(_film(take)) for take in range(warm)))
        await asyncio.gather(*(film.result() for film in opening))
        before = await house.counts()
        await house.sample()
        started = await asyncio.gather(*(house.films.start(_film(warm + take)) for take in range(films)))
        ended = [await _ended(film) for film in started]
        stacks, did = await house.sampled(), (await house.counts()).since(before)
        held = await house.connections()
    return "\n".join((_order(ended), _cpu(ended, stacks, did), _asked(ended, did, held)))


def _film(take: int) -> VideoRequest:
    models = Models(planner="animatic-planner", image=IMAGE, video=VIDEO)
    return VideoRequest(
        prompt="A 5 second film about a ceramic coffee mug",
        models=models,
        size="360p",
        fps=8,
        take=take + 1,
        music=False,
        preview=False,
        partial="fail",
    )


async def _ended(film: Film) -> Ended:
    await film.result()
    _, steps = await steps_of(film)
    closed = await film.handle.describe()
    assert closed.close_time, "its result has been read"
    said = closed.raw_description.workflow_execution_info
    return Ended(
        closed.start_time, closed.close_time, len(steps), said.history_length, said.history_size_bytes
    )


def _order(films: list[Ended]) -> str:
    begun = min(one.began for one in films)
    took = sorted((one.ended - begun).total_seconds() for one in films)
    ratio = Held("first : last", took[0] / took[-1], _FIRST)
    rows = [
        ["first", said(took[0], "s")],
        ["mean", said(sum(took) / len(took), "s")],
        ["last", said(took[-1], "s")],
    ]
    rows.append([f"first : last, aim {_FIRST}", f"{ratio.value:.2f}, {ratio.verdict}"])
    return table(["films at once", str(len(films))], rows)


def _cpu(films: list[Ended], stacks: Stacks, did: Counts) -> str:
    steps = sum(one.steps for one in films)
    parts = stacks.completed(did.cpu_s)
    media = parts.pop(MEDIA)
    rows = [
        [name, said(1000 * parts[name] / steps, "ms"), f"{100 * parts[name] / sum(parts.values()):.0f} %"]
        for name in ROWS
    ]
    whole = Held("orchestration", 1000 * (sum(parts.values()) - parts["watching"]) / steps, _CPU_MS, "ms")
    rows.append([f"orchestration, aim {said(_CPU_MS, 'ms')}", said(whole.value, "ms"), whole.verdict])
    rows.append(["beside it: media", said(1000 * media / steps, "ms"), ""])
    return table(["CPU of a step", f"of {steps}", "share"], rows)


def _asked(films: list[Ended], did: Counts, connections: int) -> str:
    """What one film asks of the servers, mean of all."""
    each = len(films)
    rows = [
        ["steps", said(sum(one.steps for one in films) / each)],
        ["events of its history", said(sum(one.events for one in films) / each)],
        ["bytes of its history", said(sum(one.bytes for one in films) / each / 1024, "KB")],
        ["S3 requests", f"{said(sum(did.s3.values()) / each)}: {_most(did.s3, each)}"],
        ["SQL statements", said(did.sql / each)],
        ["Temporal requests", f"{said(sum(did.rpc.values()) / each)}: {_most(did.rpc, each)}"],
        ["provider requests", f"{said(sum(did.provider.values()) / each)}: {_most(did.provider, each)}"],
        ["database connections of the worker", str(connections)],
    ]
    return table(["a film asks for", ""], rows)


def _most(counted: Counter[str], each: int) -> str:
    return ", ".join(f"{name} {said(count / each)}" for name, count in counted.most_common(5))
