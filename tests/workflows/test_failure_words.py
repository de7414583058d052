"""Why a film fails: what, which step and model, and what to do, in the same words wherever it is told."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from rich.console import Console
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client

from activities.faults import InvalidInput
from starter.films import Film, FilmFailed
from starter.live import Page
from starter.outcome import refusal_json
from tests.conftest import Rig
from tests.support.books import Books
from tests.support.market import Market
from tests.support.on_market import asked as bought
from tests.support.on_market import open_market
from tests.support.plain import PLAN, Plain
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.studio.facts import ModelFacts, Payment
from workflows.studio.money import PaidStep


class Strict(Market):
    """Refuses the input of every chunk."""

    def _sent(self, books: Books, key: str, model: ModelFacts, terms: PaidStep, price: Decimal) -> Payment:
        if terms.step.startswith("chunk:"):
            raise InvalidInput("the start image is 680 times as wide as high; crop it")
        return Payment(attempt=key, usd=Decimal(0))


class Still(Market):
    """Its models make no chunk of any length."""

    def _facts(self, name: str, fps: Fraction | None = None) -> ModelFacts:
        return super()._facts(name, fps).model_copy(update={"lengths": ()})


def whole(request: VideoRequest) -> VideoRequest:
    """The same, all of it or a failure."""
    return request.model_copy(update={"partial": "fail"})


def drawn(page: Page) -> str:
    console = Console(file=io.StringIO(), width=400, height=50, color_system=None)
    console.print(page)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def failed(film: Film) -> FilmFailed:
    with pytest.raises(FilmFailed) as error:
        await film.result()
    return error.value


async def test_a_failure_is_told_alike_everywhere(client: Client) -> None:
    request, market = whole(bought(41, "hero_shot")), Strict(3)
    market.film(film_id(request), Decimal(100))
    async with open_market(client, market) as films:
        film = await films.start(request)
        error = await failed(film)
        progress = await film.progress()
        metadata = await film.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    words = (
        "Beat 1/1 hero_shot · chunk 1 (reel): the start image is 680 times as wide as high; crop it. "
        "Change the request. What is finished is kept."
    )
    assert str(error) == words and error.type == "InvalidInput"
    assert progress.error and progress.error.words == words
    assert (progress.error.step, progress.error.model) == ("chunk:hero_shot:1", "reel")
    assert progress.error.advice == "Change the request. What is finished is kept."
    assert words in metadata.current_details.replace("`", "")
    memo: dict[str, Any] = dict(await (await film.handle.describe()).memo())
    assert memo["status"] == "failed" and memo["error"] == progress.error.model_dump(mode="json")
    page = Page("film", None)
    page.progress = progress
    assert f"✕ {words}" in drawn(page)
    said = refusal_json(error)["error"]
    assert (said["message"], said["step"], said["model"]) == (words, "chunk:hero_shot:1", "reel")
    assert json.loads(progress.model_dump_json())["error"]["words"] == words


async def test_it_is_told_while_siblings_still_run(rig: Rig, request_of_its_own: VideoRequest) -> None:
    go = threading.Event()
    provider = Plain(failing=["chunk:hero_shot:0"], hold={"chunk:detail_showcase:0": go})
    async with rig(provider) as (_, films):
        film = await films.start(whole(request_of_its_own.model_copy(update={"plan": PLAN, "music": False})))
        while (progress := await film.progress()).error is None:
            await asyncio.sleep(0.1)
        assert progress.status == "rendering"
        go.set()
        assert str(await failed(film)) == progress.error.words


async def test_arithmetic_that_does_not_come_out_fails_the_film_and_not_its_task(client: Client) -> None:
    request, market = whole(bought(43, "hero_shot")), Still(3)
    market.film(film_id(request), Decimal(100))
    async with open_market(client, market) as films:
        film = await films.start(request)
        error = await failed(film)
        progress = await film.progress()
    assert error.type == "CannotCover" and progress.error and progress.error.words == str(error)


async def test_a_request_that_is_refused_says_so_in_progress_too(client: Client) -> None:
    async with open_market(client, Market(3)) as films:
        handle = await client.start_workflow("VideoWorkflow", {"size": "9p"}, id="refused", task_queue="reel")
        error = await failed(films.film(handle.id))
        progress = await films.film(handle.id).progress()
    assert error.type == "InvalidRequest" and progress.error and progress.error.words == str(error)
