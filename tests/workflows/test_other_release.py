"""A film that meets a release which would go another way: it fails with what to do, and that mends it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from temporalio.client import Client

from starter.films import FilmFailed
from tests.support.on_market import asked, open_market
from tests.support.recordings import Told
from workflows.film.naming import film_id
from workflows.film.production import FILM
from workflows.film.workflow import VideoWorkflow


async def test_a_film_that_does_not_replay_fails_with_what_to_do_and_a_restart_mends_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, market = asked(71, "hero_shot"), Told()
    books = market.film(film_id(request), Decimal("0.1"))
    async with open_market(client, market) as films:
        film = await films.start(request.model_copy(update={"budget_usd": Decimal("0.1")}))
        while not (await film.progress()).waits:
            await asyncio.sleep(0.1)
    with monkeypatch.context() as other:
        # A release that opens no account: its first command is another one.
        other.setattr(VideoWorkflow, "production", replace(FILM, is_paid=lambda _: False))
        async with open_market(client, market) as films:
            await film.resume()
            with pytest.raises(FilmFailed, match="Start the same film again to go on") as failed:
                await film.result()
            # The query that would tell does not replay either.
            progress = await film.progress()
    assert failed.value.type == "OtherRelease" and "TMPRL1100" not in str(failed.value)
    assert progress.status == "failed" and progress.error and progress.error.words == str(failed.value)
    books.limit = Decimal(100)
    async with open_market(client, market) as films:
        again = await films.start(request.model_copy(update={"budget_usd": Decimal(100)}))
        assert again.started and (await again.result()).status == "completed"
