"""Whatever is sent with an update or signal: it is what the published schema allows, or refused in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from starter.schema import published
from workflows.productions import PRODUCTIONS
from workflows.studio import SIGNALS, UPDATES, answer_of
from workflows.studio.answers import InvalidAnswer
from workflows.upkeep import DeleteProduction

#: The refusal quotes what was sent, and closes with an example.
LONGEST = 400
#: Text near what fields take, and numbers near their bounds.
_NEAR = (
    "7.50",
    "hero_shot",
    "draft",
    "final",
    "draft-1",
    "3-17",
    "failed",
    "completed",
    "",
    " ",
    "é",
    "\x00",
)
_PLAIN = (
    st.none()
    | st.booleans()
    | st.sampled_from((0, 1, 7, 100, 101, -1, 100_001, 10**40, 0.5, -0.0, 1e300))
    | st.sampled_from(_NEAR)
    | st.text(max_size=80)
)
_ANY = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


def _answers() -> Iterator[tuple[str, str, Mapping[str, type[BaseModel] | None]]]:
    """What every production takes, by its noun and group."""
    for one in PRODUCTIONS.values():
        yield one.noun, "updates", {**UPDATES, **one.updates}
        yield one.noun, "signals", {**SIGNALS, **one.signals}


#: The types that read it, of which several productions may take the same.
NAMES = {kind.__name__ for *_, kinds in _answers() for kind in kinds.values() if kind}


@cache
def _kinds() -> dict[str, tuple[type[BaseModel], dict[str, Any]]]:
    """Those with their schemas. To write them takes seconds, which whoever only reads this file is spared."""
    told, found = published(), dict[str, tuple[type[BaseModel], dict[str, Any]]]()
    for noun, group, kinds in _answers():
        schemas = told["productions"][noun][group]
        assert schemas.keys() == kinds.keys()
        found |= {kind.__name__: (kind, schemas[name]["request"]) for name, kind in kinds.items() if kind}
    return found | {DeleteProduction.__name__: (DeleteProduction, told["delete"]["request"])}


def sent(data: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=data))


def _objects(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    fields = {name: st.just(name) for name in schema["properties"]}
    names = st.sampled_from((*fields, "further"))
    return st.dictionaries(names, _ANY, max_size=len(fields) + 1)


@pytest.mark.parametrize("name", sorted({*NAMES, DeleteProduction.__name__}))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_it_is_what_the_schema_allows_or_refused_in_words(name: str, data: st.DataObject) -> None:
    kind, schema = _kinds()[name]
    value = data.draw(st.one_of(_objects(schema), _objects(schema), _ANY))
    try:
        answer = answer_of(kind, sent(json.dumps(value).encode()), any="example")
    except InvalidAnswer as refused:
        assert len(refused.message) <= LONGEST and refused.message.isprintable()
        assert refused.message.endswith('; send one JSON object such as {"any": "example"}')
    else:
        assert isinstance(answer, kind) and Draft202012Validator(schema).is_valid(value)


@given(st.binary(max_size=60))
@example(b"")
@example(b'{"usd": NaN}')
@example(b'{"usd": 1e999}')
@example(b'{"usd": "\\ud800"}')
@example('{"usd": "7"}'.encode("utf-16"))
@example(b"[" * 100_000)
@example(b'{"usd": ' + b"9" * 5000 + b"}")
@example(b'{"usd": "' + b"7" * 1_000_000 + b'"}')
@example(b'{"' + b"x" * 1_000_000 + b'": 1}')
def test_bytes_that_are_no_answer_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        answer_of(UPDATES["set_budget"], sent(data), usd="7.50")
    assert len(refused.value.message) <= LONGEST and refused.value.message.isprintable()
