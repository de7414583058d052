"""How often jobs are asked about: as their model takes, and together no more than their account answers."""

from __future__ import annotations

import uuid
from heapq import heappop, heappush
from itertools import pairwise

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.ledger.pace import Pace, may_have_begun, shared, usual
from activities.ledger.submissions import Intent, Submissions
from activities.ledger.times import Times
from activities.models.catalogue import Catalogue
from activities.models.provider import Job, Request
from activities.storage.database import Database
from tests.support.vendor import PRICE

TIMES = Times()
CATALOGUE = Catalogue.load()
MODEL = CATALOGUE.model("replicate-flux-schnell")
JOBS, READS = st.integers(0, 100_000), st.integers(1, 10_000)
#: Seconds that one count of an account's jobs serves.
COUNTED_FOR = 3 * TIMES.poll


@given(typical_s=st.floats(0, 7200), age_s=st.floats(0, 7200), jobs=JOBS, reads=READS)
def test_all_jobs_together_ask_no_more_than_their_account_answers(
    typical_s: float, age_s: float, jobs: int, reads: int
) -> None:
    own, young = usual(typical_s, TIMES), usual(typical_s, TIMES, age_s)
    assert TIMES.soon <= young <= own, "a job is asked about sooner while it is young, and never later"
    assert jobs * 60 / shared(young, jobs, reads) <= reads * (1 + 1e-9)
    pace = shared(own, jobs, reads)
    assert jobs * 60 / pace <= reads * (1 + 1e-9)
    assert pace <= max(own, jobs * 60 / reads / 0.7), "and none asks much less often than it has to"
    assert TIMES.poll <= own <= TIMES.renew_every


@pytest.mark.parametrize("typical_s", [4.0, 60.0])
@pytest.mark.parametrize(
    "provider", [name for name, one in CATALOGUE.providers.items() if one.reads_per_minute]
)
def test_they_do_not_while_more_begin_as_fast_as_they_may(provider: str, typical_s: float) -> None:
    """A look is fixed at the one before, when there were fewer; and they were counted some while ago."""
    entry = CATALOGUE.providers[provider]
    begun_a_second, a_minute = entry.requests_per_minute / 60, entry.reads_per_minute or 0
    reads, heap, now, counted, count = list[float](), list[tuple[float, float]](), 0.0, 0.0, 0
    while now < 300:
        now += 1 / begun_a_second
        heappush(heap, (now, now))
        while heap[0][0] <= now:
            at, since = heappop(heap)
            reads.append(at)
            if at - counted >= COUNTED_FOR:
                counted, count = at, len(heap) + 1
            jobs = count + may_have_begun(at - counted, entry.requests_per_minute)
            heappush(heap, (at + shared(usual(typical_s, TIMES, at - since), jobs, a_minute), since))
    for begun in range(0, 240, 10):
        assert sum(begun <= at < begun + 60 for at in reads) <= a_minute


@given(jobs=JOBS, reads=READS, by=st.sampled_from([2.0, 10.0, 100.0]))
def test_where_time_runs_quicker_so_does_the_pace(jobs: int, reads: int, by: float) -> None:
    quick = TIMES.divided(by)
    paces = [shared(usual(60, times), jobs, reads, times.second) for times in (TIMES, quick)]
    assert paces[1] * by == pytest.approx(paces[0])


@pytest.mark.parametrize("name", [one.id for one in CATALOGUE.models.values() if one.work == "waits"])
def test_what_is_ready_waits_for_a_small_part_of_what_it_took(name: str) -> None:
    typical_s = CATALOGUE.model(name).typical_s
    assert usual(typical_s, TIMES) <= max(TIMES.poll, typical_s / 10)
    looks = [0.0]
    while looks[-1] < 3 * typical_s:
        looks.append(looks[-1] + usual(typical_s, TIMES, looks[-1]))
    for before, at in pairwise(looks):
        assert at - before <= max(TIMES.soon, typical_s / 10, before / 3) + 1e-9
    assert len(looks) <= 3 * typical_s / usual(typical_s, TIMES) + 12, "a few more while it is young"


async def test_the_jobs_of_all_workers_count_and_no_other_accounts(pool: asyncpg.Pool) -> None:
    here, there = (Submissions(Database(pool), TIMES) for _ in range(2))
    crowd, alone, nobody = (f"{name}-{uuid.uuid4().hex}" for name in ("crowd", "alone", "nobody"))
    for ledger, account in ((here, crowd), (there, crowd), (here, crowd), (there, alone)):
        await begin(ledger, account)
    answers = CATALOGUE.providers[MODEL.provider].model_copy(update={"reads_per_minute": 10})
    few = CATALOGUE.model_copy(update={"providers": {**CATALOGUE.providers, MODEL.provider: answers}})
    own = usual(MODEL.typical_s, TIMES)
    three, one = await Pace(here, few).of(MODEL, crowd), await Pace(there, few).of(MODEL, alone)
    assert three == pytest.approx(3 * one) and three >= 3 * 60 / 10 > own
    assert await Pace(there, few).of(MODEL, nobody) == own


async def begin(ledger: Submissions, account: str) -> None:
    """One more job that the account has under way."""
    key = uuid.uuid4().hex * 2
    await ledger.ensure(key, '{"operation": "x"}')
    epoch = await ledger.claim(key, f"a:{uuid.uuid4()}")
    assert epoch is not None
    request = Request(MODEL, str(uuid.uuid4()), {"prompt": key})
    n = await ledger.intend(key, epoch, Intent(request.tag, request, account, None, PRICE, "film", 5))
    assert n is not None
    assert await ledger.record(key, n, Job(f"job-{key}")) == "running"
