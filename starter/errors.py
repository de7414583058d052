"""What can go wrong around a film, as facts; `starter/outcome.py` gives each its exit code."""

from __future__ import annotations

from typing import Any


class FilmFailed(Exception):
    """The film ended without a file. What is finished is kept: starting it again goes on from there.

    `type` is the error's name in the taxonomy, `InvalidRequest` for a request that cannot be used.
    """

    def __init__(self, message: str, type: str, details: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.type = type
        self.details = details


class NoSuchFilm(Exception):
    """No film of this id was ever started here, or its history has expired. What it made may still be
    there: asking for the film again finds it."""


class FilmEnded(Exception):
    """The film has ended, so that it can be steered no more. Starting it again begins a new run."""


class NotWaiting(Exception):
    """The film does not wait for this: the step named waits for nothing, or the value is wrong. Look at
    `reel status`."""


class NoAnswer(Exception):
    """No worker answered for the film: none runs, or none is free. Ask again when one does."""


class CannotSave(Exception):
    """The film is made, but its file could not be written. It stays in the bucket: run the same command with
    another `--output`."""


class Detached(Exception):
    """The terminal left; the film goes on where another process works on it, or waits to be resumed."""
