"""The rows of one batch in memory: what its statements say, in Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.batch import steps
from workflows.batch.contract import Counts

_UNDER_WAY = ("running", "attached")


@dataclass
class Row:
    """One item. `buys` are the prices of what it is made of, in turn; `paid` is what the ledger says of it,
    `own` the part that runs of this batch paid."""

    number: int
    most: Decimal
    buys: list[Decimal]
    fate: str
    state: Any = "pending"
    reserved: Decimal = Decimal(0)
    before: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    own: Decimal = Decimal(0)
    taken: str = ""
    run: str = ""

    @property
    def item(self) -> str:
        return f"item-{self.number}"

    @property
    def left(self) -> Decimal:
        return max(self.most - self.spent, Decimal(0))


class Memory:
    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def of(self, item: str) -> Row:
        return next(row for row in self.rows if row.item == item)

    def answer(self, step: Any) -> Any:
        """What the statement for this step leaves, and says."""
        match step:
            case steps.BeginItems():
                return steps.Begun(standing=self._standing(), running=tuple(map(_item, self._under_way)))
            case steps.TakeItems():
                return self._take(step)
            case steps.RecordItems():
                self._record(step)
            case steps.EndItems():
                for row in self.rows:
                    if row.state == "running" and not row.run and row.number not in step.running:
                        row.state, row.reserved = "pending", Decimal(0)
        return self._standing()

    def _take(self, step: steps.TakeItems) -> steps.TakenItems:
        taken = [row for row in self.rows if row.state == "running" and row.taken == step.ticket]
        left = step.may_spend_usd
        pending = [row for row in self.rows if row.state == "pending"]
        for row in () if taken else pending[: step.most]:
            if left is not None and row.left > left:
                break
            left = left and left - row.left
            row.state, row.taken, row.run = "running", step.ticket, ""
            row.reserved, row.before = row.left, row.paid - row.spent
            taken.append(row)
        if taken or step.may_spend_usd is None:
            given = (steps.TakenItem(**_item(row).model_dump(), request={}) for row in taken)
            return steps.TakenItems(items=tuple(given))
        return steps.TakenItems(short_usd=pending[0].left - step.may_spend_usd if pending else None)

    def _record(self, step: steps.RecordItems) -> None:
        by_number = {row.number: row for row in self._under_way}
        for started in step.started:
            if row := by_number.get(started.number):
                row.run = started.run or row.run
                row.state = "attached" if started.attached else "running"
                row.reserved = Decimal(0) if started.attached else started.reserved_usd
        for ended in step.ended:
            if row := by_number.get(ended.number):
                if row.state != "attached":
                    row.spent = max(row.paid - row.before, Decimal(0))
                row.state, row.run, row.reserved = ended.state, ended.run or row.run, Decimal(0)

    @property
    def _under_way(self) -> list[Row]:
        return [row for row in self.rows if row.state in _UNDER_WAY]

    def _standing(self) -> steps.Standing:
        return steps.Standing(
            counts=Counts(**Counter(row.state for row in self.rows)),
            spent_usd=sum((row.spent for row in self.rows), Decimal(0)),
            reserved_usd=sum((row.reserved for row in self.rows), Decimal(0)),
            promised_usd=sum((row.left for row in self.rows if row.state == "pending"), Decimal(0)),
        )


def _item(row: Row) -> steps.Item:
    return steps.Item(
        number=row.number,
        item=row.item,
        production="PosterWorkflow",
        reserved_usd=row.reserved,
        state=row.state,
        run=row.run,
    )
