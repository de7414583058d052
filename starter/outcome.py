"""How a command ends: its exit code, and every failure that has a name in words instead of a traceback."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import IO, Any, NoReturn

from rich.console import Console

from infra.errors import SettingsError, Unreachable
from infra.extras import without_worker
from starter import report
from starter.errors import (
    CannotSave,
    Detached,
    FilmEnded,
    FilmFailed,
    InvalidAnswer,
    NoAnswer,
    NoSuchFilm,
    NoSuchSchedule,
    NotDone,
    NotRegistered,
    NotWaiting,
    ScheduleExists,
)
from starter.interrupts import LEFT
from workflows.studio import InvalidRequest

MADE, FAILED, INVALID, STOPPED, UNAVAILABLE = 0, 1, 2, 3, 4

# A film that fails with these cannot be made as it was asked for, whoever noticed: the caller, the planner,
# or a model that looked at a photo.
_ASKED_WRONGLY = ("InvalidRequest", "InvalidPlan", "InvalidInput", "Miscast", "UnknownModel")

# A disk, or what one person may have of it.
_FULL = (errno.ENOSPC, errno.EDQUOT)

_KINDS = {
    FAILED: (CannotSave,),
    INVALID: (
        *(NoSuchFilm, FilmEnded, NotWaiting, InvalidAnswer, SettingsError),
        *(NoSuchSchedule, ScheduleExists, NotRegistered),
    ),
    UNAVAILABLE: (Unreachable, NoAnswer, NotDone),
}


class _Terminal(Console):
    """Writes to nobody once its reader has gone, as `head` does: the command goes on to its own end."""

    def on_broken_pipe(self) -> None:
        _to_nobody(self.file)


out = _Terminal()
err = _Terminal(stderr=True)
#: The same stream, which is never drawn upon.
lines = _Terminal(stderr=True, force_terminal=False)


def prepare_streams() -> None:
    """Makes the standard streams fit for whatever this command may write. Call first."""
    for name in ("stdout", "stderr"):
        # Closed by whoever started us (`>&-`).
        stream = getattr(sys, name) or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        setattr(sys, name, stream)
        # A terminal that knows no bars and dots shows question marks; it must not end the command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")


def run(work: Callable[[], Coroutine[Any, Any, int]], as_json: bool = False) -> NoReturn:
    """Runs a command to its exit code."""
    try:
        code = asyncio.run(work())
    except (asyncio.CancelledError, KeyboardInterrupt):
        code = refuse("Left", "Left.", LEFT, as_json, status="left")
    except Exception as error:
        code = _refused(error, as_json)
    end(code)


def _refused(error: Exception, as_json: bool) -> int:
    """Says what went wrong and returns the exit code."""
    kind = type(error).__name__
    if isinstance(error, InvalidRequest):
        fields = [problem.model_dump() for problem in error.fields]
        return refuse("InvalidRequest", str(error), INVALID, as_json, fields)
    if isinstance(error, Detached):
        words = f"Left. `reel watch {error}` follows it, the same command goes on."
        return refuse("Left", words, LEFT, as_json, status="left")
    if isinstance(error, FilmFailed):
        code = INVALID if error.type in _ASKED_WRONGLY else FAILED
        if as_json:
            print_json(refusal_json(error))
            return code
        return refuse(error.type, str(error), code, as_json, _fields(error))
    for code, kinds in _KINDS.items():
        if isinstance(error, kinds):
            return refuse(kind, str(error), code, as_json)
    if isinstance(error, ImportError) and (missing := without_worker(error)):
        return refuse("NotInstalled", missing, UNAVAILABLE, as_json)
    if isinstance(error, OSError) and error.errno in _FULL:
        where = f" for {error.filename}" if error.filename else ""
        words = f"No space is left on the disk{where}. Make room, then run the same command again: what is "
        return refuse("DiskFull", words + "finished is kept.", UNAVAILABLE, as_json)
    logging.getLogger(__name__).error("reel failed", exc_info=error)
    # A second to import, and only a server's refusal is this far down.
    from temporalio.service import RPCError

    if isinstance(error, RPCError):
        return refuse("Unreachable", f"The Temporal server says: {error}", UNAVAILABLE, as_json)
    return refuse(kind, f"{kind}: {error}"[:500], FAILED, as_json)


def refusal_json(error: FilmFailed) -> dict[str, Any]:
    """A failed film for a program: with the step, the paid model and the advice, where it was a step."""
    said = report.failure_json(error.type, str(error), _fields(error))
    where = next((one for one in error.details if isinstance(one, dict) and "advice" in one), {})
    return {**said, "error": {**said["error"], **where}}


def _fields(error: FilmFailed) -> report.Fields:
    return [one for one in error.details if isinstance(one, dict) and "field" in one]


def refuse_request(error: InvalidRequest, as_json: bool) -> NoReturn:
    """Ends with every wrong field of a request."""
    fields = [problem.model_dump() for problem in error.fields]
    end(refuse("InvalidRequest", str(error), INVALID, as_json, fields))


def refuse(
    kind: str,
    message: str,
    code: int,
    as_json: bool,
    fields: report.Fields | None = None,
    status: str = "failed",
) -> int:
    """Prints the failure for whoever called, a person or a program, and returns the code."""
    if as_json:
        print_json(report.failure_json(kind, message, fields or [], status))
    else:
        report.problems(err, fields or [], message)
    return code


def print_json(value: Any) -> None:
    # ASCII: whatever the encoding of the other end, it arrives.
    try:
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _to_nobody(sys.stdout)


def line(text: str) -> None:
    """One line on stdout, as it stands."""
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def end(code: int) -> NoReturn:
    """The SDK's runtime sometimes aborts an interpreter that ends by itself, after everything went well."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        code = unsaid(error, code)
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def unsaid(error: OSError, code: int = MADE) -> int:
    """Says that stdout took no answer, or half of one, as a file on a full disk does; returns the exit code:
    whoever reads the answer must not take it for the whole."""
    err.print(f"What was to be said could not be written: {error.strerror}.", markup=False, highlight=False)
    return code or FAILED


def _to_nobody(stream: IO[str]) -> None:
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, stream.fileno())
    os.close(nobody)
