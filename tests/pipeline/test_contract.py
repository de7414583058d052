"""What a pipeline has to be: what holds together is taken, all that does not is named with its field."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.pipeline.drafts import FILES, Json, gives, parsed, pipelines, refused
from workflows.pipeline import KINDS, PIPELINE, filled, kept, meant, names_in, ordered, parts_of
from workflows.studio import InvalidRequest

DRAW = {"id": "draw", "kind": "text_to_image", "prompt": "A mug"}


def of(*steps: Json, **more: Any) -> Json:
    return {"steps": list(steps), **more}


@given(pipelines())
def test_what_holds_together_is_taken_and_comes_back_the_same(value: Json) -> None:
    request = parsed(value)
    again = PIPELINE.parse(request.model_dump_json(exclude_defaults=True).encode())
    assert again == request and PIPELINE.id_of(again) == PIPELINE.id_of(request)


@given(pipelines())
def test_every_step_comes_after_all_that_it_is_made_from(value: Json) -> None:
    request = parsed(value)
    ids = {one.id for one in request.steps}
    causes = {
        one.id: [s for those in one.inputs.values() for s in those if s in ids] for one in request.steps
    }
    order = ordered(causes)
    assert sorted(order) == sorted(ids)
    assert all(order.index(cause) < order.index(id) for id, those in causes.items() for cause in those)


@given(pipelines(), st.data())
def test_a_circle_is_refused_where_it_closes(value: Json, data: st.DataObject) -> None:
    """Whatever takes a step that it is made into, by way of however many."""
    steps = value["steps"]
    links = [
        (one, role, cause)
        for one in steps
        for role, given in one["inputs"].items()
        for cause in steps
        if cause["id"] in (given if isinstance(given, list) else [given]) and cause["inputs"]
    ]
    if not links:
        return
    one, _, cause = data.draw(st.sampled_from(links))
    role = data.draw(st.sampled_from(sorted(cause["inputs"])))
    cause["inputs"][role] = one["id"]
    told = refused(value)
    assert any("made from itself" in said for said in told.values()), told


@given(pipelines(), st.data())
def test_whatever_breaks_has_its_field(value: Json, data: st.DataObject) -> None:
    """One thing is broken: that very field is named, whatever else follows from it."""
    steps = value["steps"]
    number = data.draw(st.integers(0, len(steps) - 1))
    step, place = steps[number], f"steps[{number}]"
    kind = KINDS[step["kind"]]
    roles = [role for role, takes in kind.roles.items() if role in step["inputs"] and takes.needed]
    broken = data.draw(
        st.sampled_from(["kind", "params", "prompt", "model", *(["unknown", "none"] if roles else [])])
    )
    if broken == "kind":
        step["kind"], field = f"{step['kind']}x", f"{place}.kind"
    elif broken == "params":
        step["params"], field = {"nosuch": 1}, f"{place}.params.nosuch"
    elif broken == "prompt":
        step["prompt"], field = "x" * 2001, f"{place}.prompt"
    elif broken == "model":
        step["model"], field = "No Such!", f"{place}.model"
    elif broken == "unknown":
        step["inputs"][roles[0]], field = "nobody", f"{place}.inputs.{roles[0]}"
    else:
        del step["inputs"][roles[0]]
        field = f"{place}.inputs.{roles[0]}"
    assert field in refused(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "kind", "steps", "inputs", "params", "prompt", "variables", "image"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_anything_at_all_is_taken_or_refused_in_words(value: object) -> None:
    try:
        PIPELINE.parse(json.dumps({"steps": value, "variables": value}).encode())
    except InvalidRequest as error:
        assert error.fields and all(one.field for one in error.fields)


@given(st.text(" \t\n", max_size=3))
def test_words_that_come_to_nothing_are_missing(said: str) -> None:
    draw = {"id": "draw", "kind": "text_to_image", "prompt": " ${words}"}
    assert refused(of(draw, variables={"words": said})).keys() == {"steps[0].prompt"}
    assert not refused(of(draw, variables={"words": f"{said}mug"}))


def test_the_steps_are_told_in_their_order() -> None:
    draw, film = ({"id": id, "kind": "text_to_image", "prompt": "A mug"} for id in ("draw", "film"))
    told = refused(of(draw, film, {"id": "lines", "kind": "edges", "inputs": {"image": "xyz"}}))
    assert told["steps[2].inputs.image"].endswith("the steps are draw, film, lines")


def test_all_that_is_wrong_is_said_at_once() -> None:
    value = of(
        {"id": "draw", "kind": "text_to_imge", "prompt": "A ${colur} mug"},
        {"id": "turn", "kind": "image_to_video", "prompt": "turn", "inputs": {"image": "film"}},
        {"id": "film", "kind": "text_to_video", "prompt": "A mug", "params": {"size": "999p"}},
        {"id": "film", "kind": "soundtrack", "inputs": {"video": "flim"}, "model": "replicate-x"},
        variables={"colour": "red"},
    )
    told = refused(value)
    assert told["steps[0].kind"].endswith("did you mean text_to_image?")
    assert told["steps[0].prompt"].endswith("did you mean colour?")
    assert "is a video, where a picture is needed" in told["steps[1].inputs.image"]
    assert told["steps[2].params.size"].endswith("one of 360p, 720p, 1080p")
    assert "appears twice" in told["steps[3].id"]
    assert told["steps[3].inputs.video"].endswith("did you mean film?")
    assert "by no model" in told["steps[3].model"]


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"id": "a", "kind": "frame", "inputs": {"video": FILES["image"]}}, "steps[0].inputs.video"),
        ({"id": "a", "kind": "edges", "inputs": {"image": FILES["video"]}}, "steps[0].inputs.image"),
        ({"id": "a", "kind": "edges", "inputs": {"image": "../etc/passwd"}}, "steps[0].inputs.image"),
        (
            {"id": "a", "kind": "frame", "inputs": {"video": FILES["video"]}, "params": {"at": -1}},
            "steps[0].params.at",
        ),
        ({"id": "a", "kind": "edges", "inputs": {"image": [FILES["image"]] * 2}}, "steps[0].inputs.image"),
        ({"id": "a", "kind": "text_to_image"}, "steps[0].prompt"),
        ({**DRAW, "take": 0}, "steps[0].take"),
    ],
)
def test_what_no_step_can_be_is_refused(step: Json, field: str) -> None:
    assert list(refused(of(step))) == [field]


def test_fifty_steps_are_taken_and_fifty_one_are_not() -> None:
    many = [{**DRAW, "id": f"s{number}"} for number in range(51)]
    assert refused(of(*many[:50])) == {} and list(refused(of(*many))) == ["steps"]


def test_what_it_may_cost_and_who_is_told_is_no_part_of_what_it_is() -> None:
    plain = parsed(of(DRAW))
    for more in ({"budget_usd": 7}, {"labels": ["acme"]}, {"notify": ["https://example.org/x"]}):
        assert PIPELINE.id_of(parsed(of(DRAW, **more))) == PIPELINE.id_of(plain)
    for other in (of(DRAW, user="anna"), of(DRAW, profile="draft"), of(DRAW, variables={"a": 1})):
        assert PIPELINE.digest_of(parsed(other)) != PIPELINE.digest_of(plain)


def test_a_request_that_nobody_parsed_is_held_to_the_same() -> None:
    with pytest.raises(ValueError, match=r"steps\[0\].prompt: is missing"):
        type(parsed(of(DRAW))).model_validate({"steps": ({"id": "draw", "kind": "text_to_image"},)})


# ---- variables --------------------------------------------------------------------------------------

_VALUES = st.text(max_size=9) | st.integers() | st.booleans()


@given(st.dictionaries(st.sampled_from("abc"), _VALUES, min_size=1), st.text(max_size=20))
def test_a_variable_is_put_in_as_it_is_and_never_read_again(values: dict[str, Any], text: str) -> None:
    """What is in a value is text, whatever it looks like."""
    name = sorted(values)[0]
    plain = text.replace("$", "")
    assert meant(f"${{{name}}}", values) == values[name]
    said = str(values[name]).lower() if isinstance(values[name], bool) else str(values[name])
    assert filled(f"{plain}${{{name}}}$${{{name}}}", values) == f"{plain}{said}${{{name}}}"


def test_a_parameter_that_is_a_variable_has_its_type() -> None:
    step = {**DRAW, "kind": "text_to_video", "params": {"seconds": "${s}"}}
    assert refused(of(step, variables={"s": 5})) == {}
    assert list(refused(of(step, variables={"s": "five"}))) == ["steps[0].params.seconds"]


@given(
    st.lists(st.sampled_from(["$", "$$", "{", "}", "${a}", "${b}", "${s.f}", "${t.g}", "words"]), max_size=8),
    st.text("${}sfa.b", max_size=6),
)
@example(["$", "{", "${a}"], "}")
@example(["$", "{", "${a}"], "t.g}")
def test_answers_are_put_in_later_as_if_all_were_there_at_once(pieces: list[str], value: str) -> None:
    """What a variable holds is never read as the place of an answer, nor an answer as one of another."""
    said = "".join(pieces)
    answers: dict[str, Any] = {"s.f": f"{value}${{a}}", "t.g": 4}
    variables: dict[str, Any] = {"a": value, "b": "${s.f}"}
    if not {*names_in(said)} <= {*answers, *variables}:
        return
    template = kept(said, variables)
    assert filled(template, answers) == filled(said, {**variables, **answers})
    told = (part if isinstance(part, str) else str(answers[".".join(part)]) for part in parts_of(template))
    assert "".join(told) == filled(template, answers)


def test_an_answer_is_named_by_its_step_and_field() -> None:
    better = {"id": "better", "kind": "text", "prompt": "Enhance: a mug", "answer": {"prompt": "string"}}
    draw = {"id": "draw", "kind": "text_to_image", "prompt": "${better.prompt}, $$5"}
    judge = {"id": "judge", "kind": "text", "prompt": "Judge", "inputs": {"images": "draw"}}
    assert refused(of(draw, better, judge)) == {}
    wrong = {"id": "wrong", "kind": "text_to_video", "answer": {"a": "string"}, "prompt": "${draw.text}"}
    wrong |= {"negative_prompt": "${betr.prompt} ${better.promt}", "params": {"seconds": "${judge.text}"}}
    lines = {"id": "lines", "kind": "edges", "inputs": {"image": "judge"}}
    told = refused(of(draw, better, judge, wrong, lines))
    assert told.keys() == {
        *(f"steps[3].{field}" for field in ("answer", "prompt", "negative_prompt", "params.seconds")),
        "steps[4].inputs.image",
    }
    assert "${judge.text}" in told["steps[4].inputs.image"]
    assert list(refused(of({**judge, "inputs": {}, "answer": {"No": "string"}}))) == ["steps[0].answer.No"]
    better["prompt"] = "Better than ${judge.text}"
    assert any("made from itself" in one for one in refused(of(draw, better, judge)).values())


@given(pipelines())
def test_what_gives_what_its_source_is_is_followed_through(value: Json) -> None:
    """A picture is no video, however often it was resized on the way."""
    steps = deepcopy(value["steps"])
    for one in steps:
        if gives(one, steps) == "image":
            wrong = {"id": "wrong", "kind": "frame", "inputs": {"video": one["id"]}}
            assert list(refused({**value, "steps": [*steps, wrong]})) == [f"steps[{len(steps)}].inputs.video"]
            return


def test_a_variable_has_a_name() -> None:
    assert list(refused(of(DRAW, variables={"No Name": 1}))) == ["variables.No Name"]
