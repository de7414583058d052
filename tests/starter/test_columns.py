"""Tables of what was found, as a terminal shows them."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from starter.columns import in_columns
from starter.versions import table_of
from workflows.studio import Progress, RowProgress, VersionProgress


def test_what_nobody_has_is_no_column_and_nobodys_words_are_markup() -> None:
    console = Console(file=io.StringIO(), width=60)
    told = {"Id": ["film-a", "film-b"], "Whose": ["[red]ann", "b\x1b[2Jen"], "Labels": ["", ""]}
    console.print(in_columns(told, folded=("Whose",)), highlight=False)
    assert isinstance(console.file, io.StringIO)
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert lines == [["Id", "Whose"], ["film-a", "[red]ann"], ["film-b", "b", "[2Jen"]]


def test_an_id_stays_whole_where_words_give_way() -> None:
    console = Console(file=io.StringIO(), width=30)
    told = {"Id": ["film-a-ceramic-mug"], "Why": ["it was refused by its model"], "": ["7"]}
    console.print(in_columns(told, folded=("Why",), right=("",)), highlight=False)
    assert isinstance(console.file, io.StringIO)
    assert "film-a-ceramic-mug" in console.file.getvalue() and console.file.getvalue().count("\n") > 3


def test_where_nothing_can_give_way_no_sum_and_no_id_loses_its_end() -> None:
    console = Console(file=io.StringIO(), width=30)
    told = {"Id": ["film-a-ceramic-coffee-mug-22bf86"], "Whose": ["anna"], "Spent": ["$10.26"]}
    console.print(in_columns(told, folded=("Whose",)), highlight=False)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert "$10.26" in lines[1]
    assert "".join(line[:18].strip() for line in lines[1:]).startswith("film-a-ceramic-")
    assert sum("$" in line for line in lines) == 1


@pytest.mark.parametrize("width", [120, 80, 60])
def test_of_versions_no_models_id_is_broken_and_what_has_no_room_stands_below(width: int) -> None:
    console = Console(file=io.StringIO(), width=width)
    models = ("replicate-flux-schnell", "replicate-wan-2.2-fast")
    made = VersionProgress(
        name="draft-1", state="finished", shown=True, models=models, seams=(0.98, 0.9, 0.9)
    )
    lost = VersionProgress(name="draft-2", state="unmade", wanted=True, why="it was refused " * 9)
    row = RowProgress(id="call_to_action", versions=(made, lost))
    console.print(table_of(Progress(status="completed", beats=(row, row))), highlight=False)
    assert isinstance(console.file, io.StringIO)
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    beside = [name for name, least in (("Models", 80), ("Price", 0), ("Seams", 120)) if width >= least]
    assert lines[0] == ["Shot", "Version", "State", *beside]
    assert all(sum(id in line for line in lines) == 2 for id in models)
    assert all(sum(line[:1] == [name] for line in lines) == 2 * (name not in beside) for name in ("Seams",))
    assert max(map(len, console.file.getvalue().splitlines())) <= width
    assert [line[:4] for line in lines if "call_to_action" in line] == [
        [number, "call_to_action", "draft-1", "finished"] for number in ("1", "2")
    ]
    assert [line[0] for line in lines].count("shown") == 2
    assert sum(line[:2] == ["draft-2", "unmade"] for line in lines) == 2
