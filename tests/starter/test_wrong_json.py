"""A client that knows nothing of ours sends whatever it likes to productions that run: updates are refused in
words, before anything is written; signals and queries never fail a workflow task; and all of it goes on."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from infra.embedded.stack import Stack
from tests.support.books import Books
from tests.support.on_market import asked, open_market
from tests.support.recordings import ENOUGH, Told
from worker import hosting
from workflows.batch.production import BATCH
from workflows.batch.workflow import BatchWorkflow
from workflows.film import FILM
from workflows.studio import QUERIES, SIGNALS, UPDATES, Production

HUGE = "x" * 1_000_000
QUEUE = "batches-that-nobody-makes"
#: No argument; values of every other shape; bytes that are no JSON, and that say they are none; several.
WRONG: tuple[Sequence[Any], ...] = (
    (),
    *((value,) for value in (None, 7, True, "hero_shot", HUGE, [], ["hero_shot"], {"further": 1})),
    ({"further": HUGE},),
    (RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"\xff{")),),
    (RawValue(Payload(metadata={"encoding": b"binary/plain"}, data=b"\x00")),),
    ({}, {}),
)
#: Of each field, by its name.
FIELDS: tuple[Any, ...] = (None, False, [[]], {"of": HUGE}, HUGE)


Handle = WorkflowHandle[Any, Any]


@pytest.fixture(scope="module")
def market() -> Told:
    told = Told()
    told.books = defaultdict(lambda: Books(ENOUGH))
    return told


@asynccontextmanager
async def begun(plain: Client, name: str, asked: Mapping[str, Any], **more: Any) -> AsyncIterator[Handle]:
    """Paused from its first moment, so that it is there for as long as it is asked."""
    started = {"id": f"wrong-{uuid4().hex[:8]}", "task_queue": "reel", **more}
    handle = await plain.start_workflow(name, asked, start_signal="pause", **started)
    try:
        yield handle
    finally:
        if (await handle.describe()).close_time is None:
            await handle.terminate()


@pytest.mark.slow
async def test_nothing_that_is_sent_fails_or_hangs_a_production(
    stack: Stack, client: Client, market: Told
) -> None:
    plain, film = await Client.connect(stack.temporal_address), asked(1, "hero_shot")
    request = film.model_copy(update={"budget_usd": ENOUGH}).model_dump(mode="json", exclude_defaults=True)
    commission = {"batch": {"id": "batch-of-nobody", "number": 1, "may_spend_usd": "5"}}
    batch = {"name": "Mugs", "items": [request]}
    hosted = hosting([Worker(client, task_queue=QUEUE, workflows=[BatchWorkflow])])
    async with (
        open_market(client, market),
        hosted,
        begun(plain, FILM.workflow, request) as one,
        begun(plain, FILM.workflow, request, memo=commission) as item,
        begun(plain, BATCH.workflow, batch, task_queue=QUEUE) as many,
    ):
        await asyncio.gather(
            *(_unmoved(each, kind) for each, kind in ((one, FILM), (item, FILM), (many, BATCH)))
        )
        for each in (one, item):
            # It has been stopped by nobody, and ends as well as any other.
            await each.signal("resume")
            assert (await each.result())["status"] == "completed"
            assert not await _failed_tasks(each)
        assert not await _failed_tasks(many)


async def _unmoved(handle: Handle, kind: Production[Any, Any]) -> None:
    await _updated(handle, {**UPDATES, **kind.updates})
    signals = {**SIGNALS, **kind.signals}
    await _signalled(handle, [name for name, model in signals.items() if model is not None])
    for name in {**QUERIES, **kind.queries}:
        for sent in WRONG:
            try:
                told = await handle.query(name, args=sent)
            except WorkflowQueryFailedError:
                # What no converter reads it cannot be asked with.
                assert any(isinstance(each, RawValue) for each in sent)
            else:
                assert told["status"] in ("planning", "rendering")
    # Those that take nothing look at nothing; a stop would end it.
    for name in ("resume", "pause"):
        for sent in WRONG:
            await handle.signal(name, args=sent)


async def _updated(handle: Handle, updates: Mapping[str, type[BaseModel]]) -> None:
    for name, model in updates.items():
        fields = model.model_fields
        wrong = [
            {field: value}
            for field, about in fields.items()
            for value in FIELDS
            # Of some fields null says the same as nothing.
            if value is not None or about.default is not None
        ]
        for sent in (*WRONG, *((value,) for value in wrong)):
            await _refused(handle, name, sent)
    # Of what is refused nothing is written.
    assert not await _events(handle, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)


async def _signalled(handle: Handle, signals: Sequence[str]) -> None:
    for name in signals:
        for sent in WRONG:
            await handle.signal(name, args=sent)
    warnings = (await handle.query("progress"))["warnings"]
    assert 1 <= len(warnings) <= 5
    assert all("is ignored: " in said and "; send one JSON object such as" in said for said in warnings)
    details = await handle.query("__temporal_workflow_metadata")
    assert "is ignored" in str(details), "and the page says so"


async def _refused(handle: Handle, name: str, sent: Sequence[Any]) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        answer = await handle.execute_update(name, args=list(sent))
        raise AssertionError(f"{name} with {str(sent)[:80]}: {answer}")
    cause = failed.value.cause
    assert isinstance(cause, ApplicationError), (name, sent)
    assert cause.type in ("InvalidAnswer", "InBatch", "NotWaiting") and len(cause.message) < 400, cause


async def _events(handle: Handle, kind: Any) -> list[Any]:
    return [event async for event in handle.fetch_history_events() if event.event_type == kind]


async def _failed_tasks(handle: Handle) -> list[Any]:
    return await _events(handle, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)


@pytest.mark.slow
async def test_a_film_is_directed_by_the_json_that_is_printed_while_it_runs_and_after_its_end(
    stack: Stack, client: Client, market: Told
) -> None:
    plain, id = await Client.connect(stack.temporal_address), f"plain-{uuid4().hex[:8]}"
    film = asked(2, "hero_shot", "call_to_action").model_copy(update={"budget_usd": ENOUGH, "review": "plan"})
    request = film.model_dump(mode="json", exclude_defaults=True)

    async def again(name: str, value: Any) -> tuple[str, Mapping[str, Any]]:
        """What it says once it has ended, sent along with what it was asked for; and how that run ends."""
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            FILM.workflow,
            request,
            id=id,
            task_queue="reel",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        said = await plain.execute_update_with_start_workflow(name, value, start_workflow_operation=start)
        return said, await plain.get_workflow_handle(id).result()

    async with open_market(client, market):
        handle = await plain.start_workflow(FILM.workflow, request, id=id, task_queue="reel")
        (wait,) = await _waits(handle)
        printed = wait["updates"]
        assert set(wait["answers"]) == {"approve", "retake", "use", "upgrade"}
        assert "hero_shot: image and chunks, as draft-2" in await handle.execute_update(
            "retake", printed["retake"]
        )
        assert "approved" in await handle.execute_update("approve", {"shots": ["hero_shot"]})
        await handle.signal("stop")
        assert (await handle.result())["status"] == "stopped"

        said, result = await again("approve", printed["approve"])
        assert "approved" in said and [beat["shows"] for beat in result["beats"]] == ["draft-2", "draft-1"]
        said, result = await again("use", {"shot": "hero_shot", "version": "animatic"})
        assert said == "hero_shot shows animatic-1" and result["beats"][0]["shows"] == "animatic-1"
        said, result = await again("retake", {"shot": "call_to_action", "words": "closer"})
        assert result["beats"][1]["shows"] == "draft-2" and Decimal(result["cost_usd"]) > 0
        said, result = await again("upgrade", {"shots": ["hero_shot"], "profile": "draft"})
        assert result["status"] == "completed" and "hero_shot" in said
        for name, value in (
            ("use", {"shot": "hero_shot"}),
            ("approve", {"shots": "hero_shot"}),
            ("upgrade", None),
        ):
            with pytest.raises(WorkflowUpdateFailedError) as refused:
                await again(name, value)
            assert (
                isinstance(refused.value.cause, ApplicationError)
                and refused.value.cause.type == "InvalidAnswer"
            )
            # The run that it began finds everything there.
            assert (await plain.get_workflow_handle(id).result())["status"] == "completed"


async def _waits(handle: Handle) -> list[dict[str, Any]]:
    while True:
        if waits := (await handle.query("progress"))["waits"]:
            return list(waits)
        await asyncio.sleep(0.2)
