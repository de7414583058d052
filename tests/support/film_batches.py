"""Batches of small films of a CSV on the stand-ins: one beat each, an image and a chunk where it is paid."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from activities.storage.objects import ObjectStore
from activities.studio.namespace import register
from activities.studio.studio import Studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.productions import Productions
from starter.run import Run
from tests.support.batch_rows import BatchRows
from tests.support.finished import quick_studio
from tests.support.paid import FLUX, WAN
from tests.support.standing import Standins
from workflows.batch.contract import BatchProgress, BatchRequest, BatchResult
from workflows.batch.production import BATCH

#: A film that is drawn here, for nothing.
FREE: Mapping[str, Any] = {
    "prompt": "A 5 second film about a ${product}",
    "size": "360p",
    "fps": 8,
    "music": False,
    "plan": {"beats": [{"id": "hero_shot", "seconds": 5, "prompt": "A ${product}", "action": "It turns"}]},
}
#: The same, bought.
PAID = {
    **FREE,
    "profile": "draft",
    "models": {"planner": "animatic-planner", "image": FLUX, "video": WAN},
}


class FilmBatches(BatchRows):
    """A client of batches of films."""

    def __init__(self, studio: Studio, client: Client, database_url: str) -> None:
        super().__init__(database_url)
        self.studio, self.client, self.productions = studio, client, Productions(client)

    async def start(self, request: BatchRequest) -> Run[BatchResult]:
        return await self.productions.start(BATCH, request)

    async def result(self, run: Run[BatchResult]) -> BatchResult:
        """Of the newest run."""
        async with asyncio.timeout(150):
            return await self.productions.run(BATCH, run.id).result()

    async def ask(self, run: Run[BatchResult], update: str, **said: object) -> str:
        """Sends it to the batch, which begins again where it has ended."""
        answer, _ = await self.productions.ask(run, update, said)
        return answer

    async def progress(self, run: Run[BatchResult]) -> BatchProgress:
        handle = self.client.get_workflow_handle(run.id)
        told: BatchProgress = await handle.query("progress", result_type=BatchProgress)
        return told


FilmBatchRig = Callable[[], AbstractAsyncContextManager[FilmBatches]]


@pytest.fixture
def film_batches(
    stack: Stack, settings: Settings, client: Client, standins: Standins, database_url: str
) -> FilmBatchRig:
    @asynccontextmanager
    async def opened() -> AsyncIterator[FilmBatches]:
        await register(client)
        async with quick_studio(stack, settings, client, standins.root) as (studio, _):
            yield FilmBatches(studio, client, database_url)

    return opened


async def uploaded(store: ObjectStore, folder: Path, words: Iterable[str], **columns: Sequence[str]) -> str:
    """The key of a CSV with a line for each of these products."""
    header = ",".join(["product", *columns])
    lines = [",".join(line) for line in zip(words, *columns.values(), strict=True)]
    path = folder / "films.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    key = f"uploads/{hashlib.sha256(path.read_bytes()).hexdigest()}.csv"
    return await store.put_file(path, "text/csv", key=key)


def films(source: str, template: Mapping[str, Any], **asked: Any) -> BatchRequest:
    """A batch of the films of an uploaded CSV."""
    said = {"name": "Films", "source": source, "template": dict(template), "budget_usd": Decimal(5), **asked}
    return BatchRequest.model_validate(said)
