"""What is said at a cap: only what can come is promised."""

from __future__ import annotations

import json

import pytest

from activities.ledger.capped import cap_in_words


def said(scope: str, subject: str, kind: str, most: str, used: str = "0", needs: str = "1") -> str:
    reached = {"scope": scope, "subject": subject, "kind": kind, "most": most, "used": used, "needs": needs}
    return cap_in_words(json.dumps(reached))


@pytest.mark.parametrize(("most", "needs"), [("1.000000", "0.5"), ("0.5", "0.500000")])
def test_what_a_day_has_room_for_goes_on_tomorrow(most: str, needs: str) -> None:
    words = said("user", "anna", "day", most, "0.750000", needs)
    assert "those of the user anna may cost" in words
    assert "it goes on tomorrow, or once `reel caps user:anna 1.25/day` raises that" in words


@pytest.mark.parametrize(("most", "needs"), [("0.400000", "0.5"), ("0", "0.000001")])
def test_what_no_day_has_room_for_does_not(most: str, needs: str) -> None:
    words = said("label", "", "day", most, "0", needs)
    assert "tomorrow" not in words and "it goes on once `reel caps label 0." in words


@pytest.mark.parametrize(
    ("scope", "subject", "most", "words"),
    [
        (
            *("studio", "", "1"),
            "the studio may run 1 production at once: it begins when one has ended, or once "
            "`reel caps studio 2` lets one more run",
        ),
        (
            *("user", "anna", "20"),
            "the user anna may run 20 productions at once: it begins when one has ended, or once "
            "`reel caps user:anna 21` lets one more run",
        ),
        (
            *("user", "", "0"),
            "those that name no user may run no production: it begins once `reel caps user 1` lets one "
            "more run",
        ),
    ],
)
def test_a_place_is_waited_for_where_one_can_be_given_back(
    scope: str, subject: str, most: str, words: str
) -> None:
    assert said(scope, subject, "once", most) == words
