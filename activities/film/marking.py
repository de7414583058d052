"""Knows how a film is delivered as what it is: a copy that says so in XMP, and in a signed manifest (C2PA).

What was stitched stays as it is in the ledger, for the same pieces make the same bytes; every signature is
another.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from activities.faults import JobFailed
from activities.film.provenance import Origin, Told, source_of
from activities.media import TOOL, CannotSign, Ingredient, Mark, Signer, carries_manifest, with_xmp
from activities.storage import ObjectMissing
from activities.studio import Studio
from workflows.film import DeliverFilm

log = logging.getLogger(__name__)

_MP4 = "video/mp4"


class Put(NamedTuple):
    """What was put: its bytes and their SHA-256, and what people are to be told of it."""

    bytes: int
    sha256: str
    warnings: tuple[str, ...] = ()


class Marking:
    """Marks the films of one process, with its key."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def put(self, step: DeliverFilm, shots: Sequence[Told], video: str) -> Put:
        """Puts the marked film into the bucket under this key. Raises what the bucket raises, and OSError
        where this disk is full."""
        async with self._studio.storage.cache.scratch() as folder:
            film = await self._fetched(step.film.object, folder)
            said, kept = [told.said for told in shots], await self._ingredients(shots, folder)
            mark = Mark(step.plan.title, source_of(shots), said, kept)
            marked, warnings = await asyncio.to_thread(_marked, self._studio.signer, film, folder, mark)
            await self._studio.store.put_file(marked, _MP4, key=video)
            return await asyncio.to_thread(_looked_at, marked, warnings)

    async def look(self, video: str) -> Put:
        """What had been put there, by somebody who did not live to say so."""
        async with self._studio.storage.cache.scratch() as folder:
            return await asyncio.to_thread(_looked_at, await self._fetched(video, folder), ())

    async def _ingredients(self, shots: Sequence[Told], folder: Path) -> list[Ingredient]:
        """The files that came with manifests of their makers' own, each once, as they came."""
        bought = {origin.key: (origin, told.shot.beat_id) for told in shots for origin in told.bought}
        found: list[Ingredient] = []
        for origin, beat in bought.values():
            if origin.marked is False or (path := await self._kept(origin, folder)) is None:
                continue
            # Bought before anybody looked.
            looked = origin.marked is None
            if not looked or await asyncio.to_thread(carries_manifest, path, origin.mime):
                # An image is not seen in the film: a model was shown it.
                seen = origin.mime.startswith("video/")
                found.append(Ingredient(path, origin.mime, f"{beat} by {origin.model}", seen))
        return found

    async def _kept(self, origin: Origin, folder: Path) -> Path | None:
        try:
            return await self._fetched(origin.object, folder)
        except (ObjectMissing, JobFailed) as error:
            # The film is there all the same.
            log.warning("no manifest is kept of %s: %s", origin.object, error)
            return None

    async def _fetched(self, object: str, folder: Path) -> Path:
        studio = self._studio
        return await studio.storage.cache.get(
            object, folder, lambda path: studio.store.get_file(object, path)
        )


def _marked(signer: Signer, film: Path, folder: Path, mark: Mark) -> tuple[Path, tuple[str, ...]]:
    """A film that cannot be signed, as when a certificate has run out, is delivered with the mark that needs
    no key: what was paid for is not held back for it, and a cut can be made anew."""
    plain, signed = folder / "marked.mp4", folder / "signed.mp4"
    with_xmp(film, plain, mark.address, TOOL)
    try:
        signer.sign(plain, signed, mark)
    except CannotSign as error:
        log.error("a film is delivered without a signature: %s", error)
        return plain, (f"The film's C2PA mark is missing, for it could not be signed: {error}.",)
    return signed, ()


def _looked_at(path: Path, warnings: tuple[str, ...]) -> Put:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Put(path.stat().st_size, digest, warnings)
