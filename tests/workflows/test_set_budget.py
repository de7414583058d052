"""Budgets that people set: the newest that was accepted wins, in this run and in those to come."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)

from tests.support.budget_recordings import DEAR, Slow, accepted, starting
from tests.support.on_market import asked, open_market
from tests.support.recordings import ENOUGH, Told, waiting
from workflows.film.naming import film_id
from workflows.studio.money import SetBudget


async def test_the_newest_budget_that_was_accepted_wins(client: Client) -> None:
    """The first takes long to be written down: its writing must not end after the second's."""
    request, market = asked(61, "hero_shot").model_copy(update={"budget_usd": None}), Slow(DEAR)
    books = market.film(film_id(request), Decimal(0))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "storyboard:hero_shot")
        books.limit = ENOUGH
        sent = [await accepted(film.handle, usd) for usd in (ENOUGH, ENOUGH - 1)]
        await asyncio.gather(*(update.result() for update in sent))
        progress = await film.progress()
        await film.result()
    assert [step.usd for step in market.written] == [ENOUGH, ENOUGH - 1]
    assert progress.budget_usd == ENOUGH - 1


async def test_a_budget_that_comes_with_the_start_knows_what_was_asked(client: Client) -> None:
    request, market = asked(62, "hero_shot"), Told(DEAR)
    name = film_id(request)
    market.film(name, ENOUGH)
    operation = starting(request.model_dump(mode="json", exclude_defaults=True), name)
    async with open_market(client, market) as films:
        await client.execute_update_with_start_workflow(
            "set_budget", SetBudget(usd=ENOUGH), start_workflow_operation=operation
        )
        run = await operation.workflow_handle()
        assert (await films.film(name).result()).status == "completed"
    (step,) = market.written
    assert (step.run, step.asked_usd) == (run.first_execution_run_id, request.budget_usd)


async def test_a_budget_that_comes_with_a_bad_request_is_told_so(client: Client) -> None:
    operation = starting({"size": "9p"}, "film-refused-with-a-budget")
    async with open_market(client, market := Told(DEAR)):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await client.execute_update_with_start_workflow(
                "set_budget", SetBudget(usd=ENOUGH), start_workflow_operation=operation
            )
        with pytest.raises(WorkflowFailureError) as failed:
            await (await operation.workflow_handle()).result()
    assert all("prompt: is missing" in str(each.value.cause) for each in (refused, failed))
    assert not market.written
