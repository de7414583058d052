"""What people decide about a film, while it is made and after it has ended: made once, shown, and undone."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError

from tests.support.editing import edited, refusal, submitted, told
from tests.support.paid import BEAT_USD, CHUNK_USD, FLUX, IMAGE_USD, WAN, PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.budget import DEFAULT_BUDGET_USD
from workflows.film.contract import BeatDraft, Models, PlanDraft
from workflows.film.naming import film_id

NOTHING = Decimal(0)
#: Of the final profile; its image and a chunk of 5 s cost.
FLARE, KLING, FINAL_USD = "fal-gpt-image-2.5-flare", "fal-kling-2.6-pro", Decimal("0.37")


async def test_what_is_being_made_is_let_go_for_another_take(paid_rig: PaidRig, standins: Standins) -> None:
    """By two people at once, while its chunk is being made: each is told, and the later one holds."""
    standins.order("replicate", "submit", "stuck", match=WAN.removeprefix("replicate-"))
    request = asked("hero_shot", image=FLUX, video=WAN, partial="deliver")
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        await submitted(standins, 2)
        words = ("a red mug", "a blue mug")
        both = await asyncio.gather(*(told(film, "retake", shot="hero_shot", words=one) for one in words))
        later = await submitted(standins, 3)
        assert later[1]["state"] == "canceled", "nothing of another take before the first has ended"
        result = await film.result()
        (shot,) = (await film.progress()).beats
        paid = [payment.usd for payment in await studio.ledger.payments(film.id)]
    assert [answer.rpartition(" ")[2] for answer in sorted(both)] == ["draft-2", "draft-3"]
    assert (result.whole, result.beats[0].shows, result.cut) == (True, "draft-3", 1)
    log = standins.log()
    assert len({json.dumps(one["input"]) for one in log}) == len(log), "nothing is asked for twice"
    newest = words[[answer.endswith("draft-3") for answer in both].index(True)]
    assert [newest in one["input"]["prompt"] for one in log[-2:]] == [True, True]
    assert {one.name: one.state for one in shot.versions}["draft-3"] == "finished"
    assert paid.count(IMAGE_USD) >= 2, "the first take's image is paid, and kept"


@pytest.mark.slow
async def test_a_chunk_once_more_and_back(paid_rig: PaidRig, standins: Standins, client: Client) -> None:
    plan = PlanDraft(beats=(BeatDraft(id="hero_shot", seconds=10),))
    request = asked(image=FLUX, video=WAN, plan=plan, partial="deliver")
    async with paid_rig() as (_, films):
        first = await (await films.start(request)).result()
        assert made(standins) == {FLUX: 1, WAN: 2} and first.cut == 1
        second = await edited(client, request, "retake", shot="hero_shot", chunk=2, words="a red mug")
        assert made(standins) == {FLUX: 1, WAN: 3}
        before, noted = (one["input"]["prompt"] for one in standins.log()[-2:])
        # It is told what the shot is of, and the note beside it.
        assert noted == f"{before.removesuffix('.')}. a red mug."
        assert (second.cost_usd, second.cut, second.beats[0].shows) == (CHUNK_USD, 2, "draft-2")
        assert second.beats[0].storyboard == first.beats[0].storyboard
        assert second.beats[0].chunks[0] == first.beats[0].chunks[0]
        assert second.beats[0].chunks[1] != first.beats[0].chunks[1]
        posts = standins.posts("replicate")
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await edited(client, request, "retake", shot="hero_shot", chunk=3)
        assert refusal(error.value) == ("NoSuchShot", "hero_shot has no chunk 3: it has 2")
        back = await edited(client, request, "use", shot="hero_shot", version="draft-1")
        again = await edited(client, request, "use", shot="hero_shot", version="draft")
    assert (back.cut, back.video, again.cut) == (1, first.video, 2), "the same choice is the same cut"
    assert (back.beats, again.beats) == (first.beats, second.beats)
    assert back.cost_usd == again.cost_usd == NOTHING and standins.posts("replicate") == posts


@pytest.mark.slow
async def test_a_film_that_costs_nothing_is_bought_shot_by_shot(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN, partial="deliver", models=Models())
    async with paid_rig() as (studio, films):
        await edited(client, request, "use", shot="hero_shot", version="animatic")
        free = await (await films.start(request)).result()
        film = films.film(film_id(request))
        assert (free.cut, free.whole) == (1, True) and standins.log() == []
        # From now on it may cost what any film may: whatever run it is that buys first.
        assert (await film.progress()).budget_usd == DEFAULT_BUDGET_USD
        one = await edited(client, request, "upgrade", shots=["hero_shot"])
        assert [beat.shows for beat in one.beats] == ["draft-1", "animatic-1"] and one.whole
        assert (one.cost_usd, one.cut) == (BEAT_USD, 2) and made(standins) == {FLUX: 1, WAN: 1}
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await edited(client, request, "upgrade", profile="final", spend_usd=str(FINAL_USD / 2))
        assert refusal(error.value) == ("CannotUpgrade", f"the cheapest shot on final costs ${FINAL_USD}")
        # What stands lowest goes first, and one shot is all that the amount pays for.
        two = await edited(client, request, "upgrade", profile="final", spend_usd=str(FINAL_USD * 3 / 2))
        rows = (await film.progress()).beats
        told = [[(one.name, one.state) for one in row.versions] for row in rows]
        assert told == [
            [(name, "finished") for name in ("animatic-1", shown)] for shown in ("draft-1", "final-1")
        ]
        for there in (each for row in rows for each in row.versions):
            assert there.models and there.object and await studio.store.exists(there.object), there.name
    assert {step.state for row in rows for step in row.steps} <= {"made", "reused"}, "what it is not made of"
    assert [beat.shows for beat in two.beats] == ["draft-1", "final-1"] and two.whole
    assert (two.cost_usd, two.cut) == (FINAL_USD, 3)
    assert made(standins) == {FLUX: 1, WAN: 1, FLARE: 1, KLING: 1}


@pytest.mark.slow
async def test_words_another_plan_and_what_cannot_be_had(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN, partial="deliver")
    async with paid_rig() as (studio, films):
        first = await (await films.start(request)).result()
        said = await edited(client, request, "retake", shot="call_to_action", words="a red mug")
        prompts = [one["input"]["prompt"] for one in standins.log()]
        assert ["a red mug" in prompt for prompt in prompts] == [False] * 4 + [True] * 2
        assert [prompts.count(one.replace(". a red mug", "")) for one in prompts[4:]] == [1, 1], (
            "beside its own"
        )
        assert [beat.shows for beat in said.beats] == ["draft-1", "draft-2"] and said.cost_usd == BEAT_USD
        assert said.beats[0] == first.beats[0] and made(standins) == {FLUX: 3, WAN: 3}
        other = await edited(client, request, "retake")
        assert [beat.shows for beat in other.beats] == ["draft-1", "draft-1"] and other.cut == 3
        assert made(standins) == {FLUX: 5, WAN: 5} and other.cost_usd == 2 * BEAT_USD
        there = set(await studio.store.list(f"videos/{film_id(request)}/"))
        assert {first.video, said.video, other.video} <= there, "what was delivered stays"
        standins.order("fal", "submit", "content_stable", times=20)
        failed = await edited(client, request, "upgrade", shots=["hero_shot"], profile="final")
    hero = failed.beats[0]
    assert (failed.status, failed.whole, failed.cut) == ("completed", False, 3)
    assert (hero.shows, hero.wanted, hero.placeholder) == ("draft-1", "final-1", True)
    assert hero.why and hero.fill.startswith("reel retake ") and hero.chunks == other.beats[0].chunks
