"""Films of 2, 6 and 20 scenes, of two providers and drawn here, in both shapes: as long as they were planned,
each clip between its own two keyframes, each keyframe shown once at its join, and all of it paid once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from activities.animatic import Animatic
from activities.film.estimate import estimated
from activities.media.colour_match import SIZE
from activities.media.kept_ends import likeness
from activities.studio.studio import Studio
from starter.films import Film
from tests.conftest import Rig
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, WAN, PaidRig, asked, made
from tests.support.shots import decoded
from tests.support.standing import Standins
from workflows.film.contract import Models, PlanDraft, SceneDraft, VideoRequest
from workflows.film.ends import MISSES
from workflows.film.naming import film_id
from workflows.film.report import VideoResult
from workflows.studio.facts import Aspect

FPS, SPOONS = 8, re.compile(r"(\d+) spoons")
#: How like a keyframe a frame of the finished film is, which was encoded twice since and graded (SSIM).
SHOWN = 0.9
#: Of a scene: the shortest that there is. A clip of 3 or 5 s is hurried.
SCENE_S = 2


class Sold(NamedTuple):
    """The models of one provider, the price of a clip, and what a submit calls the two images of one."""

    image: str
    edit: str
    video: str
    clip_usd: Decimal
    first: str
    last: str


EDIT_USD = Decimal("0.025")
SOLD = {
    "replicate": Sold(FLUX, "replicate-flux-kontext-dev", WAN, CHUNK_USD, "image", "last_image"),
    "fal": Sold(
        "fal-flux-schnell",
        "fal-flux-kontext-dev",
        "fal-kling-3-standard",
        3 * Decimal("0.084"),
        "start_image_url",
        "end_image_url",
    ),
}


def of_scenes(count: int, aspect: Aspect, models: Models) -> VideoRequest:
    scenes = tuple(SceneDraft(description=f"a mug and {number} spoons") for number in range(count))
    request = asked(image=FLUX, video=WAN, models=models, plan=PlanDraft(scenes=scenes), method="keyframes")
    return request.model_copy(update={"duration_s": count * SCENE_S, "aspect": aspect, "titles": False})


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("provider", "count", "aspect"), [("replicate", 20, "16:9"), ("fal", 6, "9:16")])
async def test_a_bought_film_is_as_it_was_planned_and_paid_once(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path, provider: str, count: int, aspect: Aspect
) -> None:
    sold = SOLD[provider]
    models = Models(planner="animatic-planner", image=sold.image, edit=sold.edit, video=sold.video)
    request = of_scenes(count, aspect, models)
    async with paid_rig() as (studio, films):
        foreseen = await estimated(studio, request, film_id(request))
        film = await films.start(request)
        result = await film.result()
        await joins_are_shown(studio, film, result, tmp_path)
        once = {sold.image: 1, sold.edit: count, sold.video: count}
        assert made(standins) == once, "N + 1 keyframes for N scenes"
        share_keyframes([one["input"] for one in standins.log() if sold.last in one["input"]], sold)
        assert all(min(one.first or 0, one.last or 0) >= MISSES for beat in result.beats for one in beat.ends)
        assert [len(beat.ends) for beat in result.beats] == [1] * count, "every clip is looked at"
        assert result.spent_usd == foreseen.price_usd == IMAGE_USD + count * (EDIT_USD + sold.clip_usd)
        account = await studio.accounts.account(film.id)
        assert sum(payment.usd for payment in account.payments) == result.spent_usd
        rows = (await film.progress()).beats
        assert sum(one.usd for row in rows for one in row.versions) == result.spent_usd
        again = await (await films.start(request)).result()
    assert again.cost_usd == 0 and again.beats == result.beats and made(standins) == once


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("count", "aspect"), [(20, "9:16"), (2, "16:9")])
async def test_a_drawn_film_is_as_it_was_planned(
    rig: Rig, tmp_path: Path, count: int, aspect: Aspect
) -> None:
    request = of_scenes(count, aspect, Models())
    async with rig(Animatic()) as (studio, films):
        film = await films.start(request)
        result = await film.result()
        await joins_are_shown(studio, film, result, tmp_path)
        again = await (await films.start(request)).result()
        assert result.spent_usd == 0 and again.beats == result.beats
        assert again.made == 0, "all of it was there"


def share_keyframes(clips: Sequence[dict[str, str]], sold: Sold) -> None:
    """Each was bought from the keyframe that the scene before ends with to its own, in the scenes' order."""
    by_scene = {int(SPOONS.findall(said["prompt"])[0]): (said[sold.first], said[sold.last]) for said in clips}
    told = [by_scene[scene] for scene in range(len(clips))]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(told))
    assert len({image for pair in told for image in pair}) == len(clips) + 1


async def joins_are_shown(studio: Studio, film: Film, result: VideoResult, folder: Path) -> None:
    """What was delivered has exactly the planned frames, and shows each keyframe where two scenes meet, as
    the end of the earlier one, and no other there."""
    assert result.status == "completed" and result.whole and result.video, result.warnings
    lasts = [beat.frames for beat in result.beats]
    assert lasts == [SCENE_S * FPS] * len(lasts)
    await studio.store.get_file(result.video, folder / "film.mp4")
    shown = decoded(folder / "film.mp4")
    assert len(shown) == sum(lasts) == result.frames
    edges = [0, *(end - 1 for end in itertools.accumulate(lasts))]
    height, width = shown[0].shape[:2]
    keyframes = await keyframes_of(studio, film, folder)
    for place, edge in enumerate(edges):
        frame = np.asarray(cv2.resize(shown[edge], SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        alike = [likeness(frame, (width, height), keyframe) for keyframe in keyframes]
        assert alike[place] >= SHOWN and alike[place] == max(alike[max(0, place - 1) : place + 2])


async def keyframes_of(studio: Studio, film: Film, folder: Path) -> Sequence[Path]:
    """One more than there are scenes, in their order."""
    rows = (await film.progress()).beats
    there = {step.name: step.object for row in rows for step in row.steps}
    names = [*(f"storyboard:{row.id}" for row in rows), f"storyboard:{rows[-1].id}:last"]
    files = [folder / f"{number}.png" for number in range(len(names))]
    for name, path in zip(names, files, strict=True):
        await studio.store.get_file(str(there[name]), path)
    return files
