"""Knows what a line of the log says: of which production, shot and step it tells, and never a secret."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from infra.settings import Settings
from infra.sources import is_hidden

# What stands in the place of a secret.
_GONE = "…"
# Signatures stand in the query of a link, and passwords before its host.
_QUERY = re.compile(r"(\bhttps?://[^\s?#\"'<>]+)\?[^\s\"'<>)]+")
_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+]*://)[^\s/@\"']+@")
# A shorter one would be found in words that are none; no provider's key is shorter than twice that.
_SHORTEST = 8


class About(NamedTuple):
    """What is being done: which production (its workflow id), which of its shots, which step. Empty where
    that is nothing of the kind."""

    production: str = ""
    shot: str = ""
    step: str = ""


_NOTHING = About()
_about: ContextVar[About] = ContextVar("about", default=_NOTHING)
# Of providers that packages bring, no setting holds the key.
_further = set[str]()


@contextmanager
def telling(of: About) -> Iterator[None]:
    """Inside, and in tasks and threads that begin there, what is logged tells of that."""
    token = _about.set(of)
    try:
        yield
    finally:
        _about.reset(token)


def formatter_of(settings: Settings, words: str) -> logging.Formatter:
    """How each record is written: as `words` lays it out, or as JSON where that is set. Secrets of the
    settings, and those that links bear, are left out of either."""
    kind = _Json if settings.log_format == "json" else _Text
    return kind(words, _secrets(settings))


def keep_out(secrets: Iterable[str]) -> None:
    """From now on no line of this process holds any of these, whichever formatter writes it."""
    _further.update(_lines(secrets))


def kept_out(said: str) -> str:
    """The same without what was given to `keep_out`."""
    for secret in sorted(_further, key=len, reverse=True):
        said = said.replace(secret, _GONE)
    return said


def is_json() -> bool:
    """Whether this process logs JSON, and so writes nothing else where its log goes."""
    return any(isinstance(one.formatter, _Json) for one in logging.getLogger().handlers)


class _Text(logging.Formatter):
    def __init__(self, words: str, secrets: Iterable[str]) -> None:
        super().__init__(words)
        self._secrets = frozenset(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self.clean(super().format(record))

    def clean(self, said: str) -> str:
        """The same without secrets."""
        # The longest first, for one may be part of another.
        for secret in sorted(self._secrets | _further, key=len, reverse=True):
            said = said.replace(secret, _GONE)
        return _PASSWORD.sub(rf"\1{_GONE}@", _QUERY.sub(rf"\1?{_GONE}", said))


class _Json(_Text):
    """One object a line. `production`, `shot` and `step` are always there, null where there is none."""

    def format(self, record: logging.LogRecord) -> str:
        about = _about_of(record)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            **{name: value or None for name, value in about._asdict().items()},
            "message": self.clean(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = self.clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _about_of(record: logging.LogRecord) -> About:
    """What the SDK itself says of a workflow or an activity comes from outside of it."""
    if any(about := _about.get()):
        return about
    said: Mapping[str, Any] = vars(record).get("temporal_activity") or {}
    of_workflow: Mapping[str, Any] = vars(record).get("temporal_workflow") or {}
    production = said.get("workflow_id") or of_workflow.get("workflow_id") or ""
    return About(production, step=said.get("activity_type") or "")


def _secrets(settings: Settings) -> set[str]:
    """Every value that `reel settings` would not show; of a long one, such as a key in PEM, each line, and of
    the database's address the password as well."""
    values = [getattr(settings, name) for name in Settings.model_fields if is_hidden(settings, name)]
    told = [value.get_secret_value() if isinstance(value, SecretStr) else str(value) for value in values]
    told += [os.environ.get("TEMPORAL_API_KEY", ""), *filter(None, map(_password, told))]
    return _lines(told)


def _lines(secrets: Iterable[str]) -> set[str]:
    return {line for one in secrets for line in one.splitlines() if len(line) >= _SHORTEST}


def _password(address: str) -> str | None:
    try:
        return urlsplit(address).password
    except ValueError:
        # No address at all, as most secrets are none.
        return None
