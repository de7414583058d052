"""Jobs that one worker waits for: what memory, loop, database and provider have of them."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal

from activities.ledger.pace import shared
from activities.models.catalogue import Catalogue
from tests.bench.fleet_house import Counts, FleetHouse, housed
from tests.bench.tables import Held, said, table
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest

IMAGE, VIDEO = "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"
# As many beats as a film may have: each buys its picture at once.
_BEATS = 24
# Heartbeats of a thousand jobs, one each ten seconds, and of those that are just being sent.
_HEARTBEATS = 120.0
_MEMORY_MB, _LATE_MS = 450.0, 50.0
# Long enough for the slowest of what is paced; far shorter than the run limit at which jobs are told to end.
_WATCH_S = 30.0
# What shows that it runs need not be exact.
_GLANCE_S, _FEW = 5.0, 100
# No more jobs arrive: the worker has no slot for them. The first comes once its film is planned, which takes
# a busy machine longer.
_STALLED_S, _BEGUN_S = 15.0, 90.0


async def measured(jobs: int) -> str:
    """Markdown of what it takes to wait for so many jobs."""
    # The queue's rate would let ten begin a second, and the first would be over before the last.
    async with housed(
        "replicate", faults="submit:stuck=1", late=True, REEL_REQUESTS_PER_MINUTE="6000"
    ) as house:
        empty_mb = house.rss_mb
        for number in range(-(-jobs // _BEATS)):
            await house.films.start(_film(number, min(_BEATS, jobs - number * _BEATS)))
        flying = await _flying(house, jobs)
        # A look is fixed at the one before it, when there were fewer jobs.
        await asyncio.sleep(0 if jobs < _FEW else shared(0, jobs, _reads()))
        before = await house.counts()
        await asyncio.sleep(_GLANCE_S if jobs < _FEW else _WATCH_S)
        return _told(house, jobs, flying, (await house.counts()).since(before), empty_mb, before.at) + (
            f"Database connections held: {await house.connections()}.\n"
        )


def _film(number: int, beats: int) -> VideoRequest:
    turn = {"prompt": "A ceramic coffee mug", "action": "The mug turns", "camera": "pan", "energy": 0.5}
    drafts = tuple(BeatDraft.model_validate({"id": f"b{n}", "seconds": 5, **turn}) for n in range(beats))
    models = Models(planner="animatic-planner", image=IMAGE, video=VIDEO)
    return VideoRequest(
        prompt="A film about a ceramic coffee mug",
        plan=PlanDraft(beats=drafts),
        models=models,
        size="360p",
        fps=8,
        take=number + 1,
        music=False,
        preview=False,
        partial="fail",
        budget_usd=Decimal(50),
    )


async def _flying(house: FleetHouse, jobs: int) -> int:
    """How many are in flight at once: all, or what they have stopped at."""
    most, grew = 0, time.monotonic()
    while most < jobs and time.monotonic() - grew < (_STALLED_S if most else _BEGUN_S):
        await asyncio.sleep(1)
        if (flying := house.in_flight()) > most:
            most, grew = flying, time.monotonic()
    return most


def _reads() -> int:
    return Catalogue.load().providers["replicate"].reads_per_minute or 0


def _told(house: FleetHouse, jobs: int, flying: int, did: Counts, empty_mb: float, since: float) -> str:
    late = sorted(house.late_ms(since))
    beats = did.rpc["RecordActivityTaskHeartbeat"] / did.at
    held = [
        Held("jobs in flight", flying, jobs, least=True),
        Held("memory", house.rss_mb, _MEMORY_MB, "MB"),
        Held("loop late, p99", late[int(0.99 * len(late))], _LATE_MS, "ms"),
        Held("provider reads a second", did.provider["poll"] / did.at, _reads() / 60),
        Held("heartbeats a second", beats, _HEARTBEATS),
    ]
    waits = [
        ["memory a job", said((house.rss_mb - empty_mb) * 1024 / max(flying, 1), "KB")],
        ["memory of an idle worker", said(empty_mb, "MB")],
        ["CPU of a core", f"{100 * did.cpu_s['all'] / did.at:.0f} %"],
        ["connections to the provider a read", said(did.connections / max(did.provider["poll"], 1))],
        ["statements a second", said(did.sql / did.at)],
        ["S3 requests a second", said(sum(did.s3.values()) / did.at)],
        ["Temporal requests a second", said(sum(did.rpc.values()) / did.at)],
    ]
    return (
        table(["", "measured", "aim", ""], [one.row for one in held]) + "\n" + table(["", "waiting"], waits)
    )
