"""Workers of three roles on hosts of their own, which share servers alone; the cable of one is pulled."""

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
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from infra.embedded.servers import LOOPBACK
from infra.embedded.stack import Stack
from infra.temporal import plugin
from starter.films import Film, Films
from tests.platform.hosts import Host, host
from tests.support.paid import BEAT_USD, FLUX, WAN, asked
from tests.support.reel import Reel
from tests.support.standing import Standins, standing

#: A worker of a role on a host of this number.
Worker = Callable[[str, int], AbstractAsyncContextManager[tuple[Host, Reel]]]
# A chunk then takes some twenty seconds: its job is alive when the cable is pulled.
_SLOW, _QUICK = 0.1, 20.0


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


async def attempts_of(stack: Stack, film: Film) -> list[tuple[str, str]]:
    """Model and phase of all that a film has bought."""
    connection = await asyncpg.connect(stack.database_url)
    rows = await connection.fetch("SELECT model, phase FROM attempt WHERE payer = $1 ORDER BY model", film.id)
    await connection.close()
    return [(row["model"], row["phase"]) for row in rows]


@pytest.mark.timeout(900)
async def test_a_worker_whose_cable_is_pulled_loses_nothing_and_buys_nothing_twice(
    worker_on: Worker, seller: Standins, client: Client, stack: Stack
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
            assert await attempts_of(stack, film) == [(FLUX, "stored"), (WAN, "stored")]
            assert result.spent_usd == BEAT_USD
            lonely.plug()
            # Whoever comes now finds the worker that was away, and what that had begun.
            replacement.process.terminate()
            await replacement.end()
        again = await films.start(asked("hero_shot", image=FLUX, video=WAN))
        assert (await again.result()).status == "completed"
        assert (await submitted(seller)).total() == 4
        assert await attempts_of(stack, film) == [(FLUX, "stored"), (WAN, "stored")]
