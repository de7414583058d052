"""Many films at once on one small worker: all are finished, none starves, and nothing is made twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Rig
from tests.support.plain import Plain
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest

FILMS = 12
PLAN = PlanDraft(beats=(BeatDraft(id="hero_shot", seconds=5), BeatDraft(id="call_to_action", seconds=5)))

MADE = (
    "storyboard:hero_shot",
    "storyboard:call_to_action",
    "chunk:hero_shot:0",
    "chunk:call_to_action:0",
    "soundtrack",
)


@pytest.mark.slow
async def test_a_dozen_films_at_once(rig: Rig, request_of_its_own: VideoRequest) -> None:
    provider = Plain()
    base = request_of_its_own.model_copy(update={"plan": PLAN, "prompt": "A film about a mug"})
    # Half of them are one film under other names: they share every step.
    takes = [10_000 - (number if number < FILMS // 2 else 0) for number in range(FILMS)]
    async with rig(provider) as (_, films):
        started = [
            await films.start(base.model_copy(update={"take": take}), f"load-{number}")
            for number, take in enumerate(takes)
        ]
        results = await asyncio.gather(*(film.result() for film in started))
    assert {result.status for result in results} == {"completed"}
    distinct = len(set(takes))
    assert provider.made == dict.fromkeys(MADE, distinct)
    steps = results[0].made + results[0].reused
    assert sum(result.made for result in results) == distinct * steps
