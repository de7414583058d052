"""Knows how bytes go up to the bucket and come down from it, and how they are checked on the way."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from activities.faults import JobFailed, ProviderUnavailable
from activities.storage.failures import bucket_failures
from activities.storage.keys import digest_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

#: Told the bytes moved so far, from a thread; what it raises ends the transfer.
Moved = Callable[[int], None] | None

# Large enough that Python is not felt, small enough that progress is.
_BLOCK = 1 << 20
# What a server that restarts needs; a bucket that is away longer is for Temporal to try again.
_PATIENCE_S = 8.0
# The first pause of those that double, up to two seconds.
_PAUSE_S = 0.2


def patiently(work: Callable[[], T]) -> T:
    """What `work` returns; begun anew, for some seconds, while the server does not answer. Blocks."""
    deadline, pause = time.monotonic() + _PATIENCE_S, _PAUSE_S
    while True:
        try:
            return work()
        except ProviderUnavailable:
            if time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)
        pause = min(2.0, pause * 2)


def listed(s3: S3Client, bucket: str, prefix: str) -> dict[str, tuple[int, datetime]]:
    """Bytes of all objects whose keys begin so, and when each was put last; sorted by key. Blocks."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    with bucket_failures(prefix):
        entries = {entry["Key"]: entry for page in pages for entry in page.get("Contents", ())}
    return {key: (entries[key]["Size"], entries[key]["LastModified"]) for key in sorted(entries)}


def digests(path: Path) -> tuple[str, str, int]:
    """SHA-256 in hex, MD5 in base64 (the form of the header) and the length in bytes."""
    sha, md5, length = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha.update(block)
            md5.update(block)
            length += len(block)
    return sha.hexdigest(), base64.b64encode(md5.digest()).decode(), length


def sha256_of(path: Path) -> str:
    """In hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Read(FileIO):
    """A file that tells how far it was read; seekable, so that a request can be repeated."""

    def __init__(self, path: Path, moved: Moved) -> None:
        super().__init__(path, "rb")
        self._moved = moved

    def read(self, size: int | None = -1) -> bytes:
        block = super().read(-1 if size is None else size)
        if self._moved:
            self._moved(self.tell())
        return block


def receive(s3: S3Client, bucket: str, key: str, path: Path, moved: Moved) -> None:
    """Downloads to `path`, whole and checked, or not at all; raises as the store says."""
    try:
        _download(s3, bucket, key, path, moved)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _download(s3: S3Client, bucket: str, key: str, path: Path, moved: Moved) -> None:
    sha, length = hashlib.sha256(), 0
    with bucket_failures(key), path.open("wb") as file:
        answer = s3.get_object(Bucket=bucket, Key=key)
        for block in answer["Body"].iter_chunks(_BLOCK):
            file.write(block)
            sha.update(block)
            length += len(block)
            if moved:
                moved(length)
        file.flush()
        # A file that is renamed into a cache must not turn out empty after a power cut.
        os.fsync(file.fileno())
    if length != answer["ContentLength"]:
        raise ProviderUnavailable(f"{key} broke off after {length} bytes")
    if digest_of(key) not in (None, sha.hexdigest()):
        raise JobFailed(f"the bytes of {key} are not the ones its name promises")
