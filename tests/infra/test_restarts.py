"""Embedded servers that are killed come back, with all that they had acknowledged."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from mypy_boto3_s3 import S3Client

from infra.embedded.stack import Stack
from infra.temporal import connect
from tests.support.homes import pids, s3_client, until


@asynccontextmanager
async def killed(home: Path, name: str) -> AsyncIterator[None]:
    """kill -9 of a server around something; on leaving, another process has its place."""
    before = pids(home)[name]
    yield
    os.kill(before, signal.SIGKILL)
    await until(lambda: pids(home)[name] != before)


async def test_postgres_comes_back_with_its_data(home: Path, stack: Stack) -> None:
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
    async with killed(home, "postgres"):
        await connection.execute("INSERT INTO kept VALUES ('clapperboard')")
    await stack.ensure()
    again = await asyncpg.connect(stack.database_url)
    assert await again.fetchval("SELECT word FROM kept") == "clapperboard"
    await again.close()
    connection.terminate()


async def test_temporal_comes_back_with_its_histories_and_clients_reconnect(home: Path, stack: Stack) -> None:
    client = await connect(stack, role="test")
    async with killed(home, "temporal"):
        handle = await client.start_workflow("NobodyRunsThis", id="kept", task_queue="nobody")
    await stack.ensure()
    description = await handle.describe()
    assert description.status is not None and description.status.name == "RUNNING"
    await handle.terminate()


def half_an_upload(client: S3Client, bucket: str, key: str) -> socket.socket:
    """An upload of 1 MB whose second half never comes."""
    where = urlsplit(client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key}))
    sender = socket.create_connection((str(where.hostname), int(where.port or 0)))
    head = (
        f"PUT {where.path}?{where.query} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 1000000\r\n\r\n"
    )
    sender.sendall(head.encode() + bytes(500_000))
    return sender


def half_written(home: Path) -> list[Path]:
    """What unfinished uploads have on the disk."""
    return list(home.rglob(".rclone_temp_*"))


async def test_s3_comes_back_with_whole_objects_only(home: Path, stack: Stack) -> None:
    client, bucket = s3_client(stack), stack.s3.bucket
    client.put_object(Bucket=bucket, Key="kept/old", Body=b"a whole take")
    senders = [half_an_upload(client, bucket, key) for key in ("kept/old", "kept/new")]
    async with killed(home, "s3"):
        await until(lambda: half_written(home))
    await stack.ensure()
    listed = client.list_objects_v2(Bucket=bucket, Prefix="kept/")["Contents"]
    assert [one["Key"] for one in listed] == ["kept/old"]
    assert client.get_object(Bucket=bucket, Key="kept/old")["Body"].read() == b"a whole take"
    assert not half_written(home), "nothing of the half uploads stays on the disk"
    for sender in senders:
        sender.close()


def test_servers_do_not_hear_the_terminal(home: Path, stack: Stack) -> None:
    assert all(os.getsid(pid) != os.getsid(0) for pid in pids(home).values())
