"""Knows the catalogue of this process: the built-in one, and the entries that its owner adds or changes."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from activities.models.catalogue import Catalogue, built_in_table
from activities.models.provider_plugs import own_providers
from infra.errors import SettingsError
from infra.settings import Settings
from workflows.studio import words_of

#: What may stand in it; of profiles only those that requests can name.
_TABLES = ("providers", "models", "profiles")
# As requests name a model, and as a provider names a task queue.
_MODEL, _PROVIDER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}"), re.compile(r"[a-z][a-z0-9-]{0,31}")
#: By this name it is known, without a catalogue, that a model draws here for nothing.
_HERE = "animatic-"
_MOST_BYTES, _MOST_TOLD = 1_000_000, 10


class WrongEntry(ValueError):
    """An entry cannot be used; the message names it and its field."""


@dataclass(frozen=True)
class Source:
    """Entries in TOML, and who says them; where that is a package, of its own `provider` alone."""

    name: str
    text: str
    provider: str = ""


def catalogue_of(settings: Settings) -> Catalogue:
    """The catalogue with the entries of installed packages, and of the file that `REEL_CATALOGUE` names: a
    further name is an entry of its own, of a known one the fields that are given take the place of ours.
    Raises `SettingsError`, which names every entry and field that is wrong."""
    packages = tuple(Source(one.whose, one.brought.entries, name) for name, one in own_providers().items())
    if settings.catalogue is None and not packages:
        return Catalogue.load()
    try:
        known = merged(packages)
    except WrongEntry as error:
        raise SettingsError(f"An installed package cannot be used: {error}.") from error
    if settings.catalogue is None:
        return known
    file = _read(settings.catalogue)
    try:
        return merged((*packages, file))
    except WrongEntry as error:
        raise SettingsError(f"REEL_CATALOGUE cannot be used: {error}.") from error


@lru_cache(maxsize=8)
def merged(sources: tuple[Source, ...]) -> Catalogue:
    """The built-in catalogue with these entries, later ones over earlier ones. Raises `WrongEntry`."""
    table: dict[str, dict[str, Any]] = {name: dict(rows) for name, rows in built_in_table().items()}
    origins = dict[str, str]()
    for source in sources:
        for name, rows in _tables(source).items():
            for id, entry in rows.items():
                table[name][id] = {**table[name].get(id, {}), **entry}
            if name == "models":
                origins |= dict.fromkeys(rows, source.name)
        _hold(source, table, origins)
    try:
        return Catalogue.of_table({**table, "origins": origins})
    except ValidationError as error:
        told = [f"{sources[-1].name}: {words}" for words in dict.fromkeys(map(_said, error.errors()))]
        raise WrongEntry("; ".join(told[:_MOST_TOLD])) from error


def _read(path: Path) -> Source:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SettingsError(f"REEL_CATALOGUE names {path}, which is larger than {_MOST_BYTES:,} bytes.")
        return Source(str(path), path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(
            f"REEL_CATALOGUE names {path}, which cannot be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"REEL_CATALOGUE names {path}, which is not text.") from error


def _tables(source: Source) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """What it holds, as far as it has the shape of a catalogue."""
    try:
        table = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongEntry(f"{source.name} is not TOML: {error}") from error
    for name, rows in table.items():
        if name not in _TABLES:
            raise WrongEntry(f"{source.name}: {name[:64]}: there is no such table, only {', '.join(_TABLES)}")
        for id, entry in rows.items() if isinstance(rows, dict) else [("", None)]:
            if not isinstance(entry, dict):
                raise WrongEntry(f"{source.name}: {name}.{id[:64]}: is no table of fields")
    return table


def _hold(source: Source, table: Mapping[str, Mapping[str, Any]], origins: Mapping[str, str]) -> None:
    """Raises `WrongEntry` for what makes sense in the built-in catalogue alone."""
    if found := list(_misplaced(_tables(source), table, source.provider)):
        told = [f"{source.name}: {words}" for words in found]
        raise WrongEntry("; ".join(told[:_MOST_TOLD]))


def _misplaced(
    own: Mapping[str, Mapping[str, Mapping[str, Any]]], table: Mapping[str, Mapping[str, Any]], only: str
) -> Iterator[str]:
    for name in own.get("profiles", {}):
        if name not in built_in_table()["profiles"]:
            yield f"profiles.{name[:64]}: requests cannot name it: change one of ours"
    for name in own.get("providers", {}):
        if not _PROVIDER.fullmatch(name):
            yield f"providers.{name[:64]}: is no name: small letters, digits and hyphens, at most 32"
    yield from _strange(own, only)
    for id, entry in own.get("models", {}).items():
        if not _MODEL.fullmatch(id):
            yield f"models.{id[:64]}: is no id: small letters, digits, dots, hyphens, at most 64"
        elif id.startswith(_HERE):
            yield f"models.{id}: what begins with {_HERE} draws here: give it another id"
        elif table["models"][id].get("work") != "waits":
            yield f'models.{id}.work: is not "waits": what computes here is a kind of step, and no model'
        else:
            yield from _misnamed(id, entry)


def _misnamed(id: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """What would be read as something else, or in silence never sent."""
    if "id" in entry:
        yield f"models.{id}.id: leave it out: it is what its table is called"
    parameters = entry.get("parameters")
    for name in parameters if isinstance(parameters, dict) else ():
        if name not in _PARAMETERS:
            near = difflib.get_close_matches(name, _PARAMETERS, n=1)
            known = f"did you mean {near[0]}?" if near else f"ours are {', '.join(_PARAMETERS)}"
            yield f"models.{id}.parameters.{name[:64]}: is no name of ours; {known}"


def _strange(own: Mapping[str, Mapping[str, Mapping[str, Any]]], only: str) -> Iterator[str]:
    """What a package says of others than its `only` provider."""
    if not only:
        return
    if only in built_in_table()["providers"]:
        yield f"providers.{only}: is one of ours: a package brings another"
    if own.keys() - {"providers", "models"} or [*own.get("providers", {})] != [only]:
        yield f"providers.{only}: a package brings that table, models of it, and no other"
    for id, entry in own.get("models", {}).items():
        if id in built_in_table()["models"] or entry.get("provider") != only:
            yield f"models.{id[:64]}: is no further model of {only}"


def _said(error: ErrorDetails) -> str:
    """One fault, with its entry and field."""
    place, kind = [str(part) for part in error["loc"]], error["type"]
    # Behind the id of a model stands the kind that it was read as.
    if place[:1] == ["models"] and len(place) > 2:
        del place[2]
    where = ".".join(place)
    if kind == "missing":
        return f"{where}: is missing"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(place[-1], _FIELDS, n=1)
        return f"{where}: there is no such field{f'; did you mean {near[0]}?' if near else ''}"
    if kind == "union_tag_not_found":
        return f"{where}.kind: is missing"
    if kind == "union_tag_invalid":
        context = error["ctx"]
        return f"{where}.kind: is {context['tag']!r}, and none of {context['expected_tags']}"
    problem, how = words_of(error)
    words = f"{problem}: {how}" if how else problem
    if len(place) > 1:
        words = words.removeprefix(f"{place[1]}: ")
    return f"{where}: {words}" if where else words


#: All that a model is ever told, by our names.
_PARAMETERS = sorted(
    {name for entry in built_in_table()["models"].values() for name in entry.get("parameters", ())}
)
#: Names of fields that may be meant.
_FIELDS = sorted({field for entry in built_in_table()["models"].values() for field in entry})
