"""Where every setting in force comes from: the command line, the environment, a file, or nowhere."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource
from temporalio.envconfig import ClientConfigProfile

from infra.errors import SettingsError
from infra.settings import Settings

Source = Literal["command line", "environment", "file", "default"]
#: Says of a secret that it is there, and nothing else.
HIDDEN = "set, not shown"
# Beside those that are secrets by their type: who has this one needs its other half, and guesses less.
_HIDDEN = frozenset({"s3_access_key"})
_TEMPORAL = ("address", "namespace", "api_key", "tls", "grpc_meta")
# Where Temporal's tools look, and as whom: read before their file is.
_FINDING = ("TEMPORAL_CONFIG_FILE", "TEMPORAL_PROFILE")


@dataclass(frozen=True)
class Setting:
    """One setting under the name that a person sets it by. `value` is as it would be written, None where it
    is not set; a secret's is hidden."""

    name: str
    value: str | None
    source: Source


@dataclass(frozen=True)
class Unknown:
    """A name that looks like a setting and is none; `advice` is what to do about it."""

    name: str
    source: Source
    advice: str


def env_file(home: Path) -> Path:
    """The file of settings in a home."""
    return home / "reel.env"


def settings_told(settings: Settings, home_typed: bool) -> tuple[Setting, ...]:
    """All that there are, in the order of `Settings`, then Temporal's own. Raises `SettingsError`."""
    by_source: Mapping[Source, Mapping[str, Any]] = {
        "environment": EnvSettingsSource(Settings)(),
        "file": DotEnvSettingsSource(Settings, env_file=env_file(settings.home))(),
    }

    def source(field: str) -> Source:
        named = {field, _name(field)}
        found = (name for name, given in by_source.items() if named & given.keys())
        return next(found, "default")

    told = [Setting(_name(field), _shown(settings, field), source(field)) for field in Settings.model_fields]
    # It is where the file lies, so that none can name it; and passed by whoever loads the settings.
    home: Source = (
        "command line" if home_typed else "environment" if os.environ.get("REEL_HOME") else "default"
    )
    told[0] = Setting(told[0].name, told[0].value, home)
    return (*told, *_temporal())


def unknown_settings(settings: Settings, also: Collection[str] = ()) -> tuple[Unknown, ...]:
    """What is set and read by nobody: misspelt, or in the wrong place. `also` are names that others read."""
    known = {_name(field) for field in Settings.model_fields} | {*also}
    typed = DotEnvSettingsSource(Settings, env_file=env_file(settings.home)).env_vars
    in_file = {name.upper() for name in typed} - known
    in_environment = {name for name in map(str.upper, os.environ) if name.startswith("REEL_")} - known
    return (
        *(Unknown(name, "environment", _meant(name, known)) for name in sorted(in_environment)),
        *(Unknown(name, "file", _meant(name, known)) for name in sorted(in_file)),
    )


def _meant(name: str, known: set[str]) -> str:
    if name.startswith("TEMPORAL_"):
        return "Temporal's settings are read from the environment and from its own file: set it there"
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else "it is read by nobody: remove it"


def is_hidden(settings: Settings, field: str) -> bool:
    """Whether the value in force is for nobody's eyes."""
    value = getattr(settings, field)
    return isinstance(value, SecretStr) or (field in _HIDDEN and value is not None)


def _name(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"REEL_{field.upper()}"


def _shown(settings: Settings, field: str) -> str | None:
    value = getattr(settings, field)
    if value is None or value == "":
        return None
    if field == "database_url":
        return _without_password(value.get_secret_value(), names_user=True)
    if is_hidden(settings, field):
        return HIDDEN
    if field == "c2pa_certificates":
        return f"{value.count('-----BEGIN CERTIFICATE')} in PEM"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Decimal | float):
        return f"{value:f}" if isinstance(value, Decimal) else f"{value:g}"
    # An address may carry a name and a password before its host.
    return _without_password(value) if "://" in str(value) else str(value)


def _without_password(url: str, names_user: bool = False) -> str:
    """Who connects to what; nothing behind the path, where a password may stand as well."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return HIDDEN
    if "@" in url.replace(parts.netloc, "", 1):
        # A password with a / or ? in it: what was taken for the host is a piece of it.
        return HIDDEN
    user = f"{parts.username}@" if names_user and parts.username else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{user}{host}{port}{parts.path}"


def _temporal() -> Iterator[Setting]:
    finding = {name: os.environ[name] for name in _FINDING if os.environ.get(name)}
    try:
        in_force, in_file = ClientConfigProfile.load(), ClientConfigProfile.load(override_env_vars=finding)
    except (RuntimeError, ValueError) as error:
        raise SettingsError(f"Temporal's own configuration cannot be used: {error}") from error
    for name in _FINDING:
        yield Setting(name, finding.get(name), "environment" if name in finding else "default")
    for field in _TEMPORAL:
        value, filed = getattr(in_force, field), getattr(in_file, field)
        source: Source = "default" if not value else "file" if value == filed else "environment"
        shown = str(value) if field in ("address", "namespace") and value else HIDDEN if value else None
        yield Setting(f"TEMPORAL_{field.upper()}", shown, source)
