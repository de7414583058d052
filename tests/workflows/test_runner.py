"""Which failures of tasks side by side are the run's own: those that nobody has waited for."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.studio.board import Board
from workflows.studio.control import Control
from workflows.studio.runner import Runner


async def made(what: str) -> str:
    return what


async def failed(what: str) -> str:
    raise LookupError(what)


def runner() -> Runner:
    return Runner(Control("film"), Board(), lambda: None)


async def test_what_somebody_waited_for_is_theirs_to_tell() -> None:
    run = runner()
    mine = [run.spawn(made("a body")), run.spawn(failed("a join")), run.spawn(failed("another"))]
    run.spawn(made("the score"))
    with pytest.raises(LookupError, match="a join"):
        await run.joined(mine)
    assert all(task.done() for task in mine) and run.failed is None
    await run.join()


async def test_what_nobody_waited_for_fails_the_run() -> None:
    run = runner()
    waited: list[Any] = [run.spawn(made("a body"))]
    run.spawn(failed("a chunk"))
    run.spawn(failed("a later one"))
    await run.joined(waited)
    with pytest.raises(LookupError, match="a chunk"):
        await run.join()
    assert str(run.failed) == "a chunk"
