"""The desk that all stand-ins share: it accepts jobs, keeps them through its own death, and has faults."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import hmac
import logging
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import Response

from infra.private import private_folder
from infra.standins.faults import (
    FATES,
    LIES,
    LOSSES,
    OMISSIONS,
    REFUSALS,
    SPOILS,
    Cut,
    Faults,
    Moment,
    Shape,
    answer,
    plain,
    said_by,
)
from infra.standins.inputs import Unfetched, fetched
from infra.standins.journal import Journal, shown
from infra.standins.pictures.making import Maker, delivered, spoilt
from infra.standins.record import Clock, Facts, Record
from infra.standins.spec import Spec

__all__ = ["Cut", "Desk", "Moment", "Record", "Spec", "Unfetched"]

#: Seconds from start to end of a job, by kind, at speed 1: long enough to be seen, short enough to wait for.
WORK_S = {"image": 0.6, "video": 2.0, "plan": 0.4}
QUEUE_S = 0.3
# A listing shows a job only after a while, as the real one does; `late_listing` stays within what the
# protocol allows for (30 s), so that a correct client never loses one.
LISTED_AFTER_S = 1.0
LATE_S = 20.0
# Twice what the protocol allows for; and longer than anybody looks.
LISTING_S = {"late_listing": LATE_S, "slow_listing": 60.0, "never_listed": 1e9}
# As long as the real ones keep outputs.
LIFETIME_S = 3600.0

log = logging.getLogger(__name__)
_shape: contextvars.ContextVar[Shape | None] = contextvars.ContextVar("shape", default=None)


class Desk:
    """The state of all stand-ins of one process: jobs, faults, counts. Use it from one event loop."""

    def __init__(
        self,
        folder: Path,
        *,
        speed: float = 1.0,
        faults: Faults | None = None,
        lifetime_s: float = LIFETIME_S,
        clock: Clock = time.time,
    ) -> None:
        self.journal, self.speed, self.lifetime_s, self.now = Journal(folder), speed, lifetime_s, clock
        self.faults = faults or Faults()
        self.outputs = folder / "outputs"
        private_folder(self.outputs)
        self._records: dict[tuple[str, str], Record] = {}
        self._blocked: set[str] = set()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._secret = self.journal.secret()
        self._maker = Maker()
        self._read()

    def _read(self) -> None:
        for fact in self.journal.facts():
            match fact:
                case {"job": dict(job)}:
                    self.enter(Facts(**job))  # type: ignore[arg-type]
                case {"canceled": [str(provider), str(job_id)], "at": float(at)}:
                    self._records[provider, job_id].facts.canceled_at = at
                case {"blocked": str(prompt)}:
                    self._blocked.add(prompt)
                case {"request": [str(provider), str(moment)]}:
                    self._requests[provider, moment] += 1

    def moment(self) -> datetime:
        """What its clock says."""
        return datetime.fromtimestamp(self.now(), UTC)

    def enter(self, facts: Facts) -> Record:
        """Know a job from now on; it is not journaled."""
        record = self._records[facts.provider, facts.id] = Record(facts, self)
        over = facts.at + facts.queue_s + facts.work_s + self.lifetime_s
        # What has expired is never made again: nobody can fetch it.
        if self.now() > over or record.path.exists():
            record.made(facts.at)
        return record

    def resume(self) -> None:
        """Go on with what was being made when the last process died, and clear away what is too old to be
        fetched; what is still asked for is made again. Call inside the event loop."""
        for file in self.outputs.iterdir():
            if file.stat().st_mtime < self.now() - self.lifetime_s:
                file.unlink()
        for record in self._records.values():
            self._make_later(record)

    # ---- what the providers' routes use

    async def intercept(
        self, provider: str, moment: Moment, request: Request, shape: Shape = plain
    ) -> Response | None:
        """Call it first in every route: counts the request, and answers it where a fault is due. `shape`
        gives the provider's own error body for a status."""
        said = await said_by(request)
        self._count(provider, moment)
        _shape.set(shape)
        kind = self.faults.take(provider, moment, said, REFUSALS if moment == "submit" else REFUSALS | LOSSES)
        if kind == "late_delivery":
            # The request is in transit for longer than its sender waits, and arrives all the same.
            await asyncio.sleep(LATE_S / self.speed)
            return None
        return answer(kind, shape) if kind else None

    async def accept(
        self,
        provider: str,
        model: str,
        input: Mapping[str, JsonValue],
        spec: Spec,
        tag: str | None = None,
        id: str | None = None,
    ) -> Record:
        """Create a job and journal it. Raises `Cut`, to be let through, where a fault takes the answer."""
        said = f"{model}\n{spec.prompt}\n{tag}"
        take = self.faults.take
        spoil = take(provider, "submit", said, SPOILS)
        spec = delivered(spec, spoil)
        facts = self._facts(provider, model, dict(input), spec, tag, id or str(uuid.uuid4()), spoil)
        facts.fate = self._fate(facts, spec, said)
        facts.silent = take(provider, "submit", said, OMISSIONS) is not None
        facts.lie = take(provider, "submit", said, LIES)
        if facts.fate in LISTING_S:
            facts.visible_at = facts.at + LISTING_S[facts.fate] / self.speed
        self.journal.write({"job": cast(JsonValue, asdict(facts))})
        record = self.enter(facts)
        self._make_later(record)
        if loss := take(provider, "submit", said, LOSSES):
            raise Cut(answer(loss, _shape.get() or plain))
        return record

    def _facts(
        self,
        provider: str,
        model: str,
        input: dict[str, JsonValue],
        spec: Spec,
        tag: str | None,
        id: str,
        spoil: str | None,
    ) -> Facts:
        now = self.now()
        # Between two thirds and four thirds of the usual, by the job's own name.
        pace = (2 / 3 + (hashlib.sha256(id.encode()).digest()[0] / 255) * 2 / 3) / self.speed
        return Facts(
            id=id,
            provider=provider,
            model=model,
            input=self.journal.packed(input),
            spec=spec.packed(self.journal),
            tag=tag,
            at=now,
            queue_s=QUEUE_S * pace,
            work_s=WORK_S[spec.kind] * pace,
            visible_at=now + LISTED_AFTER_S / self.speed,
            spoil=spoil,
        )

    def _fate(self, facts: Facts, spec: Spec, said: str) -> str | None:
        fate = self.faults.take(facts.provider, "submit", said, FATES)
        prompt = hashlib.sha256(f"{facts.provider}\n{spec.prompt}".encode()).hexdigest()
        if fate == "content_stable":
            self._blocked.add(prompt)
            self.journal.write({"blocked": prompt})
        return "content_stable" if prompt in self._blocked else fate

    def find(self, provider: str, id: str) -> Record | None:
        """The job of this id."""
        return self._records.get((provider, id))

    def of_id(self, id: str) -> Record | None:
        """The job of this id, whoever's it is: a file's URL does not name the provider."""
        return next((one for one in self._records.values() if one.id == id), None)

    def records(self, provider: str, model: str | None = None) -> list[Record]:
        """What a listing shows: newest first, without jobs that are too new to be seen."""
        now = self.now()
        seen = [
            one
            for one in self._records.values()
            if one.provider == provider and model in (None, one.model) and one.facts.visible_at <= now
        ]
        return sorted(seen, key=lambda one: one.facts.at, reverse=True)

    def cancel(self, record: Record) -> None:
        """End a job that has not ended; nothing where it has, or where its fate is to finish all the same."""
        if record.state in ("queued", "running") and record.facts.fate != "uncancellable":
            record.facts.canceled_at = at = self.now()
            self.journal.write({"canceled": [record.provider, record.id], "at": at})

    def store(self, data: bytes) -> str:
        """Keep an uploaded file; returns its name, the same for the same bytes."""
        return self.journal.keep(data)

    def stored_url(self, request: Request, name: str) -> str:
        """Where an uploaded file lies."""
        return f"{request.url.scheme}://{request.url.netloc}/files/stored/{name}"

    async def fetched(self, url: str) -> bytes:
        """An input: the bytes of a data URL, of an uploaded file, or of what lies at an address. Raises
        `Unfetched`."""
        return await fetched(url, self.journal)

    # ---- what records and the app use

    def ahead_of(self, record: Record) -> int:
        """How many jobs of its provider were accepted before it and wait in the queue."""
        mine = (one for one in self._records.values() if one.provider == record.provider)
        return sum(one.facts.at < record.facts.at and one.state == "queued" for one in mine)

    def signature(self, said: str) -> str:
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()

    async def output_of(self, record: Record) -> bytes:
        path = await self._maker.made(record.spec, record.path)
        data = await asyncio.to_thread(path.read_bytes)
        return await asyncio.to_thread(spoilt, data, record.facts.spoil, record.mime)

    def withholds(self, record: Record) -> bool:
        """Whether this one answer about a job leaves its file out."""
        return self.faults.take(record.provider, "poll", record.id, frozenset({"no_file"})) is not None

    async def end_of(self, record: Record) -> None:
        # Looked at, because an end may come by the clock, by a cancel, or by the maker.
        while record.ended_at is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    def _make_later(self, record: Record) -> None:
        if record.makes and not record.is_made:
            self._maker.later(self._make(record))

    async def _make(self, record: Record) -> None:
        def is_wanted() -> bool:
            return record.state != "canceled" and self._records.get((record.provider, record.id)) is record

        try:
            if await self._maker.made_for(is_wanted, record.spec, record.path):
                record.made(self.now())
        except Exception:
            # Whatever it was, a job that stays running for ever would be the worse answer.
            log.exception("%s could not be made", record.id)
            record.facts.fate = "failed"

    # ---- control

    def log(self) -> list[JsonValue]:
        """Every submit that was accepted, oldest first, long strings as their hash."""
        return [
            {
                "provider": one.provider,
                "model": one.model,
                "id": one.id,
                "tag": one.tag,
                "input": shown(one.facts.input),
                "at": one.created_at.isoformat(),
                "ended": one.ended_at.isoformat() if one.ended_at else None,
                "state": one.state,
                "fault": one.fault,
            }
            for one in self._records.values()
        ]

    def requests(self, provider: str) -> dict[str, int]:
        """How many requests arrived, by moment; those that a fault answered are among them."""
        return {moment: count for (name, moment), count in self._requests.items() if name == provider}

    def _count(self, provider: str, moment: str) -> None:
        self._requests[provider, moment] += 1
        # What may cost money is counted through our own death too.
        if moment == "submit":
            self.journal.write({"request": [provider, moment]})

    def reset(self) -> None:
        """Forget all jobs, counts and faults; what is being made is made to the end, and nothing more."""
        self._records.clear()
        self._blocked.clear()
        self._requests.clear()
        self.faults.ordered.clear()
        self.journal.clear()

    async def close(self) -> None:
        """Stop making."""
        await self._maker.close()
