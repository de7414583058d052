"""Tables of what was found, as a terminal shows them."""

from __future__ import annotations

import io

from rich.console import Console

from starter.columns import in_columns


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
