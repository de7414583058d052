"""Updates of a wrong shape: refused in words a person can use, with an example, before anything changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from starter.films import Film
from tests.support.market import Market
from tests.support.on_market import asked, open_market
from workflows.film.naming import film_id

BUDGET, STEP = 'send one JSON object such as {"usd": "7.50"}', 'such as {"step": "chunk:hero_shot:1"}'
USD = "usd is not an amount of USD from 0 to 100,000"
WRONG: tuple[tuple[str, list[object], tuple[str, ...]], ...] = (
    ("set_budget", [], ("nothing was sent", BUDGET)),
    ("set_budget", ["7.50"], ("'7.50' is no object", BUDGET)),
    ("set_budget", [7.5], ("7.5 is no object", BUDGET)),
    ("set_budget", [{"amount": 7.5}], ("usd is missing", BUDGET)),
    ("set_budget", [{"usd": "lots"}], (f"{USD}: 'lots'", BUDGET)),
    ("set_budget", [{"usd": -1}], (f"{USD}: -1", BUDGET)),
    ("set_budget", [{"usd": None}], (f"{USD}: null", BUDGET)),
    ("set_budget", [{"usd": "NaN"}], (f"{USD}: 'NaN'", BUDGET)),
    ("set_budget", [b"\xff\x00"], ("what was sent is not JSON", BUDGET)),
    ("set_budget", [{"usd": "7"}, {"usd": "8"}], ("set_budget was sent 2 arguments", "one JSON object")),
    ("set_budget", [{"usd": "7", "note": "x"}], ("'note' is not a field of it", BUDGET)),
    ("set_budget", [None], ("what was sent is not JSON", BUDGET)),
    ("set_budget", [{"usd": "7" * 1_000_000}], (USD, BUDGET)),
    ("give_up", [{"step": "chunk:x:1", "why": ""}], ("'why' is not a field of it", STEP)),
    ("retake", [{"shot": "hero_shot", "words": "a" * 1_000_000}], ("words is not text of at most 1,000",)),
    ("accept_risk", [{"step": 3}], ("step is not the name of a step: 3", STEP)),
    ("accept_risk", ["chunk:hero_shot:1"], ("'chunk:hero_shot:1' is no object", STEP)),
    ("give_up", [[]], ("a list is no object", STEP)),
    ("give_up", [{"step": "chunk:x:1"}], ("chunk:x:1 does not wait for that",)),
)


@pytest_asyncio.fixture(scope="module")
async def film(client: Client) -> AsyncIterator[Film]:
    """A film that waits for money."""
    request, market = asked(51, "hero_shot").model_copy(update={"budget_usd": Decimal(0)}), Market(7)
    market.film(film_id(request), Decimal(0))
    async with open_market(client, market) as films:
        film = await films.start(request)
        while not (await film.progress()).waits:
            await asyncio.sleep(0.1)
        yield film
        await film.stop()
        await film.result()


@pytest.mark.parametrize(("name", "sent", "words"), WRONG, ids=lambda value: str(value)[:40])
async def test_a_wrong_answer_is_refused_in_words(
    film: Film, name: str, sent: list[object], words: tuple[str, ...]
) -> None:
    before = (await film.progress()).waits
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await film.handle.execute_update(name, args=sent)
    error = refused.value.cause
    assert isinstance(error, ApplicationError) and all(each in error.message for each in words), error
    assert (await film.progress()).waits == before


async def test_what_no_converter_reads_is_refused_too(film: Film) -> None:
    payload = (await DataConverter.default.encode([{}]))[0]
    payload.data = b"{" * 5000
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await film.handle.execute_update("set_budget", RawValue(payload))
    assert "what was sent is not JSON" in str(refused.value.cause)
