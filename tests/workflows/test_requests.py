"""Bad input is refused at once, with every wrong field named and a suggestion for each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.film.contract import Models, VideoRequest
from workflows.film.duration import resolved_duration
from workflows.film.request import parse_request
from workflows.studio.requests import FieldProblem, InvalidRequest

FIELDS = list(VideoRequest.model_fields)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "beats", "id", "seconds", "camera"]) | st.text(max_size=8), inner
        )
    ),
    max_leaves=20,
)


def refused(data: bytes | None) -> tuple[FieldProblem, ...]:
    with pytest.raises(InvalidRequest) as error:
        parse_request(data)
    problems: tuple[FieldProblem, ...] = error.value.fields
    assert 0 < len(problems) <= 50
    for problem in problems:
        for text in (problem.field, problem.problem, problem.suggestion):
            assert text
            assert len(text) <= 200
            assert text.isprintable()
            text.encode()
    return problems


def named(value: Any) -> dict[str, str]:
    return {problem.field: problem.suggestion for problem in refused(json.dumps(value).encode())}


def check(data: bytes) -> None:
    try:
        request = parse_request(data)
    except InvalidRequest:
        refused(data)
    else:
        assert VideoRequest.model_validate_json(request.model_dump_json()) == request


def test_a_part_that_nobody_names_is_not_sent() -> None:
    """An earlier worker would refuse it, and what is bought would have another key."""
    said = VideoRequest(prompt="A mug", models=Models(image="an-image")).model_dump()["models"]
    assert said.keys() == {"planner", "image", "edges", "video", "score"}
    named = Models(edit="an-edit")
    assert named.model_dump(exclude_defaults=True) == {"edit": "an-edit"}
    assert Models.model_validate_json(named.model_dump_json()) == named


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    check(data)


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=8))
@settings(max_examples=70, deadline=None)
def test_any_json_object_is_a_request_or_refused(value: dict[str, Any]) -> None:
    check(json.dumps({"prompt": "A mug", **value}).encode())


@pytest.mark.parametrize(
    "data", [None, b"", b"  ", b"null", b"[]", b'"A mug"', b"15", b"true", b"{", b"\xff\xfe", b'{"a":1} x']
)
def test_what_is_no_object_is_told_what_to_send(data: bytes | None) -> None:
    (problem,) = refused(data)
    assert problem.field == "request"
    assert "prompt" in problem.suggestion or "UTF-8" in problem.suggestion


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"prompt":' * 20_000,
        b'{"plan":' * 100 + b"1" + b"}" * 100,
        b'{"prompt": NaN}',
        b'{"prompt": "a", "creativity": -Infinity}',
        b'{"prompt": "a", "take": ' + b"9" * 5_000 + b"}",
        b'{"prompt": "a", "take": ' + b"9" * 4_000 + b"}",
        b'{"prompt": "a", "creativity": 1e999}',
        b'{"prompt": "a", "duration_s": 1e300}',
        b'{"prompt": "a", "\\ud800": 1}',
        b'{"prompt": "\\ud800"}',
        b'{"prompt": "a\\u0000b"}',
        b'{"prompt": "a\\u001b[31mred"}',
        b'{"prompt": "a", "prompt": "b"}',
        json.dumps({"prompt": "x" * 100_000}).encode(),
        json.dumps({"prompt": "a", "x" * 100_000: 1}).encode(),
        json.dumps({"prompt": "a", **{f"field{n}": n for n in range(15_000)}}).encode(),
        json.dumps({"prompt": "a", "library": [0] * 30_000}).encode(),
        b" " * 2_000_001,
    ],
    ids=lambda data: f"{data[:30]!r}…",
)
def test_hostile_input_is_refused(data: bytes) -> None:
    refused(data)


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = named(
        {
            "prompt": 5,
            "duration_s": "15",
            "aspect": "16x9",
            "size": "4k",
            "fps": "24",
            "creativity": "0,5",
            "style": None,
            "product": "../../etc/passwd",
            "take": "1,500",
            "music": "yes",
            "user": ["ada"],
            "promt": "A mug",
            "budget_usd": "0,5",
            "plan": {"beats": [{"id": "a", "seconds": 7}, {"id": "b"}, {"id": "b"}]},
        }
    )
    assert wrong.keys() == {
        *("prompt", "duration_s", "aspect", "size", "fps", "creativity", "style", "product", "take", "music"),
        *("user", "promt", "budget_usd", "plan.beats[0].seconds", "plan.beats[2].id"),
    }
    assert "15 without" in wrong["duration_s"]
    assert wrong["aspect"] == "one of 16:9, 9:16, 1:1, 4:5; did you mean 16:9?"
    assert wrong["fps"].startswith("one of 8, 16, 24, 25, 30")
    assert wrong["promt"] == "did you mean prompt?"
    assert wrong["budget_usd"] == wrong["creativity"] == "write 0.5, without the comma"
    assert wrong["take"] == "write 1500, without the comma"
    assert wrong["plan.beats[0].seconds"] == "one of 5, 10, 15"


@pytest.mark.parametrize("amount", [0.1234567, 1e-9, [1], {"a": 1}, True, "1,500", "1e999", float(10**30)])
def test_no_words_of_the_library_that_reads_it_reach_a_caller(amount: Any) -> None:
    (problem,) = refused(json.dumps({"prompt": "A mug", "budget_usd": amount}).encode())
    assert not any(word in str(problem) for word in ("Decimal", "Input", "input", "instance"))
    assert amount != "1,500" or problem.suggestion == "write 1.500 or 1500, without the comma"


@pytest.mark.parametrize(
    ("asked", "nearest"), [(7, 5), (8, 10), (0, 5), (-3, 5), (121, 120), (10**6, 120), (12.4, 10)]
)
def test_an_illegal_length_is_told_the_nearest(asked: float, nearest: int) -> None:
    assert named({"prompt": "A mug", "duration_s": asked}) == {"duration_s": f"the nearest is {nearest}"}


@pytest.mark.parametrize(("asked", "nearest"), [(7.4, 7), (7.5, 8), (3, 4), (2.2, 4), (181.5, 180), (0, 4)])
def test_an_illegal_length_of_keyframes_is_told_the_nearest_whole_second(asked: float, nearest: int) -> None:
    wrong = named({"prompt": "A mug", "method": "keyframes", "duration_s": asked})
    assert wrong == {"duration_s": f"the nearest is {nearest}"}


@given(st.integers(1, 999))
@settings(max_examples=60, deadline=None)
def test_a_length_in_the_prompt_is_used_or_refused_with_the_nearest(seconds: int) -> None:
    data = json.dumps({"prompt": f"A {seconds} second film about a mug"}).encode()
    if 5 <= seconds <= 120 and seconds % 5 == 0:
        assert resolved_duration(parse_request(data)) == seconds
    else:
        (problem,) = refused(data)
        nearest = min(range(5, 121, 5), key=lambda legal: abs(legal - seconds))
        assert problem.field == "duration_s"
        assert f"the nearest is {nearest}:" in problem.suggestion


def test_a_length_given_beats_the_plan_and_the_prompt_only_where_they_agree() -> None:
    beats = [{"id": "hero_shot", "seconds": 10}, {"id": "call_to_action", "seconds": 15}]
    plan = {"prompt": "A 7 second film about a mug", "plan": {"beats": beats}}
    assert resolved_duration(parse_request(json.dumps(plan).encode())) == 25
    assert resolved_duration(parse_request(b'{"prompt": "A 7 second film", "duration_s": 30}')) == 30
    assert resolved_duration(parse_request(b'{"prompt": "A mug"}')) == 15
    (problem,) = refused(json.dumps({**plan, "duration_s": 30}).encode())
    assert "30" in problem.problem
    assert "25" in problem.problem
    too_long = {"beats": [{"id": f"beat_{n}", "seconds": 15} for n in range(9)]}
    assert named({"prompt": "A mug", "plan": too_long}).keys() == {"plan.beats"}


def test_a_good_request_keeps_every_field() -> None:
    sent = {
        "prompt": "Μια κούπα\nκαι καφές",
        "duration_s": 20,
        "aspect": "9:16",
        "size": "1080p",
        "fps": 30,
        "creativity": 1,
        "style": "warm minimal",
        "take": 2,
        "music": False,
        "user": "ada",
        "plan": {
            "beats": [{"id": "hero_shot", "seconds": 15}, {"id": "call_to_action", "callouts": ["Form"]}]
        },
    }
    request = parse_request(b"\xef\xbb\xbf" + json.dumps(sent).encode())
    assert request.model_dump(mode="json", exclude_defaults=True) == sent
