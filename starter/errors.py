"""What can go wrong around a production, as facts; `starter/outcome.py` gives each its exit code.

Films were the first of them, and callers know the names from then; they are raised for every kind.
"""

from __future__ import annotations

from typing import Any

from infra.errors import Unreachable

#: What is said after the name of what was delivered, and is there no more.
GONE = "was deleted: asked for again, the production makes it anew; `--dry-run` says for how much."


class FilmFailed(Exception):
    """It ended without what was asked for. What is finished is kept: starting it again goes on from there.

    `type` is the error's name in the taxonomy, `InvalidRequest` for a request that cannot be used.
    """

    def __init__(self, message: str, type: str, details: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.type = type
        self.details = details


class NoSuchFilm(Exception):
    """Nothing of this id was ever started here, or its history has expired. What it made may still be
    there: asking for the same again finds it."""


class NoSuchSchedule(Exception):
    """There is no schedule of that name here; `reel schedule list` names those that there are."""


class ScheduleExists(Exception):
    """There is a schedule of that name already. Delete it first, or name another."""


class NoSuchCut(NoSuchFilm):
    """It has delivered nothing, or nothing of that number; the message says what there is."""


class FilmEnded(Exception):
    """It has ended, so that it can be steered no more. Starting it again begins a new run."""


class InDoubt(FilmEnded):
    """It ended before it had answered: nobody can say whether what was sent is written down. Look at how it
    stands, then send it again."""


class NotWaiting(Exception):
    """It does not wait for this: the step named waits for nothing, or for another answer. Nothing has
    changed. Look at `reel status`.

    What else becomes of an update that is not carried out derives from it, for callers who know only this.
    """


class InvalidAnswer(NotWaiting):
    """What was sent cannot be read, or is out of bounds. Nothing has changed; send it again as the message
    says."""


class NoSuchShot(NotWaiting):
    """The film has no shot of that name or number; the message lists those that it has."""


class NoSuchVersion(NotWaiting):
    """The shot has no finished version of that name; the message lists those that it has. `retake` and
    `upgrade` make others."""


class CannotUpgrade(NotWaiting):
    """No shot can be bought so: none stands lower, the amount pays for none, or nobody sells that rung here.
    The message says what would do."""


class NotPlanned(NotWaiting):
    """The run ended before it had a plan, so that nobody knew its shots; or its plan waits for a person.
    Nothing is written down; answer that, as it says, or send it again, which begins another run."""


class StillRuns(NotWaiting):
    """It runs, so that nothing of it is deleted: stop it first."""


class LedgerRestored(NotWaiting):
    """The ledger was restored from a backup, so that nothing is deleted before somebody says that what was
    begun since has begun again."""


class NotDone(NotWaiting):
    """What was asked for was accepted and could not be carried out, because a server of the studio's failed:
    the message says which. Send it again once that is mended."""


class Away(Unreachable):
    """Temporal did not answer: it restarts, or is too busy. It passes by itself, so ask again. Whether what
    was sent has arrived is not known; all of it may be sent twice."""


class NoAnswer(Exception):
    """No worker answered for it: none runs, or none is free. Ask again when one does."""


class TellsNothing(NoAnswer):
    """A worker answered, and cannot tell how it stands: another release made it. That does not pass."""


class CannotSave(Exception):
    """The film is made, but its file could not be written. It stays in the bucket: run the same command with
    another `--output`."""


class Detached(Exception):
    """The terminal left; the film goes on where another process works on it, or waits to be resumed."""


class NotRegistered(Exception):
    """The namespace lacks a search attribute that productions were to be found by. Retry once it is there."""
