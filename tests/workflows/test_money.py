"""The budget: what is spent, reserved and bought next never passes the limit, whatever runs side by side."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from workflows.film.budget import DEFAULT_BUDGET_USD, budget_of, is_paid
from workflows.film.contract import Models, VideoRequest
from workflows.studio.facts import Payment
from workflows.studio.money import Account, Budget, BudgetEdit, decided_budget

USD = st.decimals(0, 3, places=4)


@given(st.lists(st.tuples(USD, st.floats(0, 1), st.booleans()), max_size=40), USD, st.integers(0, 2**32))
def test_the_limit_is_never_passed_under_any_fan_out(
    buys: list[tuple[Decimal, float, bool]], limit: Decimal, seed: int
) -> None:
    budget, rng, highest = Budget(limit), random.Random(seed), [Decimal(0)]

    async def buy(number: int, price: Decimal, share: float, fails: bool) -> None:
        for attempt in range(1 + fails):
            await asyncio.sleep(rng.random() / 1e6)
            if not budget.affords(price):
                return
            with budget.reserve(price):
                highest.append(budget.spent + budget.reserved)
                await asyncio.sleep(rng.random() / 1e6)
                cost = (price * Decimal(share)).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
                budget.pay(Payment(attempt=f"{number}:{attempt}", usd=cost))

    async def all_at_once() -> None:
        await asyncio.gather(*(buy(number, *each) for number, each in enumerate(buys)))

    asyncio.run(all_at_once())
    assert max(highest) <= limit and budget.spent <= limit and budget.reserved == 0


@given(st.lists(st.tuples(st.integers(0, 5), USD), max_size=30), st.lists(st.tuples(st.integers(0, 5), USD)))
def test_an_attempt_counts_once_and_the_last_word_stands(
    before: list[tuple[int, Decimal]], told: list[tuple[int, Decimal]]
) -> None:
    earlier = {f"{number}:1": usd for number, usd in before}
    budget = Budget(None, [Payment(attempt=name, usd=usd) for name, usd in earlier.items()])
    assert budget.spent_now == 0
    for number, usd in told:
        budget.pay(Payment(attempt=f"{number}:1", usd=usd))
    known = earlier | {f"{number}:1": usd for number, usd in told}
    assert budget.spent == sum(known.values(), Decimal(0))
    new = {name: usd for name, usd in known.items() if name not in earlier}
    assert budget.spent_now == sum(new.values(), Decimal(0)), "what a run paid is its own, and never negative"
    assert budget.corrected == sum((known[name] - usd for name, usd in earlier.items()), Decimal(0))
    assert budget.affords(Decimal(10**6)), "without a limit everything is affordable"


def test_a_doubt_of_an_earlier_run_that_cost_nothing_is_a_correction() -> None:
    budget = Budget(Decimal(5), [Payment(attempt="k:1", usd=Decimal("0.4"), certain=False)])
    budget.pay(Payment(attempt="k:1", usd=Decimal(0)))
    assert budget.spent == budget.spent_now == 0
    assert budget.corrected == Decimal("-0.4")


# ---- the budget ------------------------------------------------------------------------------------

SAID = st.builds(
    BudgetEdit, by=st.sampled_from(["request", "update"]), usd=st.none() | st.sampled_from([0, 2, 5, 9])
)


def is_decision(edits: list[BudgetEdit], at: int) -> bool:
    """What a person said is a decision, unless it is a request that names nothing, or nothing new."""
    edit, before = edits[at], edits[:at]
    if edit.by == "update":
        return True
    requests = [each for each in before if each.by == "request"]
    named = [each.usd for each in requests if each.usd is not None]
    if before and not requests:
        # A film from before requests were kept.
        return False
    return edit.usd is not None and named[-1:] != [edit.usd]


@given(st.lists(SAID.filter(lambda edit: edit.by == "request" or edit.usd is not None), max_size=12))
def test_the_newest_decision_of_a_person_wins(edits: list[BudgetEdit]) -> None:
    decisions = [edit.usd for at, edit in enumerate(edits) if is_decision(edits, at)]
    assert decided_budget(edits) == (decisions[-1] if decisions else None)
    # A request that names nothing, and the last one made again, change nothing.
    requests = [edit for edit in edits if edit.by == "request"]
    again = [*edits, *requests[-1:], *([BudgetEdit(by="request")] if requests else [])]
    assert decided_budget(again) == decided_budget(edits)


def test_a_default_beats_no_decision() -> None:
    asked = VideoRequest(prompt="a mug", profile="draft")
    assert budget_of(asked, Account(decided=True)) == DEFAULT_BUDGET_USD
    for usd in (Decimal(0), Decimal(2), Decimal(9)):
        assert budget_of(asked, Account(budget_usd=usd, decided=True)) == usd


def test_a_run_of_an_earlier_release_keeps_the_rule_that_it_began_with() -> None:
    asked = VideoRequest(prompt="a mug", profile="draft")
    assert budget_of(asked, Account(budget_usd=Decimal(9))) == 9
    assert budget_of(asked.model_copy(update={"budget_usd": Decimal(2)}), Account(budget_usd=Decimal(1))) == 2


def test_what_names_a_model_may_cost_something() -> None:
    assert not is_paid(VideoRequest(prompt="a mug"))
    assert is_paid(VideoRequest(prompt="a mug", profile="final"))
    assert is_paid(VideoRequest(prompt="a mug", models=Models(image="openai-gpt-image-2.5-flare")))
