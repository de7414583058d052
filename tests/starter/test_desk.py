"""The desk of a Python service: prices, forks, photos and links, of the very servers that make the films."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from infra.settings import Settings
from starter.desk import Desk, Edits, Link, open_desk
from starter.errors import FilmEnded, NoSuchCut, NoSuchFilm, NoSuchShot, NoSuchVersion
from starter.films import Directed, Film
from tests.support.paid import BEAT_USD, FLUX, WAN, asked, until
from tests.support.reel import prepared, ran
from workflows.film import VideoRequest
from workflows.studio import InvalidRequest

REQUEST = asked(
    *("hero_shot", "call_to_action"), image=FLUX, video=WAN, partial="deliver", preview=True, take=1
).model_copy(update={"budget_usd": Decimal("0.001")})


async def fetched(link: Link) -> bytes:
    answer = await asyncio.to_thread(urllib.request.urlopen, link.url)
    body: bytes = answer.read()
    assert body[4:8] == b"ftyp" and "attachment" in answer.headers["Content-Disposition"]
    assert timedelta(0) < link.ends_at - datetime.now(UTC) <= timedelta(hours=1)
    return body


@pytest.mark.slow
async def test_a_service_asks_for_all_that_the_command_does(on_standins: Path, tmp_path: Path) -> None:
    async with prepared("up", home=on_standins, folder=tmp_path) as up:
        await up.until("Workers run")
        async with open_desk(Settings.load(on_standins)) as desk:
            photo = await _a_photo_is_put_once(desk, tmp_path)
            before = await desk.dry_run(REQUEST.model_copy(update={"product": photo}))
            assert before.paid and before.price_usd >= 2 * BEAT_USD
            film = await _poor(desk)
            await _made_once_it_is_paid_for(desk, film)
            assert (await desk.dry_run(REQUEST, id=film.id)).price_usd == 0
            await _linked(desk, film)
            await _forked(desk, film, on_standins, tmp_path)


async def _a_photo_is_put_once(desk: Desk, folder: Path) -> str:
    photo, text = folder / "mug.png", folder / "mug.txt"
    Image.new("RGB", (300, 400), "teal").save(photo)
    text.write_text("a mug")
    key = await desk.upload(photo)
    assert key == await desk.upload(photo) and key.startswith("uploads/")
    with pytest.raises(InvalidRequest, match="product"):
        await desk.upload(text)
    nowhere = "https://photos.invalid/mug.png"
    with pytest.raises(InvalidRequest, match="product"):
        await desk.dry_run(VideoRequest(prompt="A film about a mug", product=nowhere))
    return key


async def _poor(desk: Desk) -> Film:
    """A film that was stopped for want of money."""
    film = await desk.films.start(REQUEST)
    await until(film, "set_budget")
    await film.stop()
    assert (await film.result()).status == "stopped"
    return film


async def _made_once_it_is_paid_for(desk: Desk, film: Film) -> None:
    directed = await film.budget(Decimal(5))
    assert isinstance(directed, Directed) and directed.film.started, directed
    result = await directed.film.result()
    assert result.whole and result.spent_usd == 2 * BEAT_USD
    # Nothing is lacking any more.
    with pytest.raises(FilmEnded):
        await directed.film.budget(Decimal(6))
    words, shown = await desk.dry_edit(film.id, "upgrade", {"shots": ["1"], "profile": "final"})
    assert shown.price_usd > 0 and "hero_shot" in words
    with pytest.raises(NoSuchVersion, match="final"):
        await desk.dry_edit(film.id, "use", {"shot": "1", "version": "final"})
    with pytest.raises(NoSuchFilm):
        await desk.dry_edit("film-of-nobody", "retake", {"shot": "1"})


async def _linked(desk: Desk, film: Film) -> None:
    newest = await desk.link(film.id, timedelta(minutes=30))
    assert newest.cut is not None and newest.cut > 1
    first = await desk.link(film.id, cut=1)
    bodies = [await fetched(one) for one in (newest, first)]
    version = await desk.version_link(film.id, "1", "draft")
    assert len({*bodies, await fetched(version)}) == 3 and version.cut is None
    with pytest.raises(NoSuchCut, match="it has 1"):
        await desk.link(film.id, cut=99)
    with pytest.raises(NoSuchShot, match="there are hero_shot, call_to_action"):
        await desk.version_link(film.id, "3", "draft-1")
    with pytest.raises(NoSuchVersion, match="it has animatic-1, draft-1"):
        await desk.version_link(film.id, "hero_shot", "final-1")
    for lasts in (timedelta(days=8), timedelta(0)):
        with pytest.raises(InvalidRequest):
            await desk.link(film.id, lasts)


async def _forked(desk: Desk, film: Film, home: Path, folder: Path) -> None:
    words = "a red mug in the morning light"
    found = await desk.fork(film.id, Edits(shot="1", words={"prompt": words}, fields=("budget_usd=3",)))
    assert found.shown.price_usd > 0 and found.request.budget_usd == 3
    typed = ("fork", film.id, "--shot", "1", "--prompt", words, "--budget", "3", "--dry-run", "--json")
    code, shown = await ran(*typed, home=home, folder=folder)
    assert code == 0, shown.text
    told = found.request.model_dump(mode="json", exclude_defaults=True)
    assert (shown.json["id"], shown.json["request"]) == (found.id, json.loads(json.dumps(told)))
    assert shown.json["price_usd"] == str(found.shown.price_usd)
    with pytest.raises(InvalidRequest, match="there is no shot '9'"):
        await desk.fork(film.id, Edits(drop=("9",)))
    forked = await desk.films.start(found.request, found.id)
    result = await forked.result()
    assert result.whole and result.cost_usd == found.shown.price_usd
    assert (await desk.dry_run(found.request, id=found.id)).price_usd == 0
