"""The results of a batch are written while they come, and it ends whatever happens to the last writing."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from workflows.batch import steps, telling
from workflows.batch.contract import BatchRequest, Counts


class _Workflow:
    async def wait(self, tasks: list[asyncio.Task[None]]) -> None:
        await asyncio.wait(tasks)

    async def sleep(self, _: object, summary: str) -> None:
        await asyncio.sleep(1000)


async def _until(is_so: Any) -> None:
    while not is_so():
        await asyncio.sleep(0)


@pytest.mark.parametrize("swallows", [True, False])
async def test_a_writing_that_completes_while_it_is_cancelled_holds_up_no_end(
    monkeypatch: pytest.MonkeyPatch, swallows: bool
) -> None:
    begun = asyncio.Event()

    async def write(step: steps.WriteResults, label: str) -> steps.WrittenResults:
        begun.set()
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            if not swallows:
                raise
        return steps.WrittenResults(results=label)

    monkeypatch.setattr(steps, "write_results", write)
    monkeypatch.setattr(telling, "workflow", _Workflow())
    standing = SimpleNamespace(counts=Counts(completed=1))
    window: Any = SimpleNamespace(ended_here=1, rows=SimpleNamespace(standing=standing))
    context: Any = SimpleNamespace(id="batch", watch=SimpleNamespace(until=_until))
    told = telling.Telling(BatchRequest(name="Posters", items=({"words": "x"},)), context)
    writing = told.begin(window)
    await begun.wait()
    async with asyncio.timeout(5):
        await told.end(writing)
    assert told.results == ("Results so far" if swallows else None)
