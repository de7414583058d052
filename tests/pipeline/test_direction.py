"""What is wanted of every step, whoever decides, and what is made again for it: that, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.models import Catalogue
from activities.pipeline import planned_steps
from activities.pipeline.estimate import refuse_decision
from tests.pipeline.drafts import Json, parsed, pipelines, step
from workflows.pipeline import DECIDE, KINDS, Approval, Direction, PipelineRequest, causes_of, decisions
from workflows.pipeline.approving import meant
from workflows.pipeline.deciding import Decided
from workflows.pipeline.turns import Turns
from workflows.studio import Edit, usd

Acts = list[tuple[int, str]]
ACTS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", "In the snow", "${colour} skies"])))


def sent(value: Json) -> RawValue:
    return RawValue(Payload(data=json.dumps(value).encode()))


def decided(direction: Direction, kind: str, **value: Any) -> Decided:
    return DECIDE[kind](sent(value))(direction)


def recipes(request: PipelineRequest) -> dict[str, str]:
    """Of each step, whatever makes it what it is: itself, and all that it is made from."""
    causes, by_id = causes_of(request.steps), {one.id: one for one in request.steps}

    def recipe(id: str) -> str:
        return f"{by_id[id].take} {by_id[id].prompt} {[recipe(one) for one in causes[id]]}"

    return {id: recipe(id) for id in by_id}


def retake(direction: Direction, number: int, words: str) -> Decided | None:
    """Of the step of that number, counted round; None of one that comes out the same."""
    steps = direction.request.steps
    one = steps[number % len(steps)]
    value = {"step": one.id} | ({"words": words} if words and KINDS[one.kind].words != "none" else {})
    if KINDS[one.kind].comes_out_the_same(one.model):
        with pytest.raises(ApplicationError, match="comes out the same"):
            decided(direction, "retake", **value)
        return None
    return decided(direction, "retake", **value)


@given(pipelines(), ACTS)
def test_a_retake_makes_the_step_and_what_follows_and_using_it_undoes_that(value: Json, acts: Acts) -> None:
    direction, kept = Direction(parsed(value)), list[Edit]()
    for number, words in acts:
        before, stood = recipes(direction.request), direction.wanted
        if (made := retake(direction, number, words)) is None:
            continue
        (named,) = made.decision.wanted
        assert direction.apply(made.decision) == (named,) and direction.request == made.request
        kept.append(Edit(id="x", kind="retake", value=made.decision.model_dump(mode="json")))
        after = recipes(direction.request)
        assert {one for one in after if after[one] != before[one]} == set(made.again), made.words
        # Whoever goes back has all of it as it was, also where what follows was retaken since.
        others = Direction(parsed(value), decisions(kept))
        for one in made.again:
            if more := retake(others, [*others.wanted].index(one), ""):
                others.apply(more.decision)
        back = decided(others, "use", step=named, version=stood[named].name)
        others.apply(back.decision)
        assert recipes(others.request) == before and set(back.again) == set(made.again)
    later = Direction(parsed(value), decisions(kept))
    assert later.wanted == direction.wanted, "whoever reads them again"


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("retake", {"step": "jug"}, "there is no step jug; there are draw, turn"),
        ("retake", {"step": "3"}, "there is no step 3"),
        ("retake", {"step": "draw", "prompt": "${mood}"}, "no variable"),
        ("retake", {"step": "1", "words": "x", "prompt": "y"}, "in its place"),
        ("retake", {"step": "draw", "words": "x" * 1001}, "words is not text"),
        ("retake", {"shot": "draw"}, "step is missing"),
        ("retake", {"step": "draw", "model": "Flux!"}, "model "),
        ("use", {"step": "draw", "version": "take-9"}, "no version take-9; it has take-7"),
        ("use", {"step": "draw"}, "version is missing"),
    ],
)
def test_what_cannot_be_is_told(kind: str, value: Json, words: str) -> None:
    steps = [
        step("draw", "text_to_image", "A mug", take=7),
        step("turn", "image_to_video", "It turns", inputs={"image": "draw"}),
    ]
    with pytest.raises(ApplicationError, match=words):
        decided(Direction(parsed({"steps": steps})), kind, **value)


def test_a_retake_is_priced_by_the_model_that_its_step_has_moved_to() -> None:
    """With what follows from it; what is done here costs nothing."""
    catalogue = Catalogue.load()
    steps = [
        step("draw", "text_to_image", "A mug", model="replicate-flux-schnell"),
        step(
            "turn", "image_to_video", "It turns", model="replicate-wan-2.2-i2v-fast", inputs={"image": "draw"}
        ),
        step("end", "frame", inputs={"video": "turn"}),
    ]
    made = decided(Direction(parsed({"steps": steps})), "retake", step="draw")
    planned = planned_steps(made.request, catalogue, catalogue.providers.keys()).steps
    draw, turn, _ = planned
    assert len({*turn.price_usd.values()}) > 1, "another model, another price"
    for model in turn.models:
        price = draw.price_usd[draw.models[0].id] + turn.price_usd[model.id]
        told = made.priced(planned, {"turn": model.id})
        assert told == f"{made.words}, for about {usd(price)} where nothing of it is there"
    assert made.priced(planned, {"turn": "a-model-of-then"}) == made.priced(planned, {})


def test_another_model_makes_it_from_then_on_and_moves_to_no_other() -> None:
    """Until somebody goes back: whichever it had moved to before, and for further takes too."""
    catalogue = Catalogue.load()
    first, other = "replicate-flux-schnell", "fal-flux-dev"
    direction = Direction(parsed({"steps": [step("draw", "text_to_image", "A mug", model=first)]}))

    def models() -> list[str]:
        planned = planned_steps(direction.request, catalogue, catalogue.providers.keys()).steps
        (draw,) = direction.planned(planned)
        return [one.id for one in draw.models]

    of_the_request = models()
    assert of_the_request[0] == first and len(of_the_request) > 1
    made = decided(direction, "retake", step="draw", model=other)
    assert made.words == f"draw: made anew, as take-2 by {other}"
    (shown,) = direction.planned(
        planned_steps(made.request, catalogue, catalogue.providers.keys()).steps, made.decision
    )
    direction.apply(made.decision)
    assert models() == [other] == [one.id for one in shown.models] and shown.model_of(first).id == other
    direction.apply(decided(direction, "retake", step="draw", words="In red").decision)
    assert models() == [other], "also in other words"
    direction.apply(decided(direction, "use", step="draw", version="take-1").decision)
    assert models() == of_the_request


@pytest.mark.parametrize(
    ("asked", "steps"),
    [
        ({}, "draw turn"),
        ({"steps": ["turn"]}, "turn"),
        ({"steps": ["2"]}, "turn"),
        ({"keys": ["a" * 64]}, "draw"),
        ({"keys": ["b" * 8, "a" * 8]}, "draw turn"),
        ({"steps": ["draw"], "keys": ["a" * 8]}, "draw"),
        ({"steps": ["draw"], "keys": ["b" * 8]}, None),
        ({"steps": ["draw", "turn"], "keys": ["a" * 8]}, None),
        ({"keys": ["c" * 8]}, None),
        ({"steps": ["end"]}, None),
    ],
)
def test_what_is_approved_is_what_was_looked_at(asked: Json, steps: str | None) -> None:
    waiting = {"draw": "a" * 64, "turn": "b" * 64}
    approval = Approval.model_validate_json(json.dumps(asked))
    if steps is not None:
        assert meant(approval, ["draw", "turn", "end"], waiting) == tuple(steps.split())
        return
    with pytest.raises(ApplicationError, match=r"not what was looked at|does not wait") as refused:
        meant(approval, ["draw", "turn", "end"], waiting)
    assert refused.value.type == "NotWaiting"


@given(st.permutations(range(5)))
def test_the_newest_decision_is_the_one_that_was_sent_last(kept: list[int]) -> None:
    """In whichever order they are kept: those that are looked at for long come late."""
    turns, done = Turns(), set[int]()
    sent = [turns.sent() for _ in kept]
    for one in kept:
        later = any(other > one for other in done)
        assert turns.newer(("jug", "draw", "draw"), sent[one]) == (["draw"] if later else [])
        turns.decided(["draw"], sent[one])
        done.add(one)


def test_a_decision_is_of_its_own_request_alone() -> None:
    drawn: Json = {"steps": [step("draw", "text_to_image", "A mug")]}
    direction = Direction(parsed(drawn))
    made = decided(direction, "retake", step="draw", prompt="A jug")
    drawn["budget_usd"] = 2
    same = Direction(parsed(drawn), [made.decision])
    assert same.wanted["draw"].take == 2 and same.request.steps[0].prompt == "A jug"
    drawn["steps"][0]["prompt"] = "A bowl"
    assert not Direction(parsed(drawn)).apply(made.decision)


def test_what_no_run_could_make_is_refused_before_one_begins() -> None:
    steps = [step("draw", "text_to_image", "A mug"), step("lines", "edges", inputs={"image": "draw"})]
    direction, catalogue = Direction(parsed({"steps": steps})), Catalogue.load()
    for name, value, why in (
        ("retake", {"step": "nobody"}, "NoSuchShot"),
        ("use", {"step": "9", "version": "take-1"}, "NoSuchShot"),
        ("retake", {"step": "lines"}, "NoSuchShot"),
        ("use", {"step": "draw", "version": "take-7"}, "NoSuchVersion"),
        ("retake", {"step": "draw", "model": "replicate-wan-2.2-fast"}, "InvalidAnswer"),
        ("retake", {"step": "draw", "model": "nobodys"}, "InvalidAnswer"),
    ):
        with pytest.raises(ApplicationError) as refused:
            refuse_decision(catalogue, direction, name, value)
        assert refused.value.type == why
    refuse_decision(catalogue, direction, "retake", {"step": "draw", "model": "fal-flux-dev"})
