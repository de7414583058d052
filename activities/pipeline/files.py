"""Knows how a caller's files come into a pipeline: looked at, kept under what they hold, and measured."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.ledger import Attempt, Made, Recipe, Renderer, Work
from activities.media import MAX_BYTES, NotAClip, NotAPhoto, probe, verify_clip, verify_photo
from activities.running import ActivityAttempt
from activities.storage import Expired, Fetch, NoSuchHost, ObjectStore, Unfetchable, shown
from activities.studio import Studio
from workflows.pipeline import Given, Medium
from workflows.studio import Media

# Names what is kept of a file. Raise the number when something else is.
_ENGINE = "source 1"
_ENDINGS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm"}
_MIMES = {"png": "image/png", **{ending: mime for mime, ending in _ENDINGS.items()}}


class CannotBeUsed(Exception):
    """A file cannot be used; the message says why. `how` is what to do instead."""

    def __init__(self, why: str, how: str) -> None:
        super().__init__(why)
        self.how = how


@dataclass(frozen=True)
class Files:
    """The files of callers. What lies at an address is fetched once for a `scope`, the same request: whatever
    lies there by then, a run that goes on has the same."""

    store: ObjectStore
    fetch: Fetch
    renderer: Renderer
    scope: str

    @classmethod
    def of(cls, studio: Studio, scope: str) -> Files:
        """Those of this studio."""
        return cls(studio.store, studio.fetch, studio.renderer, scope)

    async def brought(self, source: str, medium: Medium, attempt: Attempt | None = None) -> Given:
        """The file as steps take it. Speaks through the running activity, unless `attempt` is given. Raises
        `CannotBeUsed`, and `ProviderUnavailable` while a server is away."""
        if source.startswith("uploads/"):
            return await self._upload(source)
        try:
            recipe, making = self.recipe(source, medium), self._fetching(source, medium)
            made = await self.renderer.render(recipe, making, attempt or ActivityAttempt(), stage="fetch")
        except NoSuchHost as error:
            raise CannotBeUsed(str(error), "check the address") from error
        except InvalidInput as error:
            raise CannotBeUsed(str(error), "give an address that serves it, or hand the file in") from error
        key = f"uploads/{made.media.sha256}.{_ENDINGS.get(made.media.mime, 'png')}"
        if not await self.store.exists(key):
            await self.store.copy(made.object, key)
        return Given(key=key, object=key, mime=made.media.mime, media=made.media)

    async def known(self, source: str, medium: Medium) -> str:
        """The key under which a file is, or would be, an input: nothing is fetched."""
        if source.startswith("uploads/"):
            return source
        made = await self.renderer.made(self.recipe(source, medium))
        digest = made.media.sha256 if made else hashlib.sha256(source.encode()).hexdigest()
        ending = _ENDINGS.get(made.media.mime, "png") if made else "png"
        return f"uploads/{digest}.{ending}"

    async def _upload(self, key: str) -> Given:
        size = await self.store.size(key)
        if size is None:
            raise CannotBeUsed(f"there is no {key}", "hand the file in first: reel upload")
        if size > MAX_BYTES:
            raise CannotBeUsed(f"it has {size:,} bytes", f"at most {MAX_BYTES:,}: save it smaller")
        return Given(key=key, object=key, mime=_MIMES[key.rpartition(".")[2]])

    def recipe(self, url: str, medium: Medium) -> Recipe:
        # A URL may carry a signature, and the ledger is read by people: of it all, only the hash is kept.
        params: dict[str, JsonValue] = {
            "url": hashlib.sha256(url.encode()).hexdigest(),
            "shown": shown(url),
            "medium": medium,
            "scope": self.scope,
        }
        return Recipe(operation="source", model="", params=params, engine=_ENGINE)

    def _fetching(self, url: str, medium: Medium) -> Callable[[Work], Awaitable[Made]]:
        async def make(work: Work) -> Made:
            given = work.dir / "given"
            try:
                with work.waiting():
                    await self.fetch.get(url, given, max_bytes=MAX_BYTES)
                path, media = await work.compute(_looked_at, given, medium)
            except (Expired, Unfetchable) as error:
                raise InvalidInput(str(error)) from error
            except (NotAPhoto, NotAClip) as error:
                raise InvalidInput(f"it cannot be used: {error}") from error
            return Made(path, media)

        return make


def _looked_at(given: Path, medium: Medium) -> tuple[Path, Media]:
    if medium == "video":
        return given, verify_clip(given)
    photo = given.with_name("photo.png")
    photo.write_bytes(verify_photo(given))
    return photo, probe(photo, "image/png")
