"""The studio's desk: the typed client of a Python service that also asks for prices, forks and links.

    async with open_desk(Settings.load()) as desk:
        asked = VideoRequest(prompt="A 15 second film about a ceramic coffee mug")
        print((await desk.dry_run(asked)).price_usd)
        film = await desk.films.start(asked)
        await film.result()
        print((await desk.link(film.id)).url)

It asks the ledger and the bucket as well as Temporal, all of which the settings name: `reel`'s own commands
do what they do through it. Who has Temporal alone uses `starter.films`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError

from activities.estimates import ESTIMATES
from activities.film import EstimatedEdit, estimated_edit, with_ways
from activities.studio import Estimate
from infra.errors import Unreachable
from infra.settings import Settings
from starter.delivered import delivered, open_bucket
from starter.edits import Edits
from starter.errors import GONE, NoSuchVersion
from starter.films import film_request
from starter.forking import Fork, fork_of
from starter.links import Link, lifetime, signed
from starter.named import shot_named, version_named
from starter.photos import photo_of, upload
from starter.pipeline_directing import approved, shown
from starter.place import place_for
from starter.refused import turned_down
from starter.session import Session, attached
from workflows.film import FILM, VideoRequest
from workflows.pipeline import DECIDE, PIPELINE
from workflows.studio import Production, Request
from workflows.upkeep import Deleted

__all__ = ["Desk", "Edits", "EstimatedEdit", "Fork", "Link", "open_desk"]

_HOUR = timedelta(hours=1)


class Desk:
    """What can be asked of one studio. Every method raises `Unreachable`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.films, self.productions = session.films, session.productions
        self.batches = session.batches
        self.schedules = session.schedules

    # ---- before anything is made -----------------------------------------------------------------

    async def dry_run(
        self, request: Request, production: Production[Any, Any] = FILM, id: str | None = None
    ) -> Estimate:
        """What it would cost, USD, and what of it is there already, thing by thing; makes and pays nothing.
        Raises `InvalidRequest` for what cannot be made."""
        studio = await self._session.open_studio()
        name = await self.productions.name_of(production, request, id)
        shown = await ESTIMATES[production.workflow](studio, request, name)
        return await with_ways(studio, request, name, shown) if isinstance(request, VideoRequest) else shown

    async def dry_edit(self, film: str, update: str, value: Mapping[str, object]) -> EstimatedEdit:
        """What `retake`, `use`, `upgrade` or `approve` would come to, sent to the film with this value: in
        words, and as `dry_run` says it; of what the film makes without it nothing. Of a pipeline, what
        `retake` or `use` would, and all that it would cost then; `approve` what is not there yet. Raises
        `NoSuchFilm`, and `NotWaiting` as the film would refuse it."""
        run = await self.productions.find(film)
        if run.production is PIPELINE and update in DECIDE:
            return EstimatedEdit(*await shown(self._session, run, update, value))
        if run.production is PIPELINE and update == "approve":
            return EstimatedEdit(*await approved(self._session, run))
        request = await film_request(run, "directed")
        studio, status = await self._session.open_studio(), (await run.describe()).status
        runs = status == WorkflowExecutionStatus.RUNNING
        try:
            return await estimated_edit(studio, request, film, update, value, runs)
        except ApplicationError as error:
            raise turned_down(error) from None

    async def fork(self, film: str, edits: Edits, id: str | None = None) -> Fork:
        """Another film from the plan of this one, changed, with its price; `films.start(fork.request,
        fork.id)` makes it, and keeps what does not change. Raises `NoSuchFilm` where there is no plan yet,
        `InvalidRequest` with every wrong field."""
        return await fork_of(self._session, film, edits, id)

    async def upload(self, photo: Path) -> str:
        """Puts a photo of a product, a PNG, JPEG or WebP file, once; returns what a request names it by, as
        its `product` or as the `image` of a reference. Raises `InvalidRequest`."""
        png = photo_of(photo, "product")
        async with open_bucket(self._session) as store:
            return await upload(store, png)

    async def delete(
        self, id: str, *, keep_cuts: bool = False, dry_run: bool = False, after_restore: bool = False
    ) -> Deleted:
        """Deletes what nothing else needs of a production that has ended, or says what would go, as
        `Productions.delete`. Raises `NoSuchFilm`, `StillRuns`, `LedgerRestored`, `NotDone`."""
        return await self._session.delete(
            id, keep_cuts=keep_cuts, dry_run=dry_run, after_restore=after_restore
        )

    # ---- what was made ---------------------------------------------------------------------------

    async def link(self, id: str, lasts: timedelta = _HOUR, cut: int | None = None) -> Link:
        """A link to what a production delivered last, or to the `cut` of that number, for a week at most.
        Raises `NoSuchFilm`, `NoSuchCut`, `InvalidRequest`."""
        seconds = lifetime(lasts, str(lasts))
        async with open_bucket(self._session) as store:
            found = await delivered(self._session, store, id, cut)
            self._must_outlive(id)
            name = place_for("/", id, Path(found.object).suffix).path.name
            return signed(store, found.object, seconds, name, found.cut)

    async def version_link(self, film: str, shot: str, version: str, lasts: timedelta = _HOUR) -> Link:
        """A link to the pictures of a finished version of a shot, such as `draft-1` of `hero_shot`. Raises
        `NoSuchFilm`, `NoSuchShot`, `NoSuchVersion`, `NoAnswer`, `InvalidRequest`."""
        seconds = lifetime(lasts, str(lasts))
        row = shot_named((await self._session.progress(self.films.film(film))).beats, shot)
        made = version_named(row, version)
        if made.object is None:
            raise NoSuchVersion(f"{row.id} shows {made.name} in no cut yet")
        self._must_outlive(film)
        async with open_bucket(self._session) as store:
            if not await store.exists(made.object):
                raise NoSuchVersion(f"{made.name} of {row.id} {GONE}")
            return signed(store, made.object, seconds, f"{row.id}-{made.name}.mp4")

    def _must_outlive(self, id: str) -> None:
        if self._session.ends_bucket:
            raise Unreachable(
                f"A link to {id} would end with this process, which runs the bucket's server: start "
                "`reel up`, then ask again; or `reel save` the film."
            )


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """With the servers that the settings name; those of a home are started where they do not run. Raises
    `Unreachable`, `SettingsError`."""
    async with attached(settings) as session:
        yield Desk(session)
