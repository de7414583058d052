"""Knows how a caller's images come in: fetched once, verified, stripped, kept under their content's name."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PIL import Image, ImageOps
from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.ledger import Attempt, Made, Recipe, Renderer, Work
from activities.media import MAX_BYTES, NotAPhoto, edges_of, probe, verify_photo
from activities.running import ActivityAttempt
from activities.storage import Expired, Fetch, NoSuchHost, ObjectMissing, ObjectStore, Unfetchable, shown
from workflows.film import VideoRequest
from workflows.studio import Artifact, Facts, FieldProblem

# Names what is made of an image beside itself. Raise the number when other files come out of it.
_ENGINE = "reference 1"
_THUMBNAIL = (400, 400)
# The thumbnail is for people: nothing is made from it.
_THUMBNAIL_QUALITY = 85


class ImportedReference(Facts):
    """An image of the caller's as the film uses it: `key` is its upload, the rest are objects of the bucket.
    `source` may be shown: an upload's key, or a URL without its query."""

    source: str
    name: str
    shows: str
    key: str
    thumbnail: str
    edges: str
    width: int
    height: int


@dataclass(frozen=True)
class _Asked:
    field: str
    image: str
    name: str = ""
    shows: str = ""

    @property
    def is_url(self) -> bool:
        return not self.image.startswith("uploads/")

    @property
    def source(self) -> str:
        return shown(self.image) if self.is_url else self.image


class References:
    """Imports the images of requests, by way of the ledger: each is fetched and verified once."""

    def __init__(self, store: ObjectStore, fetch: Fetch, renderer: Renderer) -> None:
        self._store, self._renderer = store, renderer
        #: By which whatever lies on the web is had.
        self.fetch = fetch
        # One at a time, for a photo may take hundreds of megabytes; and not behind minutes of encoding.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="photo")

    async def imported(
        self, request: VideoRequest, attempt: Attempt | None = None
    ) -> tuple[ImportedReference, ...]:
        """The product's photo, if there is one, then all references, then the pictures of characters, in the
        request's order.

        A URL is fetched once for a film (its prompt and user): other plans, sizes and models of it show the
        same image, whatever lies at the address by then. Speaks through the running activity, unless
        `attempt` is given. Raises `InvalidInput` naming the field of an image that cannot be used, and
        `ProviderUnavailable` while a server is away.
        """
        speaker = attempt or ActivityAttempt()
        # One after the other: eight large photos at once would need gigabytes.
        return tuple([await self._imported(asked, request, speaker) for asked in _asked(request)])

    async def known(self, request: VideoRequest) -> VideoRequest:
        """The request with the upload's key in the place of every address that this film has its image from;
        of others, with a key that names nothing. Nothing is fetched."""
        return named_by(request, [await self._known(asked, request) for asked in _asked(request)])

    async def _known(self, asked: _Asked, request: VideoRequest) -> str:
        if not asked.is_url:
            return asked.image
        made = await self._renderer.made(_recipe(asked, request))
        return (
            f"uploads/{made.media.sha256 if made else hashlib.sha256(asked.image.encode()).hexdigest()}.png"
        )

    async def unreachable(self, request: VideoRequest) -> list[FieldProblem]:
        """The addresses from which nothing can be had, by their names alone; without those from which this
        film has its image already."""
        return [
            FieldProblem(
                field=asked.field, problem=str(error), suggestion="check the address, or name a file"
            )
            for asked in _asked(request)
            if asked.is_url and (error := await self._unreachable(_recipe(asked, request), asked.image))
        ]

    async def _unreachable(self, recipe: Recipe, url: str) -> Exception | None:
        if await self._renderer.has(recipe):
            return None
        try:
            await self.fetch.look_up(url)
        except (NoSuchHost, Unfetchable) as error:
            return error
        return None

    async def _imported(self, asked: _Asked, request: VideoRequest, attempt: Attempt) -> ImportedReference:
        async def make(work: Work) -> Made:
            with work.waiting():
                return await self._made(asked, work)

        artifact = await self._renderer.render(
            _recipe(asked, request), make, attempt, stage=f"import {asked.field}"
        )
        key = f"uploads/{artifact.media.sha256}.png"
        if not await self._store.exists(key):
            await self._store.copy(artifact.object, key)
        return _reference(asked, artifact, key)

    async def _made(self, asked: _Asked, work: Work) -> Made:
        """The verified image, its thumbnail and its edges."""
        given, photo = work.dir / "given", work.dir / "photo.png"
        await self._bring(asked, given)
        thumbnail, edges = work.dir / "thumbnail.jpg", work.dir / "edges.png"
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, _prepare, given, photo, thumbnail, edges)
        except NotAPhoto as error:
            raise _wrong(asked, f"it cannot be used: {error}") from error
        files = ((photo, "image/png"), (thumbnail, "image/jpeg"), (edges, "image/png"))
        facts = [await loop.run_in_executor(self._threads, probe, *file) for file in files]
        parts = {"thumbnail": (thumbnail, facts[1]), "edges": (edges, facts[2])}
        return Made(photo, facts[0], parts, {"source": asked.source})

    async def _bring(self, asked: _Asked, path: Path) -> None:
        """The bytes as they came, at most as many as a photo may have."""
        try:
            if asked.is_url:
                await self.fetch.get(asked.image, path, max_bytes=MAX_BYTES)
                return
            size = await self._store.size(asked.image)
            if size is not None and size > MAX_BYTES:
                raise _wrong(asked, f"it has {size:,} bytes; at most {MAX_BYTES:,} are allowed")
            await self._store.get_file(asked.image, path)
        except ObjectMissing as error:
            raise _wrong(asked, f"there is no {asked.image}: upload it first") from error
        except (Expired, Unfetchable) as error:
            raise _wrong(asked, f"{error}; give an address that serves the image, or upload it") from error
        except NoSuchHost as error:
            raise _wrong(asked, f"{error}; check the address") from error


def _wrong(asked: _Asked, why: str) -> InvalidInput:
    return InvalidInput(f"{asked.field}: {why}")


def _asked(request: VideoRequest) -> Iterator[_Asked]:
    if request.product:
        yield _Asked("product", request.product, _file_name(request.product), "the product")
    for number, reference in enumerate(request.references):
        name = reference.name or _file_name(reference.image)
        yield _Asked(f"references[{number}].image", reference.image, name, reference.shows)
    for number, one in enumerate(request.characters):
        if one.image:
            yield _Asked(f"characters[{number}].image", one.image, _file_name(one.image), one.name)


def named_by(request: VideoRequest, keys: Sequence[str]) -> VideoRequest:
    """The request with all its images by these keys, which are in the order of `imported`."""
    left = iter(keys)
    product = next(left) if request.product else None
    references = [one.model_copy(update={"image": next(left)}) for one in request.references]
    characters = [
        one.model_copy(update={"image": next(left)}) if one.image else one for one in request.characters
    ]
    images = {"references": tuple(references), "characters": tuple(characters)}
    return request.model_copy(update={"product": product, **images})


def _file_name(image: str) -> str:
    """The last part of a URL's path; an upload has lost its own."""
    if image.startswith("uploads/"):
        return ""
    try:
        last = unquote(urlsplit(image).path).rpartition("/")[2]
    except ValueError:
        # No address at all; the fetch will say so.
        return ""
    return "".join(c for c in last if c.isprintable())[:200]


def _recipe(asked: _Asked, request: VideoRequest) -> Recipe:
    if not asked.is_url:
        return Recipe(operation="reference", model="", inputs={"image": asked.image}, engine=_ENGINE)
    # A URL may carry a signature, and the ledger is read by people: of it all, only the hash is written down.
    params: dict[str, JsonValue] = {
        "url": hashlib.sha256(asked.image.encode()).hexdigest(),
        "shown": asked.source,
        "film": hashlib.sha256(f"{request.user}\n{request.prompt}".encode()).hexdigest(),
    }
    return Recipe(operation="reference", model="", params=params, engine=_ENGINE)


def _prepare(given: Path, photo: Path, thumbnail: Path, edges: Path) -> None:
    photo.write_bytes(verify_photo(given))
    with Image.open(photo, formats=("PNG",)) as image:
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    square = ImageOps.pad(flat, _THUMBNAIL, Image.Resampling.LANCZOS, color="white")
    square.save(thumbnail, "JPEG", quality=_THUMBNAIL_QUALITY)
    edges_of(photo, edges)


def _reference(asked: _Asked, artifact: Artifact, key: str) -> ImportedReference:
    return ImportedReference(
        source=asked.source,
        name=asked.name,
        shows=asked.shows,
        key=key,
        thumbnail=artifact.parts["thumbnail"].object,
        edges=artifact.parts["edges"].object,
        width=artifact.media.width or 0,
        height=artifact.media.height or 0,
    )
