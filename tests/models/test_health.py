"""The circuit breaker of the paid models, on a real PostgreSQL: five failures, four rests, one probe."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.faults import (
    ContentPolicy,
    InsufficientCredit,
    InvalidInput,
    JobFailed,
    ModelGone,
    ModelResting,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.breaker import Health, Rests, is_its_fault
from activities.models.entries import Model
from activities.models.kinds import ImageModel
from activities.storage.database import Database

LIMIT, STEPS = Rests.failures, Rests.steps

PASS_TIME = """
UPDATE provider_health SET open_until = open_until - make_interval(secs => $3)
 WHERE provider = $1 AND model = $2"""


def model(typical_s: int = 0) -> Model:
    """A model that no other test has."""
    entry = {"provider": "p", "work": "waits", "kind": "image", "price_usd": "0", "endpoint": "x"}
    paid = {"ledger": "id", "sources": ["x"], "parameters": {"prompt": "x"}, "typical_s": typical_s}
    return ImageModel.model_validate({"id": uuid.uuid4().hex, **entry, **paid})


@pytest_asyncio.fixture(scope="module")
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=20) as pool:
        yield pool


@pytest.fixture(scope="module")
def health(pool: asyncpg.Pool) -> Health:
    return Health(Database(pool))


async def fail(health: Health, which: Model, times: int = LIMIT) -> None:
    for _ in range(times):
        await health.failed(which)


async def rest(health: Health, which: Model, moves: bool = True) -> ModelResting | None:
    try:
        await health.admit(which, moves)
    except ModelResting as resting:
        return resting
    return None


async def passes(pool: asyncpg.Pool, which: Model, seconds: float) -> None:
    """Time, as the row sees it."""
    await pool.execute(PASS_TIME, which.provider, which.id, seconds)


async def test_five_failures_in_a_row_open_it_and_a_success_in_between_counts_anew(health: Health) -> None:
    which = model()
    for _ in range(3):
        await fail(health, which, LIMIT - 1)
        assert await rest(health, which) is None
        await health.worked(which)
    await fail(health, which)
    resting = await rest(health, which)
    assert resting and STEPS[0] - 30 < resting.rest_s <= STEPS[0]
    assert which.id in str(resting)
    assert await rest(health, model()) is None, "another model suffered"


async def test_each_failed_probe_opens_the_next_rest_and_work_moves_from_the_second(
    health: Health, pool: asyncpg.Pool
) -> None:
    which = model()
    await fail(health, which)
    for number, seconds in enumerate([*STEPS, STEPS[-1]], start=1):
        resting = await rest(health, which)
        assert resting and seconds - 30 < resting.rest_s <= seconds
        assert resting.moves == (number >= 2)
        alone = await rest(health, which, moves=False)
        assert alone and not alone.moves
        await passes(pool, which, seconds)
        assert await rest(health, which) is None, "no probe after the rest"
        await fail(health, which, 1)


async def test_twenty_callers_in_the_whole_fleet_get_one_probe(health: Health, pool: asyncpg.Pool) -> None:
    for _ in range(10):
        which = model()
        await fail(health, which)
        await passes(pool, which, STEPS[0])
        answers = await asyncio.gather(*(rest(health, which) for _ in range(20)))
        refused = [resting for resting in answers if resting]
        assert len(refused) == 19
        assert all(0 < resting.rest_s <= Rests.probe for resting in refused)
        await health.worked(which)
        assert await asyncio.gather(*(rest(health, which) for _ in range(20))) == [None] * 20


async def test_failures_of_calls_sent_before_the_rest_do_not_prolong_it(
    health: Health, pool: asyncpg.Pool
) -> None:
    which = model()
    await asyncio.gather(*(health.failed(which) for _ in range(3 * LIMIT)))
    resting = await rest(health, which)
    assert resting and not resting.moves and resting.rest_s <= STEPS[0]


async def test_a_probe_that_is_not_heard_of_is_replaced_after_its_window(
    health: Health, pool: asyncpg.Pool
) -> None:
    quick, slow = model(), model(typical_s=300)
    for which in (quick, slow):
        await fail(health, which)
        await passes(pool, which, STEPS[0])
        assert await rest(health, which) is None
        assert await rest(health, which)
        await passes(pool, which, Rests.probe)
    assert await rest(health, quick) is None
    assert await rest(health, slow), "it usually takes longer than that"
    await passes(pool, slow, 600 - Rests.probe)
    assert await rest(health, slow) is None


@pytest.mark.parametrize("kind", [ProviderUnavailable, JobFailed])
async def test_failures_of_the_provider_count(health: Health, kind: type[StudioError]) -> None:
    which = model()
    for _ in range(LIMIT):
        await health.failed(which, kind("it broke"))
    assert await rest(health, which)


async def test_what_is_not_its_fault_does_not_count(health: Health) -> None:
    which = model()
    kinds = (InvalidInput, ContentPolicy, Unauthorized, InsufficientCredit, ModelGone)
    innocent = [*(kind("no") for kind in kinds), RateLimited("later", 3.0), ModelResting("rests", 3.0, False)]
    for why in innocent * LIMIT:
        assert not is_its_fault(why)
        await health.failed(which, why)
    await fail(health, which, LIMIT - 1)
    assert await rest(health, which) is None


async def test_rests_are_divided_alike_and_last_as_long_as_they_say(pool: asyncpg.Pool) -> None:
    # As long as a busy machine takes to ask the database.
    rests = Rests().divided(100)
    assert rests.steps == (0.6, 3.0, 9.0, 36.0) and rests.window(model(typical_s=600)) == 12.0
    fast, which = Health(Database(pool), rests), model()
    await fail(fast, which)
    for _ in range(2):
        waited = 0
        while resting := await rest(fast, which):
            assert resting.rest_s <= 3.0
            await asyncio.sleep(resting.rest_s)
            waited += 1
        assert waited, "it did not rest"
        await fast.failed(which)


@pytest.mark.parametrize("wrong", [{"failures": 1}, {"steps": ()}, {"steps": (1.0, 0.0)}, {"probe": -1.0}])
def test_rests_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least"):
        replace(Rests(), **wrong)


@dataclass
class Reference:
    """The breaker as words describe it: its rests, and the moments when the next begins."""

    now: float = 0.0
    failures: int = 0
    step: int = 0
    until: float = 0.0
    probing: bool = False

    def admit(self) -> bool:
        if self.step == 0:
            return True
        if self.now < self.until:
            return False
        self.until, self.probing = self.now + Rests.probe, True
        return True

    def failed(self) -> None:
        self.failures += 1
        opens = self.failures >= LIMIT if self.step == 0 else self.probing
        if opens:
            self.step = min(self.step + 1, len(STEPS))
            self.until, self.probing = self.now + STEPS[self.step - 1], False

    def worked(self) -> None:
        self.failures, self.step, self.probing = 0, 0, False


@pytest.fixture
def apart(database_url: str) -> Iterator[tuple[asyncio.Runner, asyncpg.Pool]]:
    """A loop and connections for a test that is no coroutine: Hypothesis calls it again and again."""
    with asyncio.Runner() as runner:
        pool = runner.run(_pool(database_url))
        yield runner, pool
        runner.run(pool.close())


async def _pool(database_url: str) -> asyncpg.Pool:
    pool: asyncpg.Pool = await asyncpg.create_pool(database_url, min_size=1, max_size=1)
    return pool


async def live(pool: asyncpg.Pool, deeds: Sequence[str | float]) -> None:
    """Does the same to a row and to the words, and compares at every step."""
    health, which, words = Health(Database(pool)), model(), Reference()
    for deed in deeds:
        match deed:
            case "admit":
                resting = await rest(health, which)
                assert (resting is None) == words.admit()
                assert resting is None or resting.moves == (words.step >= 2)
            case "failed":
                await health.failed(which)
                words.failed()
            case "worked":
                await health.worked(which)
                words.worked()
            case _:
                await passes(pool, which, float(deed))
                words.now += float(deed)


DEEDS = st.lists(
    st.one_of(
        st.sampled_from(["admit", "failed", "worked"]),
        # No sum of them is near the end of a rest: the database's own clock goes on meanwhile.
        st.sampled_from([29.0, 91.0, 311.0, 1009.0, 4001.0]),
    ),
    max_size=30,
)
OPENED: tuple[str | float, ...] = (*["failed"] * LIMIT, 4001.0, "admit")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, opened=st.booleans(), further=st.integers(0, 4))
def test_it_does_what_words_describe_whatever_happens(
    apart: tuple[asyncio.Runner, asyncpg.Pool], deeds: list[str | float], opened: bool, further: int
) -> None:
    runner, pool = apart
    before = [*OPENED, *("failed", 4001.0, "admit") * further] if opened else []
    runner.run(live(pool, [*before, *deeds]))
