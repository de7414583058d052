"""A film as the studio delivers it, played and sought by Chromium from its presigned address."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.numbered import Numbered, clicks
from tests.conftest import Rig
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest
from workflows.film.report import VideoResult
from workflows.film.timeline import film_layout

FPS = 24
#: Three beats, joined by a cross-fade and by a cut; the second one has two chunks.
PLAN = PlanDraft(
    beats=(
        BeatDraft(id="hero_shot", seconds=5, energy=0.3),
        BeatDraft(id="detail_showcase", seconds=10, energy=0.5),
        BeatDraft(id="call_to_action", seconds=5, energy=0.9),
    )
)
FRAMES = 20 * FPS
# Frames of the second beat that its first chunk covers: 5.5 s, of which the last is the next one's first.
SECOND_CHUNK = 5 * FPS + 131
# The order and the rightness of the frames are the film's; a frame that is late is the machine's, which
# has other things to do.
ATTEMPTS = 4


async def opened(rig: Rig, asked: VideoRequest, page: Page) -> VideoResult:
    """Makes the film, opens it the way a person would, and puts the player's hands on it."""
    async with rig(Numbered()) as (studio, films):
        film = await films.start(asked.model_copy(update={"plan": PLAN, "fps": FPS}))
        result = await film.result()
    assert result.status == "completed" and result.video
    await page.goto(studio.store.presign(result.video))
    await page.add_script_tag(content=Path(__file__).with_name("player.js").read_text())
    return result


async def call(page: Page, name: str, *arguments: object) -> Any:
    return await page.evaluate("([name, values]) => player[name](...values)", [name, list(arguments)])


@pytest.mark.timeout(120)
async def test_a_film_plays_and_seeks_in_a_browser(
    rig: Rig, request_of_its_own: VideoRequest, page: Page
) -> None:
    result = await opened(rig, request_of_its_own, page)
    assert result.plan is not None
    facts = await call(page, "facts")
    assert facts == {"duration": pytest.approx(FRAMES / FPS, abs=1e-6), "width": 640, "height": 360}

    joins = [piece.start for piece in film_layout(result.plan.beats, FPS)] + [SECOND_CHUNK]
    around = [frame for join in joins for frame in (join - 1, join, join + 1)]
    places = {*around, *random.Random(7).sample(range(FRAMES), 12), FRAMES - 1} & set(range(FRAMES))
    # In no order: a seek backwards is another path through the decoder than one forwards.
    order = random.Random(8).sample(sorted(places), len(places))
    assert len(order) >= 20
    assert [(place, await call(page, "seek", (place + 0.5) / FPS)) for place in order] == [
        (place, place) for place in order
    ]

    await smooth(page, 3.5, 7.0)
    sound = await call(page, "sound", clicks(FRAMES * 2000), 2000)
    assert sound == {"samples": FRAMES * 2000, "channels": 2, "peaks": clicks(FRAMES * 2000)}


async def smooth(page: Page, start: float, end: float) -> None:
    """Plays through a cross-fade: every frame shown is the right one, and none is missing."""
    missing: list[list[int]] = []
    for _ in range(ATTEMPTS):
        shown = await call(page, "play", start, end)
        numbers = [number for number, _ in shown]
        assert numbers == [round(time * FPS) for _, time in shown]
        assert numbers == sorted(set(numbers))
        assert numbers[0] <= start * FPS + 2 and numbers[-1] >= end * FPS - 1
        missing.append([frame for a, b in pairwise(numbers) for frame in range(a + 1, b)])
        if not missing[-1]:
            return
    pytest.fail(f"frames were dropped every time it was played: {missing}")
