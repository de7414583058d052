"""Each naive variant of the paid protocol, as the scenario that breaks it: the real code comes through.

The tests bear the names of the rows of the protocol's last table; each names the shortcut that it rules out.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.faults import SubmitOutcomeUnknown
from activities.ledger.submissions import Intent, Submission, Submissions
from activities.models.provider import Job
from activities.storage.objects import ObjectStore
from tests.support.buying import PATIENT, TIMES, Asker, BuyerProcess, Open, paid_recipe
from tests.support.rendering import until
from tests.support.vendor import PRICE, Accepted, Vendor, model

pytest_plugins = ["tests.support.buying_fixtures"]


async def cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("tags", [True, False])
async def test_post_timeout_is_failure_or_reconcile_with_a_recomputed_body(
    opened: Open, vendor: Vendor, tags: bool
) -> None:
    """A lost answer is no failure; and what is looked for is what was sent, whose signed URLs no request
    made anew would have."""
    here, what = await opened(), paid_recipe()
    vendor.carries_tags = tags
    vendor.fates.append("after")
    assert (await here.buy(what)).cost_usd == PRICE
    assert vendor.posts == 1 and await here.phases(what) == ["stored"]


async def test_list_at_once_on_takeover(opened: Open, vendor: Vendor) -> None:
    """The listing shows the job late: whoever takes over waits until it would have shown it."""
    late = replace(TIMES, listing=10.0)
    here, there, what = await opened(times=late), await opened(times=late), paid_recipe()
    vendor.listing_s = 60.0
    vendor.fates.append("after")
    first = asyncio.create_task(here.buy(what, asker=Asker(why="release")))
    await until(lambda: len(vendor.jobs) == 1)
    await cancelled(first)
    listed = vendor.listings
    second = asyncio.create_task(there.buy(what, film="film-b"))
    await until(lambda: vendor.listings > listed)
    vendor.listing_s = 0.0
    assert (await second).payment is None and vendor.posts == 1


async def test_no_clock_check_before_post(opened: Open, vendor: Vendor) -> None:
    """An owner is frozen after its intent, replaced, and wakes: it sends nothing beside its heir."""
    wakes = asyncio.Event()

    class Frozen(Submissions):
        async def intend(self, key: str, epoch: int, intent: Intent) -> int | None:
            n = await super().intend(key, epoch, intent)
            await wakes.wait()
            return n

    here, there, what = await opened(kind=Frozen), await opened(), paid_recipe()
    sleeper = asyncio.create_task(here.buy(what))

    async def intended() -> bool:
        return await there.phases(what) == ["intent"]

    await until(intended)
    heir = await there.buy(what, film="film-b")
    wakes.set()
    late = await sleeper
    assert late.reused and late.object == heir.object and late.payment is None
    assert vendor.posts == 1 and await here.phases(what) == ["absent", "stored"]


async def test_absent_written_without_comparing_the_phase(opened: Open, vendor: Vendor) -> None:
    """A job id and "it was never accepted" cross: the id stays, and where it came second it is a stray."""
    here, ends = await opened(), set()
    for turn in range(60):
        mine, epoch = await _intent(here)
        last = turn % 3 * 0.002
        recorded = here.submissions.record(mine.key, mine.n, Job(f"id-{mine.tag}"))
        absent = _later(last, here.submissions.settle(mine, epoch, "absent", Decimal(0), True))
        phase, settled = await asyncio.gather(recorded, absent)
        found = await here.submissions.submission(mine.key, mine.n)
        assert found and found.job == Job(f"id-{mine.tag}")
        assert (found.phase, phase, settled) in {("running", "running", False), ("stray", "stray", True)}
        ends.add(found.phase)
    assert "running" in ends


async def test_record_fenced_by_epoch(opened: Open, vendor: Vendor) -> None:
    """The answer comes when its owner was replaced long ago: the id is a fact, and is never thrown away. This
    provider cannot list, so that it would be lost for good."""
    # The owner waits for its answer as long as it takes to replace it, also on a busy machine.
    patient = replace(TIMES, post_timeout=10.0)
    here, there, what = await opened(times=patient), await opened(), paid_recipe(model("id"))
    accepted, answers = asyncio.Event(), asyncio.Event()

    async def slowly(moment: str) -> None:
        if moment == "accepted":
            accepted.set()
            await answers.wait()

    vendor.watch = slowly
    owner = asyncio.create_task(here.buy(what))
    await accepted.wait()
    row = await there.submissions.survey(what.recipe.key)
    assert row
    heir = asyncio.create_task(there.buy(what, film="film-b"))

    async def replaced() -> bool:
        # Its lease ends, as that of a frozen process does; it may have renewed it meanwhile, for it is not.
        await here.submissions.release(what.recipe.key, row.row.epoch)
        now = await there.submissions.survey(what.recipe.key)
        return now is not None and now.row.epoch > row.row.epoch

    await until(replaced)
    answers.set()
    made = await asyncio.gather(owner, heir)
    assert len({artifact.object for artifact in made}) == vendor.posts == 1
    assert sum(artifact.cost_usd for artifact in made) <= PRICE and made[0].payment


async def test_two_recipes_with_the_same_input_in_doubt_at_once_or_adopting_a_recorded_job(
    opened: Open, vendor: Vendor
) -> None:
    """Without tags two identical requests look alike: one of them at a time is in doubt, and a job that some
    attempt has is nobody else's."""
    vendor.carries_tags, vendor.takes_s = False, 0.2
    first, second, third = (paid_recipe(prompt="the same", seed=7) for _ in range(3))
    vendor.fates.extend(["after", "after", "fine"])
    # A window that reaches back to the jobs before: what is in it may be somebody else's.
    wide = replace(TIMES, skew=2.0)
    here, there = await opened(times=wide), await opened(times=wide)
    made = await asyncio.gather(here.buy(first), there.buy(second), here.buy(third))
    assert vendor.posts == len(vendor.jobs) == 3
    assert len({artifact.object for artifact in made}) == 3
    jobs = [(await here.submissions_of(each))[-1].job for each in (first, second, third)]
    assert {job.id for job in jobs if job} == {job.id for job in vendor.jobs}


async def test_cancel_whatever_the_others_want(opened: Open, vendor: Vendor) -> None:
    """Somebody asks for a stop while another film waits for the same thing: that film gets it."""
    here, there, what = await opened(), await opened(), paid_recipe()
    vendor.takes_s = 60.0
    owner = asyncio.create_task(here.buy(what, asker=Asker(why="stop")))
    await until(lambda: len(vendor.jobs) == 1)
    waits = Asker()
    waiter = asyncio.create_task(there.buy(what, film="film-b", asker=waits))
    await until(lambda: any("waiting" in stage for stage in waits.heard))
    await asyncio.sleep(TIMES.look_most)
    await cancelled(owner)
    vendor.jobs[0].takes_s = 0.0
    assert not (await waiter).reused and vendor.jobs[0].cancels == 0 and vendor.posts == 1


@pytest.mark.parametrize("why", ["release", None])
async def test_cancel_on_any_cause(opened: Open, vendor: Vendor, why: None) -> None:
    """A deploy, a pause, a timeout: the job runs on, and the next attempt of the activity takes it up."""
    here, what = await opened(), paid_recipe()
    vendor.takes_s = 60.0
    owner = asyncio.create_task(here.buy(what, asker=Asker(why=why)))
    await until(lambda: len(vendor.jobs) == 1)
    await cancelled(owner)
    vendor.jobs[0].takes_s = 0.0
    assert (await here.buy(what)).cost_usd == PRICE
    assert vendor.jobs[0].cancels == 0 and vendor.posts == 1


async def test_a_stop_that_nobody_minds_reaches_the_provider(opened: Open, vendor: Vendor) -> None:
    """The other side of the two above; what the stop cost is kept, and the next film buys anew."""
    here, what = await opened(times=PATIENT), paid_recipe()
    vendor.jobs_are = lambda job: vars(job).update(takes_s=30.0, cost=Decimal("0.05"))
    owner = asyncio.create_task(here.buy(what, asker=Asker(why="stop")))
    await until(lambda: len(vendor.jobs) == 1)
    await cancelled(owner)
    assert vendor.jobs[0].cancels == 1 and await here.phases(what) == ["canceled"]
    assert (await here.submissions_of(what))[0].cost == Decimal("0.05")
    vendor.jobs_are = lambda job: None
    assert (await here.buy(what)).cost_usd == PRICE and vendor.live == 1


async def test_done_before_the_bucket(opened: Open, vendor: Vendor, bucket: ObjectStore) -> None:
    """At the moment of DONE the object is there; and whoever dies between the two is succeeded by somebody
    who finds it there, though the provider has deleted it."""

    class Dies(Submissions):
        async def done(self, submission: Submission, *rest: Any) -> bool:
            assert await bucket.exists(submission.object)
            raise ConnectionResetError("the process is gone")

    dying, heir, what = await opened(kind=Dies), await opened(), paid_recipe(model("synchronous"))
    with pytest.raises(ConnectionResetError):
        await dying.buy(what)
    vendor.jobs[0].gone = True
    assert (await heir.buy(what)).payment and vendor.posts == 1


async def test_done_by_a_zombie_ends_everything(opened: Open, vendor: Vendor) -> None:
    """A job that came to light late finishes the recipe under its successor: that one's attempt is closed,
    and its job cancelled, not left open for ever."""
    here, sweeper, what = await opened(times=PATIENT), await opened(), paid_recipe()
    stray, n = await _stray(here, vendor, what)
    successor = asyncio.create_task(here.buy(what, film="film-b"))

    async def is_known() -> bool:
        # Its job is there before the ledger has it.
        return await here.phases(what) == ["stray", "running"]

    await until(is_known)
    m = (await here.submissions_of(what))[1].n
    await sweeper.buyer.close(what.recipe.key, n)
    assert (await successor).object == f"renders/{what.recipe.key}/{n}"
    assert (what.recipe.key, m) in await sweeper.loose()
    await sweeper.buyer.close(what.recipe.key, m)
    assert await here.phases(what) == ["stored", "canceled"]
    assert stray.cancels == 0 and vendor.jobs[1].cancels == 1
    assert (what.recipe.key, m) not in await sweeper.loose()


@pytest.mark.parametrize("ends", ["succeeded", "canceled"])
async def test_stray_jobs_only_cancelled(opened: Open, vendor: Vendor, ends: str) -> None:
    """A stray is told to end; where it has finished all the same, the recipe that lacks it gets it."""
    here, what = await opened(times=PATIENT), paid_recipe()
    stray, n = await _stray(here, vendor, what)
    stray.deaf, stray.takes_s = ends == "succeeded", 3600.0
    closing = asyncio.create_task(here.buyer.close(what.recipe.key, n))
    await until(lambda: stray.cancels == 1)
    stray.takes_s = 0.0
    await closing
    assert stray.cancels == 1
    if ends == "succeeded":
        assert (await here.buy(what)).payment and vendor.posts == 1
    assert (await here.submissions_of(what))[0].phase == ("stored" if stray.deaf else "stray_settled")


async def test_no_sweeper(opened: Open, vendor: Vendor) -> None:
    """The workflow was terminated while its job ran, or while the answer was under way: the sweeper finishes
    it, starts nothing, and leaves what only a person can decide."""
    here, sweeper = await opened(), await opened()
    runs, lost, held = paid_recipe(), paid_recipe(), paid_recipe(model("id"))
    vendor.takes_s = 3600.0
    for what, fate in ((runs, "fine"), (lost, "after"), (held, "lost")):
        vendor.fates.append(fate)  # type: ignore[arg-type]
        posts = vendor.posts
        film = asyncio.create_task(here.buy(what, asker=Asker(why="release")))
        await until(lambda posts=posts: vendor.posts > posts)  # type: ignore[misc]
        await asyncio.sleep(0.02)
        await cancelled(film)
    keys = {what.recipe.key for what in (runs, lost, held)}
    for job in vendor.jobs:
        job.takes_s = 0.0
    assert keys <= await sweeper.due()
    await asyncio.gather(*(sweeper.buyer.tend(key) for key in keys))
    assert vendor.posts == 3 and not keys & await sweeper.due()
    assert [(await here.phases(what)) for what in (runs, lost, held)] == [["stored"], ["stored"], ["held"]]
    again = await here.buy(runs, usd="0")
    assert again.reused and again.payment and again.payment.usd == PRICE
    with pytest.raises(SubmitOutcomeUnknown):
        await here.buy(held)


async def _intent(here: BuyerProcess) -> tuple[Submission, int]:
    """An attempt that was meant, and the epoch of its claim."""
    what, tag = paid_recipe(), ""
    await here.submissions.ensure(what.recipe.key, what.recipe.canonical)
    epoch = await here.submissions.claim(what.recipe.key, "a:1")
    assert epoch is not None
    order = await what.call(Path("/tmp"), tag)
    request = Vendor().request(order, what.recipe.key[:32])
    fingerprint = request.fingerprint
    n = await here.submissions.intend(
        what.recipe.key, epoch, Intent(request.tag, request, "acct-1", fingerprint, PRICE, "film", 1.1)
    )
    mine = await here.submissions.submission(what.recipe.key, n or 0)
    assert mine is not None
    return mine, epoch


async def _later(seconds: float, what: Any) -> Any:
    await asyncio.sleep(seconds)
    return await what


async def _stray(here: BuyerProcess, vendor: Vendor, what: Any) -> tuple[Accepted, int]:
    """A job that came to light when its attempt, of that number, had been closed as never accepted. It has
    ended; the jobs after it take for ever."""
    vendor.listing_s = 60.0
    vendor.fates.append("after")
    vendor.jobs_are = lambda job: setattr(job, "takes_s", 60.0)

    film = asyncio.create_task(here.buy(what, usd="1", asker=Asker(why="release")))
    await until(lambda: len(vendor.jobs) == 1)
    await cancelled(film)
    await here.buyer.tend(what.recipe.key)
    assert await here.phases(what) == ["absent"]
    job = vendor.jobs[0]
    # On a busy machine one that came too late to be sent may stand before it.
    (mine,) = await here.submissions_of(what)
    assert await here.submissions.record(what.recipe.key, mine.n, Job(job.id)) == "stray"
    job.takes_s = 0.0
    return job, mine.n
