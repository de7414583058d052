"""The ledger on a real PostgreSQL: one claimant in the whole fleet, and a fence that holds."""

from __future__ import annotations

import asyncio
import random
import uuid
from dataclasses import fields, replace

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import ProviderUnavailable
from activities.ledger.renders import Ledger
from activities.ledger.times import Times
from activities.storage.database import Database
from tests.support.wire import Wire

# A lease of 1.2 s and a takeover 0.1 s later: long against a busy machine's statement, short against a test.
FAST = Times().divided(50)


@pytest.fixture
def ledger(pool: asyncpg.Pool) -> Ledger:
    return Ledger(Database(pool))


@pytest.fixture
def fast(pool: asyncpg.Pool) -> Ledger:
    return Ledger(Database(pool), FAST)


async def entered(ledger: Ledger) -> str:
    key = uuid.uuid4().hex * 2
    await ledger.ensure(key, '{"operation": "x"}')
    return key


async def claimed(ledger: Ledger, key: str, owner: str = "a:1") -> int:
    epoch = await ledger.claim(key, owner)
    assert epoch is not None
    return epoch


async def test_of_twenty_claimants_one_wins_each_key(ledger: Ledger) -> None:
    keys = [await entered(ledger) for _ in range(40)]
    won = await asyncio.gather(
        *(ledger.claim(key, f"p{who}:{uuid.uuid4()}") for key in keys for who in range(20))
    )
    assert [sum(epoch is not None for epoch in won[n * 20 : n * 20 + 20]) for n in range(40)] == [1] * 40


async def test_the_same_owner_gets_its_claim_again_when_the_answer_was_lost(ledger: Ledger) -> None:
    key = await entered(ledger)
    first = await claimed(ledger, key)
    again = await claimed(ledger, key)
    assert again > first
    assert not await ledger.renew(key, first) and await ledger.renew(key, again)
    assert await ledger.enter(key, "{}", "", "b:1") is None, "it was there"
    new = uuid.uuid4().hex * 2
    assert await ledger.enter(new, "{}", "", "a:1") == 1 == await ledger.enter(new, "{}", "", "a:1")
    assert await ledger.enter(new, "{}", "", "b:1") is None and await ledger.renew(new, 1)
    assert await ledger.finish(new, 1, f"objects/{new}", {})
    assert await ledger.enter(new, "{}", "", "a:1") is None, "it is done"


async def test_a_stale_claim_is_taken_over_and_its_owner_shut_out(fast: Ledger) -> None:
    key = await entered(fast)
    dead = await claimed(fast, key)
    assert await fast.claim(key, "b:1") is None
    await asyncio.sleep(FAST.lease + FAST.margin + 0.1)
    heir = await claimed(fast, key, "b:1")
    assert not await fast.renew(key, dead)
    assert not await fast.finish(key, dead, "objects/wrong", {})
    assert await fast.stop(key, dead) is None
    await fast.release(key, dead)
    assert await fast.claim(key, "c:1") is None, "the release of a replaced owner changed something"
    assert await fast.finish(key, heir, "objects/right", {"facts": {"n": 1}})
    row = await fast.look(key)
    assert row and row.done and row.object == "objects/right" and row.facts == {"facts": {"n": 1}}


async def test_a_renewed_claim_is_not_taken_over(fast: Ledger) -> None:
    key = await entered(fast)
    epoch = await claimed(fast, key)
    for _ in range(4):
        await asyncio.sleep(FAST.lease / 2)
        assert await fast.renew(key, epoch)
        assert await fast.claim(key, "b:1") is None


async def test_what_is_done_stays_done(ledger: Ledger) -> None:
    key = await entered(ledger)
    epoch = await claimed(ledger, key)
    assert await ledger.finish(key, epoch, "objects/one", {})
    assert not await ledger.finish(key, epoch, "objects/two", {})
    assert await ledger.claim(key, "b:1") is None
    assert not await ledger.wish(key)
    await ledger.ensure(key, '{"operation": "y"}')
    row = await ledger.look(key)
    assert row and row.object == "objects/one"


async def test_a_stop_ends_the_work_only_where_nobody_waits(ledger: Ledger) -> None:
    alone = await entered(ledger)
    epoch = await claimed(ledger, alone)
    assert await ledger.stop(alone, epoch) == "sent"
    assert await ledger.claim(alone, "b:1") is None, "it is being wound down"
    await ledger.release(alone, epoch)

    awaited = await entered(ledger)
    epoch = await claimed(ledger, awaited)
    assert await ledger.wish(awaited)
    assert await ledger.stop(awaited, epoch) == "asked"
    heir = await claimed(ledger, awaited, "b:1")
    assert await ledger.stop(awaited, epoch) is None
    assert await ledger.finish(awaited, heir, "objects/one", {})


async def test_a_wish_ends_by_itself(fast: Ledger) -> None:
    key = await entered(fast)
    epoch = await claimed(fast, key)
    await fast.wish(key)
    await asyncio.sleep(FAST.wish + 0.05)
    assert await fast.stop(key, epoch) == "sent"


async def test_the_leases_of_one_dead_process_end_and_no_others(ledger: Ledger) -> None:
    mine, other, alike = [await entered(ledger) for _ in range(3)]
    me = uuid.uuid4().hex
    await claimed(ledger, mine, f"{me}:1")
    await claimed(ledger, other, "somebody:1")
    await claimed(ledger, alike, f"{me}2:1")
    assert await ledger.release_instance(me) == 1
    assert await ledger.claim(mine, "b:1")
    assert await ledger.claim(other, "b:1") is None
    assert await ledger.claim(alike, "b:1") is None


async def test_only_free_work_that_is_as_it_was_seen_is_opened_again(
    ledger: Ledger, pool: asyncpg.Pool
) -> None:
    key = await entered(ledger)
    await ledger.finish(key, await claimed(ledger, key), "objects/one", {})
    seen = await ledger.look(key)
    assert seen
    results = await asyncio.gather(*(ledger.reopen(seen) for _ in range(10)))
    assert sorted(results) == [False] * 9 + [True]
    await ledger.finish(key, await claimed(ledger, key, "b:1"), "objects/one", {})
    assert not await ledger.reopen(seen), "made again since, with the very same bytes"
    await pool.execute("UPDATE render SET made_by = 1, attempts = 1 WHERE key = $1", key)
    paid = await ledger.look(key)
    assert paid and not await ledger.reopen(paid)


async def test_a_connection_that_dies_is_not_noticed(database_url: str) -> None:
    async with asyncpg.create_pool(database_url, min_size=2, max_size=2) as pool:
        ledger = Ledger(Database(pool))
        key = await entered(ledger)
        killer = await asyncpg.connect(database_url)
        backends = [await pool.fetchval("SELECT pg_backend_pid()") for _ in range(4)]
        for backend in set(backends):
            await killer.execute("SELECT pg_terminate_backend($1)", backend)
        await killer.close()
        assert await claimed(ledger, key)


async def test_a_silent_database_is_noticed_and_used_again_when_it_answers(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.storage.database._PATIENCE_S", 0.3)
    async with (
        Wire.to(database_url) as wire,
        asyncpg.create_pool(wire.url(database_url), min_size=1, max_size=2) as pool,
    ):
        ledger = Ledger(Database(pool))
        key = await entered(ledger)
        wire.freeze()
        monkeypatch.setattr("activities.storage.database._STATEMENT_S", 300)
        looking = asyncio.create_task(ledger.look(key))
        await asyncio.sleep(0.1)
        looking.cancel()
        await asyncio.wait({looking}, timeout=20)
        assert looking.cancelled(), "it waited for the server's consent"
        monkeypatch.setattr("activities.storage.database._STATEMENT_S", 0.5)
        # Far longer than it may take, far shorter than for ever.
        async with asyncio.timeout(20):
            # More than the pool has connections: none is lost, and a new one hangs as an old one does.
            for _ in range(4):
                with pytest.raises(ProviderUnavailable):
                    await ledger.look(key)
        wire.thaw()
        assert await ledger.look(key)
        wire.cut()
        with pytest.raises(ProviderUnavailable):
            await ledger.look(key)
        await wire.mend()
        assert await claimed(ledger, key)


# A table that refuses every row with the code that its key begins with.
REFUSES = """
CREATE SCHEMA {0};
CREATE TABLE {0}.render (key text PRIMARY KEY, recipe jsonb);
CREATE TABLE {0}.need (film text, key text);
CREATE FUNCTION {0}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = left(NEW.key, 5); END $$;
CREATE TRIGGER refuse BEFORE INSERT ON {0}.render FOR EACH ROW EXECUTE FUNCTION {0}.refuse();
"""


async def test_what_passes_is_told_from_what_is_wrong(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.storage.database._PATIENCE_S", 0.1)
    schema = f"refusing_{uuid.uuid4().hex}"
    own = {"search_path": schema}
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1, server_settings=own) as pool:
        await pool.execute(REFUSES.format(schema))
        ledger = Ledger(Database(pool))
        passing = ("08006", "40001", "40P01", "53100", "53300", "57014", "57P01", "58030", "25006")
        for code in (*passing, "26000", "42P05"):
            with pytest.raises(ProviderUnavailable):
                await ledger.ensure(code, "{}")
        for code in ("23514", "42501", "22P02", "25001", "XX000"):
            with pytest.raises(asyncpg.PostgresError):
                await ledger.ensure(code, "{}")
        # A mistake of ours, which asyncpg finds by itself: an argument too many.
        monkeypatch.setattr("activities.ledger.renders.LOOK", "SELECT 1")
        with pytest.raises(asyncpg.InterfaceError):
            await ledger.look("x")
        await pool.execute(f"DROP SCHEMA {schema} CASCADE")
    with pytest.raises(ProviderUnavailable):
        await ledger.look("x")


async def _live(ledger: Ledger, key: str, me: int, chance: random.Random, seen: dict[str, list[int]]) -> None:
    """Claims, then does what a process may do to it: keep it, lose it, freeze, stop, finish, or die."""
    while True:
        row = await ledger.look(key)
        if row and row.done:
            return
        epoch = await ledger.claim(key, f"p{me}:{uuid.uuid4()}")
        if epoch is None:
            if chance.random() < 0.3:
                await ledger.wish(key)
            await asyncio.sleep(chance.uniform(0.005, 0.05))
            continue
        seen["claims"].append(epoch)
        for _ in range(chance.randint(0, 4)):
            await asyncio.sleep(chance.choice([0, 0.005, ledger.times.lease * 1.2]))
            replaced = max(seen["claims"]) > epoch
            if await ledger.renew(key, epoch):
                assert not replaced, "a replaced owner renewed"
        end = chance.choice(["die", "release", "stop", "finish", "finish"])
        replaced = max(seen["claims"]) > epoch
        if end == "release" or (end == "stop" and await ledger.stop(key, epoch) == "sent"):
            await ledger.release(key, epoch)
        elif end == "finish" and await ledger.finish(key, epoch, f"objects/{epoch}", {}):
            assert not replaced, "a replaced owner finished"
            seen["finishes"].append(epoch)


async def test_random_lives_of_processes_never_share_a_claim(pool: asyncpg.Pool) -> None:
    fast = Ledger(Database(pool), FAST.divided(6))

    async def one(n: int) -> None:
        key, seen = await entered(fast), dict[str, list[int]](claims=[], finishes=[])
        chances = [random.Random(f"{n}/{me}") for me in range(5)]
        await asyncio.wait_for(
            asyncio.gather(*(_live(fast, key, me, chance, seen) for me, chance in enumerate(chances))), 60
        )
        row = await fast.look(key)
        assert len(set(seen["claims"])) == len(seen["claims"]), "an epoch was given out twice"
        assert len(seen["finishes"]) == 1
        assert row and row.object == f"objects/{seen['finishes'][0]}"

    await asyncio.gather(*(one(n) for n in range(12)))


@given(st.sampled_from([field.name for field in fields(Times)]), st.floats(0.001, 1000))
def test_times_that_do_not_fit_are_refused_and_relations_survive_division(name: str, value: float) -> None:
    try:
        times = replace(Times(), **{name: value})
    except ValueError:
        with pytest.raises(ValueError, match="do not fit"):
            replace(Times().divided(8), **{name: value / 8})
        return
    assert times.divided(8).lease == times.lease / 8
    assert times.lease >= 3 * times.renew_every
    assert times.wish > times.call_again + times.wish_every
