"""The ledger of paid work on a real PostgreSQL: facts are never refused, decisions only to the owner."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from decimal import Decimal

import asyncpg
import pytest

from activities.ledger.orphan_rows import SweepRows
from activities.ledger.submissions import AlreadyOpen, InDoubt, Intent, Kept, Phase, Submission, Submissions
from activities.ledger.times import Times
from activities.models.entries import Model
from activities.models.provider import Job, Request
from activities.storage.database import Database
from tests.support.vendor import PRICE, model
from workflows.studio.facts import Payment

# A lease of 6 s: nobody waits for its end.
FAST = Times().divided(10)
PAYERS = [(model("lists").provider, "acct")]
ERROR: Kept = {"type": "JobFailed", "message": "no luck"}


@pytest.fixture
def submissions(pool: asyncpg.Pool) -> Submissions:
    return Submissions(Database(pool), FAST)


@pytest.fixture
def rows(pool: asyncpg.Pool) -> SweepRows:
    return SweepRows(Database(pool), FAST)


async def claimed(submissions: Submissions, key: str | None = None) -> tuple[str, int]:
    key = key or uuid.uuid4().hex * 2
    await submissions.ensure(key, '{"operation": "x"}')
    epoch = await submissions.claim(key, f"a:{uuid.uuid4()}")
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


async def begun(submissions: Submissions, mine: Intent | None = None) -> tuple[Submission, int]:
    """An attempt that was entered, and the epoch of its claim."""
    key, epoch = await claimed(submissions)
    n = await submissions.intend(key, epoch, mine or intent())
    assert n == 1
    return await read(submissions, key), epoch


async def read(submissions: Submissions, key: str, n: int = 1) -> Submission:
    found = await submissions.submission(key, n)
    assert found is not None
    return found


async def test_an_intent_says_what_is_sent_and_by_whom_without_secrets(
    submissions: Submissions, pool: asyncpg.Pool
) -> None:
    mine, _ = await begun(submissions, intent("a mug", film="film-x"))
    assert (mine.phase, mine.payer, mine.estimate, mine.cost) == ("intent", "film-x", PRICE, None)
    assert not mine.settled and mine.age_s < 5 and mine.object == f"renders/{mine.key}/1"
    request = await pool.fetchval("SELECT request::text FROM attempt WHERE key = $1", mine.key)
    assert "a mug" in request and "sig" not in request
    survey = await submissions.survey(mine.key)
    assert survey and survey.open and survey.open.n == 1 and not survey.row.done


async def test_of_ten_intents_at_once_one_is_kept(submissions: Submissions) -> None:
    key, epoch = await claimed(submissions)
    ends = await asyncio.gather(
        *(submissions.intend(key, epoch, intent()) for _ in range(10)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["AlreadyOpen"] * 9 + ["int"]
    survey = await submissions.survey(key)
    assert survey and survey.row.attempts == 1


async def test_an_intent_whose_answer_was_lost_may_be_sent_again(submissions: Submissions) -> None:
    key, epoch = await claimed(submissions)
    mine = intent()
    assert [await submissions.intend(key, epoch, mine) for _ in range(3)] == [1, 1, 1]
    with pytest.raises(AlreadyOpen):
        await submissions.intend(key, epoch, intent())


async def test_identical_requests_are_in_doubt_one_at_a_time(submissions: Submissions) -> None:
    first, epoch = await begun(submissions, intent(same := uuid.uuid4().hex))
    key, other = await claimed(submissions)
    with pytest.raises(InDoubt):
        await submissions.intend(key, other, intent(same))
    assert await submissions.settle(first, epoch, "held", None, False)
    with pytest.raises(InDoubt):
        await submissions.intend(key, other, intent(same))
    await submissions.record(first.key, 1, Job(f"id-{first.tag}"))
    assert await submissions.intend(key, other, intent(same)) == 1
    # Where a provider cannot list, nobody is ever found by what was sent.
    for _ in range(2):
        await begun(submissions, intent(same, of=model("id")))


async def test_a_replaced_owner_decides_nothing_even_while_it_is_being_replaced(
    submissions: Submissions, pool: asyncpg.Pool
) -> None:
    mine, epoch = await begun(submissions)
    async with pool.acquire() as connection:
        takeover = connection.transaction()
        await takeover.start()
        await connection.execute("UPDATE render SET epoch = epoch + 1 WHERE key = $1", mine.key)
        settling = asyncio.create_task(submissions.settle(mine, epoch, "absent", Decimal(0), True))
        await asyncio.sleep(0.1)
        assert not settling.done(), "the fence waits for the takeover's lock"
        await takeover.commit()
    assert not await settling
    assert await submissions.intend(mine.key, epoch, intent()) is None
    assert (await read(submissions, mine.key)).phase == "intent"


async def test_facts_need_no_claim_and_are_written_once(submissions: Submissions) -> None:
    mine, _ = await begun(submissions)
    job = Job(f"id-{mine.tag}", {"get": "https://x/1"})
    assert [await submissions.record(mine.key, 1, job) for _ in range(2)] == ["running", "running"]
    assert await submissions.record(mine.key, 1, Job("another")) is None
    assert not await submissions.not_sent(mine.key, mine.tag, ERROR), "it was"
    other, _ = await begun(submissions)
    assert await submissions.record(other.key, 1, job) is None, "a job is one attempt's"
    found = await read(submissions, mine.key)
    assert found.job == job and found.phase == "running"
    assert await submissions.known("vendor", "acct", [job.id, "nobody's"]) == {job.id}


@pytest.mark.parametrize("closed", ["absent", "written_off", "rejected"])
async def test_a_job_of_a_closed_attempt_is_a_stray(
    submissions: Submissions, rows: SweepRows, closed: str
) -> None:
    mine, epoch = await begun(submissions)
    if closed == "rejected":
        assert await submissions.not_sent(mine.key, mine.tag, ERROR)
    else:
        to: Phase = "absent" if closed == "absent" else "held"
        assert await submissions.settle(mine, epoch, to, None, False)
    if closed == "written_off":
        assert [await submissions.resolve(mine.key, 1, "operator") for _ in range(2)] == [True, False]
    assert (await read(submissions, mine.key)).phase == closed
    assert await submissions.record(mine.key, 1, Job(f"id-{mine.tag}")) == "stray"
    assert (mine.key, 1) in await rows.loose(PAYERS, 1000)
    stray = await read(submissions, mine.key)
    assert await submissions.close(stray, "stray_settled", PRICE, True)
    assert not await submissions.close(stray, "stray_settled", PRICE, True)
    assert (await read(submissions, mine.key)).payment == Payment(attempt=mine.name, usd=PRICE, lost=True)


async def test_hold_and_late_id_cross_and_no_id_is_lost(submissions: Submissions) -> None:
    for _ in range(40):
        mine, epoch = await begun(submissions)
        await asyncio.gather(
            submissions.record(mine.key, 1, Job(f"id-{mine.tag}")),
            submissions.settle(mine, epoch, "held", None, False),
        )
        found = await read(submissions, mine.key)
        assert found.phase == "running" and found.job


async def test_done_is_a_fact_and_final(submissions: Submissions) -> None:
    mine, epoch = await begun(submissions)
    assert [await submissions.done(mine, {"x": 1}, PRICE, True) for _ in range(2)] == [True, False]
    survey = await submissions.survey(mine.key)
    assert survey and survey.row.done and survey.open is None
    assert (survey.row.made_by, survey.row.object, survey.row.facts) == (1, mine.object, {"x": 1})
    assert await submissions.intend(mine.key, epoch, intent()) is None
    assert not await submissions.settle(await read(submissions, mine.key), epoch, "failed", None, False)


async def test_an_attempt_beside_the_one_that_was_done_is_surplus(
    submissions: Submissions, rows: SweepRows
) -> None:
    first, epoch = await begun(submissions)
    assert await submissions.settle(first, epoch, "absent", Decimal(0), True)
    await submissions.intend(first.key, epoch, intent())
    second = await read(submissions, first.key, 2)
    assert not await submissions.close(second, "absent", None, False), "the recipe is not done yet"
    await submissions.done(first, {}, PRICE, True)
    survey = await submissions.survey(first.key)
    assert survey and survey.open is None and survey.maker, "of what is done, its maker"
    assert (survey.maker.n, survey.maker.phase, survey.row.made_by) == (1, "stored", 1)
    assert (first.key, 2) in await rows.loose(PAYERS, 1000)
    assert await submissions.close(second, "absent", Decimal(0), True)


async def test_the_sweeper_claims_what_is_under_way_and_leaves_the_stop(
    submissions: Submissions, rows: SweepRows, pool: asyncpg.Pool
) -> None:
    mine, epoch = await begun(submissions)
    assert await submissions.claim_open(mine.key, "sweep:1") is None, "its lease lasts"
    assert mine.key not in await rows.due(PAYERS, 1000)
    await pool.execute("UPDATE render SET stop = 'asked', lease_until = '-infinity' WHERE key = $1", mine.key)
    assert mine.key in await rows.due(PAYERS, 1000)
    assert await submissions.claim_open(mine.key, "sweep:1") == (epoch + 1, "asked")
    await submissions.settle(mine, epoch + 1, "held", None, False)
    await submissions.release(mine.key, epoch + 1)
    assert await submissions.claim_open(mine.key, "sweep:2") is None, "a person has to decide"
    assert mine.key not in await rows.due(PAYERS, 1000)


async def test_what_is_in_doubt_counts_with_its_estimate(submissions: Submissions) -> None:
    film = uuid.uuid4().hex
    running, _ = await begun(submissions, intent(film=film))
    failed, epoch = await begun(submissions, intent(film=film))
    await submissions.settle(failed, epoch, "failed", Decimal("0.1"), True, ERROR)
    refused, _ = await begun(submissions, intent(film=film))
    await submissions.not_sent(refused.key, refused.tag, ERROR)
    await begun(submissions, intent(film="another"))
    assert await submissions.payments(film) == [
        Payment(attempt=running.name, usd=PRICE, certain=False),
        Payment(attempt=failed.name, usd=Decimal("0.1"), lost=True),
        Payment(attempt=refused.name, usd=Decimal(0), lost=True),
    ]
    assert [one.error for one in await submissions.ended_badly(failed.key)] == [ERROR]


async def test_a_request_has_settled_when_the_database_says_so(
    submissions: Submissions, pool: asyncpg.Pool
) -> None:
    mine, _ = await begun(submissions, intent(settle_s=3600))
    assert not mine.settled
    await pool.execute("UPDATE attempt SET settle_at = clock_timestamp() WHERE key = $1", mine.key)
    assert (await read(submissions, mine.key)).settled


async def test_mixed_statements_on_one_row_neither_deadlock_nor_break_it(submissions: Submissions) -> None:
    dice = random.Random(3)
    mine, epoch = await begun(submissions)
    job = Job(f"id-{mine.tag}")
    kinds: list[Callable[[], Awaitable[object]]] = [
        lambda: submissions.record(mine.key, 1, job),
        lambda: submissions.settle(mine, epoch, "absent", Decimal(0), True),
        lambda: submissions.settle(mine, epoch, "held", None, False),
        lambda: submissions.resolve(mine.key, 1, "operator"),
        lambda: submissions.not_sent(mine.key, mine.tag, ERROR),
        lambda: submissions.close(mine, "stray_settled", PRICE, True),
        lambda: submissions.renew(mine.key, epoch),
        lambda: submissions.survey(mine.key),
    ]
    await asyncio.gather(*(dice.choice(kinds)() for _ in range(400)))
    kinds.append(lambda: submissions.done(mine, {}, PRICE, True))
    await asyncio.gather(*(dice.choice(kinds)() for _ in range(400)))
    found = await read(submissions, mine.key)
    assert found.job == job and found.phase in ("stored", "stray_settled", "running", "stray")


async def test_a_tag_that_somebody_else_invented_disturbs_no_question(
    submissions: Submissions, rows: SweepRows
) -> None:
    mine, _ = await begun(submissions)
    found = await rows.meant(PAYERS[0], ["theirs", mine.tag.replace("-", ""), mine.tag], [], [])
    assert [one.tag for one in found] == [mine.tag]
