"""What the contact sheet of a batch shows: what came of every source and prompt on every model, what each
cost and took, and what was said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowExecutionStatus

from activities.batch import Asked, BatchItems, Lines
from activities.storage import ObjectStore
from starter.batch_standing import progress_of
from starter.errors import FilmFailed, NoSuchFilm
from starter.links import LONGEST, signed
from starter.session import Session
from workflows.batch import BatchProgress, BatchRequest, ItemResult
from workflows.pipeline import PIPELINE, PipelineResult
from workflows.productions import PRODUCTIONS

#: A batch that is spelled source by source has no more; of another the first.
MOST = 200
_AT_ONCE = 8
_LOOKED_AT = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True)
class Shown:
    """One item: `cells` are its source, prompt and model. `film` and `picture` are where the last video and
    the last picture of it are looked at, links or files beside the page; None where there is none. `seconds`
    is how long its models worked."""

    row: ItemResult
    cells: Mapping[str, str]
    film: str | None
    picture: str | None
    seconds: float | None
    answers: Mapping[str, Any]

    @property
    def score(self) -> float | None:
        """The first number of what was said of it."""
        numbers = (one for one in self.answers.values() if isinstance(one, int | float))
        return next((float(one) for one in numbers if not isinstance(one, bool)), None)


@dataclass(frozen=True)
class Sheet:
    """`sources` are where each is looked at."""

    id: str
    progress: BatchProgress
    items: Sequence[Shown]
    sources: Mapping[str, str] = field(default_factory=dict)


async def sheet(session: Session, id: str, folder: Path | None) -> Sheet:
    """`folder` is where what is shown is saved; it is linked where there is none."""
    batch = session.batches.batch(id)
    await batch.describe()
    progress, studio = await progress_of(session, batch), await session.open_studio()
    items = BatchItems(studio.storage.database)
    rows = await items.page(id, 0, MOST)
    seconds, cells = (
        await items.worked([one.item for one in rows]),
        _cells(await session.batches.request_of(batch)),
    )
    places = asyncio.Semaphore(_AT_ONCE)

    async def shown(row: ItemResult) -> Shown:
        async with places:
            result = await _result(session, row)
            film, picture, answers = _made(result, row)
            place = _Place(studio.store, folder, f"{row.number}")
            return Shown(
                row=row,
                cells=cells.get(row.number, {"source": row.item}),
                film=await place.of(film),
                picture=await place.of(picture),
                seconds=seconds.get(row.item),
                answers=answers,
            )

    made = await asyncio.gather(*map(shown, rows))
    given = dict.fromkeys(one.cells["source"] for one in made if "source" in one.cells)
    sources = {
        one: await _Place(studio.store, folder, f"source-{number}").of(one)
        for number, one in enumerate(given, 1)
        if one.startswith("uploads/")
    }
    return Sheet(id, progress, made, {one: where for one, where in sources.items() if where})


def _cells(request: BatchRequest | None) -> dict[int, dict[str, str]]:
    """What each item of a bulk is made of, by its number."""
    if request is None or request.bulk is None:
        return {}
    combined = list(request.bulk.combined())
    return {one.number: combined[one.line - 1] for one in Lines(request).items() if isinstance(one, Asked)}


async def _result(session: Session, row: ItemResult) -> PipelineResult | None:
    """What its run has told; None while it runs, and where it has none."""
    production = PRODUCTIONS.get(row.production)
    if production is not PIPELINE or row.state in ("pending", "running", "attached", "failed", "canceled"):
        return None
    run = session.productions.run(PIPELINE, row.item)
    with suppress(FilmFailed, NoSuchFilm):
        # Begun again, it would be waited for.
        if (await run.describe()).status is not WorkflowExecutionStatus.RUNNING:
            return await run.result()
    return None


def _made(result: PipelineResult | None, row: ItemResult) -> tuple[str | None, str | None, dict[str, Any]]:
    """The last video, the last picture, and what was answered."""
    steps = [one for one in result.steps if one.object] if result else []
    objects = [str(one.object) for one in steps] or [row.delivered or ""]
    films = [one for one in objects if Path(one).suffix in (".mp4", ".webm")]
    pictures = [one for one in objects if Path(one).suffix in _LOOKED_AT]
    answers = {name: said for one in steps for name, said in (one.answer or {}).items()}
    return next(reversed(films), None), next(reversed(pictures), None), answers


@dataclass(frozen=True)
class _Place:
    """Where an object is looked at: by a link, or as a file of this name in the folder beside the page."""

    store: ObjectStore
    folder: Path | None
    name: str

    async def of(self, object: str | None) -> str | None:
        if object is None:
            return None
        name = f"{self.name}-{Path(object).stem[:40]}{Path(object).suffix}"
        if self.folder is None:
            return signed(self.store, object, int(LONGEST.total_seconds()), name).url
        await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)
        path = self.folder / name
        if not path.exists():
            part = self.folder / f".{name}.part"
            await self.store.get_file(object, part)
            part.replace(path)
        return f"{self.folder.name}/{name}"
