"""Equal recipes have equal keys in any process; any difference makes another key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from activities.ledger.recipe import Recipe

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
keys = st.binary(min_size=32, max_size=32).map(bytes.hex) | st.just(f"uploads/{'5' * 64}.png")
recipes = st.builds(
    Recipe,
    operation=words.filter(bool),
    model=words,
    params=st.dictionaries(words, values, max_size=4),
    inputs=st.dictionaries(words, keys, max_size=3),
    take=st.integers(1, 9),
    engine=words,
)


def reordered(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: reordered(item) for name, item in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def same(a: JsonValue, b: JsonValue) -> bool:
    """Whether JSON says the same of both, written down on its own terms: True is no 1, 1.0 is 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


@given(recipes)
def test_the_order_of_names_and_a_trip_through_json_change_nothing(recipe: Recipe) -> None:
    params = reordered(recipe.params)
    assert isinstance(params, dict)
    again = recipe.model_copy(update={"params": params})
    travelled = Recipe.model_validate_json(recipe.model_dump_json())
    assert again.key == travelled.key == recipe.key
    assert again == travelled == recipe and len({again, travelled, recipe}) == 1


@given(values, values)
def test_parameters_have_one_key_exactly_when_json_says_the_same(a: Any, b: Any) -> None:
    one, two = (Recipe(operation="x", model="m", params={"p": value}) for value in (a, b))
    assert (one.key == two.key) == same(a, b)


@given(recipes, recipes, st.sampled_from(sorted(Recipe.model_fields)))
def test_any_changed_field_changes_the_key(recipe: Recipe, other: Recipe, name: str) -> None:
    before, after = getattr(recipe, name), getattr(other, name)
    assume(not same(before, after))
    assert recipe.model_copy(update={name: after}).key != recipe.key


def test_another_process_with_another_hash_seed_finds_the_same_keys() -> None:
    found: list[Recipe] = []

    @settings(max_examples=40, database=None)
    @given(recipes)
    def collect(recipe: Recipe) -> None:
        found.append(recipe)

    collect()
    program = (
        "import json, sys; from activities.ledger.recipe import Recipe;"
        "print(json.dumps([Recipe.model_validate_json(line).key for line in json.load(sys.stdin)]))"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([recipe.model_dump_json() for recipe in found]),
        env=os.environ | {"PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(there.stdout) == [recipe.key for recipe in found]


def test_a_key_is_for_ever() -> None:
    """Buckets are full of things found by this key: whoever changes it makes every film again."""
    recipe = Recipe(
        operation="chunk",
        model="animatic",
        params={"frames": 120, "energy": 0.35, "rate": Fraction(30000, 1001), "asked_s": Decimal("5.00")},
        inputs={"start": "ab" * 32},
        take=2,
        engine="libx264 164",
    )
    assert recipe.params == {"frames": 120, "energy": 0.35, "rate": "30000/1001", "asked_s": "5"}
    assert recipe.key == "5f7621053ff24eb11cab6cefeba23d61cd2f5a8b0460faef713d2fc3eef70b2f"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.fractions())
def test_exact_numbers_are_strings_that_read_back(amount: Decimal, rate: Fraction) -> None:
    recipe = Recipe(operation="x", model="m", params={"amount": amount, "rate": rate})
    written, ratio = recipe.params["amount"], recipe.params["rate"]
    assert isinstance(written, str) and Decimal(written) == amount
    assert isinstance(ratio, str) and Fraction(ratio) == rate


def test_the_callers_dict_stays_the_callers() -> None:
    params: dict[str, Any] = {"cues": [[0, 1]]}
    recipe = Recipe(operation="x", model="m", params=params)
    before = recipe.key
    params["cues"][0][0] = 5
    assert recipe.key == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"params": {"x": float("nan")}},
        {"params": {"x": Decimal("Infinity")}},
        {"params": {"x": b"bytes"}},
        {"params": {"x": "a\0b"}},
        {"params": {1: "x"}},
        {"params": {"x": object}},
        {"inputs": {"start": "objects/" + "ab" * 32}},
        {"inputs": {"start": "ab" * 32 + "\n"}},
        {"take": 0},
        {"take": True},
        {"engine": "a\0b"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_what_cannot_be_a_recipe_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Recipe(**{"operation": "x", "model": "m"} | wrong)
