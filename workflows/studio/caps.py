"""Knows how a production waits at a cap: what productions together may spend, and how many may run at once.

An activity looks again and again, outside of the history, until there is room: tomorrow, once another has
ended, or once a person has raised the cap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.studio import account as accounts
from workflows.studio.account_facts import Recorded
from workflows.studio.control import Control
from workflows.studio.report import Wait
from workflows.studio.watch import all_the_same

# The longest of a day's cap, at whose end there is room anyway, that a step may miss.
_LONGEST_PAUSE_S = 3600
#: How a step shows that it waits, until what it is given says so.
Shown = Callable[[Callable[[], bool]], Awaitable[None]]


async def until_room(ask: Coroutine[Any, Any, Recorded], shown: Shown) -> None:
    """Returns once `ask` has ended. Raises what it raises, and what ends the wait before: a stop, or that
    somebody gave it up."""
    asking = asyncio.create_task(ask)
    try:
        await shown(asking.done)
    except (asyncio.CancelledError, ApplicationError):
        asking.cancel()
        await all_the_same(lambda: workflow.wait([asking]))
        if not asking.cancelled():
            # Asked for, so that nobody reports it.
            asking.exception()
        raise
    await asking


async def room_once_more(step: accounts.AwaitRoom, refused: int, label: str) -> Recorded:
    """Asks for room, for what a cap has `refused` so often. Where it was told of room and refused, others had
    taken that, or it was too little: each further time is in its history, and comes later."""
    if refused > 1 and workflow.patched("a-pause-where-room-was-lost"):
        # At different times: else all who see the same room would come back together.
        pause = min(2**refused, _LONGEST_PAUSE_S) * workflow.random().uniform(0.5, 1)
        await workflow.sleep(pause, summary=f"{label}: others took the room under the cap")
    return await accounts.await_room(step, f"{label}: until there is room under the cap")


async def until_a_place(film: str, words: str, control: Control, changed: Callable[[], None]) -> None:
    """Waits until the production may run beside those that do."""

    async def shown(enough: Callable[[], bool]) -> None:
        wait = Wait(reason="cap", words=words, answers=())
        control.waits[wait.step] = wait
        changed()
        try:
            await control.answered(wait, enough, "It")
        finally:
            del control.waits[wait.step]
        changed()

    await until_room(accounts.await_place(accounts.AwaitPlace(film=film), "Until it may begin"), shown)
