"""How a production waits for what happens beside its steps, and tells what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import JsonValue
from temporalio import workflow

from workflows.studio import account as accounts
from workflows.studio.control import Control
from workflows.studio.edits import KeptVersion
from workflows.studio.money import Budget
from workflows.studio.report import Wait
from workflows.studio.waits import sendable


class Watch:
    """Of one run. `changed` is to be called after every change that people are shown; `balanced` draws up
    the account."""

    def __init__(
        self,
        id: str,
        control: Control,
        budget: Budget,
        changed: Callable[[], None],
        balanced: Callable[[], Awaitable[None]],
    ) -> None:
        self._id, self._control, self._budget = id, control, budget
        self.changed, self._balanced = changed, balanced
        #: The versions that were finished in this run.
        self.kept: list[KeptVersion] = []

    async def balanced(self) -> None:
        """Draws up what has been charged by now, also for what was let go."""
        await self._balanced()

    def now(self) -> datetime:
        return workflow.now()

    def waits(self) -> tuple[Wait, ...]:
        """What a person is waited for, with what each is answered with."""
        return sendable(self._control.waits.values(), self._budget.spent + self._budget.reserved)

    async def until(self, is_so: Callable[[], bool], limit: timedelta | None = None, label: str = "") -> None:
        """Returns once it is so, or once the limit is over; raises CancelledError once the run is ending.
        Operators see the `label` of the limit's timer."""
        control = self._control
        if limit is None or limit > timedelta():
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: control.closed or is_so(), timeout=limit, timeout_summary=label or None
                )
        # Whatever was awaited before may have swallowed the cancellation.
        if control.closed:
            raise asyncio.CancelledError

    async def answered(
        self, wait: Wait, enough: Callable[[], bool], approval: Mapping[str, JsonValue]
    ) -> None:
        """Shows the wait until `enough()`. Nobody's answer in time ends the run: raises CancelledError. An
        item of a batch ends at once, and leaves the edit that is its `approval`."""
        if (commission := self._control.commission) is not None:
            self._control.hand_back(commission, wait.words, approval)
            await self.until(lambda: False)
        self._control.waits[wait.step] = wait
        self.changed()
        try:
            await self._control.answered(wait, enough, wait.step.capitalize())
        finally:
            # A run that leaves its worker ends here too, outside of its workflow: nothing is shown then.
            del self._control.waits[wait.step]
        self.changed()

    async def keep(self, version: KeptVersion) -> None:
        """Writes down that a version is finished."""
        self.kept.append(version)
        step = accounts.RecordVersion(film=self._id, version=version)
        await accounts.record_version(step, f"Keep {version.name} of {version.row}")


async def all_the_same(wait: Callable[[], Awaitable[Any]]) -> asyncio.CancelledError | None:
    """Waits to the end, whoever cancels the run meanwhile, and returns that: a run is cancelled once."""
    try:
        await wait()
    except asyncio.CancelledError as error:
        await wait()
        return error
    return None
