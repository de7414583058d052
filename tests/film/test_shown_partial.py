"""What is shown of a decision about an unfinished film: what it pays for, and nothing of the rest."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.exceptions import ApplicationError

from activities.film.estimate import estimated
from activities.film.estimate_edit import estimated_edit
from starter.films import Film
from tests.support.editing import submitted
from tests.support.paid import BEAT_USD, CHUNK_USD, WAN, PaidRig
from tests.support.shown import directed_as_shown, draft
from tests.support.standing import Standins
from workflows.film.naming import film_id

HERO, CLOSING = "hero_shot", "call_to_action"


async def finished(film: Film) -> set[str]:
    """The shots of which the wanted version is there."""
    rows = (await film.progress()).beats
    return {row.id for row in rows if row.wanted and row.wanted.state == "finished"}


@pytest.mark.slow
async def test_a_decision_about_a_stopped_film_is_paid_as_it_was_shown(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    standins.order("replicate", "submit", "stuck", match=WAN.removeprefix("replicate-"))
    request = draft((HERO, 5), (CLOSING, 5), partial="deliver")
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        await submitted(standins, 4)
        while len(there := await finished(film)) < 1:
            await asyncio.sleep(0.05)
        (done,) = there
        # While it runs, what it makes by itself is no part of a decision.
        words, shown = await estimated_edit(studio, request, film.id, "retake", {"shot": done}, runs=True)
        assert shown.price_usd == BEAT_USD and "draft-2" in words
        await film.stop()
        assert not (await film.result()).whole
        assert (await estimated(studio, request, film.id)).price_usd == CHUNK_USD, "the rest of the film"
        with pytest.raises(ApplicationError, match="nothing waits for approval"):
            await estimated_edit(studio, request, film.id, "approve", {})

        async def decided(kind: str, whole: bool = False, **value: object) -> object:
            paid = await directed_as_shown(studio, films, request, database_url, kind, whole, **value)
            assert film.id == film_id(request) and (paid.result.cost_usd == 0) == (kind == "use")
            return paid.result.cost_usd

        assert await decided("retake", shot=done) == BEAT_USD
        assert await decided("retake", whole=True) == 2 * BEAT_USD
        await decided("use", plan=1)
        # Its image was bought before the stop: an amount that does not pay for both is enough.
        assert await decided("upgrade", whole=True, spend_usd=CHUNK_USD) == CHUNK_USD
