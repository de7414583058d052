"""A batch's window without a server: rows in memory, items that spend what they come to, and whatever may go
wrong between them, by chance of one seed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from temporalio.exceptions import WorkflowAlreadyStartedError

from tests.support.batch_memory import Memory, Row
from workflows.batch import steps
from workflows.batch.contract import BatchRequest
from workflows.batch.window import Window
from workflows.studio import ITEM_MEMO, Budget, Grant, ItemAsks, ItemEnded

#: How often each goes wrong, where anything does.
_DIES, _LOST, _TWICE = 0.02, 0.2, 0.2


class Replaced(BaseException):
    """The run of the batch goes no further: another one follows it."""


@dataclass
class Life:
    """One run of an item. `own`: it is this batch's, and held to what that allows."""

    row: Row
    id: str
    own: bool
    allows: Decimal
    paid: Decimal = Decimal(0)
    bought: int = 0
    asked: int = 0
    end: str = ""
    closed: list[Callable[[object], None]] = field(default_factory=list)

    # As a window sees the child that it began.
    @property
    def first_execution_run_id(self) -> str:
        return self.id

    def cancelled(self) -> bool:
        return False

    def exception(self) -> None:
        return None

    def add_done_callback(self, closed: Callable[[object], None]) -> None:
        self.closed.append(closed)


class World:
    """What is around the window; stands in for `workflow` and for the steps in its modules."""

    def __init__(self, rows: list[Row], limit: Decimal, seed: int, is_rough: bool) -> None:
        self.memory, self.limit = Memory(rows), limit
        self._draw, self._is_rough = random.Random(seed), is_rough
        self.lives: dict[str, Life] = {}
        self.begun: list[str] = []
        self._now, self._runs = datetime(2026, 11, 27, tzinfo=UTC), 0
        self.window: Window | None = None
        for row in rows:
            if row.fate == "attached":
                self._live(row, own=False, allows=Decimal(1_000_000))

    async def made(self, asked: BatchRequest, most_lives: int = 200) -> Window:
        """The last window, once everything has ended."""
        for _ in range(most_lives):
            with suppress(Replaced):
                self._runs += 1
                self.budget = Budget(self.limit)
                watch = SimpleNamespace(changed=lambda: None, until=self._until, answered=self._answered)
                context: Any = SimpleNamespace(budget=self.budget, watch=watch)
                window = self.window = Window("batch", asked, context)
                await window.begin(False, None, False)
                await window.afford(window.rows.standing.promised_usd)
                if not await window.slide(lambda: False):
                    await window.rows.close(window.running)
                    return window
        raise AssertionError("it never ends")

    # ---- as `workflow` ---------------------------------------------------------------------------

    def info(self) -> Any:
        suggested = self._is_rough and self._draw.random() < _DIES
        return SimpleNamespace(
            first_execution_run_id="first",
            run_id=f"run-{self._runs}",
            is_continue_as_new_suggested=lambda: suggested,
        )

    def now(self) -> datetime:
        return self._now

    async def wait(self, tasks: list[asyncio.Task[None]]) -> None:
        await asyncio.wait(tasks)

    async def start_child_workflow(self, _production: str, _request: Any, *, id: str, **more: Any) -> Life:
        self._perhaps_dies()
        row = self.memory.of(id)
        if (there := self.lives.get(id)) and not there.end:
            raise WorkflowAlreadyStartedError(id, "")
        life = self._live(row, own=True, allows=Decimal(more["memo"][ITEM_MEMO]["may_spend_usd"]))
        self._perhaps_dies()
        return life

    def get_external_workflow_handle(self, id: str) -> Any:
        async def signal(_name: str, grant: Grant | None = None) -> None:
            self._perhaps_dies()
            life = self.lives[id]
            if grant is not None and grant.ask == life.asked and not life.end:
                life.asked += 1
                life.allows += grant.usd
                if not grant.usd:
                    self._end(life, "over_budget")

        return SimpleNamespace(signal=signal)

    # ---- as the steps ----------------------------------------------------------------------------

    async def step(self, step: Any, _label: str) -> Any:
        """Any of them: it may be done, and its answer lost all the same."""
        self._perhaps_dies()
        answer = self._looked_after(step) if isinstance(step, steps.LookAfter) else self.memory.answer(step)
        self._perhaps_dies()
        return answer

    def _looked_after(self, step: steps.LookAfter) -> steps.LookedAfter:
        ended, running = list[steps.EndedItem](), list[steps.StartedItem]()
        for item in step.items:
            life = self.lives.get(item.item)
            if life is None:
                ended.append(steps.EndedItem(number=item.number, state="pending"))
            elif life.end:
                ended.append(steps.EndedItem(number=item.number, run=life.id, state=life.end))
            else:
                usd = item.reserved_usd
                running.append(
                    steps.StartedItem(
                        number=item.number, run=life.id, attached=not life.own, reserved_usd=usd
                    )
                )
        return steps.LookedAfter(ended=tuple(ended), running=tuple(running))

    # ---- as time goes by -------------------------------------------------------------------------

    async def _until(self, is_so: Callable[[], bool], limit: timedelta | None = None, _: str = "") -> None:
        while not is_so():
            self._perhaps_dies()
            living = [life for life in self.lives.values() if not life.end]
            # Whose end nobody heard of, nobody goes on for: then time passes.
            if not living or (limit is not None and self._draw.random() < 0.1):
                assert limit is not None, "everybody waits for ever"
                self._now += limit
                return
            self._goes_on(self._draw.choice(living))
            await asyncio.sleep(0)

    async def _answered(self, wait: Any, enough: Callable[[], bool], _: Any) -> None:
        self.limit = self.budget.limit = self.budget.spent + self.budget.reserved + wait.needs_usd
        assert enough()

    def _goes_on(self, life: Life) -> None:
        if life.row.fate in ("fails", "silent") and self._draw.random() < 0.3:
            self._end(life, "failed")
        elif life.bought == len(life.row.buys):
            self._end(life, "completed")
        elif life.paid + (price := life.row.buys[life.bought]) <= life.allows:
            life.bought, life.paid, life.row.paid = life.bought + 1, life.paid + price, life.row.paid + price
            life.row.own += price if life.own else 0
            assert sum(row.own for row in self.memory.rows) <= self.limit, "more is spent than was allowed"
        else:
            self._ask(life, life.paid + price - life.allows)

    def _ask(self, life: Life, usd: Decimal) -> None:
        # A question that is lost is asked once more.
        if self.window is not None and not self._is_lost():
            asks = ItemAsks(number=life.row.number, run=life.id, ask=life.asked, usd=usd)
            self.window.asked(asks)

    def _end(self, life: Life, how: str) -> None:
        life.end = how
        for closed in life.closed:
            closed(life)
        if not life.own or life.row.fate == "silent" or self._is_lost() or self.window is None:
            return
        for _ in range(2 if self._draw.random() < _TWICE else 1):
            ended = ItemEnded(number=life.row.number, run=life.id, state=how)
            self.window.heard(ended)

    def _live(self, row: Row, own: bool, allows: Decimal) -> Life:
        life = Life(row, f"{row.item}-{len(self.begun)}", own, allows)
        self.lives[row.item] = life
        if own:
            self.begun.append(row.item)
        return life

    def _is_lost(self) -> bool:
        return self._is_rough and self._draw.random() < _LOST

    def _perhaps_dies(self) -> None:
        if self._is_rough and self._draw.random() < _DIES:
            raise Replaced
