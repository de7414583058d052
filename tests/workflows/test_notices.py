"""Services are told when a production waits and ends: signed, once they are back, and beside it."""

from __future__ import annotations

import asyncio
import uuid
from decimal import Decimal
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateStage

from tests.support.hooks import SECRET, Receiver, receiving
from tests.support.poster import POSTER, PosterRequest, PosterResult
from tests.support.posters import PosterRig
from tests.support.posters import poster_rig as poster_rig
from tests.support.slow_notices import ANSWER, TELL, SlowNotices
from workflows.studio.calls import STUDIO_QUEUE
from workflows.studio.money import SetBudget
from workflows.studio.notice import Heard
from workflows.studio.report import Progress

pytestmark = pytest.mark.slow


async def notices(client: Client, id: str) -> list[Heard]:
    """What came of each notice of a production, once lists have them."""
    query = f"WorkflowType = 'NoticeWorkflow' AND WorkflowId STARTS_WITH '{id}/'"
    async with asyncio.timeout(60):
        while not (found := [one.id async for one in client.list_workflows(query)]):
            await asyncio.sleep(0.2)
    return [await client.get_workflow_handle(one, result_type=Heard).result() for one in found]


async def test_a_receiver_that_fails_and_comes_back_hears_of_it(
    poster_rig: PosterRig, client: Client
) -> None:
    words = uuid.uuid4().hex
    receiver = Receiver(says=["503 Away", "404 Not Found"])
    async with poster_rig(notify_private=True) as posters:
        async with receiving(receiver):
            asked = PosterRequest(words=words, budget_usd=Decimal(0), notify=(receiver.url,), user="anna")
            poster = await posters.start(POSTER, asked)
            await receiver.until("waits")
        (event,) = receiver.events
        assert receiver.knocks == 3 and event["type"] == "reelwright.production.waits"
        assert (event["subject"], event["data"]["user"]) == (poster.id, "anna")
        (wait,) = event["data"]["waits"]
        assert wait["reason"] == "budget" and Decimal(wait["updates"]["set_budget"]["usd"]) > 0
        # It is away, and nobody waits for it.
        await poster.set_budget(Decimal(1))
        assert (await poster.result()).status == "completed"
        async with receiving(receiver):
            await receiver.until("completed")
        data = receiver.events[-1]["data"]
        assert data["status"] == "completed" and Decimal(data["spent_usd"]) == Decimal("0.003")
        assert len({event["id"] for event in receiver.events}) == 2
        history = (await client.get_workflow_handle(poster.id).fetch_history()).to_json()
        assert SECRET not in history


async def test_what_a_request_names_is_not_followed_blindly(poster_rig: PosterRig, client: Client) -> None:
    async with receiving(Receiver()) as receiver, poster_rig() as posters:
        poster = await posters.start(POSTER, PosterRequest(words=uuid.uuid4().hex, notify=(receiver.url,)))
        assert (await poster.result()).status == "completed"
        (heard,) = await notices(client, poster.id)
        assert (heard.heard, heard.refused) == (0, ("127.0.0.1",)) and receiver.knocks == 0


async def ended(poster: WorkflowHandle[Any, PosterResult]) -> None:
    """Once all it has left to do is to have it told."""
    async with asyncio.timeout(60):
        while (await poster.query("progress", result_type=Progress)).status != "completed":
            await asyncio.sleep(0.1)


async def test_whatever_comes_while_its_end_is_being_told_it_ends_so(
    poster_rig: PosterRig, client: Client
) -> None:
    receiver = Receiver()
    async with (
        receiving(receiver),
        poster_rig(notify_private=True, interceptors=[SlowNotices()]) as posters,
    ):
        words = uuid.uuid4().hex
        both = [PosterRequest(words=f"{words} {n}", notify=(receiver.url,)) for n in range(2)]
        canceled, updated = [(await posters.start(POSTER, one)).handle for one in both]
        await ended(canceled)
        await canceled.cancel()
        await canceled.signal(TELL)
        assert (await canceled.result()).status == "completed"
        await ended(updated)
        update = await updated.start_update(
            "set_budget", SetBudget(usd=Decimal(2)), wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await updated.signal(TELL)
        async with asyncio.timeout(60):
            while len(receiver.events) < 2:
                await asyncio.sleep(0.1)
        await updated.signal(ANSWER)
        assert await update.result()
        assert (await updated.result()).status == "completed"


async def test_the_longest_id_has_room_for_its_notices(poster_rig: PosterRig, client: Client) -> None:
    # As many bytes as servers take by default.
    id = "é" * 490 + uuid.uuid4().hex[:20]
    async with receiving(Receiver()) as receiver, poster_rig(notify_private=True):
        request = PosterRequest(words=id[-80:], notify=(receiver.url,)).model_dump(mode="json")
        poster = await client.start_workflow(
            "PosterWorkflow", request, id=id, task_queue=STUDIO_QUEUE, result_type=PosterResult
        )
        await receiver.until("completed")
        assert receiver.events[-1]["subject"] == id
        assert (await poster.result()).status == "completed"
