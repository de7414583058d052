"""What a command that makes a film prints when it has ended, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starter import report
from starter.outcome import MADE, STOPPED, err, out, print_json

if TYPE_CHECKING:
    # A slow import, for commands that make no film.
    from starter.making import Ending


def told(ending: Ending, as_json: bool) -> int:
    """Prints it, for a person or a program."""
    if as_json:
        print_json(report.as_json(ending))
    elif ending.path is not None:
        report.finished(out, ending.result, ending.path, ending.standins)
    else:
        report.stopped(out, ending.result, ending.standins)
    if ending.page and not ending.page_lives and not as_json:
        report.page_is_gone(err, ending.page)
    return code_of(ending)


def code_of(ending: Ending) -> int:
    """Made is what is whole: a film of which shots show less than was asked for ends like one that was
    stopped."""
    return MADE if ending.result.status == "completed" and ending.result.whole else STOPPED
