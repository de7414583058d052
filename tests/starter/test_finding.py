"""Productions found by what they tell of themselves, in a namespace of their own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from activities.studio.namespace import register, registered
from infra.embedded.stack import Stack
from infra.temporal import plugin
from starter.errors import NotRegistered
from starter.finding import WAITING, Found, Wanted
from tests.support.poster import POSTER, PosterRequest
from tests.support.posters import PosterRig
from tests.support.posters import poster_rig as poster_rig
from workflows.studio.attributes import ATTRIBUTES

PAGE = (Path(__file__).parents[2] / "starter/docs/operators.md").read_text()
ANYONE = Wanted(waits="any")


@pytest_asyncio.fixture
async def client(stack: Stack) -> AsyncIterator[Client]:
    """A namespace in which nothing is registered."""
    name = f"lists-{uuid4().hex[:8]}"
    kept = Duration(seconds=86_400)
    there = await Client.connect(stack.temporal_address, plugins=[plugin()])
    await there.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=kept)
    )
    yield await Client.connect(stack.temporal_address, namespace=name, plugins=[plugin()])


async def until(ask: Callable[[], Awaitable[list[Found]]], ids: set[str]) -> list[Found]:
    """What is found once it is these: lists follow a moment later."""
    while True:
        found = await ask()
        if {one.id for one in found} == ids:
            return found
        await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_what_waits_whose_it_is_and_what_it_cost(client: Client, poster_rig: PosterRig) -> None:
    async with poster_rig() as posters:
        bare = await posters.start(POSTER, PosterRequest(words=f"Bare {uuid4()}"))
        assert (await bare.result()).status == "completed", "a namespace without our attributes works"
        (found,) = await until(lambda: posters.listed(Wanted()), {bare.id})
        assert (found.production, found.status, found.cost_usd) == ("poster", "completed", None)
        with pytest.raises(NotRegistered, match="reel setup"):
            await posters.listed(ANYONE)

    assert await register(client) == {key.name: "" for key in ATTRIBUTES}
    assert await register(client) == {} and len(await registered(client)) == len(ATTRIBUTES)

    async with poster_rig() as posters:
        asked = PosterRequest(
            words=f"Bread {uuid4()}",
            budget_usd=Decimal(0),
            user='Zoë "Z" O\'Neil',
            labels=("spring sale", "q"),
        )
        waiting = await posters.start(POSTER, asked)
        other = await posters.start(POSTER, PosterRequest(words=f"Rolls {uuid4()}", budget_usd=Decimal(0)))
        await until(lambda: posters.listed(ANYONE), {waiting.id, other.id})
        await other.handle.terminate()
        (found,) = await until(lambda: posters.listed(ANYONE), {waiting.id})
        assert (found.status, found.waits, found.budget_usd) == ("waiting", ("budget",), 0.0)

        theirs = Wanted(("waiting",), asked.user, asked.labels, "budget", timedelta(hours=1))
        assert [one.id for one in await posters.listed(theirs)] == [waiting.id]
        for wrong in (Wanted(user="Zoë"), Wanted(labels=("spring",)), Wanted(waits="risk")):
            assert await posters.listed(wrong) == []
        # The very query that `reel up` leads to, and those of the page.
        assert [one.id async for one in client.list_workflows(WAITING)] == [waiting.id]
        printed = [" ".join(query.split()) for query in re.findall(r"`(Reel\w+ [^`]+)`", PAGE)]
        assert len(printed) == 2 and printed[0] == WAITING
        assert (await client.count_workflows(printed[1])).count == 0

        await waiting.set_budget(Decimal(1))
        await waiting.result()
        await until(lambda: posters.listed(ANYONE), set())
        (found,) = await until(lambda: posters.listed(Wanted(("completed",), labels=("q",))), {waiting.id})
        assert (found.id, found.cost_usd, found.waits) == (waiting.id, 0.003, ())
        ended = {one.id: one.status for one in await posters.listed(Wanted())}
        assert ended == {waiting.id: "completed", other.id: "terminated", bare.id: "completed"}


@pytest.mark.slow
async def test_attributes_of_other_types_are_not_ours(client: Client) -> None:
    odd = {
        "ReelStatus": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
        "ReelUser": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
        "ReelWaits": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "ReelLabels": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
        "ReelCostUsd": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
        "ReelProfile": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=odd)
    )
    assert await registered(client) == ("ReelProfile",)
    refused = {name for name, why in (await register(client)).items() if why}
    assert refused == odd.keys() - {"ReelProfile"}


def test_a_query_says_what_is_wanted_and_no_more() -> None:
    now = datetime(2026, 1, 8, tzinfo=UTC)
    kinds = "WorkflowType IN ('VideoWorkflow')"
    assert Wanted().query(["VideoWorkflow"], now) == kinds
    said = Wanted(("failed",), user="o'neil", since=timedelta(days=7)).query(["VideoWorkflow"], now)
    assert said == (
        f"{kinds} AND ReelStatus IN ('failed') AND ReelUser = 'o\\'neil' "
        "AND StartTime > '2026-01-01T00:00:00+00:00'"
    )
