"""What was spent, by whatever one asks for, is what the accounts say; and how the models did."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.ledger.submissions import Submissions
from activities.storage.database import Database
from activities.studio.account import Accounts
from activities.studio.caps import Caps
from activities.studio.memory import FilmMemory
from activities.studio.spending import By, Spending
from infra.embedded.stack import Stack
from tests.support.databases import ledger_of_its_own

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OPERATIONS = ("plan_answer", "plan_repair", "storyboard_image", "chunk")
#: Without `intent` and `held`, of which a recipe has one at a time, and those that a job must be known for.
PHASES = ("stored", "failed", "canceled", "rejected", "absent", "expired", "written_off", "stray_settled")


@dataclass(frozen=True)
class Try:
    """A row of the ledger; `film` is a number."""

    film: int
    model: str
    operation: str
    take: int
    phase: str
    estimate: Decimal
    cost: Decimal | None
    certain: bool
    hours_ago: int
    refused: bool


@dataclass(frozen=True)
class Asked:
    """For whom a film is made."""

    user: str
    labels: list[str]


USD = st.decimals(0, 9, places=6)
TRIES = st.builds(
    Try,
    film=st.integers(0, 3),
    model=st.sampled_from(("flux", "wan", "gpt")),
    operation=st.sampled_from(OPERATIONS),
    take=st.integers(1, 2),
    phase=st.sampled_from(PHASES),
    estimate=USD,
    cost=st.none() | USD,
    certain=st.booleans(),
    hours_ago=st.integers(0, 72),
    refused=st.booleans(),
)
ASKED = st.none() | st.builds(
    Asked,
    user=st.sampled_from(("", "ann", "bob")),
    labels=st.lists(st.sampled_from(("spring", "acme", "web")), max_size=3),
)


@pytest_asyncio.fixture(scope="module")
async def pool(stack: Stack) -> AsyncIterator[Any]:
    """Of a ledger of its own: sums are over all of it."""
    async with ledger_of_its_own(stack, most=2) as opened:
        yield opened


async def entered(pool: Any, tries: list[Try], asked: list[Asked | None]) -> None:
    await pool.execute("TRUNCATE attempt, render, made_for CASCADE")
    for number, one in enumerate(asked):
        if one is not None:
            await FilmMemory(Database(pool)).made_for(f"film-{number}", one.user, one.labels)
    for number, each in enumerate(tries):
        await enter(pool, f"{number}", 1, each)


async def enter(pool: Any, key: str, n: int, each: Try) -> None:
    recipe = json.dumps({"operation": each.operation, "take": each.take})
    error = json.dumps({"type": "ContentPolicy"}) if each.refused else None
    sent = NOW - timedelta(hours=each.hours_ago)
    await pool.execute(
        "INSERT INTO render (key, recipe) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING", key, recipe
    )
    await pool.execute(
        "INSERT INTO attempt (key, n, tag, epoch, phase, provider, account, model, request, intent_at, "
        "settle_at, ended_at, estimate, cost, cost_certain, payer, error) VALUES "
        "($1, $2, gen_random_uuid(), 1, $3, 'p', 'a', $4, '{}', $5, $5, $6, $7, $8, $9, $10, $11::jsonb)",
        *(key, n, each.phase, each.model, sent, sent + timedelta(seconds=10 * n), each.estimate, each.cost),
        *(each.certain, f"film-{each.film}", error),
    )


async def test_the_newest_request_says_whose_it_is(pool: Any) -> None:
    await entered(pool, [], [Asked("ann", ["spring"])])
    await enter(pool, "one", 1, Try(0, "wan", "chunk", 1, "stored", Decimal(1), None, True, 1, False))
    await FilmMemory(Database(pool)).made_for("film-0", "bob", ["web", "web", "acme"])
    spending = Spending(Database(pool))
    assert [(one.name, one.usd) for one in await spending.by("user")] == [("bob", Decimal(1))]
    assert [(one.name, one.usd) for one in await spending.by("label")] == [
        ("acme", Decimal(1)),
        ("web", Decimal(1)),
    ]


async def accounts(pool: Any) -> dict[str, Decimal]:
    """By film, as a film's own run counts it."""
    database = Database(pool)
    books = Accounts(Submissions(database), FilmMemory(database), Caps(database))
    films = [f"film-{number}" for number in range(4)]
    return {
        film: sum((one.usd for one in (await books.account(film)).payments), Decimal(0)) for film in films
    }


@given(tries=st.lists(TRIES, max_size=12), asked=st.lists(ASKED, min_size=4, max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_sums_are_those_of_the_accounts(
    pool: asyncpg.Pool, tries: list[Try], asked: list[Asked | None]
) -> None:
    await entered(pool, tries, asked)
    spending, kept = Spending(Database(pool)), await accounts(pool)
    total = await spending.total()
    assert total.usd == sum(kept.values())
    for by in get_args(By):
        rows = {one.name: one.usd for one in await spending.by(by)}
        if by != "label":
            assert sum(rows.values(), Decimal(0)) == total.usd, by
    assert {one.name: one.usd for one in await spending.by("film")} == {
        f"film-{number}": kept[f"film-{number}"] for number in {each.film for each in tries}
    }
    for label in ("", "spring", "acme", "web"):
        films = [n for n, one in enumerate(asked) if label in (((one and one.labels) or []) or [""])]
        got = sum(one.usd for one in await spending.by("label") if one.name == label)
        assert got == sum(kept[f"film-{number}"] for number in films), label
    since = NOW - timedelta(hours=24)
    newer = [each for each in tries if each.hours_ago <= 24]
    assert (await spending.total(since)).usd == sum(
        each.estimate if each.cost is None else each.cost for each in newer
    )


@pytest.mark.parametrize("phase", PHASES)
async def test_how_a_model_did_is_told_of_what_tells_of_it(pool: Any, phase: str) -> None:
    await pool.execute("TRUNCATE attempt, render, made_for CASCADE")
    good = Try(0, "wan", "chunk", 1, "stored", Decimal(1), Decimal(1), True, 1, False)
    bad = Try(0, "wan", "chunk", 1, phase, Decimal(1), None, False, 1, False)
    await enter(pool, "one", 1, bad)
    await enter(pool, "one", 2, good)
    await enter(pool, "two", 1, good)
    did = (await Spending(Database(pool)).figures())["wan"]
    counts = phase in ("stored", "failed", "expired", "written_off")
    assert (did.tries, did.retried, did.refused) == (2 + counts, int(counts), 0)
    assert did.made == 2 + (phase == "stored")
    assert did.median_s == {True: 10, False: 15}[phase == "stored"]


@pytest.mark.parametrize("phase", ["failed", "rejected"])
async def test_refused_content_is_told_apart(pool: Any, phase: str) -> None:
    await pool.execute("TRUNCATE attempt, render, made_for CASCADE")
    await enter(pool, "one", 1, Try(0, "wan", "chunk", 1, phase, Decimal(1), Decimal(0), True, 1, True))
    did = (await Spending(Database(pool)).figures())["wan"]
    assert (did.tries, did.made, did.refused, did.retried, did.median_s) == (1, 0, 1, 0, None)
