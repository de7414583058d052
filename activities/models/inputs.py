"""Knows how an image reaches a provider: a signed address, a file that is given to it once, or the bytes."""

from __future__ import annotations

import asyncio
import hashlib
import weakref
from dataclasses import replace
from pathlib import Path

from PIL import Image

from activities.faults import InvalidInput
from activities.models.call import Picture
from activities.models.provider import ADRIFT_S, Provider
from activities.models.uploads import Uploads
from activities.storage import Database, ObjectStore

# What every provider takes, Gemini's 7 MB inline being the least. A photographic PNG of 1080p has less.
_LARGEST_PNG = 7_000_000
# What providers' own storages take of any file in one piece.
_LARGEST_FILE = 100_000_000
# Where a PNG is larger, nothing is seen of this loss, and the file is a fifth.
_JPEG_QUALITY = 95


def folder_of(recipe: str) -> str:
    """Under which the bucket has what went along with the submits of a recipe, by its key."""
    return f"inputs/{recipe}/"


class Inputs:
    """Hands images to providers. With a `public_url` they read them from the bucket; the store must have been
    made with the same one. Raises `ProviderUnavailable` while bucket, database or provider is away."""

    def __init__(self, store: ObjectStore, database: Database, public_url: str | None) -> None:
        self._store, self._uploads, self._public = store, Uploads(database), public_url is not None
        # Within a process a file goes up once, however many chunks ask for it at the same time.
        self._giving: weakref.WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )

    @property
    def tags(self) -> bool:
        """Whether the addresses that it hands out carry the tag of the attempt: those of the bucket do."""
        return self._public

    async def picture(
        self, path: Path, mime: str, recipe: str, provider: Provider, tag: str, seconds: int
    ) -> Picture:
        """The image as it goes with a call: a PNG of up to 7 MB as it is, else a JPEG written beside it; or
        the video.

        Its URL can be read for `seconds`, which must outlast the provider's queue, and is None where the
        provider's models take bytes. `recipe` is the key of what is bought, `tag` names the attempt: it lies
        in the bucket under both, for the deletion of the one to find, and under no name that comes again. A
        signed URL carries the tag, so build the call anew for each attempt.
        """
        if light := await asyncio.to_thread(_lighter, path, mime):
            path, mime = light, "image/jpeg"
        picture = Picture(path, mime, await asyncio.to_thread(_digest, path))
        if self._public:
            name = f"{folder_of(recipe)}{tag}-{picture.sha256[:16]}"
            await self._store.put_file(path, mime, key=name)
            return replace(picture, url=self._store.presign_public(name, seconds, tag))
        return replace(picture, url=await self._given(picture, provider, seconds))

    async def _given(self, picture: Picture, provider: Provider, seconds: int) -> str | None:
        """Where the provider has the file; given to it now, unless it keeps one long enough."""
        which = provider.name, provider.account, picture.sha256
        async with self._giving.setdefault(which, asyncio.Lock()):
            # Until when a provider keeps it is said by its own clock.
            if known := await self._uploads.find(*which, seconds + ADRIFT_S):
                return known
            uploaded = await provider.upload(picture)
            if uploaded is None:
                return None
            await self._uploads.keep(*which, uploaded.url, uploaded.expires_at)
            return uploaded.url


def _lighter(path: Path, mime: str) -> Path | None:
    """A JPEG of it, where it is none, no PNG that may be sent as it is, and no video."""
    size = path.stat().st_size
    if size > _LARGEST_FILE:
        raise InvalidInput(f"a file of {size:,} bytes is too large to send: at most {_LARGEST_FILE:,}")
    if mime.startswith("video/"):
        return None
    if mime == "image/jpeg" or (mime == "image/png" and size <= _LARGEST_PNG):
        return None
    light = path.with_name(f"{path.stem}.light.jpg")
    try:
        with Image.open(path, formats=("PNG", "WEBP")) as image:
            flat = Image.new("RGB", image.size, "white")
            flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidInput(f"an image of {size:,} bytes is too large to send, and cannot be read") from error
    flat.save(light, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return light


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
