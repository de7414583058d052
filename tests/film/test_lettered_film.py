"""Words on a film that was bought: there, readable, told beside it; changed for nothing, or left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from activities.animatic.stage import GUTTER
from activities.studio.studio import Studio
from tests.support.captions import cues_of
from tests.support.finished import recipes_of
from tests.support.paid import PaidRig, asked
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest
from workflows.film.report import VideoResult

FLUX, WAN = "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"
FPS = 8
#: What type changes, and not the encoder or a veil alone.
TYPE = 60


def film_of(title: str, take: int, **more: object) -> VideoRequest:
    beats = (
        BeatDraft(id="hero_shot", seconds=5, title=title),
        BeatDraft(id="call_to_action", seconds=5, title="Nova"),
    )
    plan, prompt = PlanDraft(beats=beats), "A dark luxury film about a steel bottle"
    return asked(image=FLUX, video=WAN, take=take, prompt=prompt, plan=plan, **more)


async def delivered(studio: Studio, result: VideoResult, folder: Path) -> tuple[NDArray[np.int16], str]:
    """All frames, grey, and the captions."""
    assert result.video and result.captions
    path = folder / "film.mp4"
    await studio.store.get_file(result.video, path)
    with av.open(str(path)) as container:
        assert result.plan and container.metadata["title"] == result.plan.title
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return np.asarray(frames, np.int16), (await studio.read(result.captions)).decode()


async def made_since(database_url: str, before: Collection[str]) -> Counter[str]:
    """Operations of what was made, but for these keys."""
    made = (await recipes_of(database_url)).items()
    return Counter(recipe["operation"] for key, recipe in made if key not in before)


@pytest.mark.slow
async def test_a_bought_film_shows_its_words_and_one_without_titles_does_not(
    paid_rig: PaidRig, standins: Standins, database_url: str, tmp_path: Path
) -> None:
    with_words, without = film_of("Cold for a day", 7101), film_of("Cold for a day", 7101, titles=False)
    async with paid_rig() as (studio, films):
        first = await (await films.start(with_words)).result()
        posts, before = len(standins.log()), await recipes_of(database_url)
        second = await (await films.start(without)).result()
        assert first.status == second.status == "completed" and second.cost_usd == 0
        assert len(standins.log()) == posts, "the same pictures: nothing is bought again"
        # Its own two bodies, the transition between them and the film.
        assert await made_since(database_url, before) == {"segment": 2, "transition": 1, "stitch": 1}
        lettered, told = await delivered(studio, first, tmp_path)
        plain, untold = await delivered(studio, second, tmp_path)
    assert cues_of(untold) == [] and cues_of(told)[0].words == "Cold for a day"
    differs = np.abs(lettered - plain) > TYPE
    for frame, picture in enumerate(differs):
        words = [cue for cue in cues_of(told) if cue.since <= Fraction(frame, FPS) < cue.until]
        # Of the first frames in which type comes and goes, too little is there to tell it from a veil.
        settled = [
            cue
            for cue in words
            if cue.since + Fraction(1, 2) <= Fraction(frame, FPS) < cue.until - Fraction(1, 2)
        ]
        assert picture.any() >= bool(settled) and picture.any() <= bool(words), frame
        if settled:
            height, width = picture.shape
            rows, columns = np.nonzero(picture)
            margin = GUTTER * height / 100 - 2
            assert margin <= columns.min() and columns.max() <= width - margin
            assert rows.min() > height / 2 and rows.max() < height * 0.98
    readable(lettered, differs)


def readable(film: NDArray[np.int16], differs: NDArray[np.bool_]) -> None:
    """Type is told from what is just beside it by 3 : 1 and more, in every frame in which it stands whole."""
    for frame in (12, 20, 30, 60, 75):
        rows, columns = np.nonzero(differs[frame])
        box = film[frame][rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        type_, ground = np.quantile(box, 0.98), np.quantile(box, 0.5)
        light, dark = (linear(float(level)) for level in (max(type_, ground), min(type_, ground)))
        assert (light + 0.05) / (dark + 0.05) >= 3, (frame, type_, ground)


def linear(level: float) -> float:
    share = level / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


@pytest.mark.slow
async def test_a_changed_title_makes_one_body_anew_and_buys_nothing(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    async with paid_rig() as (_, films):
        first = await (await films.start(film_of("Cold for a day", 7102))).result()
        posts, before = len(standins.log()), await recipes_of(database_url)
        second = await (await films.start(film_of("Warm for a night", 7102))).result()
    assert first.cost_usd > 0 == second.cost_usd and len(standins.log()) == posts
    made = await made_since(database_url, before)
    # The transition is the next beat's: it fades from the tail of this one.
    assert made == {"plan": 1, "segment": 1, "transition": 1, "stitch": 1}


async def test_words_of_the_animatic_are_not_set_twice(paid_rig: PaidRig, database_url: str) -> None:
    request = VideoRequest.model_validate(
        {**asked("hero_shot", image="animatic-image", video="animatic-video").model_dump(), "take": 7103}
    )
    async with paid_rig() as (studio, films):
        before = await recipes_of(database_url)
        result = await (await films.start(request)).result()
        assert result.status == "completed" and result.captions
        told = cues_of((await studio.read(result.captions)).decode())
    made = [recipe for key, recipe in (await recipes_of(database_url)).items() if key not in before]
    assert told and made and not any("words" in recipe["params"] for recipe in made)
