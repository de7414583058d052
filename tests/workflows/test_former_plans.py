"""Plans that earlier releases recorded: a film of one goes on, and says in words what nothing can make."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from workflows.film.agenda import Agenda
from workflows.film.planned import PlannedFilm
from workflows.film.versions import Version
from workflows.studio.board import Board
from workflows.studio.facts import CannotBeMade

PAID = Path(__file__).parents[1] / "histories" / "paid.json"


def recorded() -> PlannedFilm:
    """The plan of a film whose pictures are bought by a profile that buys none: it knows no rungs."""
    for event in json.loads(PAID.read_text())["events"]:
        done = event.get("activityTaskCompletedEventAttributes", {}).get("result", {}).get("payloads", [])
        said = [json.loads(base64.b64decode(one["data"])) for one in done]
        if said and "plan" in said[0]:
            return PlannedFilm.model_validate(said[0])
    raise AssertionError("a film is planned")


def test_what_buys_its_pictures_is_no_animatic_whatever_its_profile() -> None:
    planned = recorded()
    assert planned.rung is None and not planned.rungs and planned.models["video"].work == "waits"
    own = Version(rung=planned.own_rung("animatic"))
    assert own.rung == "draft" and planned.own_rung("final") == "final"
    board = Board()
    Agenda(planned, board, titles=True, own=own).announce(music=False)
    assert board.unfinished(planned.plan.beats[0].id)


def test_what_no_model_makes_says_so_and_breaks_no_task() -> None:
    planned = recorded()
    assert not planned.offered_by("animatic", "video")
    agenda = Agenda(planned, Board(), titles=True, own=Version(rung="draft"))
    with pytest.raises(CannotBeMade, match="makes its video on animatic"):
        agenda.chunks(0, Version(rung="animatic"))
