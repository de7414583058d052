"""Workers of three roles on hosts of their own, which share servers alone; the cable of one is pulled.

What they share is held across it: what one host has bought, counted, and given up on, bears on the other.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState, TaskQueueType
from temporalio.api.workflowservice.v1 import (
    RegisterNamespaceRequest,
    ResetActivityRequest,
    UpdateTaskQueueConfigRequest,
)
from temporalio.client import Client

from activities.models.breaker import Rests
from activities.models.catalogue import Catalogue
from activities.storage.database import Database
from activities.studio.caps import Caps
from infra.caps import cap_of
from infra.embedded.servers import LOOPBACK
from infra.embedded.stack import Stack
from infra.temporal import plugin
from starter.films import Film, Films
from tests.platform.hosts import Host, host
from tests.support.paid import BEAT_USD, FLUX, WAN, asked, until
from tests.support.reel import Reel
from tests.support.standing import Standins, standing
from workflows.studio.calls import generation_queue

#: A worker of a role on a host of this number.
Worker = Callable[[str, int], AbstractAsyncContextManager[tuple[Host, Reel]]]
# A chunk then takes some twenty seconds: its job is alive when the cable is pulled.
_SLOW, _QUICK = 0.1, 20.0
# And then some two: time to forbid its queue the next try.
_BRIEF = 1.0
# Twice the pause before one that is tried again.
_DUE_S = 2.0
QUEUE = generation_queue("replicate")
INSTEAD = Catalogue.load().model(WAN).fallbacks[0]


@pytest.fixture
def seller(tmp_path: Path) -> Iterator[Standins]:
    with standing(tmp_path / "standins", speed=_SLOW) as running:
        yield running


@pytest.fixture
async def client(stack: Stack) -> Client:
    """Of a namespace of the test's own."""
    name, day = f"hosts-{secrets.token_hex(4)}", Duration(seconds=24 * 3600)
    new = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=day)
    outside = await Client.connect(stack.temporal_address)
    await outside.workflow_service.register_namespace(new)
    return await Client.connect(stack.temporal_address, namespace=name, plugins=[plugin()])


@pytest.fixture
def worker_on(stack: Stack, seller: Standins, client: Client, tmp_path: Path) -> Worker:
    """Each has a home of its own, and reaches the servers by the cable alone."""
    assert stack.s3.endpoint and stack.s3.access_key and stack.s3.secret_key
    keys = {
        "REEL_S3_BUCKET": stack.s3.bucket,
        "REEL_S3_ACCESS_KEY": stack.s3.access_key,
        "REEL_S3_SECRET_KEY": stack.s3.secret_key.get_secret_value(),
        "TEMPORAL_NAMESPACE": client.namespace,
    }
    database, bucket = urlsplit(stack.database_url), urlsplit(stack.s3.endpoint)
    temporal, sold = urlsplit(f"//{stack.temporal_address}"), urlsplit(seller.root)
    ports = [each.port for each in (database, bucket, temporal, sold) if each.port]

    @asynccontextmanager
    async def opened(role: str, number: int) -> AsyncIterator[tuple[Host, Reel]]:
        async with host(number, ports) as one:
            account = database.netloc.rpartition("@")[0]
            theirs = {
                "TEMPORAL_ADDRESS": f"{one.here}:{temporal.port}",
                "REEL_DATABASE_URL": database._replace(
                    netloc=f"{account}@{one.here}:{database.port}"
                ).geturl(),
                "REEL_S3_ENDPOINT": f"http://{one.here}:{bucket.port}",
                "REEL_HOME": str(tmp_path / f"home-{number}"),
            }
            # Stand-ins answer nobody who does not call them by a name of this machine.
            near = ("tests.platform.passing", LOOPBACK, one.here, str(sold.port))
            work = ("tests.support.apart", seller.root, "--role", role)
            async with one.running(*near), one.running(*work, environment=keys | theirs) as worker:
                await worker.until("worker hosts")
                yield one, worker

    return opened


async def submitted(seller: Standins) -> Counter[str]:
    return Counter(str(one["model"]) for one in seller.log("replicate"))


async def attempts_of(pool: asyncpg.Pool, film: Film) -> list[tuple[str, str]]:
    """Model and phase of all that a film has bought, in the order in which it was."""
    rows = await pool.fetch("SELECT model, phase FROM attempt WHERE payer = $1 ORDER BY intent_at", film.id)
    return [(row["model"], row["phase"]) for row in rows]


async def rests_once_more(pool: asyncpg.Pool) -> None:
    """The model has rested, and the next call is its probe: where that fails, work moves to another."""
    await pool.execute(
        "INSERT INTO provider_health (provider, model, failures, step, open_until)"
        " VALUES ('replicate', $1, $2, 1, clock_timestamp())",
        WAN,
        Rests().failures - 1,
    )


async def rested(pool: asyncpg.Pool) -> int:
    """How often in a row the model was sent to rest."""
    step: int = await pool.fetchval("SELECT step FROM provider_health WHERE model = $1", WAN)
    return step


async def lets_begin(client: Client, a_second: float | None) -> None:
    """What an operator lets begin on the provider's queue, whatever its workers say; None: as they say."""
    limit = UpdateTaskQueueConfigRequest.RateLimitUpdate(reason="the test")
    if a_second is not None:
        limit.rate_limit.requests_per_second = a_second
    await client.workflow_service.update_task_queue_config(
        UpdateTaskQueueConfigRequest(
            namespace=client.namespace,
            task_queue=QUEUE,
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
            update_queue_rate_limit=limit,
        )
    )


async def is_held(film: Film) -> bool:
    """Whether a chunk of it waits for any worker to begin it."""
    steps = (await film.handle.describe()).raw_description.pending_activities
    waits = PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    return [(one.activity_type.name, one.state) for one in steps] == [("generate_reference_chunk", waits)]


async def look_again(client: Client, film: Film) -> None:
    """The film at a cap looks now, and not within ten seconds."""
    execution = WorkflowExecution(workflow_id=film.id)
    await client.workflow_service.reset_activity(
        ResetActivityRequest(namespace=client.namespace, execution=execution, type="await_room")
    )


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """Of the ledger; at its end, what concerns all films is as it was."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as opened:
        await opened.execute("DELETE FROM provider_health")
        yield opened
        await opened.execute("TRUNCATE cap, place, provider_health")


@pytest.mark.timeout(900)
async def test_a_worker_whose_cable_is_pulled_loses_nothing_and_buys_nothing_twice(
    worker_on: Worker, seller: Standins, client: Client, pool: asyncpg.Pool
) -> None:
    assert seller.desk
    films = Films(client)
    async with (
        worker_on("workflows", 1),
        worker_on("media", 2),
        worker_on("generation", 3) as (lonely, _),
    ):
        film = await films.start(asked("hero_shot", image=FLUX, video=WAN))
        while len(await submitted(seller)) < 2:
            await asyncio.sleep(0.2)
        lonely.pull()
        seller.desk.speed = _QUICK
        async with worker_on("generation", 4) as (_, replacement):
            result = await film.result()
            assert result.status == "completed"
            assert (await submitted(seller)).total() == 2
            assert await attempts_of(pool, film) == [(FLUX, "stored"), (WAN, "stored")]
            assert result.spent_usd == BEAT_USD
            again = await one_host_gives_up_on_a_model(films, seller, client, pool)
            # Whoever comes now finds the worker that was away, and what that had begun.
            lonely.plug()
            replacement.process.terminate()
            await replacement.end()
        await another_host_knows_what_the_first_had_done(again, seller, client, pool)
        assert await attempts_of(pool, film) == [(FLUX, "stored"), (WAN, "stored")]


async def one_host_gives_up_on_a_model(
    films: Films, seller: Standins, client: Client, pool: asyncpg.Pool
) -> Film:
    """A film for which it has probed the model in vain, and then may begin nothing more."""
    assert seller.desk
    await rests_once_more(pool)
    seller.order("replicate", "submit", "failed", match=WAN.removeprefix("replicate-"))
    seller.desk.speed = _BRIEF
    film = await films.start(asked("hero_shot", image=FLUX, video=WAN, user=client.namespace))
    while (await submitted(seller)).total() < 4:
        await asyncio.sleep(0.05)
    await lets_begin(client, 0)
    seller.desk.speed = _QUICK
    while await rested(pool) < 2 or not await is_held(film):
        await asyncio.sleep(0.1)
    # It would begin here, were it let.
    await asyncio.sleep(_DUE_S)
    return film


async def another_host_knows_what_the_first_had_done(
    film: Film, seller: Standins, client: Client, pool: asyncpg.Pool
) -> None:
    """The model that it gave up on, what its user has spent there, and that the queue is held."""
    assert await is_held(film)
    assert await attempts_of(pool, film) == [(FLUX, "stored"), (WAN, "failed")]
    caps, user = Caps(Database(pool)), f"user:{client.namespace}"
    spent = "SELECT sum(coalesce(cost, estimate)) FROM attempt WHERE payer = $1"
    await caps.set(cap_of(user, f"{await pool.fetchval(spent, film.id)}/day"))
    await lets_begin(client, None)
    assert client.namespace in ((await until(film, "a day")).waiting_for or "")
    assert len(await attempts_of(pool, film)) == 2
    await caps.set(cap_of(user, "none/day"))
    await look_again(client, film)
    assert (await film.result()).status == "completed"
    assert await attempts_of(pool, film) == [(FLUX, "stored"), (WAN, "failed"), (INSTEAD, "stored")]
    assert (await submitted(seller)).total() == 4
