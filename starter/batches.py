"""The typed client of batches:

    batches = Batches(await connect())
    batch = await batches.start(BatchRequest(name="Mugs", items=({"prompt": "A film about a mug"},)))
    print(await batch.result())

It needs no worker's dependencies. Every other language does the same with its own Temporal client: start
`BatchWorkflow` on the task queue `reel` with one JSON object.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError
from temporalio.client import Client, WorkflowExecutionStatus

from starter.batch_file import BatchFile, opened
from starter.errors import InvalidAnswer
from starter.live import plain
from starter.productions import Productions, request_of
from starter.run import Run
from starter.tables import upload
from workflows.batch import BATCH, BatchProgress, BatchRequest, BatchResult, ItemResult, ItemState, Selection
from workflows.studio import Production, differences

if TYPE_CHECKING:
    from activities.storage import ObjectStore

__all__ = ["Batch", "Batches", "Chosen", "differences"]

#: What a choice of items may say.
_MEANS: Mapping[str, str] = {
    "items": "names items: ids, numbers or ranges such as 3-17",
    "state": f"is one of {', '.join(get_args(ItemState))}",
    "words": "is text of a request",
}


@dataclass(frozen=True)
class Batch(Run[BatchResult]):
    """One run of `BatchWorkflow`. `started` is False where it was running already."""

    production: Production[Any, BatchResult] = BATCH
    productions: Productions = field(kw_only=True)

    @classmethod
    def of(cls, run: Run[BatchResult], productions: Productions) -> Batch:
        return cls(run.id, run.started, run.handle, productions=productions)

    async def progress(self) -> BatchProgress:
        """How many items are in which state, and which of them run, wait or failed; as `Run.progress`."""
        told = await super().progress()
        # A run that does not replay in this release tells no counts.
        return told if isinstance(told, BatchProgress) else BatchProgress(**told.model_dump())

    async def approve(
        self, items: Sequence[str] = (), state: ItemState | None = None, words: str = ""
    ) -> Chosen:
        """Items that wait for approval go on: those named by id, number or range such as `3-17`, or whose id
        or request has these words; by default all."""
        return await self._chosen("approve", items, state, words)

    async def retry(
        self, items: Sequence[str] = (), state: ItemState | None = None, words: str = ""
    ) -> Chosen:
        """What failed, or came to its limit, is tried again: of those that are meant, by default all.

        Both work while it runs and after it has ended: then they begin another run, which makes what is
        wanted and not there. Raise `NotWaiting` where none of them is meant, `InvalidAnswer`, `NotDone`,
        `NoSuchFilm`, `InDoubt`, `Unreachable`.
        """
        return await self._chosen("retry", items, state, words)

    async def set_budget(self, usd: Decimal) -> str:
        """Changes what all of it may cost, also after its end: then for `retry` of what came to its limit.
        Returns how it stands. Raises what `retry` raises."""
        words, _ = await self.productions.ask(self, "set_budget", {"usd": str(usd)})
        return words

    async def _chosen(self, name: str, items: Sequence[str], state: ItemState | None, words: str) -> Chosen:
        said, run = await self.productions.ask(self, name, selection(items, state, words))
        return Chosen(said, Batch.of(run, self.productions))


@dataclass(frozen=True)
class Chosen:
    """What became of a person's decision: in words, and the run that makes it. `batch.started` says that it
    began one, because the batch had ended."""

    words: str
    batch: Batch


class Batches:
    """All batches of one Temporal namespace. `store` is the bucket, or opens it, for files and results
    alone."""

    def __init__(
        self, client: Client, store: ObjectStore | Callable[[], Awaitable[ObjectStore]] | None = None
    ) -> None:
        self._productions, self._bucket = Productions(client), store

    async def start(self, request: BatchRequest, id: str | None = None) -> Batch:
        """Starts the batch, or attaches to it where it runs; its id follows from the request.

        Starting one that has ended begins a new run: what was stopped or cancelled is made, nothing that is
        finished is paid again, and what failed waits for `retry`. Raises `Unreachable`.
        """
        return Batch.of(await self._productions.start(BATCH, request, id), self._productions)

    async def start_file(
        self, file: str | Path, template: Mapping[str, Any] | None = None, **asked: Any
    ) -> Batch:
        """The same of a CSV or a JSONL with a line an item, which is uploaded; `template` is one request
        whose `${column}`s they fill, `asked` are the other fields of a `BatchRequest`. Raises
        `InvalidRequest` with every wrong line, and what the bucket raises."""
        with opened(file, template, **asked) as found:
            await self.upload(found)
            return await self.start(found.request)

    async def upload(self, file: BatchFile) -> str:
        """Puts the file, unless it is there: its name is its content's hash. Returns its key."""
        return await upload(await self._store(), file.table)

    def batch(self, id: str) -> Batch:
        """The latest run of this id; asks nothing of the server yet."""
        return Batch.of(self._productions.run(BATCH, id), self._productions)

    async def request_of(self, batch: Batch) -> BatchRequest | None:
        """What a batch was asked for; None where it was started with something else."""
        request: BatchRequest | None = await request_of(batch)
        return request

    async def results(self, batch: Batch) -> AsyncIterator[ItemResult]:
        """Every item in the file's order, as it stood when the results were written last: at the end, and
        about every half minute before. Raises what `Run.progress` raises, and what the bucket raises."""
        if (await batch.describe()).status == WorkflowExecutionStatus.COMPLETED:
            key = (await batch.result()).results
        else:
            key = (await batch.progress()).delivered
        if key is None:
            return
        with tempfile.TemporaryDirectory(prefix="reel-") as folder:
            path = Path(folder) / "results.jsonl"
            await (await self._store()).get_file(key, path)
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield ItemResult.model_validate_json(line)

    async def _store(self) -> ObjectStore:
        if self._bucket is None:
            raise TypeError("Batches(client, store) of files and results needs the bucket")
        return await self._bucket() if callable(self._bucket) else self._bucket


def selection(items: Sequence[str], state: ItemState | None, words: str) -> dict[str, object]:
    """What is sent to choose items: only what was said. Raises `InvalidAnswer` for what no batch could
    read."""
    said = {"items": tuple(items), "state": state, "words": words}
    try:
        chosen = Selection.model_validate(said)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        raise InvalidAnswer(f"{plain(said[field])[:40]} cannot be used: it {_MEANS[field]}") from None
    return chosen.model_dump(mode="json", exclude_defaults=True)
