"""What a run tells of itself as search attributes, and when."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workflows.studio.attributes import (
    ATTRIBUTES,
    COST,
    LABELS,
    STATUS,
    USER,
    WAITS,
    Attributes,
    fixed,
    keyword,
    status_of,
)
from workflows.studio.facts import Findable
from workflows.studio.report import Progress

NAMES = [key.name for key in ATTRIBUTES]


def progress(status: str = "rendering", reasons: Iterable[str] = (), cents: int = 0) -> Progress:
    waits = [{"reason": reason, "words": "x", "answers": ()} for reason in reasons]
    return Progress.model_validate(
        {"status": status, "paused": "paused" in reasons, "waits": waits, "spent_usd": Decimal(cents) / 100}
    )


def told(attributes: Attributes, now: Progress) -> dict[str, Any]:
    return {change.key.name: change.value for change in attributes.changes(now)}


moments = st.builds(
    progress,
    st.sampled_from(["planning", "rendering", "stopping", "completed", "failed"]),
    st.lists(st.sampled_from(["paused", "budget", "risk", "review"]), max_size=4),
    st.integers(0, 10_000),
)


@given(st.lists(moments, max_size=8), st.sets(st.sampled_from(NAMES)))
def test_what_a_namespace_shows_is_how_it_stood_last(steps: list[Progress], known: set[str]) -> None:
    attributes = Attributes(known, fixed("film", Findable(user="anna", labels=("a", "a", "b"))))
    shown: dict[str, Any] = {}
    for step in steps:
        changes = told(attributes, step)
        assert changes.keys() <= known
        shown |= changes
        assert shown.get(STATUS.name, status_of(step)) == status_of(step)
        reasons = {wait.reason for wait in step.waits} - {"paused"}
        assert (shown.get(WAITS.name) or []) == (sorted(reasons) if WAITS.name in known else [])
    if steps:
        assert shown.get(LABELS.name, ["a", "b"]) == ["a", "b"] and shown.get(USER.name, "anna") == "anna"


@given(st.lists(st.integers(0, 10_000), max_size=8))
def test_money_alone_is_no_event(cents: list[int]) -> None:
    attributes = Attributes(NAMES)
    attributes.changes(progress())
    assert not [one for one in cents if attributes.changes(progress(cents=one))]
    assert told(attributes, progress("completed", cents=7))[COST.name] == 0.07


def test_a_pause_goes_before_a_wait_and_waits_for_nobody() -> None:
    both = progress(reasons=["paused", "budget"])
    assert status_of(both) == "paused" and status_of(progress(reasons=["budget"])) == "waiting"
    assert status_of(progress("stopping", ["budget"])) == "stopping"
    assert told(Attributes(NAMES), progress(reasons=["paused"]))[WAITS.name] is None


def test_a_name_is_kept_as_lists_can_find_it() -> None:
    assert keyword('Anna "the" O\'Neil \\ Co') == "Anna 'the' O'Neil / Co"
