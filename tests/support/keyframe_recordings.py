"""Films of keyframes on a market, for their histories."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from temporalio.client import Client

from tests.support.anchored_market import AnchoredMarket
from tests.support.books import Fate
from tests.support.directed_recordings import running, shows
from tests.support.editing import edited, told
from tests.support.on_market import open_market
from tests.support.recordings import ENOUGH, Handle, rich
from workflows.film.contract import PlanDraft, SceneDraft, VideoRequest
from workflows.film.naming import film_id

#: What the three scenes of a film are, in order.
KEYFRAMES = ("storyboard:scene_1", "storyboard:scene_2", "storyboard:scene_3", "storyboard:scene_3:last")
CLIPS = tuple(f"chunk:scene_{number}:1" for number in (1, 2, 3))


def asked(take: int) -> VideoRequest:
    scenes = tuple(SceneDraft(description=one) for one in ("a mug", "steam", "an empty mug"))
    scened = {"method": "keyframes", "scene_s": 2, "plan": PlanDraft(scenes=scenes)}
    return rich(take, "hero_shot").model_copy(update=scened)


async def between_keyframes(_: object, client: Client) -> Handle:
    """Three scenes; then another take of the middle one, between the same keyframes."""
    market, request = AnchoredMarket(), asked(84)
    books = market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await shows(film, "draft-1", "draft-1", "draft-1")
        await edited(client, request, "retake", shot="scene_2", words="a red mug")
        handle = await shows(films.film(film.id), "draft-1", "draft-2", "draft-1")
    ends = market.ends
    assert ends[f"{CLIPS[1]}@draft-2"] == ends[CLIPS[1]]
    assert ends[CLIPS[0]][1] == ends[CLIPS[1]][0] and ends[CLIPS[1]][1] == ends[CLIPS[2]][0]
    assert not any(f"{name}@draft-2" in books.asked for name in KEYFRAMES) and not books.wrong
    return handle


async def keyframe_not_drawn(_: object, client: Client) -> Handle:
    """The keyframe between the last two scenes cannot be drawn: the earlier one stays the animatic's, and the
    last one goes on from the keyframe before it."""
    market, request = AnchoredMarket(broken=[KEYFRAMES[2]]), asked(85)
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        handle = await shows(film, "draft-1", "animatic-1", "draft-1")
    assert market.ends[CLIPS[0]][1] == market.ends[CLIPS[2]][0]
    return handle


async def stopped_between_keyframes(_: object, client: Client) -> Handle:
    """Stopped while its second keyframe is drawn, and its first clip not yet begun."""
    market, request = AnchoredMarket(slow={KEYFRAMES[1]: 2.0}), asked(86)
    async with open_market(client, market) as films:
        film = await running(films, market, request, KEYFRAMES[1])
        await asyncio.sleep(0.5)
        await film.stop()
        result = await film.result()
    assert result.status == "stopped" and market.books[film.id].spent > Decimal(0)
    return film.handle


async def softened_keyframe(_: object, client: Client) -> Handle:
    """A clip is refused until it ends otherwise; the next one begins there. And one is retaken while the
    keyframe is drawn that it ends with."""
    refused = {CLIPS[0]: Fate(2, [], False)}
    market, request = AnchoredMarket(fates=refused, slow={KEYFRAMES[2]: 3.0}), asked(87)
    async with open_market(client, market) as films:
        film = await running(films, market, request, KEYFRAMES[2])
        await asyncio.sleep(1.0)
        await told(film, "retake", shot="scene_2", words="a red mug")
        handle = await shows(film, "draft-1", "draft-2", "draft-1")
    books, ends = market.books[film.id], market.ends
    assert ends[CLIPS[0]][1] == ends[f"{CLIPS[1]}@draft-2"][0] and ":softened/" in (ends[CLIPS[0]][1] or "")
    assert books.asked[KEYFRAMES[2]] == ["brush"] and not books.wrong
    return handle


RECORDINGS = (between_keyframes, keyframe_not_drawn, stopped_between_keyframes, softened_keyframe)
