"""What a planner model answers a text step: read as it was asked for, and as nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import InvalidInput
from activities.pipeline.answers import MOST_CHARACTERS, answer_of


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b'{"a": "x", "b": true}', "no number b"),
        (b'{"a": 1, "b": 1}', "no string a"),
        (b"[1]", "no JSON object"),
        (b'{"a"', "no JSON object"),
        (b'{"a": "x", "b": NaN}', "no number b"),
        (b'{"a": "x", "b": 1e999}', "no number b"),
        (b'{"a": "x", "b": 1%s}' % (b"0" * 400), "no number b"),
    ],
)
def test_an_answer_of_another_form_is_none(said: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        answer_of(said, {"a": "string", "b": "number"})


@given(st.text(max_size=3000))
def test_texts_of_an_answer_are_one_short_line(said: str) -> None:
    (read,) = answer_of(json.dumps({"a": said}).encode(), {"a": "string"}).values()
    assert (
        isinstance(read, str) and len(read) <= MOST_CHARACTERS and "\n" not in read and "http://" not in read
    )
