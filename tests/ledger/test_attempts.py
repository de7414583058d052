"""The ledger of paid work on a real PostgreSQL: facts are never refused, decisions only to the owner."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio

from activities.ledger.orphan_rows import SweepRows
from activities.ledger.submissions import AlreadyOpen, Attempts, InDoubt, Intent, Kept, Phase, Submission
from activities.ledger.times import Times
from activities.models.entries import Model
from activities.models.provider import Job, Request
from activities.storage.database import Database
from tests.support.vendor import PRICE, model
from workflows.studio.facts import Payment

FAST = Times().divided(100)
PAYERS = [(model("lists").provider, "acct")]
ERROR: Kept = {"type": "JobFailed", "message": "no luck"}


@pytest_asyncio.fixture(scope="module")
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=20) as pool:
        yield pool


@pytest.fixture
def attempts(pool: asyncpg.Pool) -> Attempts:
    return Attempts(Database(pool), FAST)


@pytest.fixture
def rows(pool: asyncpg.Pool) -> SweepRows:
    return SweepRows(Database(pool), FAST)


async def claimed(attempts: Attempts, key: str | None = None) -> tuple[str, int]:
    key = key or uuid.uuid4().hex * 2
    await attempts.ensure(key, '{"operation": "x"}')
    epoch = await attempts.claim(key, f"a:{uuid.uuid4()}")
    assert epoch is not None
    return key, epoch


def intent(
    what: str | None = None, film: str = "film", of: Model | None = None, settle_s: float = 5
) -> Intent:
    """An intent; the same `what` makes the same request."""
    chosen = of or model("lists")
    request = Request(
        chosen, str(uuid.uuid4()), {"prompt": what or uuid.uuid4().hex, "key": "https://x/y?sig=1"}
    )
    listable = chosen.ledger == "lists"
    return Intent(
        request.tag, request, "acct", request.fingerprint if listable else None, PRICE, film, settle_s
    )


async def begun(attempts: Attempts, mine: Intent | None = None) -> tuple[Submission, int]:
    """An attempt that was entered, and the epoch of its claim."""
    key, epoch = await claimed(attempts)
    n = await attempts.intend(key, epoch, mine or intent())
    assert n == 1
    return await read(attempts, key), epoch


async def read(attempts: Attempts, key: str, n: int = 1) -> Submission:
    found = await attempts.submission(key, n)
    assert found is not None
    return found


async def test_an_intent_says_what_is_sent_and_by_whom_without_secrets(
    attempts: Attempts, pool: asyncpg.Pool
) -> None:
    mine, _ = await begun(attempts, intent("a mug", film="film-x"))
    assert (mine.phase, mine.payer, mine.estimate, mine.cost) == ("intent", "film-x", PRICE, None)
    assert not mine.settled and mine.age_s < 5 and mine.object == f"renders/{mine.key}/1"
    request = await pool.fetchval("SELECT request::text FROM attempt WHERE key = $1", mine.key)
    assert "a mug" in request and "sig" not in request
    survey = await attempts.survey(mine.key)
    assert survey and survey.open and survey.open.n == 1 and not survey.row.done


async def test_of_ten_intents_at_once_one_is_kept(attempts: Attempts) -> None:
    key, epoch = await claimed(attempts)
    ends = await asyncio.gather(
        *(attempts.intend(key, epoch, intent()) for _ in range(10)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["AlreadyOpen"] * 9 + ["int"]
    survey = await attempts.survey(key)
    assert survey and survey.row.attempts == 1


async def test_an_intent_whose_answer_was_lost_may_be_sent_again(attempts: Attempts) -> None:
    key, epoch = await claimed(attempts)
    mine = intent()
    assert [await attempts.intend(key, epoch, mine) for _ in range(3)] == [1, 1, 1]
    with pytest.raises(AlreadyOpen):
        await attempts.intend(key, epoch, intent())


async def test_identical_requests_are_in_doubt_one_at_a_time(attempts: Attempts) -> None:
    first, epoch = await begun(attempts, intent(same := uuid.uuid4().hex))
    key, other = await claimed(attempts)
    with pytest.raises(InDoubt):
        await attempts.intend(key, other, intent(same))
    assert await attempts.settle(first, epoch, "held", None, False)
    with pytest.raises(InDoubt):
        await attempts.intend(key, other, intent(same))
    await attempts.record(first.key, 1, Job(f"id-{first.tag}"))
    assert await attempts.intend(key, other, intent(same)) == 1
    # Where a provider cannot list, nobody is ever found by what was sent.
    for _ in range(2):
        await begun(attempts, intent(same, of=model("id")))


async def test_a_replaced_owner_decides_nothing_even_while_it_is_being_replaced(
    attempts: Attempts, pool: asyncpg.Pool
) -> None:
    mine, epoch = await begun(attempts)
    async with pool.acquire() as connection:
        takeover = connection.transaction()
        await takeover.start()
        await connection.execute("UPDATE render SET epoch = epoch + 1 WHERE key = $1", mine.key)
        settling = asyncio.create_task(attempts.settle(mine, epoch, "absent", Decimal(0), True))
        await asyncio.sleep(0.1)
        assert not settling.done(), "the fence waits for the takeover's lock"
        await takeover.commit()
    assert not await settling
    assert await attempts.intend(mine.key, epoch, intent()) is None
    assert (await read(attempts, mine.key)).phase == "intent"


async def test_facts_need_no_claim_and_are_written_once(attempts: Attempts) -> None:
    mine, _ = await begun(attempts)
    job = Job(f"id-{mine.tag}", {"get": "https://x/1"})
    assert [await attempts.record(mine.key, 1, job) for _ in range(2)] == ["running", "running"]
    assert await attempts.record(mine.key, 1, Job("another")) is None
    assert not await attempts.not_sent(mine.key, mine.tag, ERROR), "it was"
    other, _ = await begun(attempts)
    assert await attempts.record(other.key, 1, job) is None, "a job is one attempt's"
    found = await read(attempts, mine.key)
    assert found.job == job and found.phase == "running"
    assert await attempts.known("vendor", "acct", [job.id, "nobody's"]) == {job.id}


@pytest.mark.parametrize("closed", ["absent", "written_off", "rejected"])
async def test_a_job_of_a_closed_attempt_is_a_stray(attempts: Attempts, rows: SweepRows, closed: str) -> None:
    mine, epoch = await begun(attempts)
    if closed == "rejected":
        assert await attempts.not_sent(mine.key, mine.tag, ERROR)
    else:
        to: Phase = "absent" if closed == "absent" else "held"
        assert await attempts.settle(mine, epoch, to, None, False)
    if closed == "written_off":
        assert [await attempts.resolve(mine.key, 1, "operator") for _ in range(2)] == [True, False]
    assert (await read(attempts, mine.key)).phase == closed
    assert await attempts.record(mine.key, 1, Job(f"id-{mine.tag}")) == "stray"
    assert (mine.key, 1) in await rows.loose(PAYERS, 1000)
    stray = await read(attempts, mine.key)
    assert await attempts.close(stray, "stray_settled", PRICE, True)
    assert not await attempts.close(stray, "stray_settled", PRICE, True)
    assert (await read(attempts, mine.key)).payment == Payment(attempt=mine.name, usd=PRICE)


async def test_hold_and_late_id_cross_and_no_id_is_lost(attempts: Attempts) -> None:
    for _ in range(40):
        mine, epoch = await begun(attempts)
        await asyncio.gather(
            attempts.record(mine.key, 1, Job(f"id-{mine.tag}")),
            attempts.settle(mine, epoch, "held", None, False),
        )
        found = await read(attempts, mine.key)
        assert found.phase == "running" and found.job


async def test_done_is_a_fact_and_final(attempts: Attempts) -> None:
    mine, epoch = await begun(attempts)
    assert [await attempts.done(mine, {"x": 1}, PRICE, True) for _ in range(2)] == [True, False]
    survey = await attempts.survey(mine.key)
    assert survey and survey.row.done and survey.open is None
    assert (survey.row.made_by, survey.row.object, survey.row.facts) == (1, mine.object, {"x": 1})
    assert await attempts.intend(mine.key, epoch, intent()) is None
    assert not await attempts.settle(await read(attempts, mine.key), epoch, "failed", None, False)


async def test_an_attempt_beside_the_one_that_was_done_is_surplus(
    attempts: Attempts, rows: SweepRows
) -> None:
    first, epoch = await begun(attempts)
    assert await attempts.settle(first, epoch, "absent", Decimal(0), True)
    await attempts.intend(first.key, epoch, intent())
    second = await read(attempts, first.key, 2)
    assert not await attempts.close(second, "absent", None, False), "the recipe is not done yet"
    await attempts.done(first, {}, PRICE, True)
    assert (first.key, 2) in await rows.loose(PAYERS, 1000)
    assert await attempts.close(second, "absent", Decimal(0), True)


async def test_the_sweeper_claims_what_is_under_way_and_leaves_the_stop(
    attempts: Attempts, rows: SweepRows, pool: asyncpg.Pool
) -> None:
    mine, epoch = await begun(attempts)
    assert await attempts.claim_open(mine.key, "sweep:1") is None, "its lease lasts"
    assert mine.key not in await rows.due(PAYERS, 1000)
    await pool.execute("UPDATE render SET stop = 'asked', lease_until = '-infinity' WHERE key = $1", mine.key)
    assert mine.key in await rows.due(PAYERS, 1000)
    assert await attempts.claim_open(mine.key, "sweep:1") == (epoch + 1, "asked")
    await attempts.settle(mine, epoch + 1, "held", None, False)
    await attempts.release(mine.key, epoch + 1)
    assert await attempts.claim_open(mine.key, "sweep:2") is None, "a person has to decide"
    assert mine.key not in await rows.due(PAYERS, 1000)


async def test_what_is_in_doubt_counts_with_its_estimate(attempts: Attempts) -> None:
    film = uuid.uuid4().hex
    running, _ = await begun(attempts, intent(film=film))
    failed, epoch = await begun(attempts, intent(film=film))
    await attempts.settle(failed, epoch, "failed", Decimal("0.1"), True, ERROR)
    refused, _ = await begun(attempts, intent(film=film))
    await attempts.not_sent(refused.key, refused.tag, ERROR)
    await begun(attempts, intent(film="another"))
    assert await attempts.payments(film) == [
        Payment(attempt=running.name, usd=PRICE, certain=False),
        Payment(attempt=failed.name, usd=Decimal("0.1")),
        Payment(attempt=refused.name, usd=Decimal(0)),
    ]
    assert [one.error for one in await attempts.ended_badly(failed.key)] == [ERROR]


async def test_a_request_has_settled_when_the_database_says_so(attempts: Attempts) -> None:
    mine, _ = await begun(attempts, intent(settle_s=0.05))
    assert not mine.settled
    await asyncio.sleep(0.06)
    assert (await read(attempts, mine.key)).settled


async def test_mixed_statements_on_one_row_neither_deadlock_nor_break_it(attempts: Attempts) -> None:
    dice = random.Random(3)
    mine, epoch = await begun(attempts)
    job = Job(f"id-{mine.tag}")
    kinds: list[Callable[[], Awaitable[object]]] = [
        lambda: attempts.record(mine.key, 1, job),
        lambda: attempts.settle(mine, epoch, "absent", Decimal(0), True),
        lambda: attempts.settle(mine, epoch, "held", None, False),
        lambda: attempts.resolve(mine.key, 1, "operator"),
        lambda: attempts.not_sent(mine.key, mine.tag, ERROR),
        lambda: attempts.close(mine, "stray_settled", PRICE, True),
        lambda: attempts.renew(mine.key, epoch),
        lambda: attempts.survey(mine.key),
    ]
    await asyncio.gather(*(dice.choice(kinds)() for _ in range(400)))
    kinds.append(lambda: attempts.done(mine, {}, PRICE, True))
    await asyncio.gather(*(dice.choice(kinds)() for _ in range(400)))
    found = await read(attempts, mine.key)
    assert found.job == job and found.phase in ("stored", "stray_settled", "running", "stray")


async def test_a_tag_that_somebody_else_invented_disturbs_no_question(
    attempts: Attempts, rows: SweepRows
) -> None:
    mine, _ = await begun(attempts)
    found = await rows.meant(PAYERS[0], ["theirs", mine.tag.replace("-", ""), mine.tag], [], [])
    assert [one.tag for one in found] == [mine.tag]
