"""The embedded Temporal server: where its Web UI is after a death, and how long it keeps what has ended."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client

from infra.embedded.namespace import ready
from infra.embedded.stack import Stack
from infra.embedded.web.address import drawn
from tests.support.reel import PATIENCE_S, servers_of


@pytest.mark.parametrize("name", ["temporal", "web"])
async def test_the_web_ui_is_where_it_was_after_a_death(home: Path, stack: Stack, name: str) -> None:
    assert stack.web_ui
    before, itself = servers_of(home)[name], drawn(home)
    before.signal(signal.SIGKILL)
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(trust_env=False, verify=False) as browser:
        while servers_of(home)[name] == before:
            await asyncio.sleep(0.05)
        await stack.ensure()
        # The UI may have looked for its own server a moment too early, and then waits for a second.
        while (await browser.get(f"{stack.web_ui}/api/v1/namespaces/default/workflows")).status_code != 200:
            await asyncio.sleep(0.05)
    assert (drawn(home) == itself) == (name == "web"), "the UI itself is somewhere else after each start"


async def test_histories_are_kept_for_a_month_in_old_homes_too(stack: Stack, client: Client) -> None:
    assert await kept(client) == timedelta(days=30)
    a_day = UpdateNamespaceRequest(namespace="default")
    a_day.config.workflow_execution_retention_ttl.FromTimedelta(timedelta(days=1))
    await client.workflow_service.update_namespace(a_day)
    assert await kept(client) == timedelta(days=1)
    assert await ready(stack.temporal_address)
    assert await kept(client) == timedelta(days=30)


async def kept(client: Client) -> timedelta:
    found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    return found.config.workflow_execution_retention_ttl.ToTimedelta()
