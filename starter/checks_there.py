"""The checks of the servers that a studio uses: Temporal, the database, the bucket, and who sells models."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from activities.ledger import Times
from activities.models import Catalogue, Provider
from activities.opening import open_store
from activities.storage import PROOF, PROOF_BODY
from infra import postgres
from infra.embedded import Stack
from infra.schema import migrations
from infra.settings import Settings
from starter.findings import Finding
from starter.session import connected

_CLOCK = "set this machine's clock by NTP, and the database's"


async def temporal(stack: Stack) -> Finding:
    """Whether it answers, in which namespace, and its version. Raises `Unreachable`."""
    client = await connected(stack)
    told = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    kind = "embedded" if stack.temporal_embedded else "configured"
    found = f"{stack.temporal_address} ({kind}), namespace {client.namespace}, version {told.server_version}"
    return Finding("Temporal", "well", found)


@asynccontextmanager
async def _connected(stack: Stack, settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    with postgres.usable(configured=settings.database_url is not None):
        connection = await postgres.connect(stack.database_url)
        try:
            yield connection
        finally:
            await connection.close()


async def database(stack: Stack, settings: Settings) -> Finding:
    """Whether it answers, and whether its schema is this release's; nothing is changed. Raises
    `Unreachable`."""
    async with _connected(stack, settings) as connection:
        version = str(await connection.fetchval("SHOW server_version")).split()[0]
        there = await connection.fetchval("SELECT to_regclass('schema_migration') IS NOT NULL")
        rows = await connection.fetch("SELECT name, checksum FROM schema_migration") if there else []
        may = await connection.fetchval("SELECT has_schema_privilege(current_schema(), 'CREATE')")
    kind = "configured" if settings.database_url else "embedded"
    state, found, advice = _schema({row["name"]: row["checksum"] for row in rows}, bool(may))
    return Finding("database", state, f"PostgreSQL {version} ({kind}), {found}", advice)


def _schema(applied: dict[str, str], may_create: bool) -> tuple[Any, str, str]:
    own = {one.name: one.checksum for one in migrations()}
    changed = sorted(name for name in own.keys() & applied.keys() if own[name] != applied[name])
    if changed:
        return "ill", f"{changed[0]} is not what was applied to it", "restore that file of this release"
    missing = sorted(own.keys() - applied.keys())
    if missing and not may_create:
        advice = "let the user of REEL_DATABASE_URL create tables there"
        return "ill", "its schema is not this release's, and may not be made", advice
    if missing:
        return "note", f"{len(missing)} migrations to come: the next worker applies them", ""
    newer = len(applied.keys() - own.keys())
    also = f", and {newer} of a newer release" if newer else ""
    return "well", f"schema {max(own)[:4]}{also}", ""


async def clock(stack: Stack, settings: Settings) -> Finding:
    """How far this machine's clock is from the database's, which ends leases. Raises `Unreachable`."""
    async with _connected(stack, settings) as connection:
        began, before = time.monotonic(), datetime.now(UTC)
        theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
        took_s = time.monotonic() - began
    # It read its clock some time in between.
    apart_s = max(0.0, abs((theirs - before).total_seconds() - took_s / 2) - took_s / 2)
    state: Any = "well" if apart_s <= Times().skew else "ill"
    advice = "" if state == "well" else _CLOCK
    return Finding("clock", state, f"{apart_s:.1f} s apart from the database's", advice)


async def bucket(stack: Stack, settings: Settings) -> Finding:
    """Whether it takes what is put, and gives it back. Raises `Unreachable`, and what the bucket refuses
    with."""
    async with open_store(stack, settings) as store:
        await store.prove()
        with tempfile.TemporaryDirectory() as folder:
            back = Path(folder) / "proof"
            await store.get_file(PROOF, back)
            same = back.read_bytes() == PROOF_BODY
    public = f", others reach it at {settings.s3_public_url}" if settings.s3_public_url else ""
    found = f"{stack.s3.told}{public}"
    if not same:
        return Finding("bucket", "ill", f"{found}: it gives back other bytes", "look at what serves it")
    return Finding("bucket", "well", f"{found}: written and read")


async def provider(catalogue: Catalogue, name: str, sold: Provider | None) -> Finding:
    """Whether its key is taken, where it can be asked for nothing. Raises what it refuses with."""
    needs = " and ".join(catalogue.providers[name].needs)
    if sold is None:
        return Finding(name, "note", f"{needs} is not set: its models are not offered")
    listed = [one for one in catalogue.models.values() if one.provider == name and one.listed]
    if not listed:
        return Finding(name, "note", f"{needs} is set; whether it is taken shows with the first job")
    await sold.listed(listed[0], datetime.now(UTC))
    return Finding(name, "well", f"{needs} is taken: it lists its jobs")
