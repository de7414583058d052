"""A film of keyframes on the stand-ins: every image follows from the one before, and all is paid once."""

from __future__ import annotations

import asyncio
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from activities.film.estimate import estimated
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, WAN, PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.contract import Character, Models, PlanDraft, SceneDraft
from workflows.film.ends import MISSES
from workflows.film.naming import film_id
from workflows.film.report import VideoResult

KONTEXT, KONTEXT_USD = "replicate-flux-kontext-dev", Decimal("0.025")
KLING = "fal-kling-3-standard"
FILM_USD = IMAGE_USD + 2 * (KONTEXT_USD + CHUNK_USD)


@pytest.mark.slow
async def test_it_is_paid_once_whatever_stops_it_and_neighbours_share_a_keyframe(
    paid_rig: PaidRig, standins: Standins
) -> None:
    models = Models(planner="animatic-planner", image=FLUX, edit=KONTEXT, video=WAN)
    plan = PlanDraft(scenes=(SceneDraft(description="a mug on a shelf"), SceneDraft(description="steam")))
    request = asked(
        image=FLUX, video=WAN, models=models, plan=plan, method="keyframes", duration_s=10, partial="deliver"
    )
    async with paid_rig() as (studio, films):
        foreseen = await estimated(studio, request, film_id(request))
        assert foreseen.price_usd == foreseen.most_usd == FILM_USD
        standins.order("replicate", "submit", "stuck", match="wan-2.2-i2v")
        film = await films.start(request)
        # Of its two clips one is stuck.
        while "succeeded" not in _states(standins):
            await asyncio.sleep(0.2)
        await film.stop()
        assert (await film.result()).status == "stopped"
        result = await (await films.start(request)).result()
        assert result.status == "completed" and result.whole and result.frames == 10 * request.fps
        assert made(standins) == {FLUX: 1, KONTEXT: 2, WAN: 3}, "the one that was stuck was asked for again"
        sent = [one["input"] for one in standins.log() if "num_frames" in one["input"]]
        ends = {(said["image"], said["last_image"]) for said in sent}
        starts = {start for start, _ in ends}
        assert len(ends) == 2 and len(starts & {end for _, end in ends}) == 1
        came = [one for beat in result.beats for one in beat.clips]
        assert sorted((one.tries, one.softenings) for one in came) == [(1, 0), (2, 0)]
        assert all(one.polls and one.seconds for one in came)
        again = await (await films.start(request)).result()
        assert again.cost_usd == 0 and again.beats == result.beats
        assert [min(kept) >= MISSES for kept in _kept(result)] == [True, True]
        standins.order("replicate", "submit", "no_last_frame", match="wan-2.2-i2v")
        retaken = await (await film.retake("scene_1", words="a red mug")).film.result()
        assert (retaken.cost_usd, retaken.beats[0].shows) == (CHUNK_USD, "draft-2")
        (begins, astray), _ = _kept(retaken)
        assert begins >= MISSES
        # Wherever the camera went, it may have come near its last image: then there is nothing to tell.
        told = any("reel retake" in one and f"SSIM {astray:.2f}" in one for one in retaken.warnings)
        assert told == (astray < MISSES)
        assert (
            retaken.beats[1] == result.beats[1] and retaken.beats[0].storyboard == result.beats[0].storyboard
        )


@pytest.mark.slow
async def test_a_clip_is_filmed_with_the_sheet_of_whom_it_shows(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path
) -> None:
    """By a model that takes references beside both frames; and found with it."""
    Image.new("RGB", (200, 320), "maroon").save(path := tmp_path / "anna.png")
    models = Models(planner="animatic-planner", image=FLUX, edit=KONTEXT, video=KLING)
    plan = PlanDraft(scenes=(SceneDraft(description="Anna lifts a mug"),))
    request = asked(
        image=FLUX, video=KLING, models=models, plan=plan, method="keyframes", duration_s=4, partial="deliver"
    )
    async with paid_rig() as (studio, films):
        key = f"uploads/{hashlib.sha256(path.read_bytes()).hexdigest()}.png"
        kept = await studio.store.put_file(path, "image/png", key=key)
        anna = Character(name="Anna", description="a woman in a red coat", image=kept)
        request = request.model_copy(update={"characters": (anna,)})
        result = await (await films.start(request)).result()
        assert result.status == "completed" and result.whole, result.warnings
        (said,) = (one["input"] for one in standins.log("fal") if "end_image_url" in one["input"])
        (element,) = said["elements"]
        assert element["reference_image_urls"] == [element["frontal_image_url"]]
        assert element["frontal_image_url"] not in (said["start_image_url"], said["end_image_url"])
        assert "Anna is @Element1" in said["prompt"]
        again = await (await films.start(request)).result()
        assert again.cost_usd == 0 and again.beats == result.beats
        assert (await estimated(studio, request, film_id(request))).price_usd == 0


def _kept(result: VideoResult) -> list[tuple[float, float]]:
    """How like the ends of every scene's clip are to its keyframes."""
    return [(one.first or 0, one.last or 0) for beat in result.beats for one in beat.ends]


def _states(standins: Standins) -> set[str]:
    """Of the clips, each of which was asked for."""
    clips = [one for one in standins.log() if "num_frames" in one["input"]]
    return {one["state"] for one in clips} if len(clips) > 1 else set()
