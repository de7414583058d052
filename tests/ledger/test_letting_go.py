"""What a production lets go: only what no other needs, whoever begins to need it in that moment."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.faults import JobFailed
from activities.ledger.artifact import is_there
from activities.ledger.letting_go import LettingGo
from activities.ledger.recipe import Recipe
from activities.ledger.render import Renderer
from activities.ledger.submissions import Intent, Submissions
from activities.ledger.threads import Threads
from activities.ledger.work import Made, Work, Workspace
from activities.models.provider import Job, Request
from activities.storage.cache import Cache
from activities.storage.database import Database
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.databases import ledger_of_its_own
from tests.support.rendering import TIMES, Watcher, measured
from tests.support.vendor import model
from workflows.studio.facts import Artifact

pytestmark = pytest.mark.slow


@dataclass
class House:
    """A ledger of its own, a bucket, and who makes things there."""

    ledger: Submissions
    letting_go: LettingGo
    store: ObjectStore
    renderer: Renderer
    pool: Any

    async def uses(self, film: str, recipe: Recipe) -> Artifact:
        """As an activity of the film does."""
        await self.ledger.ensure(recipe.key, recipe.canonical, film)
        return await self.renderer.render(recipe, _make(recipe), Watcher(), stage="test")

    async def deletes(self, film: str) -> list[str]:
        """What was said of each of its artifacts."""
        assert await self.letting_go.begin(film, film)
        said = [
            await self.letting_go.let_go(film, film, need.key) for need in await self.letting_go.needs(film)
        ]
        left = await self.letting_go.left(film)
        for object in left:
            await self.store.discard(object, float("inf"))
        await self.letting_go.removed(list(left))
        await self.letting_go.end(film, film)
        return [str(one) for one in said]

    async def bought(self, film: str, phase: str = "stored") -> str:
        """A recipe that the film paid, and what the provider made of it."""
        key, of = uuid.uuid4().hex * 2, model("lists")
        request = Request(of, str(uuid.uuid4()), {"prompt": key})
        intent = Intent(request.tag, request, "acct", request.fingerprint, Decimal("0.11"), film, 5)
        await self.ledger.ensure(key, '{"operation": "chunk"}', film)
        epoch = await self.ledger.claim(key, "a:1")
        assert epoch and await self.ledger.intend(key, epoch, intent) == 1
        await self.ledger.record(key, 1, Job(f"job-{key}"))
        if phase == "stored":
            await self.stored(key)
        return key

    async def stored(self, key: str) -> bool:
        """The fact that attempt 1 of a recipe is in the bucket; it may be told late, and again."""
        submission = await self.ledger.submission(key, 1)
        assert submission
        await self.store.put_text("chunk", "video/mp4", submission.object)
        facts: dict[str, Any] = {"media": {"mime": "video/mp4", "bytes": 5, "sha256": "0" * 64}}
        return await self.ledger.done(submission, facts, Decimal("0.10"), True)


def _make(recipe: Recipe) -> Any:
    async def make(work: Work) -> Made:
        path, part = work.dir / "out", work.dir / "part"
        # Others make the same bytes of another recipe.
        path.write_text(str(recipe.params["content"]))
        part.write_text(f"part {recipe.params['content']}")
        return Made(path, measured(path), {"part": (part, measured(part))})

    return make


@asynccontextmanager
async def house(pool: Any, stack: Stack, root: Path) -> AsyncIterator[House]:
    store, cache, threads = ObjectStore.of(stack.s3), Cache(root / uuid.uuid4().hex, 1 << 30), Threads(4)
    await store.ensure_bucket()
    database = Database(pool)
    ledger = Submissions(database, TIMES)
    renderer = Renderer(ledger, Workspace(store, cache, threads), uuid.uuid4().hex)
    yield House(ledger, LettingGo(database), store, renderer, pool)
    store.close()
    cache.close()
    threads.shutdown(wait=True)


@pytest_asyncio.fixture(scope="module")
async def pool(stack: Stack) -> AsyncIterator[Any]:
    async with ledger_of_its_own(stack, most=20) as opened:
        yield opened


NUMBERS = st.integers(0, 3)
SOME = st.sets(NUMBERS)
#: When somebody begins, in milliseconds: statements take one or two.
SOON = st.integers(0, 12)


@given(SOME, SOME, SOME, st.tuples(SOON, SOON, SOON))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_nothing_goes_that_somebody_begins_to_need(
    pool: Any, stack: Stack, tmp_path: Path, ones: set[int], twos: set[int], threes: set[int], soon: Any
) -> None:
    nonce = uuid.uuid4().hex
    # Two recipes of each content, and all of them of this example alone.
    contents = [f"{nonce} {n % 2}" for n in range(4)]
    recipes = [
        Recipe(operation="test", model=nonce, params={"n": n, "content": content})
        for n, content in enumerate(contents)
    ]
    async with house(pool, stack, tmp_path) as here:
        for film, numbers in (("one", ones), ("two", twos)):
            for n in sorted(numbers):
                await here.uses(f"{film} {nonce}", recipes[n])

        async def after(ms: int, work: Any) -> Any:
            await asyncio.sleep(ms / 1000)
            return await work

        begun, *_ = await asyncio.gather(
            after(soon[0], asyncio.gather(*(_patiently(here, nonce, recipes[n]) for n in sorted(threes)))),
            after(soon[1], here.deletes(f"one {nonce}")),
            after(soon[2], here.deletes(f"two {nonce}")),
        )
        for artifact in begun:
            assert await is_there(here.store, artifact), "deleted under its feet"
        for n in threes:
            row = await here.ledger.look(recipes[n].key)
            assert row and row.done
        # Once the last of them is deleted, the bucket has nothing of it any more.
        await here.deletes(f"three {nonce}")
        for artifact in begun:
            assert not await here.store.exists(artifact.object)
        assert not await pool.fetch("SELECT * FROM need WHERE film LIKE '%' || $1", nonce)


async def _patiently(here: House, nonce: str, recipe: Recipe) -> Artifact:
    """As Temporal: tried again where the bytes were deleted in the very moment."""
    while True:
        try:
            return await here.uses(f"three {nonce}", recipe)
        except JobFailed:
            await asyncio.sleep(0.01)


async def test_what_was_paid_stays_paid_and_is_made_again_by_another_attempt(
    pool: Any, stack: Stack, tmp_path: Path
) -> None:
    async with house(pool, stack, tmp_path) as here:
        film = f"film {uuid.uuid4().hex}"
        key = await here.bought(film)
        (before,) = await here.ledger.payments(film)
        assert await here.deletes(film) == ["gone"]
        # What came of it is gone, and the price the same.
        (paid,) = await here.ledger.payments(film)
        assert paid == before.model_copy(update={"deleted": True}) and paid.usd == Decimal("0.10")
        assert not await here.store.exists(f"renders/{key}/1")
        # What is said of it late, or again, brings back no artifact whose bytes are gone.
        assert not await here.stored(key)
        row = await here.ledger.look(key)
        assert row and not row.done and row.attempts == row.let_go == 1


async def test_what_a_job_is_at_stays_until_that_has_ended(pool: Any, stack: Stack, tmp_path: Path) -> None:
    async with house(pool, stack, tmp_path) as here:
        film = f"film {uuid.uuid4().hex}"
        key = await here.bought(film, "running")
        assert await here.deletes(film) == ["under way"]
        assert await here.stored(key)
        assert await here.deletes(film) == ["gone"]


async def test_two_deletions_of_one_production_are_one_after_the_other(
    pool: Any, stack: Stack, tmp_path: Path
) -> None:
    async with house(pool, stack, tmp_path) as here:
        film = f"film {uuid.uuid4().hex}"
        key = await here.bought(film)
        assert await here.letting_go.begin(film, "a") and await here.letting_go.begin(film, "a")
        assert not await here.letting_go.begin(film, "b") and await here.letting_go.under_way(film)
        assert await here.letting_go.let_go(film, "b", key) == "lost"
        await here.letting_go.end(film, "a")
        assert not await here.letting_go.under_way(film)
        assert await here.letting_go.let_go(film, "a", key) == "lost"


async def test_bytes_that_were_let_go_come_back_under_another_name(
    pool: Any, stack: Stack, tmp_path: Path
) -> None:
    """Whoever put the same bytes before they were let go may not say that they are there."""
    nonce = uuid.uuid4().hex
    one, two = (Recipe(operation="test", model=nonce, params={"n": n, "content": nonce}) for n in range(2))
    async with house(pool, stack, tmp_path) as here:
        first = await here.uses(f"one {nonce}", one)
        await here.ledger.ensure(two.key, two.canonical, f"two {nonce}")
        epoch = await here.ledger.claim(two.key, "a:1")
        assert epoch and await here.deletes(f"one {nonce}") == ["gone"]
        with pytest.raises(JobFailed, match="deleted just now"):
            await here.ledger.finish(two.key, epoch, first.object, {})
        await here.ledger.release(two.key, epoch)
        second = await here.uses(f"two {nonce}", two)
        assert second.object == f"{first.object}.2" and await is_there(here.store, second)
