"""What is shown of a decision about a film is what it then makes and pays, whatever is decided."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.film.estimate import estimated
from activities.film.estimate_edit import estimated_edit
from tests.support.paid import BEAT_USD, CHUNK_USD, PaidRig, made_of
from tests.support.shown import JOINED, directed_as_shown, draft, paid_as_shown, paid_within_shown
from workflows.film.contract import Models
from workflows.film.naming import film_id

HERO, MOVING, CLOSING = "hero_shot", "product_in_motion", "call_to_action"
MUG = "A red mug in the morning light"
#: A final shot of 5 s, and what it has of 10 s: one image, and a chunk or two.
FINAL_USD, LONG_FINAL_USD = Decimal("0.37"), Decimal("0.72")
#: What a person decides, one after the other, and what that costs.
DECISIONS: Mapping[str, tuple[str, dict[str, Any], Decimal]] = {
    "shot": ("retake", {"shot": MOVING}, BEAT_USD),
    "chunk": ("retake", {"shot": HERO, "chunk": 2}, CHUNK_USD),
    "words": ("retake", {"shot": CLOSING, "words": MUG}, BEAT_USD),
    "chunk with words": ("retake", {"shot": CLOSING, "chunk": 1, "words": MUG + ", turning"}, CHUNK_USD),
    "use": ("use", {"shot": HERO, "version": "draft-1"}, Decimal(0)),
    "use the drawing": ("use", {"shot": MOVING, "version": "animatic"}, Decimal(0)),
    "upgrade": ("upgrade", {"shots": [CLOSING], "profile": "final"}, FINAL_USD),
    "spend": ("upgrade", {"profile": "final", "spend_usd": Decimal("0.5")}, FINAL_USD),
    "upgrade all": ("upgrade", {"profile": "final"}, LONG_FINAL_USD),
    "film": ("retake", {}, 3 * BEAT_USD + CHUNK_USD),
}


@pytest.mark.slow
async def test_a_retake_is_paid_as_it_was_shown(paid_rig: PaidRig, database_url: str) -> None:
    request = draft((HERO, 5), (CLOSING, 5))
    async with paid_rig() as (studio, films):
        with pytest.raises(ApplicationError, match="has no plan yet"):
            await estimated_edit(studio, request, film_id(request), "retake", {"shot": HERO})
        await made_of(films, request, film_id(request))
        paid = await directed_as_shown(studio, films, request, database_url, "retake", shot=HERO)
        assert paid.result.cost_usd == BEAT_USD
        assert paid.of("made again")[HERO] == ["storyboard", "chunk 1", "segment"]
        assert paid.of("kept")[CLOSING] == ["storyboard", "chunk 1", "segment"]
        back = await directed_as_shown(
            studio, films, request, database_url, "use", shot=HERO, version="draft-1"
        )
        assert back.result.cost_usd == 0 and not back.made
        assert back.of("kept")[HERO] == ["storyboard", "chunk 1", "segment"]
        assert [each.what for each in back.shown.unused if each.row == HERO] == [
            "storyboard",
            "chunk 1",
            "segment",
        ]
        with pytest.raises(ApplicationError, match="it has animatic-1, draft-1, draft-2"):
            await estimated_edit(studio, request, film_id(request), "use", {"shot": HERO, "version": "final"})


@pytest.mark.slow
# A film, ten decisions about it, and most of the time other tests on the same two cores.
@pytest.mark.timeout(900)
async def test_every_decision_is_paid_as_it_was_shown(paid_rig: PaidRig, database_url: str) -> None:
    request = draft((HERO, 10), (MOVING, 5), (CLOSING, 5))
    async with paid_rig() as (studio, films):
        await made_of(films, request, film_id(request))
        for name, (kind, value, cost) in DECISIONS.items():
            paid = await directed_as_shown(studio, films, request, database_url, kind, **value)
            assert paid.result.cost_usd == cost, name


@pytest.mark.slow
async def test_the_cut_that_comes_first_is_no_part_of_what_is_shown(
    paid_rig: PaidRig, database_url: str
) -> None:
    request = draft((HERO, 5), (CLOSING, 5), preview=True, partial="deliver")
    free = draft((HERO, 5), (CLOSING, 5), preview=True, profile="animatic", models=Models())
    async with paid_rig() as (studio, films):
        paid = await paid_within_shown(studio, films, request, database_url)
        assert paid.shown.previews and paid.result.cost_usd == paid.shown.price_usd == 2 * BEAT_USD
        assert paid.keys <= paid.made.keys() and paid.bought <= paid.keys, "what is beside it costs nothing"
        assert paid.beside == {"storyboard_image", "chunk", "segment", *JOINED}
        # Of a film that has a cut none comes first, and of one that is drawn here none but its own.
        assert not (await estimated(studio, request, film_id(request))).previews
        assert not (await paid_as_shown(studio, films, free, database_url)).shown.previews
        bought = await directed_as_shown(studio, films, free, database_url, "upgrade", shots=[HERO])
        assert bought.shown.paid and bought.result.cost_usd == BEAT_USD
