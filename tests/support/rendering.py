"""A renderer over the run's servers, for tests and for the processes that they start, freeze and kill."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import asyncpg

from activities.ledger.recipe import Recipe
from activities.ledger.render import Made, Renderer, Work
from activities.ledger.renders import Ledger
from activities.ledger.threads import Threads
from activities.ledger.times import Times
from activities.ledger.work import Workspace
from activities.models.local import Advance
from activities.storage.cache import Cache
from activities.storage.database import Database
from activities.storage.objects import ObjectStore
from workflows.studio.facts import Media

if TYPE_CHECKING:
    # Not at run time: the processes that are started here shall start fast.
    from infra.settings import S3Config

# A lease of 2 s: a busy machine may pause a process for a second, and it must not count as dead.
TIMES = Times().divided(30)


@dataclass
class Watcher:
    """Whoever asked for the work: hears how far it is, and why it was cancelled if it was."""

    why: Literal["stop", "release", None] = None
    heard: list[tuple[str, int, int]] = field(default_factory=list)

    def report(self, stage: str, done: int, total: int) -> None:
        self.heard.append((stage, done, total))

    def why_cancelled(self) -> Literal["stop", "release", None]:
        return self.why


@dataclass
class Studio:
    renderer: Renderer
    ledger: Ledger
    store: ObjectStore


@asynccontextmanager
async def studio(
    database_url: str, store: ObjectStore, root: Path, threads: int = 8, times: Times = TIMES
) -> AsyncIterator[Studio]:
    """What one process works with; closes the store too."""
    cache = Cache(root / "cache", 1 << 30)
    pool = Threads(threads)
    await store.ensure_bucket()
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as connections:
        ledger = Ledger(Database(connections), times)
        yield Studio(Renderer(ledger, Workspace(store, cache, pool), uuid.uuid4().hex), ledger, store)
    pool.shutdown(wait=True)
    store.close()
    cache.close()


def recipe(**params: int) -> Recipe:
    """A recipe that no other test has."""
    return Recipe(operation="test", model=uuid.uuid4().hex, params=dict(params))


def measured(path: Path) -> Media:
    data = path.read_bytes()
    return Media(mime="video/mp4", bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def maker(
    recipe: Recipe, log: Path, frames: int = 10, pause: float = 0.02
) -> Callable[[Work], Awaitable[Made]]:
    """Makes a file that depends on nothing but the recipe; writes down when it begins and when it ends."""

    def compute(out: Path, advance: Advance) -> None:
        note(log, "begun")
        with out.open("wb") as file:
            for frame in range(frames):
                advance(frame)
                time.sleep(pause)
                file.write(f"{recipe.key} {frame}\n".encode() * 50)
        note(log, "ended")

    async def make(work: Work) -> Made:
        out = work.dir / "out.mp4"
        await work.compute(compute, out, work.advance)
        return Made(out, measured(out), {"head": (out, measured(out))}, {"frames": frames})

    return make


def note(log: Path, word: str) -> None:
    # One write of a few bytes in append mode: lines of several processes never mix.
    with log.open("a") as file:
        file.write(word + "\n")


def notes(log: Path, word: str) -> int:
    return log.read_text().split().count(word) if log.exists() else 0


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    """Waits for what another process or thread does: nothing here can tell us when."""
    async with asyncio.timeout(120):
        while True:
            met = condition()
            if met if isinstance(met, bool) else await met:
                return
            await asyncio.sleep(0.01)


def process(
    database_url: str, s3: S3Config, root: Path, recipe: Recipe, log: Path, frames: int = 10
) -> subprocess.Popen[str]:
    """Another process that renders the recipe and prints its artifact."""
    secret = s3.secret_key.get_secret_value() if s3.secret_key else ""
    asked = [
        database_url, s3.endpoint, s3.bucket, s3.region, s3.access_key, secret,
        str(root), recipe.model_dump_json(), str(log), frames,
    ]  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.rendering"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.stdin
    child.stdin.write(json.dumps(asked))
    child.stdin.close()
    child.stdin = None
    return child


async def main() -> None:
    url, endpoint, bucket, region, access, secret, root, what, log, frames = json.load(sys.stdin)
    store = ObjectStore(endpoint=endpoint, bucket=bucket, region=region, access_key=access, secret_key=secret)
    asked = Recipe.model_validate_json(what)
    async with studio(url, store, Path(root)) as here:
        artifact = await here.renderer.render(
            asked, maker(asked, Path(log), frames, 0.05), Watcher(), stage="test", total=frames
        )
    print(artifact.model_dump_json())


if __name__ == "__main__":
    asyncio.run(main())
