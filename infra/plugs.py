"""Knows what installed packages bring beside the house's own: by entry points, each with its package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, Literal

from infra.errors import SettingsError

Group = Literal["reelwright.providers", "reelwright.kinds"]


@dataclass(frozen=True)
class Plug:
    """What a package brings under a name; `whose` is the package and its version."""

    name: str
    whose: str
    brought: Any

    def unusable(self, why: str) -> SettingsError:
        """The error that it cannot be used."""
        return SettingsError(f"{self.whose} brings {self.name}, which cannot be used: {why}.")


@cache
def plugs(group: Group) -> Mapping[str, Plug]:
    """All that is brought for a group, by name; read once a process. Raises `SettingsError` where a package
    cannot be loaded, or two bring the same."""
    found = dict[str, Plug]()
    for entry in metadata.entry_points(group=group):
        whose = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        plug = Plug(entry.name, whose, None)
        if (other := found.get(entry.name)) is not None:
            if other.whose == whose:
                # One that is found on two paths, as an editable one may be.
                continue
            raise plug.unusable(f"{other.whose} brings it, too")
        try:
            found[entry.name] = Plug(entry.name, whose, entry.load())
        except Exception as error:
            # Whatever a stranger's code does when it is loaded.
            raise plug.unusable(f"it does not load ({type(error).__name__}: {error})") from error
    return found
