"""A caller's photo of a product: read, made safe, and put where a request can name it."""

from __future__ import annotations

import hashlib
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from starter.given import there
from workflows.studio import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    # As slow an import as Pillow.
    from activities.storage import ObjectStore

# A thumbnail: enlarged any further, nobody would recognise the product.
_PHOTO_SIDE = 64


def photo_of(path: Path, field: str) -> bytes:
    """The PNG of a PNG, JPEG or WebP file, upright and without what else was in it. Raises `InvalidRequest`,
    in which it is called `field`."""
    # Pillow is a slow import, and most films have no photo.
    from activities.media import NotAPhoto, verify_photo

    there(path, field)
    try:
        png = verify_photo(path)
    except NotAPhoto as error:
        raise _wrong(field, str(error), "use a PNG, JPEG or WebP photo") from error
    # Every PNG begins with its header: width and height stand at byte 16.
    width, height = struct.unpack(">II", png[16:24])
    if max(width, height) < _PHOTO_SIDE:
        problem = f"the picture has {width} x {height} pixels, too few to show a product"
        raise _wrong(field, problem, f"use one with {_PHOTO_SIDE} pixels or more on its longer side")
    return png


def key_of(photo: bytes) -> str:
    """Under which a photo lies in the bucket, as a request names it."""
    return f"uploads/{hashlib.sha256(photo).hexdigest()}.png"


async def upload(store: ObjectStore, photo: bytes) -> str:
    """Puts the photo, unless it is there, and returns its key. Raises what the bucket raises."""
    key = key_of(photo)
    if not await store.exists(key):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "product.png"
            file.write_bytes(photo)
            await store.put_file(file, "image/png", key=key)
    return key


def _wrong(field: str, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field=field, problem=problem, suggestion=suggestion),))
