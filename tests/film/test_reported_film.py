"""A paid film that waits for a person three times: each cut has a page, and its timeline nothing red."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType

from activities.studio.html import A_REPORT
from starter.films import Film
from tests.support.paid import FLUX, PaidRig, asked, until
from tests.support.standing import Standins

# An answer that is lost of it is held for a person, for it lists nothing.
VEO = "google-veo-3.1-lite"


#: How the timeline of the Web UI shows what it paints red.
RED = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED,
}


async def red(film: Film) -> list[str]:
    """What is red in its timeline."""
    return [str(event) async for event in film.handle.fetch_history_events() if event.event_type in RED]


@pytest.mark.slow
async def test_every_cut_has_a_page_and_the_timeline_nothing_red(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path
) -> None:
    standins.order("google", "submit", "drop_after")
    waits: dict[str, Any] = {"partial": "deliver", "preview": True, "review": "cut"}
    request = asked("hero_shot", image=FLUX, video=VEO, budget_usd=Decimal("0.01"), **waits)
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        waiting = await until(film, "approve")
        assert waiting.cut == 1 and waiting.report == f"videos/{film.id}/cuts/1/report.html"
        await film.approve()
        await until(film, "set_budget")
        await film.set_budget(Decimal(5))
        held = await until(film, "accept_risk")
        await film.accept_risk(next(one.step for one in held.waits if one.reason == "risk"))
        result = await film.result()
        assert await red(film) == []
        pages = []
        for key in (waiting.report, result.report):
            assert key is not None
            await studio.store.get_file(key, tmp_path / "page.html")
            pages.append((tmp_path / "page.html").read_text())
    assert result.status == "completed" and result.whole
    first, last = pages
    assert all(page.startswith(A_REPORT) and 'src="film.mp4"' in page for page in pages)
    assert "<b>Cut 1</b>" in first and "Nothing: all of it was made here" in first
    assert f"<b>Cut {result.cut}</b>" in last and f"<b>{len(result.beats)}</b> as asked" in last
    assert request.prompt in last and VEO in last and "no real money" in last
    assert last.count('class="bar bought') >= 3 and last.count("<small>not bought</small>") == 2
    assert "data:image/jpeg" in first
    assert all(len(page) <= 3 << 20 for page in pages)
