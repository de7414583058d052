"""An anchored film on the stand-ins: every chunk between two images that its neighbours share, paid once."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.animatic import Animatic
from activities.film.estimate import estimated
from activities.film.ways import with_ways
from tests.conftest import Rig
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, WAN, PaidRig, asked, made
from tests.support.shots import apart, decoded
from tests.support.shown import forked
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest
from workflows.film.naming import film_id

KONTEXT, KONTEXT_USD = "replicate-flux-kontext-dev", Decimal("0.025")
FILM_USD = IMAGE_USD + KONTEXT_USD + 2 * CHUNK_USD


def anchored(**more: Any) -> VideoRequest:
    """One beat of 10 s, which two chunks cover."""
    models = Models(planner="animatic-planner", image=FLUX, edit=KONTEXT, video=WAN)
    plan = PlanDraft(beats=(BeatDraft(id="detail_showcase", seconds=10),))
    return asked(image=FLUX, video=WAN, models=models, plan=plan, continuity="anchored", **more)


@pytest.mark.slow
async def test_it_is_paid_once_whatever_stops_it_and_a_chunk_is_retaken_alone(
    paid_rig: PaidRig, standins: Standins
) -> None:
    request = anchored(partial="deliver")
    async with paid_rig() as (studio, films):
        foreseen = await estimated(studio, request, film_id(request))
        ways = {way.name: way for way in (await with_ways(studio, request, film_id(request), foreseen)).ways}
        assert foreseen.price_usd == ways["anchored"].price_usd == FILM_USD
        assert ways["chained"].price_usd == FILM_USD - KONTEXT_USD
        assert ways["anchored"].typical_s < ways["chained"].typical_s
        standins.order("replicate", "submit", "stuck", match="wan-2.2-i2v")
        film = await films.start(request)
        while "succeeded" not in _states(standins):
            await asyncio.sleep(0.2)
        await film.stop()
        assert (await film.result()).status == "stopped"
        result = await (await films.start(request)).result()
        assert result.status == "completed" and result.whole
        # What was stuck was cancelled, and may be charged all the same.
        assert result.spent_usd == FILM_USD + CHUNK_USD
        assert made(standins) == {FLUX: 1, KONTEXT: 1, WAN: 3}, "the one that was stuck was asked for again"
        _share_frames(standins)
        again = await (await films.start(request)).result()
        assert again.cost_usd == 0 and again.beats == result.beats
        account = await studio.accounts.account(film.id)
        assert sum(payment.usd for payment in account.payments) == again.spent_usd
        retaken = await (await film.retake("detail_showcase", chunk=1)).film.result()
        assert (retaken.cost_usd, retaken.beats[0].shows) == (CHUNK_USD, "draft-2")
        assert retaken.beats[0].chunks[1] == result.beats[0].chunks[1] and made(standins)[WAN] == 4
        chained = await forked(studio, request, fields=["continuity=chained"])
        fork = await estimated(studio, chained, film_id(chained))
        assert fork.price_usd == 2 * CHUNK_USD and not [one for one in fork.artifacts if "anchor" in one.what]


def _states(standins: Standins) -> set[str]:
    """Of the chunks, each of which was asked for."""
    chunks = [one for one in standins.log() if "num_frames" in one["input"]]
    return {one["state"] for one in chunks} if len(chunks) > 1 else set()


def _share_frames(standins: Standins) -> None:
    """What a chunk ends with is what the next one begins with."""
    sent = [
        one["input"] for one in standins.log() if one["state"] == "succeeded" and "num_frames" in one["input"]
    ]
    (first,) = [said for said in sent if "last_image" in said]
    (second,) = [said for said in sent if "last_image" not in said]
    assert first["last_image"] == second["image"]


@pytest.mark.slow
async def test_a_free_film_is_the_same_frame_by_frame(
    rig: Rig, request_of_its_own: VideoRequest, tmp_path: Path
) -> None:
    plan = PlanDraft(beats=(BeatDraft(id="usage_scenario", seconds=10),))
    chained = request_of_its_own.model_copy(update={"plan": plan, "music": False})
    async with rig(Animatic()) as (studio, films):
        seen = []
        for continuity in ("chained", "anchored"):
            film = await films.start(chained.model_copy(update={"continuity": continuity}))
            result = await film.result()
            assert result.status == "completed" and result.video and result.spent_usd == 0
            await studio.store.get_file(result.video, tmp_path / f"{continuity}.mp4")
            seen.append(decoded(tmp_path / f"{continuity}.mp4"))
            steps = {step.name for beat in (await film.progress()).beats for step in beat.steps}
            assert ("anchor:usage_scenario:1" in steps) == (continuity == "anchored")
    assert len(seen[0]) == len(seen[1]) == 80
    # Encoded twice on the way, from starts that went through the encoder or did not.
    assert max(apart(*pair) for pair in zip(*seen, strict=True)) < 1
