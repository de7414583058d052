"""Productions by the clock, on a real server: what each run is asked for, and which runs there are."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from starter import typed_times
from starter.errors import NoSuchSchedule, ScheduleExists
from starter.films import Films
from starter.productions import Productions, request_of
from starter.schedules import Schedules
from starter.timing import CATCH_UP, Timing, request_for
from tests.support.on_market import asked, open_market
from tests.support.recordings import Told
from workflows.film import FILM
from workflows.pipeline import PIPELINE
from workflows.studio import InvalidRequest, UnknownZone

ENOUGH = Decimal(1000)
NEVER = Timing(cron=("0 0 1 1 *",), time_zone="Europe/Berlin")


def request(**more: Any) -> bytes:
    said = asked(1, "hero_shot").model_dump(mode="json", exclude_defaults=True)
    return json.dumps(
        {**said, "prompt": "A film about a mug, ${date}, ${time}", "take": "each_run", **more}
    ).encode()


def name() -> str:
    return f"morning-{uuid4().hex[:8]}"


@pytest.mark.slow
async def test_each_run_is_asked_for_at_its_own_time(client: Client) -> None:
    schedules, market, daily = Schedules(client, Productions(client)), Told(), name()
    timing = Timing(cron=("0 3 * * *",), time_zone="Europe/Berlin")
    await schedules.create(daily, FILM, request_for(FILM, request(), daily, timing.time_zone), timing)
    # The night in which the clock goes back lies between them.
    ids = [f"{daily}-2026-10-{day}" for day in ("24T01:00:00Z", "25T02:00:00Z")]
    for id in ids:
        market.film(id, ENOUGH)
    async with open_market(client, market) as films:
        start = datetime(2026, 10, 23, 12, tzinfo=UTC)
        await schedules.backfill(daily, start, start + timedelta(days=2), "allow-all")
        made = [await _result(films, id) for id in ids]
    assert [one.status for one in made] == ["completed", "completed"]
    told = [await request_of(films.film(id)) for id in ids]
    assert [one.prompt for one in told] == [f"A film about a mug, 2026-10-{day}, 03:00" for day in (24, 25)]
    assert told[1].take - told[0].take == 25 * 60 * 60, "a day with an hour more"
    standing = await schedules.show(daily)
    assert (standing.noun, standing.paused, standing.waiting) == ("film", False, None)
    assert [(one.id, one.state) for one in standing.runs] == [(id, "completed") for id in reversed(ids)]
    await schedules.delete(daily)


async def _result(films: Films, id: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            try:
                return await films.film(id).result()
            except Exception as error:  # not begun yet
                if type(error).__name__ != "NoSuchFilm":
                    raise
                await asyncio.sleep(0.2)


@pytest.mark.slow
async def test_a_schedule_is_kept_as_it_was_made_and_found_by_name(client: Client) -> None:
    schedules, yearly = Schedules(client, Productions(client)), name()
    await schedules.create(yearly, FILM, request_for(FILM, request(), yearly), NEVER)
    with pytest.raises(ScheduleExists):
        await schedules.create(yearly, FILM, {}, NEVER)
    described = await client.get_schedule_handle(yearly).describe()
    assert described.schedule.policy.catchup_window == CATCH_UP
    await schedules.pause(yearly, "not in the holidays")
    async with asyncio.timeout(120):
        while (standing := await _listed(schedules, yearly)) is None:
            await asyncio.sleep(0.3)
    assert (standing.paused, standing.note, standing.runs) == (True, "not in the holidays", ())
    await schedules.resume(yearly)
    assert not (await schedules.show(yearly)).paused
    await schedules.delete(yearly)
    for call in (schedules.show, schedules.pause, schedules.resume, schedules.trigger, schedules.delete):
        with pytest.raises(NoSuchSchedule):
            await call(yearly)


async def _listed(schedules: Schedules, wanted: str) -> Any:
    return next(iter([one async for one in schedules.standings() if one.name == wanted]), None)


def test_what_no_run_could_use_is_refused_before_there_is_a_schedule() -> None:
    for wrong in ({"take": "each run"}, {"duration_s": 7}, {"size": "12p"}):
        with pytest.raises(InvalidRequest):
            request_for(FILM, request(**wrong), "morning")
    with pytest.raises(UnknownZone):
        request_for(FILM, request(), "morning", "Mars/Olympus")
    with pytest.raises(UnknownZone, match="Mars/Olympus"):
        request_for(FILM, request(prompt="The bread of ${date Mars/Olympus}"), "morning")
    assert request_for(FILM, request(), "morning", "Asia/Tokyo")["prompt"].endswith("${time Asia/Tokyo}")
    turn = typed_times.read(Path(__file__).parents[2] / "starter/examples/turn.yaml")
    assert len(request_for(PIPELINE, turn, "morning")["steps"]) == 6
