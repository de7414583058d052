"""What a film's money went towards: each payment once, and all of them together are the account."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from workflows.film.spending import Spending, Spent
from workflows.film.versions import Footage, Version, towards_of
from workflows.studio.facts import Payment
from workflows.studio.report import VersionProgress

SHOTS, NAMES = ("hero_shot", "call_to_action"), ("draft-1", "draft-2", "final-1")
CENTS = st.integers(0, 500).map(lambda cents: Decimal(cents) / 100)
#: What a release before this one paid did not say what for.
WHAT = st.one_of(
    st.just(""),
    st.just("the plan"),
    st.builds(towards_of, st.sampled_from(SHOTS), st.sampled_from(NAMES), st.integers(1, 2)),
)
PAYMENTS = st.lists(
    st.builds(
        Payment,
        attempt=st.uuids().map(str),
        usd=CENTS,
        towards=WHAT,
        lost=st.booleans(),
        deleted=st.booleans(),
    ).map(lambda one: one.model_copy(update={"deleted": one.deleted and not one.lost})),
    max_size=12,
)


@given(PAYMENTS, st.integers(1, 2))
def test_versions_and_what_is_beside_them_are_the_account(payments: list[Payment], plan: int) -> None:
    spending = Spending(plan, payments)
    told = {(shot, name): spending.of(shot, name, None) for shot in SHOTS for name in NAMES}
    assert all(paid >= lost + deleted and min(lost, deleted) >= 0 for paid, lost, deleted in told.values())
    beside = spending.beside(told, sum((spent.usd for spent in told.values()), Decimal(0)))
    total = sum((spent.usd for spent in told.values()), sum(beside.values(), Decimal(0)))
    assert total == sum((payment.usd for payment in payments), Decimal(0))
    assert all(usd > 0 for usd in beside.values())


def test_what_was_charged_for_nothing_is_told_apart() -> None:
    mine = towards_of("hero_shot", "draft-1", 1)
    spending = Spending(
        1,
        [
            Payment(attempt="a:1", usd=Decimal("0.11"), towards=mine, lost=True),
            Payment(attempt="a:2", usd=Decimal("0.11"), towards=mine),
            Payment(attempt="b:1", usd=Decimal("0.02"), towards="the plan"),
        ],
    )
    assert spending.of("hero_shot", "draft-1", None) == Spent(Decimal("0.22"), Decimal("0.11"))
    assert spending.beside([("hero_shot", "draft-1")], Decimal("0.22")) == {"the plan": Decimal("0.02")}


def test_of_an_earlier_release_is_known_what_a_version_is_made_of() -> None:
    footage = Footage(
        version=Version(rung="draft"),
        image=None,
        chunks=(),
        fps=Fraction(8),
        lettered=False,
        generated=True,
        models=(),
        usd=Decimal("0.11"),
    )
    spending = Spending(1, [Payment(attempt="a:1", usd=Decimal("0.3"))])
    assert spending.of("hero_shot", "draft-1", footage) == Spent(Decimal("0.11"))
    beside = spending.beside([("hero_shot", "draft-1")], Decimal("0.11"))
    assert beside == {"earlier runs": Decimal("0.19")}


def test_a_price_says_what_of_it_came_to_nothing_or_was_deleted() -> None:
    def price(**usd: str) -> str:
        return VersionProgress.model_validate({"name": "draft-1", "state": "finished", **usd}).price()

    assert price() == "free"
    assert price(usd="0.11") == "$0.11"
    assert price(usd="0.22", deleted_usd="0.11") == "$0.22 $0.11 of it deleted"
    assert price(usd="0.11", deleted_usd="0.11") == "$0.11 deleted"
    assert price(usd="0.11", lost_usd="0.11") == "$0.11 lost"
    both = price(usd="0.40", lost_usd="0.11", deleted_usd="0.18")
    assert both == "$0.40 $0.11 of it lost $0.18 of it deleted"
