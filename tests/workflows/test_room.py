"""Who is refused at a cap asks for as much room as he needs, and not again and again at once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from temporalio.client import Client

from tests.support.capped import CappedTill, selling
from tests.support.poster import FLUX, POSTER, PosterRequest
from workflows.studio.board import Board
from workflows.studio.page import markdown
from workflows.studio.report import RowProgress, Wait

pytestmark = pytest.mark.slow


async def test_room_is_asked_for_at_the_price_that_is_paid(client: Client) -> None:
    dearer, words = FLUX.price_usd * 2, uuid.uuid4().hex
    till = CappedTill(dearer, refusals=1)
    async with selling(client, till) as posters:
        run = await posters.start(POSTER, PosterRequest(words=words))
        assert (await run.result()).spent_usd == dearer
    assert till.asked == [dearer]


async def test_who_loses_room_to_others_comes_back_later_each_time(client: Client) -> None:
    till = CappedTill(refusals=3)
    async with selling(client, till) as posters:
        run = await posters.start(POSTER, PosterRequest(words=uuid.uuid4().hex))
        assert (await run.result()).spent_usd == Decimal("0.003")
        timers = [
            (
                event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta().total_seconds(),
                event.user_metadata.summary.data.decode(),
            )
            async for event in run.handle.fetch_history_events()
            if event.HasField("timer_started_event_attributes")
        ]
    assert len(till.asked) == 3
    # Each wait for the cap has a limit of days.
    first, second = [seconds for seconds, _ in timers if seconds < 86400]
    assert 2 <= first <= 4 <= second <= 8
    said = {summary for seconds, summary in timers if seconds >= 86400}
    assert said == {'"Picture waits for room under a cap: see the current details"'}


def test_a_page_sends_nobody_to_a_step_that_waits_for_others() -> None:
    board = Board()
    board.rows = (RowProgress(id="front"), RowProgress(id="back"))
    waits = []
    for row, reason in (("front", "cap"), ("back", "risk")):
        board.expect(row, f"Picture of the {row}", 1, row)
        board.hold(row)
        waits.append(Wait.model_validate({"step": row, "reason": reason, "words": "…", "answers": ()}))
    now = datetime.now(UTC)
    page = markdown(board.snapshot(now, now).model_copy(update={"waits": tuple(waits)}), "poster", "sheet")
    assert "Picture of the front waits for room" in page and "Picture of the back waits for you" in page
