"""Knows the providers that installed packages bring, each with the entries of its models."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dotenv import dotenv_values

from activities.models.provider import Provider
from infra.log_lines import keep_out
from infra.plugs import Plug, plugs
from infra.settings import Settings
from infra.sources import env_file


@dataclass(frozen=True)
class OwnProvider:
    """What stands behind an entry point of `reelwright.providers`, which is named as the provider.

    `entries` are in TOML as `catalogue.toml` has them: `[providers.NAME]`, whose `needs` name the environment
    variables that switch it on, and its `[models.…]`. `open` is called at most once a process, from an event
    loop, with the values of those variables and the statuses that are `refusals`.
    """

    entries: str
    open: Callable[[Mapping[str, str], frozenset[int]], Provider]


def own_providers() -> Mapping[str, Plug]:
    """By name, each an `OwnProvider`. Raises `SettingsError` for what is none."""
    found = plugs("reelwright.providers")
    for one in found.values():
        if not isinstance(one.brought, OwnProvider):
            raise one.unusable("it is no OwnProvider")
    return found


def keys_of(settings: Settings, needs: tuple[str, ...]) -> dict[str, str]:
    """The values of these variables that are set: in the environment, else in the home's `reel.env`. No line
    of the log holds them from then on."""
    file: Mapping[str, Any] = dotenv_values(env_file(settings.home))
    found = {name: os.environ.get(name) or file.get(name) for name in needs}
    keys = {name: value for name, value in found.items() if value}
    keep_out(keys.values())
    return keys
