"""What `reel doctor` finds of servers that are well, and of those that are not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from activities.faults import Unauthorized
from activities.models.available import open_providers
from activities.models.catalogue import Catalogue
from infra.embedded.stack import Stack
from infra.errors import Unreachable
from infra.schema import migrate
from infra.settings import Settings
from starter import checks_there
from starter.findings import Finding, looked
from tests.support.databases import database_of_its_own
from tests.support.standing import Standins


@pytest_asyncio.fixture
async def own(stack: Stack) -> AsyncIterator[Stack]:
    """The run's servers, with a database of which nobody has made the schema."""
    async with database_of_its_own(stack) as url:
        yield replace(stack, database_url=url)


async def test_a_schema_is_compared_and_left_alone(own: Stack, settings: Settings) -> None:
    fresh = await checks_there.database(own, settings)
    assert fresh.state == "note" and "the next worker applies them" in fresh.found
    assert await checks_there.database(own, settings) == fresh
    await migrate(own.database_url)
    made = await checks_there.database(own, settings)
    assert made.state == "well" and made.found.startswith("PostgreSQL ") and "schema 00" in made.found
    connection = await asyncpg.connect(own.database_url)
    await connection.execute("INSERT INTO schema_migration VALUES ('9999_later.sql', 'x')")
    newer = await checks_there.database(own, settings)
    assert newer.state == "well" and newer.found.endswith("and 1 of a newer release")
    await connection.execute("UPDATE schema_migration SET checksum = 'x' WHERE name LIKE '0003%'")
    await connection.close()
    changed = await checks_there.database(own, settings)
    assert changed.state == "ill" and "0003_" in changed.found and changed.advice


async def test_servers_that_are_well_are_told(stack: Stack, settings: Settings) -> None:
    for check in (checks_there.clock(stack, settings), checks_there.bucket(stack, settings)):
        assert (found := await check).state == "well", found
    temporal = await checks_there.temporal(stack)
    assert temporal.state == "well" and stack.temporal_address in temporal.found


async def test_a_wrong_key_of_the_bucket_is_named_and_not_told(stack: Stack, settings: Settings) -> None:
    wrong = replace(stack, s3=replace(stack.s3, secret_key=SecretStr("hush" * 10)))
    with pytest.raises(Unreachable, match=r"SignatureDoesNotMatch.*REEL_S3_SECRET_KEY"):
        await checks_there.bucket(wrong, settings)
    found = await looked("bucket", lambda: checks_there.bucket(wrong, settings), "look there")
    assert (found.state, found.advice) == ("ill", "look there") and "hush" not in found.found


@pytest.mark.slow
async def test_keys_are_tried_where_that_is_free(standins: Standins, settings: Settings) -> None:
    every = open_providers(settings.model_copy(update={"standins": True}), standins.root)
    before, known = len(standins.log()), Catalogue.load()
    for name in ("replicate", "fal"):
        assert (await checks_there.provider(known, name, every[name])).state == "well"
    openai = await checks_there.provider(known, "openai", every["openai"])
    assert openai.state == "note" and "OPENAI_API_KEY is set" in openai.found
    unset = await checks_there.provider(known, "google", None)
    assert unset == Finding("google", "note", "GOOGLE_CLOUD_PROJECT is not set: its models are not offered")
    assert len(standins.log()) == before, "something was bought"
    for one in every.values():
        await one.close()


async def test_whatever_a_check_fails_with_is_a_finding() -> None:
    async def refused() -> Finding:
        raise Unauthorized("the key is not known")

    async def broken() -> Finding:
        raise KeyError("who knows")

    assert await looked("fal", refused, "set FAL_KEY") == Finding(
        "fal", "ill", "the key is not known", "set FAL_KEY"
    )
    found = await looked("odd", broken)
    assert found.state == "ill" and found.found.startswith("KeyError") and found.advice
