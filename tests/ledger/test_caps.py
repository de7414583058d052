"""No cap is ever passed: whatever is sent at once, ends at another price, is sent again or is raised."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.faults import AtCap
from activities.ledger.submissions import Intent, Submissions
from activities.ledger.times import Times
from activities.models.provider import Request
from activities.storage.database import Database
from activities.studio.caps import Caps
from activities.studio.memory import FilmMemory
from infra.caps import cap_of, caps_of
from infra.embedded.stack import Stack
from tests.support.databases import ledger_of_its_own
from tests.support.vendor import model

pytestmark = pytest.mark.slow
CENT = Decimal("0.01")
USERS, LABELS = ("", "ann", "bob"), ("acme", "web")


@pytest_asyncio.fixture(scope="module")
async def pool(stack: Stack) -> AsyncIterator[Any]:
    async with ledger_of_its_own(stack, most=20) as opened:
        yield opened


@dataclass(frozen=True)
class Film:
    id: str
    user: str
    labels: tuple[str, ...]


async def opened(pool: Any, films: list[Film]) -> Database:
    await pool.execute("TRUNCATE attempt, render, made_for, cap, place CASCADE")
    database = Database(pool)
    for film in films:
        await FilmMemory(database).made_for(film.id, film.user, film.labels)
    return database


async def sent(ledger: Submissions, film: str, usd: Decimal) -> tuple[str, Intent, int] | None:
    """The recipe, its intent and its epoch; None where a cap refuses it."""
    key, of = uuid.uuid4().hex * 2, model("lists")
    request = Request(of, str(uuid.uuid4()), {"prompt": key})
    intent = Intent(request.tag, request, "acct", request.fingerprint, usd, film, 5)
    await ledger.ensure(key, '{"operation": "x", "take": 1}')
    epoch = await ledger.claim(key, f"a:{uuid.uuid4()}")
    assert epoch is not None
    try:
        assert await ledger.intend(key, epoch, intent) == 1
    except AtCap:
        return None
    return key, intent, epoch


async def spent(pool: Any, *films: Film) -> Decimal:
    usd: Decimal = await pool.fetchval(
        "SELECT coalesce(sum(coalesce(cost, estimate)), 0) FROM attempt WHERE payer = ANY($1)",
        [film.id for film in films],
    )
    return usd


FILMS = [
    Film(f"film-{n}", user, labels)
    for n, (user, labels) in enumerate(
        [
            ("", ()),
            ("ann", ("acme",)),
            ("ann", ("acme", "web")),
            ("bob", ("web",)),
            ("bob", ()),
            ("", ("acme",)),
        ]
    )
]
CENTS = st.integers(0, 40).map(lambda n: n * CENT)
STEPS = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(FILMS), CENTS),
    st.tuples(st.just("end"), st.integers(0, 9), st.integers(0, 100)),
    st.tuples(
        st.just("raise"), st.sampled_from(("studio", "user", "user:ann", "label:acme", "label")), CENTS
    ),
)


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_cap_on_money_is_ever_passed(pool: Any, steps: list[Any]) -> None:
    database = await opened(pool, FILMS)
    ledger, caps = Submissions(database, Times().divided(100)), Caps(database)
    limits: dict[str, Decimal] = {}
    under_way: list[tuple[str, Decimal]] = []
    for kind, one, other in steps:
        if kind == "raise":
            limits[one] = max(limits.get(one, Decimal(0)), other)
            # One that is set below what is spent stops what comes, and takes nothing back.
            used = max(await _used(pool, one), limits[one])
            limits[one] = used
            await caps.set(cap_of(one, f"{used}/day"))
        elif kind == "send":
            if entered := await sent(ledger, one.id, other):
                under_way.append((entered[0], other))
        elif under_way:
            key, estimate = under_way.pop(one % len(under_way))
            cost = (estimate * other / 100).quantize(CENT)
            await pool.execute("UPDATE attempt SET phase = 'failed', cost = $2 WHERE key = $1", key, cost)
        for what, most in limits.items():
            assert await _used(pool, what) <= most, what


async def _used(pool: Any, what: str) -> Decimal:
    """What they whom it is about have spent, by the tests' own books; of a cap for each, who spent most and
    has no cap of his own."""
    scope, _, name = what.partition(":")
    if scope == "studio":
        return await spent(pool, *FILMS)
    own = {
        row["name"] for row in await pool.fetch("SELECT name FROM cap WHERE scope = $1 AND name <> ''", scope)
    }
    names = {name} if name else set(USERS if scope == "user" else LABELS) - own
    theirs = [
        [one for one in FILMS if each in ((one.user,) if scope == "user" else one.labels)] for each in names
    ]
    return max([await spent(pool, *films) for films in theirs], default=Decimal(0))


async def test_of_fifty_films_at_once_none_passes_it(pool: Any) -> None:
    films = [Film(f"film-{n}", f"user-{n % 5}", ()) for n in range(50)]
    database = await opened(pool, films)
    await Caps(database).declare(caps_of("studio=3/day, user=0.9/day"))
    two = [Submissions(Database(pool), Times().divided(100)) for _ in range(2)]
    price = Decimal("0.07")
    done = await asyncio.gather(*(sent(two[n % 2], film.id, price) for n, film in enumerate(films * 2)))
    # 3 USD are 42 of them, and what one user may spend is 12.
    assert sum(one is not None for one in done) == 42 and await spent(pool, *films) == 42 * price
    for user in range(5):
        assert await spent(pool, *(one for one in films if one.user == f"user-{user}")) <= Decimal("0.9")


async def test_what_is_sent_again_is_not_counted_twice(pool: Any) -> None:
    database = await opened(pool, FILMS)
    ledger = Submissions(database, Times().divided(100))
    await Caps(database).declare(caps_of("studio=0.5/day"))
    entered = await sent(ledger, "film-0", Decimal("0.4"))
    assert entered is not None
    key, intent, epoch = entered
    assert await ledger.intend(key, epoch, intent) == 1, "its answer was lost, and it is there"
    with pytest.raises(AtCap, match=r"\$0.50 a day.* \$0.40 of it are spent.*`reel caps studio 0.60/day`"):
        other = Request(model("lists"), str(uuid.uuid4()), {"prompt": "other"})
        await ledger.ensure("k", '{"operation": "x", "take": 1}')
        claim = await ledger.claim("k", "a:b")
        assert claim is not None
        await ledger.intend(
            "k", claim, replace(intent, tag=other.tag, request=other, estimate=Decimal("0.2"))
        )


async def test_a_persons_word_outlives_the_settings(pool: Any) -> None:
    caps = Caps(await opened(pool, FILMS))
    await caps.declare(caps_of("studio=5/day, user=1"))
    await caps.set(cap_of("studio", "9/day"))
    await caps.declare(caps_of("studio=4/day, label:acme=2/day"))
    said = {str(one.cap): one.said_by for one in await caps.standings()}
    assert said == {"studio=9/day": "person", "label:acme=2/day": "settings"}


async def test_who_has_a_cap_of_his_own_stands_at_no_other(pool: Any) -> None:
    caps = Caps(database := await opened(pool, FILMS))
    ledger = Submissions(database, Times().divided(100))
    await caps.declare(
        caps_of("studio=9/day, user=1/day, user:ann=5/day, user:eve=5/day, label=2/day, label:web=none/day")
    )
    # Of ann, of ann with both labels, of bob with one, of bob, and of nobody.
    for film, cents in (("film-1", 60), ("film-2", 70), ("film-3", 30), ("film-4", 40), ("film-0", 50)):
        assert await sent(ledger, film, cents * CENT)
    told = {one.cap.what: (one.subject, one.used) for one in await caps.standings()}
    assert told == {
        "studio": ("", 250 * CENT),
        "user": ("bob", 70 * CENT),
        "user:ann": ("ann", 130 * CENT),
        "user:eve": ("eve", Decimal(0)),
        "label": ("acme", 130 * CENT),
        "label:web": ("web", 100 * CENT),
    }
    # What was sent before this day is of another.
    await pool.execute("UPDATE attempt SET intent_at = intent_at - interval '24 hours'")
    assert {one.used for one in await caps.standings()} == {0}


async def test_places_stand_with_who_has_them(pool: Any) -> None:
    caps = Caps(database := await opened(pool, FILMS))
    await caps.declare(caps_of("studio=9, user=3, user:ann=4, label=9"))
    for film in FILMS[:5]:
        await database.rows("SELECT take_place($1)", film.id)
    told = {one.cap.what: (one.subject, one.used) for one in await caps.standings()}
    two = Decimal(2)
    assert told == {
        "studio": ("", Decimal(5)),
        "user": ("bob", two),
        "user:ann": ("ann", two),
        "label": ("acme", two),
    }


async def test_no_more_run_at_once_and_who_waited_comes_first(pool: Any) -> None:
    films = [Film(f"film-{n}", "ann" if n < 20 else "bob", ()) for n in range(30)]
    queue = [Film(f"late-{n}", "cid", ()) for n in range(5)]
    database = await opened(pool, films + queue)
    await Caps(database).declare(caps_of("user=3, studio=5"))

    async def take(film: Film) -> str | None:
        (row,) = await database.rows("SELECT take_place($1)::text AS reached", film.id)
        reached: str | None = row["reached"]
        return reached

    await asyncio.gather(*(take(film) for film in films))
    held = {row["film"] for row in await pool.fetch("SELECT film FROM place WHERE taken_at IS NOT NULL")}
    by_user = [sum(film.id in held for film in films if film.user == user) for user in ("ann", "bob")]
    assert sum(by_user) == 5 and max(by_user) == 3
    await Caps(database).declare(caps_of("user=3"))
    assert [bool(await take(film)) for film in queue] == [False, False, False, True, True]
    await pool.execute("DELETE FROM place WHERE film = 'late-1'")
    assert await take(queue[4]), "another has waited longer"
    assert await take(queue[3]) is None
