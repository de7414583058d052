"""A fork of a film of keyframes makes again what a person changed, and the clips beside it; what is shown of
it is what is paid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from activities.film.estimate import estimated
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, WAN, PaidRig, asked, made_of
from tests.support.shown import Paid, forked, paid_as_shown
from workflows.film.contract import Character, Models, PlanDraft, SceneDraft
from workflows.film.naming import film_id

FLUX_DEV = "replicate-flux-dev"
KONTEXT, KONTEXT_USD = "replicate-flux-kontext-dev", Decimal("0.025")
HAILUO, HAILUO_USD = "replicate-hailuo-02", Decimal("0.27")
SCENES = tuple(SceneDraft(description=words) for words in ("a mug on a shelf", "steam", "night"))
#: What a person changes; what of chain and clips is made for it, by scene; what that costs, and which
#: models take their time one after the other. A keyframe stands with the scene that it begins.
EDITS: Mapping[str, tuple[dict[str, Any], list[str], Decimal, list[str]]] = {
    "end": (
        {"shot": "1", "words": {"end": "A ceramic coffee mug in the rain"}},
        ["1 chunk 1", "2 storyboard", "2 chunk 1"],
        KONTEXT_USD + 2 * CHUNK_USD,
        [KONTEXT, WAN],
    ),
    # The third begins with what the first ends with, and a fourth follows it.
    "number": (
        {"drop": ["2"], "add": 1},
        ["3 chunk 1", "4 last storyboard", "4 chunk 1"],
        KONTEXT_USD + 2 * CHUNK_USD,
        [KONTEXT, WAN],
    ),
    "video model": (
        {"fields": [f"models.video={HAILUO}"]},
        [f"{number} chunk 1" for number in (1, 2, 3)],
        3 * HAILUO_USD,
        [HAILUO],
    ),
    "aspect": (
        {"fields": ["aspect=9:16"]},
        [
            *(f"{number} {what}" for number in (1, 2, 3) for what in ("storyboard", "chunk 1")),
            "3 last storyboard",
        ],
        IMAGE_USD + 3 * (KONTEXT_USD + CHUNK_USD),
        [FLUX, KONTEXT, KONTEXT, KONTEXT, WAN],
    ),
}


@pytest.mark.slow
async def test_every_edit_of_scenes_is_paid_as_it_was_shown(paid_rig: PaidRig, database_url: str) -> None:
    models = Models(planner="animatic-planner", image=FLUX, edit=KONTEXT, video=WAN)
    plan = PlanDraft(scenes=SCENES)
    before = asked(image=FLUX, video=WAN, models=models, plan=plan, method="keyframes", duration_s=6)
    async with paid_rig() as (studio, films):
        await made_of(films, before, film_id(before))
        for kind, (edits, made, cost, after) in EDITS.items():
            request = await forked(studio, before, **edits)
            paid = await paid_as_shown(studio, films, request, database_url, before)
            assert (pictures(paid), paid.result.cost_usd) == (sorted(made), cost), kind
            takes_s = sum(studio.catalogue.model(name).typical_s for name in after)
            assert paid.shown.typical_s == takes_s, kind
            assert paid.result.plan and paid.result.plan.seconds == 2 * len(paid.result.plan.beats)
        # Another image model draws the first keyframe, and all others follow from that.
        request = await forked(studio, before, fields=[f"models.image={FLUX_DEV}"])
        shown = await estimated(studio, request, film_id(request), before)
        whole = studio.catalogue.model(FLUX_DEV).price() + 3 * (KONTEXT_USD + CHUNK_USD)
        assert shown.price_usd == whole and all(each.what == "plan" for each in shown.artifacts if each.found)


def pictures(paid: Paid) -> list[str]:
    """What was shown to be bought, and was: by the number of its scene."""
    return sorted(
        f"{each.row.removeprefix('scene_')} {each.what}"
        for each in paid.shown.artifacts
        if each.key in paid.bought and each.row
    )


@pytest.mark.slow
async def test_a_fork_goes_on_with_the_sheet_that_was_drawn_last(
    paid_rig: PaidRig, database_url: str
) -> None:
    """Also in the scenes that it changes: whom a person wanted otherwise stays so, and keyframes are kept."""
    models = Models(planner="animatic-planner", image=FLUX, edit=KONTEXT, video=WAN)
    scenes = tuple(SceneDraft(description=f"Anna {does}") for does in ("pours the coffee", "drinks"))
    anna = (Character(name="Anna", description="a woman in a red coat"),)
    told = {"models": models, "plan": PlanDraft(scenes=scenes), "characters": anna, "sheets": "drawn"}
    plain = asked(image=FLUX, video=WAN, method="keyframes", duration_s=4)
    before = plain.model_copy(update=told)
    async with paid_rig() as (studio, films):
        first = await made_of(films, before, film_id(before))
        retaken = await films.film(film_id(before)).retake(sheet="Anna", words="older")
        older = await retaken.film.result()
        request = await forked(studio, before, shot="1", words={"end": "Anna in the rain"})
        paid = await paid_as_shown(studio, films, request, database_url, before)
        assert pictures(paid) == ["1 chunk 1", "2 chunk 1", "2 storyboard"]
        assert paid.result.cost_usd == KONTEXT_USD + 2 * CHUNK_USD
        begins = [film.beats[0].storyboard for film in (first, older, paid.result)]
        assert begins[0] != begins[1] == begins[2]
