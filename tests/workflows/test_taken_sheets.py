"""Takes of sheets: who has one drawn once more, what is made after it, and what becomes of one that fails."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from tests.support.anchoring import DRAFT, Asked
from tests.support.keyframing import film as scenes
from tests.support.keyframing import method
from tests.support.sheeting import film, image, names, shot
from workflows.film.agenda import step_of_sheet
from workflows.film.deciding import DECIDE, Decided
from workflows.film.direction import Decision, Direction, newest_sheets
from workflows.film.film import Film
from workflows.film.plan import Sheet
from workflows.film.shot_state import ShotState
from workflows.film.versions import Footage, SheetTake, Version, chain_of


async def test_another_take_of_a_sheet_is_another_picture_for_the_versions_that_ask_for_it() -> None:
    asked = Asked()
    made = method(asked, film(("Anna", "Bo")))
    again = Version(rung="draft", take=2, sheets={"Anna": SheetTake(take=2, words="older")})
    first, second = [(await shot(made, version))[0] for version in (DRAFT, again)]
    assert image(asked, first).sheets == ("sheet:Anna/0/1", "sheet:Bo/0/1")
    assert image(asked, second).sheets == ("sheet:Anna:2/0/2", "sheet:Bo/0/1")
    assert cast(Any, asked.bought["sheet:Anna:2/0/2"]).note == "older"


def test_a_sheet_taken_anew_takes_anew_what_shows_it_and_what_is_asked_for_later() -> None:
    direction = Direction(["a", "b", "c"], "draft", 1)
    decision = direction.retake_sheet("Anna", "older", {"a": (), "b": ("draft-1",)})
    direction.apply(decision)
    takes = {shot: version.name for shot, version in direction.wanted.items()}
    assert takes == {"a": "draft-2", "b": "draft-2", "c": "draft-1"}
    again = direction.retake_sheet("Anna", "", {"a": ()}).wanted["a"]
    assert again.sheet("Anna") == SheetTake(take=3, words="older") and again.name == "draft-3"
    assert direction.upgrade(["c"], "final").wanted["c"].sheet("Anna").take == 2
    chunk = direction.retake("b", 2, "", ()).wanted["b"]
    assert chunk.sheet("Anna").take == 2 and direction.wanted["c"].sheet("Anna").take == 1


def test_a_fork_is_made_after_the_sheets_that_people_wanted_last_but_for_what_was_as_it_is() -> None:
    before = Direction(["a", "b"], "draft", 1)
    retaken = before.retake_sheet("Anna", "older", {"a": ()})
    sheets = newest_sheets([retaken])
    taken = Decision(plan=1, sheets=sheets, as_before=("b",))
    fork = Direction(["a", "b", "new"], "draft", 1, [taken])
    assert {shot: one.sheet("Anna").take for shot, one in fork.wanted.items()} == {"a": 2, "b": 1, "new": 2}
    assert {one.name for one in fork.wanted.values()} == {"draft-1"}, "each its first take there"
    assert fork.asked("new") == {"draft-1": fork.wanted["new"]} and fork.sheets == sheets
    assert newest_sheets([taken]) == sheets and fork.retake_sheet("Anna", "", {"a": ()}).wanted["a"].sheet(
        "Anna"
    ) == SheetTake(take=3, words="older")
    drawn = Direction(["a"], "animatic", 1, [taken])
    assert drawn.wanted["a"] == Version(rung="animatic"), "on the animatic nobody is drawn"
    assert drawn.upgrade(["a"], "draft").wanted["a"].sheets == sheets
    # Chains of keyframes are told apart by their sheets, also in the names of steps.
    chains = [chain_of(one) for one in (before.wanted["a"], retaken.wanted["a"], fork.wanted["new"])]
    assert [one and one.name for one in chains] == ["draft-1", "draft-2", "draft-2"]
    assert chains[1] == chains[2] != chains[0]


def test_a_sheet_is_taken_anew_by_whose_it_is() -> None:
    planned = film(("Anna", "Bo"), ("Anna",), ())
    shots = [ShotState(number, beat.id) for number, beat in enumerate(planned.plan.beats)]
    direction = Direction([shot.id for shot in shots], "draft", 1)
    standing = SimpleNamespace(planned=planned, direction=direction, shots=SimpleNamespace(all=shots))

    def decided(**said: str) -> Decided:
        sent = RawValue(Payload(data=json.dumps(said).encode()))
        return DECIDE["retake"](sent)(cast(Film, standing))

    decision, words = decided(sheet="anna", words="older")
    assert {shot: one.name for shot, one in decision.wanted.items()} == {"b1": "draft-2", "b2": "draft-2"}
    assert words == "the sheet of Anna, take 2; after it b1 as draft-2, b2 as draft-2"
    with pytest.raises(ApplicationError, match="no sheet is drawn of Cleo, but of Anna, Bo"):
        decided(sheet="Cleo")
    with pytest.raises(ApplicationError, match="no shot's"):
        decided(sheet="Anna", shot="b1")


def test_a_retake_of_a_scene_says_between_which_keyframes() -> None:
    direction = Direction(["scene_1", "scene_2"], "draft", 1)
    shots = SimpleNamespace(named=lambda id: SimpleNamespace(id=id, finished={}))
    standing = SimpleNamespace(planned=scenes(2), direction=direction, shots=shots)

    def said(scene: str) -> str:
        sent = RawValue(Payload(data=json.dumps({"shot": scene}).encode()))
        return DECIDE["retake"](sent)(cast(Film, standing)).words

    assert said("scene_2") == "scene_2: its clip, between the same keyframes, as draft-2"
    direction.apply(direction.retake_sheet("Anna", "older", {"scene_1": ()}))
    assert "between the same keyframes" in said("scene_1")
    assert said("scene_2") == "scene_2: its clip, between those after the newer sheets, as draft-2"


async def test_a_sheet_that_nobody_draws_now_is_asked_for_once_and_anew_by_who_comes_later() -> None:
    asked = Asked(broken=["sheet:Anna"])
    asked.breaks_as = "ProviderUnavailable"
    made = method(asked, film(("Anna",), ("Anna",), ("Bo",)))
    footage = await shot(made, *[DRAFT] * 3)
    assert [isinstance(one, Footage) for one in footage] == [False, False, True]
    assert names(asked, "begun").count("sheet:Anna") == 1, "not by every shot that shows her"
    asked.breaks_as = "JobFailed"
    await shot(made, DRAFT)
    assert names(asked, "begun").count("sheet:Anna") == 2


def test_no_two_characters_share_the_step_of_a_sheet() -> None:
    marked = ["A_b", "A:b", "A@b", "A%3Ab", "A%b", "A:2", "A"]
    sheets = [step_of_sheet(Sheet(name=name, looks="x"), take) for name in marked for take in (1, 2)]
    assert len({*sheets}) == len(sheets)
    assert not any("@" in step or step.count(":") > 2 for step in sheets), "marks part a step's name"
