"""What a page of another origin can do to the studio through a person's browser: nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from infra.embedded.stack import Stack
from infra.embedded.web.address import drawn
from tests.browser import hostile
from tests.conftest import Rig
from tests.support.plain import Plain
from tests.support.reel import servers_of


@pytest_asyncio.fixture
async def running(client: Client) -> AsyncIterator[WorkflowHandle[object, object]]:
    """A film that somebody has begun, and that nobody may end."""
    handle = await client.start_workflow("VideoWorkflow", id=f"film-{uuid4()}", task_queue="nobody")
    yield handle
    await handle.terminate()


@pytest.fixture
def ports(home: Path, stack: Stack) -> set[int]:
    """Every port of the stack that a page can find."""
    found = hostile.listening(list(servers_of(home).values()))
    assert len(found) > 4
    return found


# The browser is asked for last everywhere, and so closed first: a server that is told to end waits for the
# connections that it keeps.
async def exists(client: Client, id: str) -> bool:
    try:
        await client.get_workflow_handle(id).describe()
    except RPCError as error:
        assert error.status == RPCStatusCode.NOT_FOUND
        return False
    return True


async def is_running(handle: WorkflowHandle[object, object]) -> bool:
    return (await handle.describe()).status == WorkflowExecutionStatus.RUNNING


async def test_the_uis_own_pages_start_and_end_workflows(stack: Stack, client: Client, page: Page) -> None:
    """So that what fails below fails because of who asks, not of what is asked."""
    assert stack.web_ui
    await page.goto(stack.web_ui)
    name = f"film-{uuid4()}"
    assert 200 in await hostile.start(page, "", name)
    assert await exists(client, name)
    assert 200 in await hostile.terminate(page, "", name)
    assert not await is_running(client.get_workflow_handle(name))
    assert '"executions"' in await hostile.read(page, "/api/v1/namespaces/default/workflows")


async def test_a_page_that_somebody_happens_upon_reaches_nothing(
    ports: set[int], client: Client, running: WorkflowHandle[object, object], page: Page
) -> None:
    async with hostile.elsewhere(page):
        for port in ports:
            for name in ("127.0.0.1", "localhost", hostile.STRANGER):
                await hostile.start(page, f"http://{name}:{port}", "film-of-a-stranger")
                await hostile.terminate(page, f"http://{name}:{port}", running.id)
    assert not await exists(client, "film-of-a-stranger")
    assert await is_running(running)


async def test_a_name_that_is_bound_to_this_machine_reaches_nothing(
    ports: set[int], client: Client, running: WorkflowHandle[object, object], context: BrowserContext
) -> None:
    answered = 0
    for port in ports:
        page = await context.new_page()
        if await hostile.opened(page, f"http://{hostile.STRANGER}:{port}/"):
            answered += 1
            assert "executions" not in await hostile.read(page, "/api/v1/namespaces/default/workflows")
            assert running.id not in await page.content()
            await hostile.start(page, "", "film-of-a-stranger")
            await hostile.terminate(page, "", running.id)
        await page.close()
    assert answered, "some port speaks HTTP"
    assert not await exists(client, "film-of-a-stranger")
    assert await is_running(running)


async def test_the_ui_itself_is_not_where_a_page_would_look(home: Path, stack: Stack, page: Page) -> None:
    address = drawn(home)
    assert address and address.host != "127.0.0.1" and str(address.port) not in str(stack.web_ui)
    assert not await hostile.opened(page, f"http://{hostile.STRANGER}:{address.port}/")


async def test_no_other_page_can_frame_the_ui(stack: Stack, page: Page) -> None:
    async with hostile.elsewhere(page):
        await page.evaluate("address => document.body.innerHTML = `<iframe src=${address}>`", stack.web_ui)
        async with asyncio.timeout(120):
            while page.frames[-1].url != "chrome-error://chromewebdata/":
                await asyncio.sleep(0.05)


async def test_a_film_is_started_from_the_uis_form(
    rig: Rig, stack: Stack, client: Client, page: Page
) -> None:
    name = f"film-{uuid4()}"
    asked = f"workflowId={name}&taskQueue=reel&workflowType=VideoWorkflow"
    async with rig(Plain()):
        await page.goto(f"{stack.web_ui}/namespaces/default/workflows/start-workflow?{asked}")
        await page.get_by_test_id("start-workflow-button").click()
        await expect(page.get_by_text("Workflow started successfully").first).to_be_visible()
        with pytest.raises(Exception, match="fail"):
            # Without a request it is refused at once, in words: it arrived as any client's would.
            await client.get_workflow_handle(name).result()
