"""Knows how a step is bought: reserved, tried again, softened, moved to another model, or waited for.

One call of the activity buys at most once, with a reservation of its own; every loop over paid work is
here, where the money is counted. What the policy ladder or a fallback chose is recorded before anything is
bought with it, so that a resume makes the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from workflows.studio import account as accounts
from workflows.studio.board import Board
from workflows.studio.calls import EndedAsCancelled
from workflows.studio.caps import room_once_more, until_room
from workflows.studio.charges import fact, needs_of, paid_by, payments_of
from workflows.studio.control import Control
from workflows.studio.facts import Artifact, ModelFacts, Payment
from workflows.studio.failures import Cause, StepFailed, cause_of
from workflows.studio.money import Budget, Choice, PaidStep, usd
from workflows.studio.report import Answer, Wait
from workflows.studio.tries import Try

# One block may be random, two are stable: the prompt as given is tried twice, softer ones once.
_BLOCKS = 2
# A job that failed three times in a row is not bad luck; what each of them cost stays on the account.
_TRIES = 3
# A provider that just failed is given a moment; its own circuit breaker knows longer ones.
_BACK_OFF = (timedelta(seconds=2), timedelta(seconds=10))
_HELD = ("SubmitOutcomeUnknown", "OutputExpired")
#: What is waited for before a step goes on.
_WAITS = ("OverBudget", "AtCap", *_HELD)
#: Another model can do it where this one never will.
_MOVES = ("ModelResting", "ModelGone")

Decided = Literal["accepted", "given_up"]
#: Calls the activity that buys, or finds, with this model and on these terms.
Buy = Callable[[ModelFacts, PaidStep], Awaitable[Artifact]]


class GivenUp(StepFailed):
    """Somebody gave a waiting step up. Never retried; the production goes on without it where it can."""

    def __init__(self, step: str, label: str) -> None:
        super().__init__("given up.", type="GivenUp", step=step, label=label)


@dataclass(frozen=True)
class Offer:
    """What is to be bought: by which models, the wanted one first, at which price, and on how many rungs of
    the ladder it may be asked for. `dispensable`: a person may give it up, and the rest goes on without.
    `wanted`: whether it still is; what is not any more is not called again. `found`: nothing is bought and
    nobody waited for; what is not finished by now is as if it had been stopped. `extra`: it is done without
    where it would have to wait for money or for a person. `towards` is what it is for, as its payments are
    to tell."""

    name: str
    models: Sequence[ModelFacts]
    price: Callable[[ModelFacts], Decimal]
    buy: Buy
    rungs: int = 2
    dispensable: bool = False
    wanted: Callable[[], bool] = lambda: True
    found: bool = False
    towards: str = ""
    extra: bool = False

    @property
    def ways_out(self) -> tuple[Answer, ...]:
        return ("give_up",) if self.dispensable else ()


class Purchases:
    """The purchases of one run."""

    def __init__(
        self,
        payer: str,
        budget: Budget,
        choices: Iterable[Choice],
        control: Control,
        board: Board,
        changed: Callable[[], None],
    ) -> None:
        self._payer, self._budget, self._control = payer, budget, control
        self._board, self._changed = board, changed
        self._choices = {choice.step: choice for choice in choices}
        self._since = workflow.now()
        #: The attempt in doubt of every held step.
        self.held: dict[str, str] = {}
        self._answers: dict[str, Decided] = {}

    def answer(self, step: str, answer: Decided) -> None:
        """What a person decided about a waiting step."""
        self._answers[step] = answer

    def affords(self, usd: Decimal) -> bool:
        """Whether a further `usd` would stay within the budget."""
        return self._budget.affords(usd)

    def chosen(self, step: str) -> Choice | None:
        """What was chosen for it, in this run or before."""
        return self._choices.get(step)

    @property
    def models(self) -> Mapping[str, str]:
        """The models to which steps have moved, by the names of these."""
        return {step: choice.model for step, choice in self._choices.items()}

    async def choose(self, choice: Choice) -> None:
        """Records it, before anything is bought with it."""
        step = accounts.RecordChoice(film=self._payer, choice=choice)
        await accounts.record_choice(step, "Record what was chosen")
        # Not before: another version may be begun with it, while the one that chose is let go.
        self._choices[choice.step] = choice

    async def buy(self, offer: Offer, label: str) -> Artifact:
        """The artifact, bought or found. Raises `ActivityError` when no rung, try or model is left, and
        `GivenUp`; lets cancellation pass."""
        standing = self._start(offer)
        while True:
            await self._control.ready()
            if not offer.wanted():
                raise asyncio.CancelledError
            try:
                return await self._once(offer, standing)
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                # What fails while it is cancelled swallows that: nobody may wait here for money, or a person.
                if offer.found or not offer.wanted():
                    raise asyncio.CancelledError from error
                if not await self._goes_on(offer, standing, cause_of(error), label):
                    raise

    def _start(self, offer: Offer) -> Try:
        choice = self._choices.get(offer.name)
        ids = [model.id for model in offer.models]
        if choice is None or choice.model not in ids:
            return Try()
        return Try(model=ids.index(choice.model), rung=min(choice.rung, offer.rungs - 1))

    async def _once(self, offer: Offer, standing: Try) -> Artifact:
        """One call of the activity, with a reservation where the limit allows one; without, what the ledger
        has, or has running, comes all the same."""
        model = offer.models[standing.model]
        price = _price(offer, standing)
        terms = PaidStep(
            film=self._payer,
            step=offer.name,
            may_spend_usd=price if self._budget.affords(price) and not offer.found else Decimal(0),
            found=offer.found,
            rung=standing.rung,
            towards=offer.towards,
            has_fallback=self._fallback(offer, standing) is not None,
            since=self._since,
            answers=True,
        )
        if model.provider and model.work == "waits":
            self._board.asks(offer.name, model.id)
        with self._budget.reserve(terms.may_spend_usd):
            try:
                artifact = await offer.buy(model, terms)
            except ActivityError as error:
                self._count(payments_of(cause_of(error)))
                raise
            except EndedAsCancelled as ended:
                # Nobody wants it any more, but it is paid.
                self._count(paid_by(ended.outcome))
                raise
            self._count([artifact.payment] if artifact.payment else [])
            return artifact

    def _count(self, payments: Sequence[Payment]) -> None:
        for payment in payments:
            self._budget.pay(payment)
            self._changed()

    async def _goes_on(self, offer: Offer, standing: Try, cause: Cause, label: str) -> bool:
        """What to do about a failed call: whether to call again, once this returns."""
        if offer.extra and cause.type in _WAITS:
            return False
        if cause.type == "OverBudget":
            standing.needs = needs_of(cause)
            return await self._wait_for_money(offer, _price(offer, standing), label)
        if cause.type == "AtCap":
            return await self._wait_for_room(offer, standing, cause, label)
        if cause.type in _HELD:
            return await self._wait_for_a_person(offer, cause, label)
        if cause.type == "ContentPolicy":
            return await self._soften(offer, standing, label)
        if cause.type in _MOVES:
            return await self._move(offer, standing, cause, label)
        if cause.type == "JobFailed":
            return await self._try_again(offer, standing, cause, label)
        return False

    async def _try_again(self, offer: Offer, standing: Try, cause: Cause, label: str) -> bool:
        """A job that broke, or found no capacity: the same model again, then another one.
        Without a payment of its own the activity has tried three times already."""
        standing.failures += 1
        if payments_of(cause) and standing.failures < _TRIES:
            await asyncio.sleep(_BACK_OFF[standing.failures - 1].total_seconds())
            return True
        # Films that began under a release that knew no way on have failed here.
        return workflow.patched("another-model-once-tries-are-used-up") and await self._move(
            offer, standing, cause, label
        )

    async def _soften(self, offer: Offer, standing: Try, label: str) -> bool:
        """The next rung of the ladder, once this one is known to be blocked."""
        standing.blocks += 1
        if standing.rung == 0 and standing.blocks < _BLOCKS:
            return True
        if standing.rung + 1 >= offer.rungs:
            return False
        standing.rung += 1
        self._board.warn(f"{label}: the provider refused the wording; it is asked for in softer words.")
        await self._choose(offer, standing)
        return True

    async def _move(self, offer: Offer, standing: Try, cause: Cause, label: str) -> bool:
        standing.tried.add(standing.model)
        fallback = self._fallback(offer, standing)
        if fallback is None:
            return False
        old, new = offer.models[standing.model].id, offer.models[fallback].id
        self._board.warn(f"{label}: made with {new} instead of {old}. {cause.message}")
        standing.model, standing.failures, standing.needs = fallback, 0, Decimal(0)
        await self._choose(offer, standing)
        return True

    def _fallback(self, offer: Offer, standing: Try) -> int | None:
        gone = {*standing.tried, standing.model}
        return next((place for place in range(len(offer.models)) if place not in gone), None)

    async def _choose(self, offer: Offer, standing: Try) -> None:
        self._changed()
        model = offer.models[standing.model].id
        await self.choose(Choice(step=offer.name, model=model, rung=standing.rung))

    # ---- what only a person can decide -----------------------------------------------------------

    async def _wait_for_money(self, offer: Offer, needs: Decimal, label: str) -> bool:
        if self._budget.affords(needs):
            # It was the reservation that was lacking: something else has ended since.
            return True
        if (commission := self._control.commission) is not None:
            return await commission.more(self._budget, needs)
        wait = Wait(
            step=offer.name,
            reason="budget",
            needs_usd=needs,
            words=f"set_budget: {label} costs {usd(needs)}, and the budget leaves less",
            answers=("set_budget", *offer.ways_out),
        )
        await self._wait(wait, lambda: self._budget.affords(needs), label)
        return True

    async def _wait_for_room(self, offer: Offer, standing: Try, cause: Cause, label: str) -> bool:
        """At a cap that other productions have used up; items of a batch wait there too, for it passes."""
        standing.refused += 1
        provider = offer.models[standing.model].provider
        step = accounts.AwaitRoom(film=self._payer, provider=provider, usd=_price(offer, standing))
        words = f"{label}: {cause.message}"
        wait = Wait(step=offer.name, reason="cap", words=words, answers=offer.ways_out)
        asking = room_once_more(step, standing.refused, label)
        await until_room(asking, lambda enough: self._wait(wait, enough, label))
        return True

    async def _wait_for_a_person(self, offer: Offer, cause: Cause, label: str) -> bool:
        name, answers = offer.name, ("accept_risk", *offer.ways_out)
        if self._control.commission is not None:
            # A batch waits for nobody: what may be done without is given up, all else fails as it did.
            if offer.dispensable:
                raise GivenUp(name, label)
            return False
        self.held[name] = str(fact(cause, "attempt"))
        words = f"{' or '.join(answers)} of the step {name}: {cause.message}"
        wait = Wait(step=name, reason="risk", words=words, answers=answers)
        try:
            await self._wait(wait, lambda: self._answers.get(name) == "accepted", label)
        finally:
            self.held.pop(name, None)
        return True

    async def _wait(self, wait: Wait, enough: Callable[[], bool], label: str) -> None:
        name = wait.step
        self._answers.pop(name, None)
        self._control.waits[name] = wait
        self._board.hold(name)
        self._changed()
        try:
            await self._control.answered(
                wait, lambda: enough() or self._answers.get(name) == "given_up", label
            )
        finally:
            del self._control.waits[name]
        self._board.start(name, workflow.now())
        self._changed()
        if self._answers.pop(name, None) == "given_up":
            raise GivenUp(name, label)


def _price(offer: Offer, standing: Try) -> Decimal:
    """USD that the next call may spend."""
    return max(offer.price(offer.models[standing.model]), standing.needs)
