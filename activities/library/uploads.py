"""What was handed in, as activities: looked at as nothing that its sender says of it, kept, and cleared."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from temporalio import activity

from activities.faults import InvalidInput
from activities.library.kept import Kept, kept_clip, kept_photo, kept_table
from activities.media import NotAClip, NotAPhoto
from activities.running import ActivityAttempt, translated
from activities.storage import ObjectStore, sha256_of
from activities.studio import Stage
from workflows.library import Cleared, ClearUpload, TakeInUpload, Uploaded, UploadRequest
from workflows.studio import STUDIO_QUEUE


class Uploads:
    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        # One at a time, for a photo may take hundreds of megabytes; and not behind minutes of encoding.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="upload")

    @activity.defn(name="take_in_upload")
    @translated
    async def take_in_upload(self, step: TakeInUpload) -> Uploaded:
        """Safe to repeat: the same bytes are kept under the same name. Raises `InvalidInput` where nothing
        has come, or something else than was announced."""
        request, attempt = step.request, ActivityAttempt()
        size = await self._store.size(step.object)
        if size is None:
            raise InvalidInput("nothing has come: PUT the file to the url of `link`, then signal `sent`")
        # Before it is fetched: not every store holds a sender to what was signed.
        _hold("bytes", request.bytes, size)
        with tempfile.TemporaryDirectory(prefix="reel-upload-") as local:
            folder = Path(local)
            came = folder / "came"
            await self._store.get_file(
                step.object, came, moved=lambda done: attempt.report("fetch", done, size)
            )
            kept = await asyncio.get_running_loop().run_in_executor(
                self._thread, _looked_at, came, folder, request
            )
            await self._keep(kept, step.object)
        return _told(kept)

    @activity.defn(name="clear_upload")
    @translated
    async def clear_upload(self, step: ClearUpload) -> Cleared:
        """Where nothing lies nothing is done."""
        await self._store.discard(step.object)
        return Cleared()

    async def _keep(self, kept: Kept, came_from: str) -> None:
        """Once: who hands in what is there already changes nothing."""
        if await self._store.exists(kept.key):
            return
        if kept.media.mime == "image/png":
            await self._store.put_file(kept.path, kept.media.mime, key=kept.key)
        else:
            # What came is what is kept: 200 MB need not travel once more.
            await self._store.copy(came_from, kept.key)


def _looked_at(came: Path, folder: Path, request: UploadRequest) -> Kept:
    """Blocks."""
    _hold("sha256", request.sha256, sha256_of(came))
    try:
        match request.kind:
            case "image":
                kept = kept_photo(came, folder)
            case "table":
                kept = kept_table(came)
            case _:
                kept = kept_clip(came)
    except (NotAPhoto, NotAClip) as error:
        raise InvalidInput(f"it cannot be used: {error}") from error
    _hold("content_type", request.content_type, kept.came)
    return kept


def _hold(field: str, said: object, found: object) -> None:
    if said != found:
        raise InvalidInput(f"{field}: {said} was announced, and {found} has come; start another upload")


def _told(kept: Kept) -> Uploaded:
    media = kept.media
    return Uploaded(
        source=kept.key,
        content_type=media.mime,
        bytes=media.bytes,
        width=media.width or 0,
        height=media.height or 0,
        seconds=round(float(media.frames / media.fps), 3) if media.frames and media.fps else None,
    )


STAGES = (
    Stage(Uploads.take_in_upload, (STUDIO_QUEUE,)),
    Stage(Uploads.clear_upload, (STUDIO_QUEUE,)),
)
