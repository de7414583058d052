"""Knows what a production is called by its request: its digest, and a workflow id that people can read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from workflows.studio.words import folded

# Ids stand in addresses and tables: a name of more than some words is cut.
_SLUG_CHARACTERS = 40


def canonical_digest(fields: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON of a request's fields. Without those that have their defaults, so that a
    field added later changes no production that does not use it."""
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).digest()


def readable_id(noun: str, name: str, digest: bytes) -> str:
    """A workflow id such as `batch-autumn-catalogue-3f9a2c`: of any `name`, the words in plain letters."""
    words = re.findall(r"[a-z0-9]+", folded(name))
    slug = "-".join(words)[:_SLUG_CHARACTERS].strip("-")
    return "-".join(filter(None, [noun, slug, digest.hex()[:6]]))
