"""A release that words or plans films otherwise buys no film anew; a person's change is always made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.film import keeping, plan, prompts
from activities.film.estimate import estimated
from activities.film.planning.compose import ENGINE, compose
from activities.film.planning.library import Library
from activities.film.prompts import Wording
from activities.models.catalogue import Catalogue
from tests.support.paid import BEAT_USD, CHUNK_USD, FLUX, WAN, PaidRig, asked, forget, made_of
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, Plan, PlanDraft, Shot, VideoRequest
from workflows.film.naming import film_id
from workflows.studio.facts import FrameFormat

BEATS = ("hero_shot", "call_to_action")


def of_another_release(patch: pytest.MonkeyPatch) -> None:
    """Another word in every template, library and rule."""
    image, motion = prompts.image_prompt, prompts.motion_prompt

    def replanned(request: VideoRequest, library: Library, source: Plan | None = None) -> Plan:
        made = compose(request, library, source)
        beats = [beat.model_copy(update={"prompt": f"Truly {beat.prompt}"}) for beat in made.beats]
        return made.model_copy(update={"beats": tuple(beats)})

    patch.setattr(prompts, "image_prompt", lambda *said: "Behold: " + image(*said))
    patch.setattr(prompts, "motion_prompt", lambda *said: "Behold: " + motion(*said))
    patch.setattr(plan, "compose", replanned)
    patch.setattr(plan, "ENGINE", "rules-9")


def edited(request: VideoRequest, **change: object) -> VideoRequest:
    """The same film, with a change to its first beat."""
    first = BeatDraft.model_validate({"id": BEATS[0], "seconds": 5, **change})
    return request.model_copy(update={"plan": PlanDraft(beats=(first, BeatDraft(id=BEATS[1], seconds=5)))})


@pytest.mark.slow
async def test_another_wording_buys_nothing_anew(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(*BEATS, image=FLUX, video=WAN)
    film = film_id(request)
    async with paid_rig() as (_, films):
        first = await made_of(films, request, film)
        assert not first.warnings
    posts = len(standins.log())
    of_another_release(monkeypatch)
    async with paid_rig() as (studio, films):
        foreseen = await estimated(studio, request, film)
        again = await made_of(films, request, film)
        assert len(standins.log()) == posts and again.cost_usd == 0
        assert again.beats == first.beats and again.plan == first.plan
        for said in (again.warnings, foreseen.notes):
            assert any("storyboard 1, chunk 1, storyboard 2, chunk 2" in each for each in said), said
            assert any("rules-9" in each for each in said)
        assert foreseen.price_usd == 0


@pytest.mark.slow
async def test_a_persons_change_gets_the_words_of_now(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(*BEATS, image=FLUX, video=WAN)
    film = film_id(request)
    async with paid_rig() as (_, films):
        await made_of(films, request, film)
        # No model is told a beat's title: the picture stays what it was.
        titled = await made_of(films, edited(request, title="Made by hand"), film)
        assert titled.cost_usd == 0
    posts = len(standins.log())
    monkeypatch.setattr(prompts, "motion_prompt", lambda shot, *_: f"Behold: {shot.beat.action}.")
    async with paid_rig() as (_, films):
        changed = await made_of(films, edited(request, action="It turns by itself"), film)
        assert changed.cost_usd == CHUNK_USD
        assert [one["input"]["prompt"] for one in standins.log()[posts:]] == ["Behold: It turns by itself."]
        other = await made_of(films, request.model_copy(update={"take": request.take + 500}), film)
    assert other.cost_usd == 2 * BEAT_USD


@pytest.mark.slow
async def test_a_film_from_before_anything_was_kept_is_found_by_what_it_paid_for(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    standins.order("replicate", "submit", "content_stable", match="flux-schnell")
    request = asked(*BEATS, image=FLUX, video=WAN)
    film = film_id(request)
    async with paid_rig() as (_, films):
        first = await made_of(films, request, film)
        assert any("softer words" in said for said in first.warnings)
    await forget(database_url, film)
    posts = len(standins.log())
    monkeypatch.setattr(keeping, "FORMER_RULES", ENGINE)
    monkeypatch.setattr(plan, "FORMER_RULES", ENGINE)
    of_another_release(monkeypatch)
    async with paid_rig() as (studio, films):
        assert (await estimated(studio, request, film)).price_usd == 0
        again = await made_of(films, request, film)
        assert len(standins.log()) == posts and again.cost_usd == 0 and again.beats == first.beats
        changed = await made_of(films, edited(request, action="It turns by itself"), film)
    assert changed.cost_usd >= CHUNK_USD, "what a person changed is made"
    assert all("Behold" in one["input"]["prompt"] for one in standins.log()[posts:])


# ---- the facts -------------------------------------------------------------------------------------

_REQUEST = asked("hero_shot", image=FLUX, video=WAN)
_PLAN = compose(_REQUEST, Library.default())
_SHOT = Shot.of(_PLAN, _PLAN.beats[0], FrameFormat.of(_REQUEST))
_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "seconds": st.sampled_from([5, 10]),
        "start_s": st.integers(0, 20),
        "shot": st.sampled_from(["close-up", "wide shot"]),
        "action": st.sampled_from(["It turns", "It waits"]),
        "prompt": st.sampled_from(["A mug", "A gun on a table"]),
        "title": st.sampled_from(["", "Now"]),
        "camera": st.sampled_from(["pan", "static"]),
        "energy": st.sampled_from([0.1, 0.5, 0.9]),
        "callouts": st.sampled_from([(), ("light",)]),
    },
)
_SHOTS = st.builds(
    lambda beat, more: _SHOT.model_copy(update={"beat": _SHOT.beat.model_copy(update=beat), **more}),
    _CHANGES,
    st.fixed_dictionaries({}, optional={"product": st.sampled_from(["mug", "kettle"]), "number": st.just(3)}),
)


@given(_SHOTS, _SHOTS, st.sampled_from(["storyboard_image", "chunk"]), st.integers(0, 2), st.integers(0, 2))
def test_words_follow_from_their_facts_alone(
    one: Shot, other: Shot, operation: str, rung: int, other_rung: int
) -> None:
    model = Catalogue.load().model(FLUX if operation == "storyboard_image" else WAN)
    first, second = (Wording(operation, model, *each) for each in ((one, rung), (other, other_rung)))  # type: ignore[arg-type]
    if first.words != second.words:
        assert first.asked != second.asked, "a release may word it otherwise, not this one"
