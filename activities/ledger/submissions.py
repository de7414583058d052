"""Knows the ledger of paid work: every submit that was ever sent, what became of it, what it cost.

Facts are never refused: a job id, a file in the bucket may be written by anybody, late, without the epoch.
Decisions are fenced, by an UPDATE of the recipe's row that the second one joins: it locks, and so a
replaced owner finds no row. Every statement may be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import asyncpg
from pydantic import JsonValue

from activities.ledger import statements as sql
from activities.ledger.capped import AT_CAP, at_cap
from activities.ledger.note import Note
from activities.ledger.orphan_rows import Sent, SweepRows
from activities.ledger.renders import Ledger, Row, Stop, row_of
from activities.models import Job, Request
from activities.storage import span
from workflows.studio import Payment

Phase = Literal[
    "intent", "running", "held", "stored", "failed", "canceled", "rejected", "absent", "expired",
    "written_off", "stray", "stray_settled",
]  # fmt: skip
#: Of these there is something, or there may be yet; whatever else was charged was charged for nothing.
_MAY_COME: frozenset[Phase] = frozenset({"intent", "running", "held", "stored"})
#: How an error is kept: `type` (a class of the taxonomy), `message`, and what the class needs besides.
Kept = dict[str, JsonValue]


class InDoubt(Exception):
    """An identical request to the same account is in doubt: wait until it is settled, for a listing could
    not tell the two apart."""


class AlreadyOpen(Exception):
    """The recipe has an open attempt: drive that one."""


@dataclass(frozen=True)
class Submission:
    """One paid submit as the ledger knows it; `name` is what people call it. `settled`: when this was read,
    a lost request was known to its provider or never would be. `age_s` counts from its intent."""

    key: str
    n: int
    tag: str
    phase: Phase
    provider: str
    account: str
    model: str
    fingerprint: str | None
    intent_at: datetime
    settled: bool
    age_s: float
    job: Job | None
    estimate: Decimal
    cost: Decimal | None
    cost_certain: bool
    payer: str
    error: Kept | None
    ended_at: datetime | None
    #: What its payer said that it is for.
    towards: str = ""

    @property
    def name(self) -> str:
        return f"{self.key}:{self.n}"

    @property
    def object(self) -> str:
        """Where its output lies in the bucket, once it does."""
        return f"renders/{self.key}/{self.n}"

    def usd(self, said: Decimal | None) -> Decimal:
        """What it counts as where `said` is the cost that its provider names. One that is silent may have
        charged all of its estimate, however it ended: no budget rests on a guess."""
        return self.estimate if said is None else said

    @property
    def payment(self) -> Payment:
        """What it counts as by what the ledger has."""
        return Payment(
            attempt=self.name,
            usd=self.usd(self.cost),
            certain=self.cost_certain,
            towards=self.towards,
            lost=self.phase not in _MAY_COME,
        )


@dataclass(frozen=True)
class Survey:
    """A recipe's row and its open attempt, read in one breath; of what is done, the attempt that made it."""

    row: Row
    open: Submission | None
    maker: Submission | None = None


@dataclass(frozen=True)
class Intent:
    """A submit that is about to be sent. `settle_s` is how long a lost answer takes to settle."""

    tag: str
    request: Request
    account: str
    fingerprint: str | None
    estimate: Decimal
    payer: str
    settle_s: float
    towards: str = ""


class Submissions(Ledger):
    """The ledger of paid work. All raise `ProviderUnavailable` while the database is away or silent."""

    async def survey(self, key: str) -> Survey | None:
        """What is known of a recipe; None where it was never entered."""
        rows = await self._database.rows(sql.SURVEY, key)
        if not rows:
            return None
        row, one = row_of(rows[0]), _submission(rows[0]) if rows[0]["n"] is not None else None
        return Survey(row, None, one) if row.done else Survey(row, one)

    async def submission(self, key: str, n: int) -> Submission | None:
        """One attempt, whatever its phase."""
        rows = await self._database.rows(sql.SUBMISSION, key, n)
        return _submission(rows[0]) if rows else None

    async def known(self, provider: str, account: str, jobs: Collection[str]) -> set[str]:
        """Which of these job ids some attempt has already."""
        rows = await self._database.rows(sql.KNOWN, provider, account, list(jobs))
        return {row["job_id"] for row in rows}

    async def running(self, provider: str, account: str) -> int:
        """How many jobs the account has under way, whoever follows them."""
        rows = await self._database.rows(sql.RUNNING, provider, account)
        return int(rows[0]["jobs"])

    async def meant(self, provider: str, account: str, fingerprints: Sequence[str]) -> list[Sent]:
        """Every attempt that has sent one of these requests."""
        return await SweepRows(self._database, self.times).meant((provider, account), (), fingerprints, ())

    async def ended_badly(self, key: str) -> list[Submission]:
        """The attempts that the recipe's provider failed or refused, oldest first."""
        return [_submission(row) for row in await self._database.rows(sql.ENDED_BADLY, key)]

    async def payments(self, film: str) -> list[Payment]:
        """What a film paid: every attempt that it sent, oldest first. What is in doubt counts in full."""
        rows = await self._database.rows(sql.PAID_BY, film)
        paid = [(_submission(row).payment, row["deleted"]) for row in rows]
        return [each.model_copy(update={"deleted": gone and not each.lost}) for each, gone in paid]

    async def claim_open(self, key: str, owner: str) -> tuple[int, Stop | None] | None:
        """The claim of a sweeper: only where an attempt is under way, and leaving `stop` as it is."""
        lease, margin = span(self.times.lease), span(self.times.margin)
        rows = await self._database.rows(sql.CLAIM_OPEN, key, owner, lease, margin)
        return (rows[0]["epoch"], rows[0]["stop"]) if rows else None

    async def intend(self, key: str, epoch: int, intent: Intent) -> int | None:
        """Enters a submit before it is sent, and returns its number; None when the claim is lost. Raises
        `AlreadyOpen`, `InDoubt`, `AtCap`."""
        request = intent.request
        try:
            rows = await self._database.rows(
                sql.INTENT, key, epoch, span(self.times.lease), intent.tag, request.model.provider,
                intent.account, request.model.id, intent.fingerprint, json.dumps(request.shown),
                intent.estimate, intent.payer, span(intent.settle_s), intent.towards,
            )  # fmt: skip
        except asyncpg.UniqueViolationError as error:
            # Where the answer was lost the statement was sent again: then it is our own that stands there.
            if n := await self._intended(intent.tag):
                return n
            if error.constraint_name == "one_guess":
                raise InDoubt from None
            raise AlreadyOpen from None
        except asyncpg.PostgresError as error:
            if error.sqlstate != AT_CAP:
                raise
            raise at_cap(error.detail or "") from None
        return rows[0]["n"] if rows else await self._intended(intent.tag)

    async def _intended(self, tag: str) -> int | None:
        rows = await self._database.rows(sql.INTENDED, tag)
        return rows[0]["n"] if rows else None

    async def numbers(self, key: str) -> set[int]:
        """The attempts of a recipe that are known."""
        return {row["n"] for row in await self._database.rows(sql.NUMBERS, key)}

    async def adopt(self, key: str, note: Note) -> bool:
        """Fact: this was sent once, and is forgotten here. It is in doubt then; False where it cannot be,
        beside another that is, and has to be said again."""
        rows = await self._database.rows(
            sql.ADOPT, key, note.n, note.tag, note.provider, note.account, note.model, note.fingerprint,
            json.dumps(note.request), note.estimate, note.payer, note.intent_at, note.settle_at, note.towards,
        )  # fmt: skip
        await self._database.rows(sql.DOUBTED, key, note.tag)
        return bool(rows)

    async def not_sent(self, key: str, tag: str, error: Kept) -> bool:
        """Fact: it was never sent, or refused for certain."""
        return bool(await self._database.rows(sql.NOT_SENT, key, tag, json.dumps(error)))

    async def record(self, key: str, n: int, job: Job) -> Phase | None:
        """Fact: the provider's job. Returns the attempt's phase now, `stray` where it had been closed; None
        where another job is recorded there, or this one with another attempt."""
        try:
            rows = await self._database.rows(sql.RECORD, key, n, job.id, json.dumps(dict(job.links)))
        except asyncpg.UniqueViolationError:
            return None
        return rows[0]["phase"] if rows else None

    async def settle(
        self,
        submission: Submission,
        epoch: int,
        to: Phase,
        cost: Decimal | None,
        sure: bool,
        error: Kept | None = None,
    ) -> bool:
        """Decision: what became of it. False when the claim is lost or its phase has changed: look again."""
        rows = await self._database.rows(
            sql.SETTLE, submission.key, epoch, span(self.times.lease), submission.n, submission.phase, to,
            cost, sure, _json(error),
        )  # fmt: skip
        return bool(rows)

    async def done(
        self, submission: Submission, facts: dict[str, JsonValue], cost: Decimal, sure: bool
    ) -> bool:
        """Fact: its output is in the bucket. False where the recipe was done already."""
        rows = await self._database.rows(
            sql.DONE, submission.key, submission.n, submission.object, json.dumps(facts, allow_nan=False),
            cost, sure,
        )  # fmt: skip
        return bool(rows and rows[0]["won"])

    async def resolve(self, key: str, n: int, by: Literal["operator", "policy"]) -> bool:
        """Takes the risk of a held attempt; False where it is not held any more."""
        return bool(await self._database.rows(sql.RESOLVE, key, n, by))

    async def close(self, submission: Submission, to: Phase, cost: Decimal | None, sure: bool) -> bool:
        """Closes a stray, or an attempt left open when another had finished the recipe."""
        return bool(await self._database.rows(sql.CLOSE, submission.key, submission.n, to, cost, sure))


def _submission(record: Any) -> Submission:
    links = json.loads(record["job"]) if record["job"] else {}
    return Submission(
        **{
            name: record[name]
            for name in (
                "key", "n", "tag", "phase", "provider", "account", "model", "fingerprint", "intent_at",
                "settled", "age_s", "estimate", "cost", "cost_certain", "payer", "ended_at", "towards",
            )
        },
        job=Job(record["job_id"], links) if record["job_id"] is not None else None,
        error=json.loads(record["error"]) if record["error"] else None,
    )  # fmt: skip


def _json(value: Kept | None) -> str | None:
    return None if value is None else json.dumps(value)
