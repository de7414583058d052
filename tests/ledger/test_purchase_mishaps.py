"""Paid once, when something goes wrong on the way: answers, outputs, databases, the buyer himself."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Literal

import pytest

from activities.faults import JobFailed, OutputExpired, ProviderUnavailable, SubmitOutcomeUnknown
from activities.ledger.renders import Stop
from activities.ledger.submissions import Phase, Submissions
from activities.models.provider import Job
from activities.running.attempt import CarriedJob
from activities.storage.failures import ObjectMissing
from infra.embedded.stack import Stack
from tests.support.buying import PATIENT, TIMES, Asker, Open, paid_recipe
from tests.support.rendering import until
from tests.support.vendor import PRICE, Class, Outputs, Vendor, model
from tests.support.wire import Wire
from workflows.studio.facts import Payment

pytest_plugins = ["tests.support.buying_fixtures"]


@pytest.mark.parametrize("ledger", ["ended", "id", "synchronous"])
async def test_where_nobody_can_say_whether_it_was_accepted_a_person_decides(
    opened: Open, vendor: Vendor, ledger: Class
) -> None:
    here, there, what = await opened(), await opened(), paid_recipe(model(ledger, run_limit_s=30))
    vendor.fates.append("lost")
    with pytest.raises(SubmitOutcomeUnknown) as unknown:
        await here.buy(what)
    assert [unknown.value.attempt] == await here.sent(what) and unknown.value.at_risk_usd == PRICE
    assert unknown.value.payment == Payment(attempt=unknown.value.attempt, usd=PRICE, certain=False)
    with pytest.raises(SubmitOutcomeUnknown) as waited:
        await there.buy(what, film="film-b")
    assert waited.value.payment is None and vendor.posts == 1
    await here.buyer.resolve(unknown.value.attempt)
    await here.buyer.resolve(unknown.value.attempt)
    assert (await there.buy(what, film="film-b")).cost_usd == PRICE
    assert await here.phases(what) == ["written_off", "stored"]
    written_off = unknown.value.payment.model_copy(update={"lost": True})
    assert written_off in await here.submissions.payments("film-a")


async def test_a_small_risk_is_taken_by_policy_and_counted(opened: Open, vendor: Vendor) -> None:
    here, what = await opened(risk="0.26"), paid_recipe(model("id"))
    vendor.fates.append("lost")
    with pytest.raises(JobFailed) as over:
        await here.buy(what)
    assert over.value.payment and over.value.payment.usd == PRICE and not over.value.payment.certain
    assert (await here.buy(what)).cost_usd == PRICE
    first, _ = await here.submissions_of(what)
    assert first.phase == "written_off" and (first.error or {})["resolved_by"] == "policy"


async def test_a_held_attempt_goes_on_when_its_job_turns_up(opened: Open, vendor: Vendor) -> None:
    """A provider that lists only what has ended: the job ends after the attempt was held."""
    here, what = await opened(), paid_recipe(model("ended"))
    vendor.takes_s = 2.0
    vendor.fates.append("after")
    with pytest.raises(SubmitOutcomeUnknown):
        await here.buy(what)
    await until(lambda: vendor.jobs[0].state == "succeeded")
    assert (await here.buy(what, usd="0")).payment and vendor.posts == 1


async def test_what_is_listed_once_it_has_ended_is_given_the_time_to_end(
    opened: Open, vendor: Vendor
) -> None:
    """Long after any other lost answer would be held, and no person is asked."""
    here, what = await opened(), paid_recipe(model("ended", typical_s=100))
    vendor.takes_s = 2.5
    vendor.fates.append("after")
    assert (await here.buy(what)).cost_usd == PRICE
    assert vendor.posts == 1 and await here.phases(what) == ["stored"]


@pytest.mark.parametrize("inline", [True, False])
async def test_an_output_that_expired_is_held_and_not_bought_again(
    opened: Open, vendor: Vendor, inline: bool
) -> None:
    here, what = await opened(), paid_recipe()
    vendor.inline = inline
    vendor.jobs_are = lambda job: setattr(job, "gone", True)
    with pytest.raises(OutputExpired) as gone:
        await here.buy(what)
    assert gone.value.payment and gone.value.payment.usd == PRICE and vendor.posts == 1
    await here.buyer.resolve(gone.value.attempt)
    assert await here.phases(what) == ["expired"]


async def test_an_output_that_expired_counts_as_what_was_said_of_it(opened: Open, vendor: Vendor) -> None:
    vendor.inline = False
    vendor.jobs_are = lambda job: setattr(job, "cost", Decimal("0.11"))
    here, what = await opened(fetch=Outputs(vendor, expired=3)), paid_recipe()
    with pytest.raises(OutputExpired) as gone:
        await here.buy(what)
    (sent,) = await here.sent(what)
    assert gone.value.payment == Payment(attempt=sent, usd=Decimal("0.11"), certain=True)
    assert vendor.posts == 1 and await here.phases(what) == ["held"]


async def test_an_address_that_expired_is_asked_for_anew_and_a_cut_file_fetched_again(
    opened: Open, vendor: Vendor
) -> None:
    vendor.inline = False
    hands = Outputs(vendor, expired=1, cut=1)
    here = await opened(fetch=hands)
    assert not (await here.buy(paid_recipe())).reused
    assert hands.fetched == 3 and vendor.posts == 1


@pytest.mark.parametrize("ledger", ["lists", "synchronous"])
async def test_a_file_that_is_broken_was_paid_all_the_same(
    opened: Open, vendor: Vendor, ledger: Class
) -> None:
    here, what = await opened(), paid_recipe(model(ledger))
    vendor.jobs_are = lambda job: setattr(job, "data", b"<html>so sorry</html>")
    with pytest.raises(JobFailed) as broken:
        await here.buy(what)
    (sent,) = await here.sent(what)
    assert broken.value.payment == Payment(attempt=sent, usd=PRICE, lost=True)
    assert vendor.posts == 1 and await here.phases(what) == ["failed"]


async def test_an_id_that_only_the_heartbeat_knew_is_written_by_the_next_attempt(
    opened: Open, vendor: Vendor
) -> None:
    """The process died between the heartbeat and the record; the provider cannot list."""

    async def dies(moment: str) -> None:
        if moment == "accepted":
            raise ConnectionResetError

    here, what = await opened(), paid_recipe(model("id"))
    vendor.takes_s, vendor.watch = 0.3, dies
    first = asyncio.create_task(here.buy(what, asker=Asker(why="release")))
    await until(lambda: len(vendor.jobs) == 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    (mine,) = await here.submissions_of(what)
    job = CarriedJob(key=mine.key, n=mine.n, id=vendor.jobs[0].id)
    assert (await here.buy(what, asker=Asker(carried=job))).payment and vendor.posts == 1


async def test_a_job_past_its_limit_is_cancelled_and_counts_as_failed(opened: Open, vendor: Vendor) -> None:
    vendor.jobs_are = lambda job: setattr(job, "stuck", True)
    here, what = await opened(), paid_recipe()
    slow = model("lists", run_limit_s=30)
    here.buyer._services.roster.catalogue.models[slow.id] = slow  # type: ignore[index]
    with pytest.raises(JobFailed, match="too long"):
        await here.buy(what)
    assert vendor.jobs[0].cancels == 1 and await here.phases(what) == ["failed"]


async def test_a_job_that_ended_while_nobody_looked_is_no_job_that_does_not_end(
    opened: Open, vendor: Vendor
) -> None:
    """Whoever takes it over after twice its time asks first."""
    here, there, what = await opened(), await opened(), paid_recipe()
    slow = model("lists", run_limit_s=30)
    for process in (here, there):
        process.buyer._services.roster.catalogue.models[slow.id] = slow  # type: ignore[index]
    vendor.takes_s = 60.0
    first = asyncio.create_task(here.buy(what, asker=Asker(why="release")))
    await until(lambda: len(vendor.jobs) == 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    vendor.jobs[0].takes_s = 0.0
    await asyncio.sleep(3 * slow.run_limit_s * TIMES.second)
    assert (await there.buy(what)).payment and vendor.posts == 1


async def test_an_id_is_written_as_soon_as_the_database_is_back(opened: Open, vendor: Vendor) -> None:
    """It was in the heartbeat before; this provider cannot list, so that nobody else could find it."""
    tries, asker = [0], Asker()

    class Away(Submissions):
        async def record(self, key: str, n: int, job: Job) -> Phase | None:
            assert asker.carried and asker.carried.id == job.id
            tries[0] += 1
            if tries[0] < 4:
                raise ProviderUnavailable("the ledger's database does not answer")
            return await super().record(key, n, job)

    here = await opened(kind=Away)
    assert (await here.buy(paid_recipe(model("id")), asker=asker)).payment and vendor.posts == 1
    assert tries == [4]


async def test_a_database_that_is_away_for_a_moment_is_not_noticed(
    opened: Open, vendor: Vendor, database_url: str
) -> None:
    wire = Wire.to(database_url)
    await wire.mend()
    here, what = await opened(url=wire.url(database_url)), paid_recipe()
    vendor.takes_s = 0.3
    buying = asyncio.create_task(here.buy(what))
    await until(lambda: len(vendor.jobs) == 1)
    wire.cut()
    await asyncio.sleep(0.2)
    await wire.mend()
    assert (await buying).cost_usd == PRICE and vendor.posts == 1
    wire.cut()


@pytest.mark.parametrize("why", ["stop", "release"])
async def test_whoever_is_cancelled_while_it_is_sent_still_writes_down_the_answer(
    opened: Open, vendor: Vendor, why: Literal["stop", "release"]
) -> None:
    here, what, answers = await opened(times=PATIENT), paid_recipe(model("id")), asyncio.Event()

    async def slowly(moment: str) -> None:
        if moment == "accepted":
            await answers.wait()

    vendor.watch, vendor.takes_s = slowly, 60.0
    buying = asyncio.create_task(here.buy(what, asker=Asker(why=why)))
    await until(lambda: len(vendor.jobs) == 1)
    buying.cancel()
    await asyncio.sleep(0.05)
    assert not buying.done()
    answers.set()
    with pytest.raises(asyncio.CancelledError):
        await buying
    (mine,) = await here.submissions_of(what)
    assert mine.job == Job(vendor.jobs[0].id, {"get": f"https://v.example/{vendor.jobs[0].id}"})
    assert (mine.phase, vendor.jobs[0].cancels) == (("canceled", 1) if why == "stop" else ("running", 0))


async def test_what_was_paid_and_is_no_longer_in_the_bucket_is_not_bought_again(
    opened: Open, vendor: Vendor, stack: Stack
) -> None:
    here, what = await opened(), paid_recipe()
    bought = await here.buy(what)
    await asyncio.to_thread(here.store._s3.delete_object, Bucket=stack.s3.bucket, Key=bought.object)
    with pytest.raises(ObjectMissing):
        await here.buy(what)
    assert vendor.posts == 1


async def test_a_stop_that_could_not_be_written_cancels_nothing(opened: Open, vendor: Vendor) -> None:
    """Nobody was asked whether he waits for it."""

    class Away(Submissions):
        async def stop(self, key: str, epoch: int) -> Stop | None:
            raise ProviderUnavailable("the ledger's database does not answer")

    here, what = await opened(kind=Away), paid_recipe()
    vendor.takes_s = 60.0
    buying = asyncio.create_task(here.buy(what, asker=Asker(why="stop")))
    await until(lambda: len(vendor.jobs) == 1)
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    vendor.jobs[0].takes_s = 0.0
    assert vendor.jobs[0].cancels == 0 and (await here.buy(what)).cost_usd == PRICE
