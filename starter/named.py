"""Finds the shot, and the version of it, that a person named."""

from __future__ import annotations

from collections.abc import Sequence

from starter.errors import NoSuchShot, NoSuchVersion
from workflows.studio import RowProgress, VersionProgress


def shot_named(rows: Sequence[RowProgress], shot: str) -> RowProgress:
    """By its id, or by its number from 1. Raises `NoSuchShot`."""
    known = {str(number): row for number, row in enumerate(rows, 1)} | {row.id: row for row in rows}
    if shot not in known:
        raise NoSuchShot(f"there is no shot {shot}; there are {', '.join(row.id for row in rows)}")
    return known[shot]


def version_named(row: RowProgress, version: str) -> VersionProgress:
    """A finished version, such as `draft-1`, or the newest of a rung, such as `draft`. Raises
    `NoSuchVersion`."""
    there = [one for one in row.versions if one.state == "finished"]
    for one in reversed(there):
        if version in (one.name, one.name.rpartition("-")[0]):
            return one
    names = ", ".join(sorted(one.name for one in there)) or "none yet"
    raise NoSuchVersion(f"{row.id} has no finished version {version}; it has {names}")
