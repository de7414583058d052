"""Knows which names an object may have, and what a name promises about the bytes behind it."""

from __future__ import annotations

import hashlib
import re

from activities.faults import InvalidInput

# Segments of letters, digits and ._- that do not begin with a dot: no way out of the bucket, nothing
# hidden, nothing that a URL, a shell or a file system reads as anything but a name.
_SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,126}"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT}){{0,7}}\Z")
_PREFIX = re.compile(rf"({_SEGMENT}/){{0,7}}({_SEGMENT})?\Z")
_BY_CONTENT = re.compile(r"(?:objects|uploads)/([0-9a-f]{64})(?:\.[a-z0-9]{1,8})?\Z")
_WRITTEN_ONCE = re.compile(r"renders/[0-9a-f]{64}/[0-9]{1,9}\Z")

# Workflow ids are anybody's; object keys are ours. What is left of an id after this is safe in a key.
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_ID_LIMIT = 100


def folder_name(id: str, noun: str) -> str:
    """The id itself where it is harmless; else what is harmless of it, or the noun, and a digest to keep two
    ids apart."""
    clean = _UNSAFE.sub("-", id).strip("-")[:_ID_LIMIT]
    if clean == id:
        return clean
    return f"{clean or noun}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"


def checked(key: str) -> str:
    """The object key itself; raises `InvalidInput` where it is none."""
    if not _KEY.match(key):
        raise InvalidInput(f"{key[:80]!r} is no object key")
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself, `videos/film-mug/` or empty; raises `InvalidInput` where it is none."""
    if not _PREFIX.match(prefix):
        raise InvalidInput(f"{prefix[:80]!r} is no prefix of object keys")
    return prefix


def digest_of(key: str) -> str | None:
    """The SHA-256 that the name promises (`objects/<sha256>`, `uploads/<sha256>.png`), if it promises one."""
    named = _BY_CONTENT.match(key)
    return named[1] if named else None


def immutable(key: str) -> bool:
    """Whether the bytes under this name can never change, so that a copy of them stays true."""
    return digest_of(key) is not None or _WRITTEN_ONCE.match(key) is not None
