"""The schema of today breaks nobody who wrote to that of the last release; and what would is noticed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from temporalio import workflow

from starter.schema import published
from tests.record_schema import RELEASED
from tests.support.compatibility import answered_breaks, breaks, sent_breaks
from tests.support.schemas import SCHEMAS, Json, changed, values
from worker import WORKFLOWS
from workflows.productions import PRODUCTIONS
from workflows.studio import QUERIES, SIGNALS, UPDATES

SENT = (
    "a field removed",
    "a field renamed",
    "a required field added",
    "a value taken away",
    "a bound tightened",
    "a number whole",
    "never null",
    "no other fields",
)
ANSWERED = (
    "a field removed",
    "a field renamed",
    "a required field optional",
    "a value taken away",
    "a bound loosened",
    "a whole number any",
)


def test_nobody_who_wrote_to_the_last_release_is_broken() -> None:
    released = json.loads(RELEASED.read_text())
    assert breaks(released, json.loads(json.dumps(published()))) == []


@pytest.mark.parametrize("production", PRODUCTIONS.values(), ids=lambda one: one.noun)
def test_the_table_names_all_that_a_production_takes(production: object) -> None:
    one = PRODUCTIONS[production.workflow]  # type: ignore[attr-defined]
    (kind,) = (each for each in WORKFLOWS if workflow._Definition.must_from_class(each).name == one.workflow)
    taken = workflow._Definition.must_from_class(kind)
    # What the SDK itself answers is no part of the contract.
    queries = {name for name in taken.queries if name and not name.startswith("__")}
    assert {*UPDATES, *one.updates} == {name for name in taken.updates if name}
    assert {*SIGNALS, *one.signals} == {name for name in taken.signals if name}
    assert {*QUERIES, *one.queries} == queries


def test_every_schema_is_one_and_defines_what_it_refers_to() -> None:
    told = published()
    assert all(told["version"] in each for each in _ids(told))
    schemas = list(_schemas(told))
    assert len(schemas) > 30 and len({each["$id"] for each in schemas}) == len(schemas)
    for each in schemas:
        Draft202012Validator.check_schema(each)
        # Refers to nothing that is not there: a validator looks everything up.
        Draft202012Validator(each).is_valid({})


def test_a_request_is_taken_by_its_schema_and_an_answer_described() -> None:
    told = published()["productions"]["film"]
    request = Draft202012Validator(told["request"])
    assert request.is_valid({"prompt": "A film about a mug", "budget_usd": "7.50"})
    assert request.is_valid({"prompt": "A film about a mug", "budget_usd": 7.5})
    for wrong in ({"prompt": "A film", "budget_usd": -1}, {"prompt": "A film", "budget_usd": "lots"}, {}):
        assert not request.is_valid(wrong)
    retake = Draft202012Validator(told["updates"]["retake"]["request"])
    assert retake.is_valid({"shot": "hero_shot"}) and not retake.is_valid({"shots": "hero_shot"})


def _ids(told: Json) -> list[str]:
    return [each["$id"] for each in (told, *_schemas(told))]


def _schemas(told: Json) -> list[Json]:
    inner = [each for each in told.values() if isinstance(each, dict)]
    return [one for each in inner for one in ([each] if "$id" in each else _schemas(each))]


# ---- the comparison ------------------------------------------------------------------------------


@given(SCHEMAS)
def test_the_same_breaks_nobody(schema: Json) -> None:
    assert sent_breaks(schema, schema) == answered_breaks(schema, schema) == []


@pytest.mark.parametrize("change", SENT)
@given(schema=SCHEMAS)
def test_what_breaks_those_who_send_is_noticed(change: str, schema: Json) -> None:
    assert all(sent_breaks(schema, new) for new in changed(schema, change))


@pytest.mark.parametrize("change", ANSWERED)
@given(schema=SCHEMAS)
def test_what_breaks_those_who_read_is_noticed(change: str, schema: Json) -> None:
    assert all(answered_breaks(schema, new) for new in changed(schema, change))


@given(SCHEMAS)
def test_additions_break_nobody(schema: Json) -> None:
    for change in ("a field added", "a value added"):
        for new in changed(schema, change):
            assert sent_breaks(schema, new) == answered_breaks(schema, new) == [], change
    for change in ("a bound loosened", "a whole number any", "a required field optional"):
        assert not [new for new in changed(schema, change) if sent_breaks(schema, new)], change
    for change in ("a bound tightened", "a number whole", "never null", "a required field added"):
        assert not [new for new in changed(schema, change) if answered_breaks(schema, new)], change


@given(st.data())
def test_what_was_taken_is_taken_wherever_nothing_is_noticed(data: st.DataObject) -> None:
    """Of any two schemas, by a validator of somebody else's."""
    old, new = data.draw(SCHEMAS), data.draw(SCHEMAS)
    sent = data.draw(values(old))
    if not Draft202012Validator(new).is_valid(sent):
        assert sent_breaks(old, new)


@given(SCHEMAS, st.sampled_from(SENT))
def test_a_reference_is_looked_through(schema: Json, change: str) -> None:
    def moved(one: Json) -> Json:
        return {"$ref": "#/$defs/It", "$defs": {"It": one}}

    assert sent_breaks(moved(schema), schema) == sent_breaks(schema, moved(schema)) == []
    for new in changed(schema, change):
        assert sent_breaks(moved(schema), moved(new))


def test_a_type_that_holds_itself_is_compared() -> None:
    def tree(most: int) -> Json:
        node = {"type": "array", "maxItems": most, "items": {"$ref": "#/$defs/It"}}
        return {"$ref": "#/$defs/It", "$defs": {"It": node}}

    assert sent_breaks(tree(3), tree(3)) == [] and sent_breaks(tree(3), tree(2))


def test_what_was_there_may_not_go() -> None:
    told = json.loads(json.dumps(published()))
    for place in ("updates", "signals", "queries"):
        named = told["productions"]["film"][place]
        for name in named:
            rest = {each: one for each, one in named.items() if each != name}
            film = {**told["productions"]["film"], place: rest}
            assert breaks(told, {**told, "productions": {"film": film}})
    assert breaks(told, {**told, "productions": {}})
    more = {**told, "productions": {**told["productions"], "poster": {}}}
    assert breaks(told, more) == []
    meant = {**told["productions"]["film"], "task_queue": "another"}
    assert breaks(told, {**told, "productions": {"film": meant}})


def test_what_is_done_where_nobody_says_it_stays() -> None:
    def sized(default: str) -> Json:
        return {"type": "object", "properties": {"size": {"type": "string", "default": default}}}

    assert sent_breaks(sized("720p"), sized("1080p"))
