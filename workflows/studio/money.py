"""Knows the money of one run: what was paid, what is reserved, and whether a further step may be bought.

One reservation a paid submit, made before anything is awaited: *spent + reserved + next* never passes the
limit, whatever runs at the same time. Every payment bears the name of its attempt in the ledger, so that
hearing of it twice, or from an earlier run, counts it once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.studio.edits import Edit, KeptVersion
from workflows.studio.facts import Asked, Facts, Payment, Usd

#: What is reserved for a call of the planner, until the activity says that its model needs more. Another
#: amount is another history: a film that waits for money would not replay.
PLAN_ALLOWANCE = Decimal("0.05")


class PaidStep(Facts):
    """What a workflow wants of a paid step: who pays, up to how much, and in which words.

    `may_spend_usd` is what the workflow has reserved for this call; at 0 only what the ledger has, or has
    running, is returned. `rung` counts up the content-policy ladder: from 1 on the wording is softened.
    `take` is another than 1 where a person asked for the same once more: nothing else of it need differ.
    `towards` says what it is for, as the payment tells it later.
    """

    film: str = Field(default="", description="The workflow id that pays.")
    step: str = Field(default="", description="The step's name in that film, such as `chunk:hero_shot:2`.")
    may_spend_usd: Decimal = Decimal(0)
    rung: int = 0
    take: int = 1
    towards: str = ""
    has_fallback: bool = Field(default=False, description="Whether another model could do it instead.")
    found: bool = Field(default=False, description="Whether only what is finished is wanted: nobody waits.")
    since: datetime | None = Field(default=None, description="When the run began: older failures count not.")
    answers: bool = Field(default=False, description="Whether the workflow understands a `NotBought`, too.")


class Choice(Facts):
    """What the policy ladder or a fallback chose for a step, kept so that a resume makes the same film."""

    step: str
    model: str
    rung: int = 0


class BudgetEdit(Facts):
    """What a person said of a film's budget: in a request, which need not name one, or by `set_budget`."""

    by: Literal["request", "update"]
    usd: Decimal | None = None


class Account(Facts):
    """What the ledger knows of a production before a run begins. `budget_usd` is what people decided last,
    None where nobody did; `decided` says that the run's own request was counted among them. `planner` is the
    provider on whose queue it is planned; empty where any worker can. `standins`: these are paid. `edits` are
    people's other decisions, oldest first; `versions` are finished, and `cut` is the newest that was
    delivered, 0 where none was; `attributes` are the search attributes that its namespace has. `at_cap` says
    why it has no place to run yet; empty where it has. `notices`
    says whether those are told whom its request names, and the studio's own address; empty: nobody is."""

    payments: tuple[Payment, ...] = ()
    choices: tuple[Choice, ...] = ()
    budget_usd: Decimal | None = None
    decided: bool = False
    planner: str = ""
    standins: bool = False
    edits: tuple[Edit, ...] = ()
    versions: tuple[KeptVersion, ...] = ()
    cut: int = 0
    attributes: tuple[str, ...] = ()
    at_cap: str = ""
    notices: Literal["", "request", "all"] = ""

    def limit(self, asked: Decimal | None, default: Decimal) -> Decimal:
        """What a paid production may cost in all, USD: what people decided last, else the `default`. `asked`
        is what the run's own request names."""
        if self.decided:
            return default if self.budget_usd is None else self.budget_usd
        # A run that an earlier release began goes on by its rule, the higher of the two, or would not replay.
        named = default if asked is None else asked
        return max(named, self.budget_usd or named)


class SetBudget(Asked):
    """What the update `set_budget` takes."""

    usd: Usd


class Decision(Asked):
    """What the updates `accept_risk` and `give_up` take: the name of a step that waits."""

    step: str


def decided_budget(edits: Iterable[BudgetEdit]) -> Decimal | None:
    """The newest decision of all that was said, oldest first; None where nobody decided.

    A request that names no budget decides nothing, and one that names the same as the last that named any
    is that request made again.
    """
    budget = named = None
    remembered = False
    for edit in edits:
        if edit.by == "update":
            budget = edit.usd
            continue
        # Earlier releases did not keep what requests named: this one may be as old as the film.
        of_old = budget is not None and not remembered
        if edit.usd is not None and edit.usd != named:
            named = edit.usd
            budget = budget if of_old else named
        remembered = True
    return budget


def usd(amount: Decimal) -> str:
    """An amount as people read it: to the cent, and small ones to a tenth of it."""
    return f"${amount:.2f}" if amount >= Decimal("0.1") or not amount else f"${amount:.3f}"


class Budget:
    """The money of one run. Deterministic; changed only by the workflow. `limit` None knows no bounds."""

    def __init__(self, limit: Decimal | None, before: Iterable[Payment] = ()) -> None:
        self.limit = limit
        self._before = {payment.attempt: payment.usd for payment in before}
        self._paid = {payment.attempt: payment for payment in before}
        self._reserved: dict[int, Decimal] = {}
        self._next = 0

    @property
    def spent(self) -> Decimal:
        """USD of the film, all its runs; what is in doubt counts in full."""
        return sum((payment.usd for payment in self._paid.values()), Decimal(0))

    @property
    def payments(self) -> Collection[Payment]:
        """All of them, in the order in which they became known."""
        return self._paid.values()

    @property
    def spent_now(self) -> Decimal:
        """USD of the attempts that this run paid for; never negative."""
        now = (payment for name, payment in self._paid.items() if name not in self._before)
        return sum((payment.usd for payment in now), Decimal(0))

    def paid_now(self, towards: str) -> Decimal:
        """USD of those of them that went towards that."""
        now = (payment for name, payment in self._paid.items() if name not in self._before)
        return sum((payment.usd for payment in now if payment.towards == towards), Decimal(0))

    @property
    def corrected(self) -> Decimal:
        """USD by which earlier runs' payments turned out dearer than they counted; negative: cheaper."""
        return self.spent - self.spent_now - sum(self._before.values(), Decimal(0))

    @property
    def reserved(self) -> Decimal:
        return sum(self._reserved.values(), Decimal(0))

    def affords(self, usd: Decimal) -> bool:
        """Whether a further `usd` would stay within the limit."""
        return self.limit is None or self.spent + self.reserved + usd <= self.limit

    @contextmanager
    def reserve(self, usd: Decimal) -> Iterator[None]:
        """Holds `usd` back for one submit while the block runs. Ask `affords` in the same breath."""
        number, self._next = self._next, self._next + 1
        self._reserved[number] = usd
        try:
            yield
        finally:
            del self._reserved[number]

    def paid_before(self, payment: Payment) -> None:
        """Counts what earlier runs paid, where the account does not tell it."""
        self._before[payment.attempt], self._paid[payment.attempt] = payment.usd, payment

    def pay(self, payment: Payment) -> Decimal:
        """Counts an attempt, once; what is known later replaces what was known before. Returns USD that are
        known since to have been charged for nothing."""
        before = self._paid.get(payment.attempt)
        self._paid[payment.attempt] = payment
        return payment.usd if payment.lost and not (before and before.lost) else Decimal(0)
