"""Recordings of budgets that people set: two at once, and one together with the start of its film."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateStage
from temporalio.common import WorkflowIDConflictPolicy

from tests.support.on_market import asked, open_market
from tests.support.recordings import ENOUGH, Handle, Told, ended, waiting
from workflows.film.naming import film_id
from workflows.studio import account as accounts
from workflows.studio.calls import STUDIO_QUEUE
from workflows.studio.money import SetBudget

#: What is dearer than a film may be whose request names no budget.
DEAR = "6"


class Slow(Told):
    """Writes its first budget down long after the second has come."""

    _first = True

    @activity.defn(name="record_budget")
    async def grant(self, step: accounts.RecordBudget) -> accounts.Recorded:
        first, self._first = self._first, False
        await asyncio.sleep(1.0 if first else 0.0)
        told: accounts.Recorded = await super().grant(step)
        return told


async def budgets_in_turn(_: object, client: Client) -> Handle:
    """A film that waits for money is given two budgets at once. `two_budgets.json` is of a release that wrote
    both down at once."""
    request, market = asked(31, "hero_shot").model_copy(update={"budget_usd": None}), Slow(DEAR)
    books = market.film(film_id(request), Decimal(0))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "storyboard:hero_shot")
        books.limit = ENOUGH
        sent = [await accepted(film.handle, usd) for usd in (ENOUGH, ENOUGH - 1)]
        await asyncio.gather(*(update.result() for update in sent))
        return await ended(film)


async def accepted(handle: Handle, usd: Decimal) -> Any:
    """A budget that was accepted, and need not have been written down."""
    return await handle.start_update(
        "set_budget", SetBudget(usd=usd), wait_for_stage=WorkflowUpdateStage.ACCEPTED
    )


def starting(request: object, name: str) -> WithStartWorkflowOperation[Any, Any]:
    """What starts a new film of this id, and no other, along with an update."""
    return WithStartWorkflowOperation(
        "VideoWorkflow", request, id=name, task_queue=STUDIO_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )  # fmt: skip


async def budget_with_its_request(_: object, client: Client) -> Handle:
    """A film is given its budget by the very call that starts it. `budget_at_the_start.json` is of a release
    that did not wait for the request."""
    request, market = asked(32, "hero_shot"), Told(DEAR)
    name = film_id(request)
    market.film(name, ENOUGH)
    operation = starting(request.model_dump(mode="json", exclude_defaults=True), name)
    async with open_market(client, market) as films:
        await client.execute_update_with_start_workflow(
            "set_budget", SetBudget(usd=ENOUGH), start_workflow_operation=operation
        )
        return await ended(films.film(name))


async def answered(_: object, client: Client) -> Handle:
    """A film that waits for money, which its activities answer that they lack. In every recording before it
    they fail with that."""
    request, market = asked(33, "hero_shot").model_copy(update={"budget_usd": None}), Told(DEAR)
    books = market.film(film_id(request), Decimal(0))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "storyboard:hero_shot")
        books.limit = ENOUGH
        await film.set_budget(ENOUGH)
        return await ended(film)


RECORDINGS = (budgets_in_turn, budget_with_its_request, answered)
