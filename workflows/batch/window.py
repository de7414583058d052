"""The window: which items of a batch are under way, and the money that is held back for them.

    rows ─ take ─ start ─ (report | question | silence) ─ record ─ rows

The rows are the truth; what is here follows from them, and is begun anew by every run of the batch.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal

from temporalio import workflow

from workflows.batch import items, steps
from workflows.batch.contract import MAX_SHOWN, BatchRequest
from workflows.batch.items import Running, Starter
from workflows.batch.rows import Rows
from workflows.studio import Context, ItemAsks, ItemEnded, Wait, usd

# A lost signal, a reset or a terminated run is noticed by then; two hundred questions to the server are not
# worth asking more often.
_LOOK_EVERY = timedelta(minutes=3)
# Begun at a time: so many commands are one workflow task that a server still takes.
_TAKEN = 50
# An item leaves some fifteen events: the server proposes to continue at 4,000, and refuses 50,000.
_ITEMS_A_RUN = 200
_SILENT = "Silent items are looked after"


class Window:
    """Of one run of a batch."""

    def __init__(self, batch: str, asked: BatchRequest, context: Context) -> None:
        self._batch, self._asked = batch, asked
        self._budget, self._watch = context.budget, context.watch
        self._starter = Starter(batch, asked.user)
        self.rows = Rows(batch, context.budget, context.watch.changed)
        self.running: dict[int, Running] = {}
        #: What ended in another way than whole, newest last.
        self.notable: deque[steps.Notable] = deque(maxlen=MAX_SHOWN)
        #: What came in, and what began, since it was last written down.
        self._started: list[Running] = []
        self._ended: dict[int, steps.EndedItem] = {}
        self._asks: list[ItemAsks] = []
        self._starting: list[asyncio.Task[None]] = []
        #: What its running items were told last.
        self._has_paused = False
        #: USD that the next item lacks.
        self._short: Decimal | None = None
        self.ended_here = 0

    # ---- what its items send -------------------------------------------------------------------------

    def heard(self, ended: ItemEnded | steps.EndedItem) -> None:
        """An item's run has ended; what another run of it says, or says twice, changes nothing."""
        running = self.running.get(ended.number)
        if running is None or ended.number in self._ended:
            return
        if running.run and ended.run and ended.run != running.run:
            return
        self._ended[ended.number] = steps.EndedItem(**ended.model_dump())

    def asked(self, asks: ItemAsks) -> None:
        self._asks.append(asks)

    # ---- the run -------------------------------------------------------------------------------------

    async def begin(self, reopen: bool, before: Decimal | None, has_paused: bool) -> None:
        """Takes over what is under way, which Temporal is asked about."""
        begun = await self.rows.begin(reopen, before)
        for item in begun.running:
            running = Running(item, ExitStack(), run=item.run, attached=item.state == "attached")
            running.in_doubt = True
            running.hold(self._budget, item.reserved_usd)
            self.running[item.number] = running
        self.notable.extend(reversed(begun.notable))
        self._has_paused = has_paused

    async def slide(self, is_paused: Callable[[], bool]) -> bool:
        """Returns once every item has ended, or, True, once another run had better go on. Raises
        CancelledError once this one is ending."""
        while True:
            await self._pass_on(is_paused())
            await self._listen(refusing=False)
            if not is_paused():
                await self._fill()
            if self.is_over or self.is_long:
                return not self.is_over
            await self._watch.until(lambda: self._is_due(is_paused()), self._patience, _SILENT)

    async def end(self, how: str) -> None:
        """Tells every item to `stop`, or to `cancel`, and returns when they have ended. What others own is
        left to them."""
        if self._starting:
            await workflow.wait(self._starting)
        for running in self._own:
            await items.tell(running, how)
        while self._own:
            await self._watch.until(lambda: self._has_news, self._patience, _SILENT)
            await self._listen(refusing=True)

    @property
    def is_over(self) -> bool:
        return not self.running and not self.rows.pending

    @property
    def is_long(self) -> bool:
        """Whether another run had better go on, and nothing is lost by it now."""
        is_long = workflow.info().is_continue_as_new_suggested() or self.ended_here >= _ITEMS_A_RUN
        return is_long and not (self._started or self._ended or self._asks)

    def _is_due(self, is_paused: bool) -> bool:
        return self._has_news or self._has_room(is_paused) or is_paused != self._has_paused

    @property
    def _has_news(self) -> bool:
        return bool(self._ended or self._asks or any(one.in_doubt for one in self.running.values()))

    def _has_room(self, is_paused: bool) -> bool:
        """Whether a further item may be begun."""
        is_free = len(self.running) < self._asked.max_running and not is_paused
        # What nothing that runs can return any more is waited for, and so asked of a person.
        can_pay = self._short is None or not self.running or self._budget.affords(self._short)
        return is_free and can_pay and bool(self.rows.pending)

    @property
    def _patience(self) -> timedelta | None:
        """How long to wait for news of those that Temporal does not tell of by itself."""
        heard = [one.heard for one in self.running.values() if not one.watched and one.heard]
        return max(min(heard) + _LOOK_EVERY - workflow.now(), timedelta(seconds=1)) if heard else None

    @property
    def _own(self) -> list[Running]:
        return [one for one in self.running.values() if not one.attached]

    # ---- what is under way ---------------------------------------------------------------------------

    async def _listen(self, refusing: bool) -> None:
        """Answers, looks after and writes down."""
        await self._answer(refusing)
        await self._look_after()
        await self._record()

    async def _pass_on(self, is_paused: bool) -> None:
        """Who runs is paused, and resumed, as the batch is."""
        if is_paused == self._has_paused:
            return
        self._has_paused = is_paused
        for running in self._own:
            await items.tell(running, "pause" if is_paused else "resume")

    async def _answer(self, refusing: bool) -> None:
        """Grants what an item lacks, out of what nobody is promised."""
        while self._asks:
            asks = self._asks.pop(0)
            running = self.running.get(asks.number)
            if running is None or (running.run and asks.run != running.run):
                continue
            if asks.ask not in running.granted:
                granted = asks.usd if not refusing and self.rows.leaves(asks.usd) else Decimal(0)
                running.granted[asks.ask] = granted
                if granted:
                    running.hold(self._budget, granted)
                    self._started.append(running)
                    # Before it is spent: another run of the batch has to hold it back, too.
                    await self._record()
            await items.grant(running.item.item, asks.ask, running.granted[asks.ask])

    async def _look_after(self) -> None:
        now = workflow.now()
        silent = [
            one
            for one in self.running.values()
            if one.number not in self._ended and one.is_silent(now, _LOOK_EVERY)
        ]
        if not silent:
            return
        asked = tuple(one.now for one in silent)
        label = f"Look after {len(asked)} silent {'item' if len(asked) == 1 else 'items'}"
        found = await steps.look_after_items(steps.LookAfter(batch=self._batch, items=asked), label)
        for one in silent:
            one.in_doubt, one.heard = False, workflow.now()
        for ended in found.ended:
            # Of whichever run it is: it is the last.
            self._ended.setdefault(ended.number, ended)
        for started in found.running:
            if self.running[started.number].is_made_by(started):
                self._started.append(self.running[started.number])

    async def _record(self) -> None:
        if not (self._started or self._ended):
            return
        begun, ended = list(self._started), dict(self._ended)
        started = [one.started for one in begun if one.number in self.running]
        await self.rows.record(started, ended.values(), _recorded(len(started), len(ended)))
        for one in ended.values():
            self._leave(one)
        self._started = self._started[len(begun) :]

    def _leave(self, ended: steps.EndedItem) -> None:
        del self._ended[ended.number]
        running = self.running.pop(ended.number)
        running.release()
        if ended.state == "pending":
            return
        self.ended_here += 1
        if ended.state not in ("completed", "stopped"):
            self.notable.append(running.notable(ended))

    # ---- what is begun -------------------------------------------------------------------------------

    async def _fill(self) -> None:
        """Begins as many as there is room and money for. Waits for money where nothing is under way that
        could return any."""
        while self._has_room(False):
            limit = self._budget.limit
            left = (
                None if limit is None else max(limit - self._budget.spent - self._budget.reserved, Decimal(0))
            )
            most = min(self._asked.max_running - len(self.running), _TAKEN)
            taken = await self.rows.take(most, left)
            self._short = None if taken.short_usd is None else (left or Decimal(0)) + taken.short_usd
            if taken.items:
                await self._start(taken.items)
                await self._record()
            elif self._short is not None and not self.running:
                await self.afford(self._short)

    async def _start(self, taken: Sequence[steps.TakenItem]) -> None:
        for item in taken:
            running = Running(steps.Item(**item.model_dump()), ExitStack())
            running.hold(self._budget, item.reserved_usd)
            self.running[item.number] = running
        begun = [self.running[item.number] for item in taken]
        starts = (self._starter.start(item, one) for item, one in zip(taken, begun, strict=True))
        self._starting = [asyncio.create_task(start) for start in starts]
        await workflow.wait(self._starting)
        for task in self._starting:
            task.result()
        self._starting = []
        self._started += begun
        self._watch.changed()

    async def afford(self, needs: Decimal) -> None:
        """Returns once the budget allows so much more: a person sets it. Nobody's answer in time ends the
        run: raises CancelledError."""
        if self._budget.affords(needs):
            return
        wait = Wait(
            step="batch",
            reason="budget",
            needs_usd=needs,
            words=f"set_budget: what is to be made may cost {usd(needs)}, and the budget leaves less",
            answers=("set_budget",),
        )
        await self._watch.answered(wait, lambda: self._budget.affords(needs), {})


def _recorded(started: int, ended: int) -> str:
    """In words, for the timeline."""
    said = [f"{number} {what}" for number, what in ((started, "begun"), (ended, "ended")) if number]
    return f"Write down: {', '.join(said)}"
