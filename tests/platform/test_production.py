"""README's production settings, all at once: a namespace, a key, a pooler, a bucket, and workers apart."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from infra.embedded.stack import Stack
from infra.temporal import connect
from starter.films import Films
from tests.support.reel import reel
from workflows.film.contract import VideoRequest


@pytest.fixture
def theirs(stack: Stack, pooled: str) -> dict[str, str]:
    """What a platform team puts into the environment of every process."""
    assert stack.s3.endpoint and stack.s3.access_key and stack.s3.secret_key
    return {
        "TEMPORAL_ADDRESS": stack.temporal_address,
        "TEMPORAL_NAMESPACE": f"studio-{secrets.token_hex(4)}",
        "TEMPORAL_API_KEY": "a key that this server does not ask for",
        "TEMPORAL_TLS": "false",
        "REEL_DATABASE_URL": pooled,
        "REEL_S3_ENDPOINT": stack.s3.endpoint,
        "REEL_S3_BUCKET": f"films-{secrets.token_hex(4)}",
        "REEL_S3_ADDRESSING": "path",
        "REEL_S3_ACCESS_KEY": stack.s3.access_key,
        "REEL_S3_SECRET_KEY": stack.s3.secret_key.get_secret_value(),
    }


async def test_workers_apart_make_a_film_on_servers_of_a_platform(
    theirs: dict[str, str], client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Duration(seconds=24 * 3600)
    new = RegisterNamespaceRequest(
        namespace=theirs["TEMPORAL_NAMESPACE"], workflow_execution_retention_period=day
    )
    await client.workflow_service.register_namespace(new)
    for name, value in theirs.items():
        if name.startswith("TEMPORAL_"):
            monkeypatch.setenv(name, value)
    desk, here = ("--queue", "reel", "--queue", "reel-generation"), tmp_path / "home"
    async with (
        reel(*desk, module="worker", home=here, folder=tmp_path, **theirs) as one,
        reel("--queue", "reel-media", module="worker", home=here, folder=tmp_path, **theirs) as other,
    ):
        await one.until("worker hosts reel, reel-generation")
        await other.until("worker hosts reel-media")
        request = VideoRequest(prompt="A 5 second film about a mug", duration_s=5, size="360p", fps=8)
        film = await Films(await connect()).start(request)
        assert (await film.result()).status == "completed"
        for worker in (one, other):
            worker.process.terminate()
            assert await worker.end() == 0, worker.text
