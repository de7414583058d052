"""Knows the S3 bucket: files in, files out, and URLs that end.

boto3 blocks, so every call runs in a small pool of threads of its own. An object is put in one request
with its MD5, so that a server that dies in between leaves no object at all, and a wire that changes a
byte is refused; what arrives is measured against its length and, where the name promises one, its hash.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import mimetypes
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import JsonValue

from activities.faults import InvalidInput, JobFailed, StudioError, Unauthorized
from activities.storage.failures import WHICH, BucketMissing, ObjectMissing, bucket_failures
from activities.storage.keys import checked, checked_prefix, digest_of
from activities.storage.put_link import put_link
from activities.storage.puts import Body, Puts
from activities.storage.s3 import Account
from activities.storage.tagged import TAG, carry_tags
from activities.storage.transfer import Moved, Read, digests, listed, patiently, receive
from infra.settings import Addressing, S3Config

T = TypeVar("T")

# Transfers wait on the wire and hash in C: a few fill a gigabit link, and leave the cores to the encoders.
_THREADS = 8
# One put takes a whole object: S3 allows 5 GB, a film of two minutes has a tenth of it.
_LARGEST = 5_000_000_000
# A smaller file is put sooner than the server is asked whether it is there, which hardly any is.
_WORTH_ASKING = 4 << 20
#: Proves that a bucket takes what is put: where what is paid for goes, so that a key that may write elsewhere
#: only does not pass.
PROOF, PROOF_BODY = "renders/proof.json", b"{}"
# A URL from the cache still lives at least half of what was asked for.
_FRESH = 0.5
_URLS = 2048
# S3 signs for a week at most.
_LONGEST_S = 7 * 24 * 3600


class ObjectStore:
    """One bucket. Raises `ProviderUnavailable` while the server does not answer, `Unauthorized` when it
    refuses the key, `BucketMissing` when there is no bucket, `ObjectMissing` for an object that is not there,
    `InvalidInput` for a bad name."""

    def __init__(
        self,
        *,
        endpoint: str | None,
        bucket: str,
        region: str,
        access_key: str | None,
        secret_key: str | None,
        public_endpoint: str | None = None,
        addressing: Addressing = "auto",
    ) -> None:
        self.bucket = bucket
        self._region = region
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="bucket")
        self._takes = False
        self._urls: OrderedDict[tuple[str, int, str | None], tuple[float, str]] = OrderedDict()
        account = Account(region, access_key, secret_key, addressing, connections=_THREADS)
        self._s3 = account.client(endpoint)
        self._puts = Puts(self._s3, bucket, account)
        # The host is part of a signature, so a URL for the world is signed for the name that the world uses.
        self._public = carry_tags(account.client(public_endpoint)) if public_endpoint else None

    @classmethod
    def of(cls, settings: S3Config, public_url: str | None = None) -> ObjectStore:
        """The store of a configuration; without endpoint AWS itself, without keys its usual chain; others
        reach the same server at `public_url`."""
        return cls(
            endpoint=settings.endpoint,
            bucket=settings.bucket,
            region=settings.region,
            access_key=settings.access_key,
            secret_key=settings.secret_key.get_secret_value() if settings.secret_key else None,
            public_endpoint=public_url,
            addressing=settings.addressing,
        )

    def close(self) -> None:
        """Lets go of threads and connections; transfers that run end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._s3.close()
        if self._public:
            self._public.close()

    async def ensure_bucket(self) -> None:
        """Makes the bucket, unless it is there."""

        def make() -> None:
            try:
                self._look_for_bucket()
            except BucketMissing:
                # AWS's oldest region is the one that must not be named.
                place: Any = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
                extra: Any = {"CreateBucketConfiguration": place} if place else {}
                with bucket_failures(self.bucket, ignore=("BucketAlreadyOwnedByYou", "BucketAlreadyExists")):
                    self._s3.create_bucket(Bucket=self.bucket, **extra)

        await self._call(make)

    async def prove(self) -> None:
        """Shows that the bucket takes what is put, by putting something small; nothing where it took what was
        put last. For whoever is about to pay for what has to go there."""

        if not self._takes:
            await self._put_small(Body.of(PROOF_BODY, "application/json"), PROOF)

    async def put_file(self, path: Path, mime: str, *, key: str | None = None, moved: Moved = None) -> str:
        """Puts a file and returns its object key, by default `objects/<sha256>`; a large one is not
        put again when it is there.

        `moved` is told the bytes sent so far, from a thread, and may raise to give up.
        """
        return await self._call(lambda: self._put(path, mime, key and checked(key), moved))

    async def put_json(self, value: JsonValue, key: str | None = None) -> str:
        """Puts a JSON document, readable, and returns its object key, by default `objects/<sha256>`."""
        said = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        body = Body.of(said.encode(), "application/json")
        return await self._put_small(body, checked(key) if key else f"objects/{body.sha256}")

    async def put_text(self, text: str, mime: str, key: str) -> str:
        """Puts a short text in UTF-8, and returns its object key."""
        return await self._put_small(Body.of(text.encode(), mime), checked(key))

    async def _put_small(self, body: Body, name: str) -> str:
        def put() -> str:
            with self._putting(name):
                self._puts.put(name, body)
            return name

        return await self._call(put)

    async def get_file(self, object: str, path: Path, *, moved: Moved = None) -> None:
        """Writes the object to `path`; raises `JobFailed`, and leaves no file, when the bytes are wrong."""
        await self._call(lambda: receive(self._s3, self.bucket, checked(object), path, moved))

    async def size(self, object: str) -> int | None:
        """Bytes of the object; None when it is not there, though the bucket is."""

        def look() -> int | None:
            size = self._size(checked(object))
            if size is None:
                # The answer to HEAD has no body, so a missing bucket looks like a missing object.
                self._look_for_bucket()
            return size

        return await self._call(look)

    async def exists(self, object: str) -> bool:
        """Whether the object is there."""
        return await self.size(object) is not None

    async def copy(self, src: str, dst: str) -> None:
        """Copies inside the bucket, without moving the bytes through here; replaces what is there."""

        def copy() -> None:
            source: Any = {"Bucket": self.bucket, "Key": checked(src)}
            with bucket_failures(src):
                self._s3.copy_object(Bucket=self.bucket, Key=checked(dst), CopySource=source)
            if self._size(src) != self._size(dst):
                raise JobFailed(f"the copy {dst} does not have the size of {src}")

        await self._call(copy)

    async def list(self, prefix: str) -> tuple[str, ...]:
        """All object keys that begin with `prefix`, sorted."""
        return tuple(await self.entries(prefix))

    async def entries(self, prefix: str) -> dict[str, tuple[int, datetime]]:
        """Bytes of all objects whose keys begin with `prefix`, and when each was put last; sorted by key."""
        return await self._call(lambda: listed(self._s3, self.bucket, checked_prefix(prefix)))

    async def discard(self, object: str, latest: float = math.inf) -> None:
        """Deletes what only one run knows; where there is nothing, nothing. Raises `JobFailed` where it would
        be sent after `latest`, on the monotonic clock: by then the name may be another's."""

        def discard() -> None:
            if time.monotonic() > latest:
                raise JobFailed(f"too late to delete {object}")
            with bucket_failures(object):
                self._s3.delete_object(Bucket=self.bucket, Key=checked(object))

        await self._call(discard)

    def presign(self, object: str, seconds: int = 3600, filename: str | None = None) -> str:
        """A URL to read a private object, which lives at least half of `seconds`, at most all of them.

        The same one is handed out as long as it has that much life left, so that browsers can cache. With
        `filename` a browser saves the file under that name. Nothing is asked of the server.
        """
        wanted, now = (checked(object), seconds, filename), time.monotonic()
        known = self._urls.get(wanted)
        if known and known[0] - now >= seconds * _FRESH:
            return known[1]
        params: Any = {"Bucket": self.bucket, "Key": object} | _saved_as(filename)
        url = self._s3.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
        self._urls[wanted] = (now + seconds, url)
        while len(self._urls) > _URLS:
            self._urls.popitem(last=False)
        return url

    def handed_out(self, object: str, seconds: int, filename: str) -> tuple[str, int]:
        """A URL for anybody to read a private object with, saved as `filename`, at the public endpoint where
        there is one; and the seconds that it lives, a week at most. Nothing is asked of the server."""
        lives = min(seconds, _LONGEST_S)
        params: Any = {"Bucket": self.bucket, "Key": checked(object)} | _saved_as(filename)
        signs = self._public or self._s3
        return signs.generate_presigned_url("get_object", Params=params, ExpiresIn=lives), lives

    def handed_in(
        self, object: str, lives: timedelta, mime: str, size: int, sha256: str
    ) -> tuple[str, dict[str, str]]:
        """A URL for anybody to put one file with, at the public endpoint where there is one, and the headers
        that go with it. Nothing is asked of the server."""
        place = (self.bucket, checked(object))
        return put_link(self._public or self._s3, place, lives, mime, size, sha256)

    def presign_public(self, object: str, seconds: int, tag: str) -> str:
        """A URL of the public endpoint to read a private object for `seconds`, a week at most, with
        `x-reel-tag=<tag>` in its signed query: whoever repeats the URL names the attempt that it was made
        for. Raises `InvalidInput` where no public endpoint is set. Nothing is asked of the server."""
        if self._public is None:
            raise InvalidInput("the bucket has no public URL: set REEL_S3_PUBLIC_URL")
        params: Any = {"Bucket": self.bucket, "Key": checked(object), TAG: tag}
        return self._public.generate_presigned_url(
            "get_object", Params=params, ExpiresIn=min(seconds, _LONGEST_S)
        )

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, patiently, work)

    def _look_for_bucket(self) -> None:
        try:
            with bucket_failures(self.bucket):
                self._s3.head_bucket(Bucket=self.bucket)
        except ObjectMissing:
            raise BucketMissing(f"there is no bucket {self.bucket}: {WHICH}") from None
        except Unauthorized:
            # The answer to HEAD has no body, and so no reason; one to this has.
            with bucket_failures(self.bucket):
                self._s3.list_objects_v2(Bucket=self.bucket, MaxKeys=1)

    def _size(self, key: str) -> int | None:
        try:
            with bucket_failures(key):
                return self._s3.head_object(Bucket=self.bucket, Key=key)["ContentLength"]
        except ObjectMissing:
            return None
        except Unauthorized:
            self._look_for_bucket()
            raise

    @contextmanager
    def _putting(self, name: str) -> Iterator[None]:
        """Around a put: remembers whether the bucket takes what is put."""
        try:
            with bucket_failures(name):
                yield
        except StudioError:
            self._takes = False
            raise
        self._takes = True

    def _put(self, path: Path, mime: str, key: str | None, moved: Moved) -> str:
        # A small file is read once, for its hashes and the wire.
        body = Body.of(path.read_bytes(), mime) if path.stat().st_size < _WORTH_ASKING else None
        sha256, md5, length = (body.sha256, body.md5, len(body.data)) if body else digests(path)
        name = key or f"objects/{sha256}"
        if length > _LARGEST:
            raise JobFailed(f"{length} bytes are more than one object may have")
        if digest_of(name) not in (None, sha256):
            raise JobFailed(f"the bytes for {name} hash to {sha256}")
        if length >= _WORTH_ASKING and digest_of(name) and self._size(name) == length:
            return name
        with self._putting(name):
            if body is None:
                tag = self._put_in_pieces(name, path, md5, length, mime, moved)
            else:
                tag = self._puts.put(name, body)
        if body and moved:
            moved(length)
        # The tag of an object that was put in one request is its MD5, unless the server encrypts it.
        whole = tag.strip('"') == base64.b64decode(md5).hex()
        if not whole and self._size(name) != length:
            raise JobFailed(f"{name} did not arrive whole")
        return name

    def _put_in_pieces(self, name: str, path: Path, md5: str, length: int, mime: str, moved: Moved) -> str:
        with Read(path, moved) as body:
            sent: Any = {"Body": body, "ContentLength": length, "ContentMD5": md5, "ContentType": mime}
            return self._s3.put_object(Bucket=self.bucket, Key=name, **sent).get("ETag", "")


def _saved_as(filename: str | None) -> dict[str, str]:
    if filename is None:
        return {}
    # A header is ASCII and knows quotes: everything else is a dash.
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "-" for c in filename)[:120]
    mime = mimetypes.guess_type(safe)[0] or "application/octet-stream"
    return {"ResponseContentDisposition": f'attachment; filename="{safe}"', "ResponseContentType": mime}
