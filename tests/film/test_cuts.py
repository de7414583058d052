"""Deliveries: numbered, never replaced, and another film under an old id says so."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import asyncpg
import pytest

from activities.storage.database import Database
from activities.studio.cuts import Cuts
from activities.studio.studio import Studio
from starter.errors import FilmFailed
from tests.conftest import Rig
from tests.support.plain import PLAN, Plain
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest


async def test_every_film_has_one_number_however_many_ask_at_once(database_url: str) -> None:
    async with asyncpg.create_pool(database_url, min_size=8, max_size=8) as pool:
        cuts, film = Cuts(Database(pool)), f"film-{uuid.uuid4()}"
        keys = [f"key-{number % 6}" for number in range(48)]
        numbers = await asyncio.gather(*(cuts.number(film, key) for key in keys))
        given = dict(zip(keys, numbers, strict=True))
        assert [given[key] for key in keys] == numbers, "the same film is the same cut"
        assert sorted(given.values()) == [1, 2, 3, 4, 5, 6]
        assert await cuts.number(film, "key-new", taken=9) == 10, "what lies in the bucket is taken"
        assert (
            await cuts.number(film, "key-new", taken=99) == 10 and await cuts.number("other", "key-new") == 1
        )


@pytest.mark.slow
async def test_a_delivery_is_never_replaced(
    rig: Rig, request_of_its_own: VideoRequest, tmp_path: Path
) -> None:
    request = request_of_its_own.model_copy(update={"plan": PLAN, "music": False})
    other = request.model_copy(update={"plan": PlanDraft(beats=PLAN.beats[:1]), "fps": 16})
    film = f"film-{uuid.uuid4()}"
    async with rig(Plain()) as (studio, films):
        before = tmp_path / "before.mp4"
        before.write_bytes(b"of an earlier release")
        await studio.store.put_file(before, "video/mp4", key=f"videos/{film}/final.mp4")
        # What could not be made is no film that another could be taken for.
        wrong = request.model_copy(update={"plan": PlanDraft(beats=(BeatDraft(id="no_such_beat"),))})
        with pytest.raises(FilmFailed):
            await (await films.start(wrong, film)).result()
        asked: list[str] = []
        studio.store._s3.meta.events.register(
            "before-send.s3", lambda request, **_: asked.append(f"{request.method} {request.url}")
        )
        first = await (await films.start(request, film)).result()
        assert first.cut == 1 and not first.warnings
        assert first.video == f"videos/{film}/cuts/1/film.mp4"
        delivered = await everything(studio, film, tmp_path)
        assert len(delivered) == 5
        for same in ({}, {"user": "ann", "duration_s": sum(beat.seconds or 0 for beat in PLAN.beats)}):
            again = await (await films.start(request.model_copy(update=same), film)).result()
            assert (again.video, again.manifest, again.warnings) == (first.video, first.manifest, ())
        second = await (await films.start(other, film)).result()
        assert second.cut == 2 and second.video == f"videos/{film}/cuts/2/film.mp4"
        assert ["by duration_s, fps, plan:" in said for said in second.warnings] == [True]
        third = await (await films.start(request, film)).result()
        assert third.cut == 1 and not third.warnings
        now = await everything(studio, film, tmp_path)
        assert len(now) == 9 and delivered.items() <= now.items()
    # Each delivery lists what is there, and asks after none of it again.
    assert asked and not [one for one in asked if one.startswith("HEAD") and "/cuts/" in one]


async def everything(studio: Studio, film: str, folder: Path) -> dict[str, bytes]:
    """All that was ever delivered of a film."""
    held: dict[str, bytes] = {}
    for key in await studio.store.list(f"videos/{film}/"):
        await studio.store.get_file(key, folder / "held")
        held[key] = (folder / "held").read_bytes()
    return held
