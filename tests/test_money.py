"""The purse: what is spent, reserved and bought next never passes the limit, whatever runs side by side."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from workflows.contract import Models, Payment, VideoRequest
from workflows.money import DEFAULT_BUDGET_USD, Account, Purse, budget_of, is_paid

USD = st.decimals(0, 3, places=4)


@given(st.lists(st.tuples(USD, st.floats(0, 1), st.booleans()), max_size=40), USD, st.integers(0, 2**32))
def test_the_limit_is_never_passed_under_any_fan_out(
    buys: list[tuple[Decimal, float, bool]], limit: Decimal, seed: int
) -> None:
    purse, rng, highest = Purse(limit), random.Random(seed), [Decimal(0)]

    async def buy(number: int, price: Decimal, share: float, fails: bool) -> None:
        for attempt in range(1 + fails):
            await asyncio.sleep(rng.random() / 1e6)
            if not purse.affords(price):
                return
            with purse.reserve(price):
                highest.append(purse.spent + purse.reserved)
                await asyncio.sleep(rng.random() / 1e6)
                cost = (price * Decimal(share)).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
                purse.pay(Payment(attempt=f"{number}:{attempt}", usd=cost))

    async def all_at_once() -> None:
        await asyncio.gather(*(buy(number, *each) for number, each in enumerate(buys)))

    asyncio.run(all_at_once())
    assert max(highest) <= limit and purse.spent <= limit and purse.reserved == 0


@given(st.lists(st.tuples(st.integers(0, 5), USD), max_size=30), st.lists(st.tuples(st.integers(0, 5), USD)))
def test_an_attempt_counts_once_and_the_last_word_stands(
    before: list[tuple[int, Decimal]], told: list[tuple[int, Decimal]]
) -> None:
    earlier = {f"{number}:1": usd for number, usd in before}
    purse = Purse(None, [Payment(attempt=name, usd=usd) for name, usd in earlier.items()])
    assert purse.spent_now == 0
    for number, usd in told:
        purse.pay(Payment(attempt=f"{number}:1", usd=usd))
    known = earlier | {f"{number}:1": usd for number, usd in told}
    assert purse.spent == sum(known.values(), Decimal(0))
    assert purse.spent_now == purse.spent - sum(earlier.values(), Decimal(0))
    assert purse.affords(Decimal(10**6)), "without a limit everything is affordable"


def test_a_budget_that_was_granted_is_not_taken_back() -> None:
    asked = VideoRequest(prompt="a mug", profile="draft")
    assert budget_of(asked, Account()) == DEFAULT_BUDGET_USD
    assert budget_of(asked, Account(budget_usd=Decimal(9))) == 9
    small = asked.model_copy(update={"budget_usd": Decimal(2)})
    assert budget_of(small, Account(budget_usd=Decimal(1))) == 2


def test_what_names_a_model_may_cost_something() -> None:
    assert not is_paid(VideoRequest(prompt="a mug"))
    assert is_paid(VideoRequest(prompt="a mug", profile="final"))
    assert is_paid(VideoRequest(prompt="a mug", models=Models(image="openai-gpt-image-2.5-flare")))
