"""Knows the second copy of every submit: a note in the bucket, put before it is sent.

A database that was brought back from a backup has forgotten what was sent since. The bucket has not: before
anything is bought, the notes of its recipe are looked through, and what the ledger does not know is entered
again, as in doubt. Then it goes on as after any lost answer: the output may be in the bucket, the job in its
provider's listing; else a person decides.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from activities.faults import JobFailed, StudioError
from activities.ledger.note import Note
from activities.ledger.submissions import Intent, Submissions
from activities.ledger.work import Workspace

log = logging.getLogger(__name__)
_SUFFIX = ".sent"


class SentNotes:
    """Of all recipes. Raises what the bucket and the database raise."""

    def __init__(self, submissions: Submissions, workspace: Workspace) -> None:
        self._submissions, self._store, self._cache = submissions, workspace.store, workspace.cache

    async def put(self, key: str, n: int, intent: Intent) -> None:
        """To be called once the intent is entered, and before it is sent."""
        await self._store.put_json(_note(n, intent).model_dump(mode="json"), _name(key, n))

    async def take_back(self, key: str, n: int) -> None:
        """It was not sent after all. Where that cannot be said, a restored ledger asks for it in vain."""
        try:
            await self._store.discard(_name(key, n))
        except StudioError as error:
            log.warning("the note of %s:%d stays (%s)", key, n, type(error).__name__)

    async def bring_back(self, key: str) -> int | None:
        """Enters the oldest submit of a recipe that the ledger does not know, and returns its number; None
        where it knows all. Where one cannot be entered beside what is in doubt, call again."""
        noted = [
            _number(name) for name in await self._store.list(f"renders/{key}/") if name.endswith(_SUFFIX)
        ]
        if not noted:
            return None
        for n in sorted(set(noted) - await self._submissions.numbers(key)):
            note = await self._read(key, n)
            log.warning("%s:%d was sent, and the ledger does not know it: it was restored", key, n)
            await self._submissions.adopt(key, note)
            return n
        return None

    async def _read(self, key: str, n: int) -> Note:
        async with self._cache.scratch() as folder:
            path: Path = folder / "note"
            await self._store.get_file(_name(key, n), path)
            said = await asyncio.to_thread(path.read_bytes)
            try:
                return Note.model_validate_json(said)
            except ValidationError as error:
                # Bought beside it, what was sent would be paid twice.
                raise JobFailed(
                    f"{_name(key, n)} tells of a submit and cannot be read: restore it"
                ) from error


def _note(n: int, intent: Intent) -> Note:
    request = intent.request
    return Note(
        n=n,
        tag=intent.tag,
        provider=request.model.provider,
        account=intent.account,
        model=request.model.id,
        fingerprint=intent.fingerprint,
        request=request.shown,
        estimate=intent.estimate,
        payer=intent.payer,
        towards=intent.towards,
        intent_at=datetime.now(UTC),
        settle_s=intent.settle_s,
    )


def _name(key: str, n: int) -> str:
    return f"renders/{key}/{n}{_SUFFIX}"


def _number(name: str) -> int:
    return int(name.rpartition("/")[2].removesuffix(_SUFFIX))
