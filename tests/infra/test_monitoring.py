"""Alert rules and the dashboard: they ask for metrics that there are, and as those have to be asked for."""

from __future__ import annotations

import re
from typing import Any, get_args

import promql_parser
import pytest
import typer.main

from activities.models.counted import FAILURES
from activities.studio.measures import REASONS
from starter.cli import app
from tests.support.metrics import COMMON, OWN, SDK, expressions, family, panels, rules, selectors
from workflows.productions import PRODUCTIONS
from workflows.studio.metrics import CountedAs

ASKED = expressions()
#: What a label may say, where its values are known beforehand.
VALUES: dict[str, set[str]] = {
    "status": set(get_args(CountedAs)),
    "reason": set(REASONS),
    "phase": {"intent", "held", "running", "stray"},
    "outcome": {"made", "found"},
}
KINDS = {one.__name__ for one in FAILURES} | {one.noun for one in PRODUCTIONS.values()}


def asked(who: str) -> list[tuple[Any, tuple[Any, ...]]]:
    return [found for one in ASKED[who] for found in selectors(one)]


@pytest.mark.parametrize("who", ASKED)
def test_all_that_is_asked_for_is_there(who: str) -> None:
    assert asked(who)
    assert {family(one.name) for one, _ in asked(who)} <= COMMON | OWN | SDK


def test_the_dashboard_shows_all_of_ours() -> None:
    shown = {family(one.name) for panel in panels() for one, _ in asked(panel["title"])}
    assert shown >= COMMON | OWN


@pytest.mark.parametrize("who", ASKED)
def test_what_every_worker_tells_is_counted_once(who: str) -> None:
    """Over ten workers a sum of it would be ten times what there is."""
    for one, inside in asked(who):
        outer = inside[-1] if inside else None
        if one.name in COMMON:
            greatest = isinstance(outer, promql_parser.AggregateExpr) and str(outer.op) == "max"
            absent = isinstance(outer, promql_parser.Call) and outer.func.name == "absent"
            assert greatest or absent, one.name
        else:
            assert any(isinstance(each, promql_parser.AggregateExpr) for each in inside), one.name


@pytest.mark.parametrize("who", ASKED)
def test_labels_are_asked_for_by_words_that_they_have(who: str) -> None:
    for one, _ in asked(who):
        for matcher in one.matchers.matchers:
            known = KINDS if matcher.name == "kind" else VALUES.get(matcher.name)
            if known is not None:
                assert set(matcher.value.split("|")) <= known, matcher.value


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_soon_what_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"].keys() == {"summary", "action"}
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(re.findall(r"\breel ([a-z]+)", rule["annotations"]["action"])) <= commands.keys()
