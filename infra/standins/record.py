"""One job of a stand-in, as its clock and its fate have it."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from pydantic import JsonValue
from starlette.requests import Request

from infra.standins.journal import Journal
from infra.standins.spec import Spec, name_of

#: Tells the time, in seconds since the epoch.
Clock = Callable[[], float]
State = Literal["queued", "running", "succeeded", "failed", "canceled"]
#: What the fates are called once they have struck.
FAULTS = {
    "content_random": "content_policy",
    "content_stable": "content_policy",
    "failed": "failed",
    "capacity": "capacity",
}
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "video/mp4": "mp4"}


@dataclass
class Facts:
    """What the journal holds of a job. Times are seconds since the epoch."""

    id: str
    provider: str
    model: str
    input: JsonValue
    spec: dict[str, JsonValue]
    tag: str | None
    at: float
    queue_s: float
    work_s: float
    visible_at: float
    fate: str | None = None
    spoil: str | None = None
    silent: bool = False
    lie: str | None = None
    canceled_at: float | None = None


class Bench(Protocol):
    """Where a job stands among others: what its record asks of the desk that has accepted it."""

    journal: Journal
    now: Clock
    outputs: Path
    lifetime_s: float

    def ahead_of(self, record: Record) -> int: ...

    def withholds(self, record: Record) -> bool: ...

    def signature(self, said: str) -> str: ...

    async def output_of(self, record: Record) -> bytes: ...

    async def end_of(self, record: Record) -> None: ...


@dataclass
class Record:
    """A job that a stand-in has accepted. Everything about it follows from what was journaled at that moment,
    from the clock, and from whether its output has been made."""

    facts: Facts
    desk: Bench = field(repr=False)
    _made_at: float | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        return self.facts.id

    @property
    def provider(self) -> str:
        return self.facts.provider

    @property
    def model(self) -> str:
        return self.facts.model

    @property
    def tag(self) -> str | None:
        return self.facts.tag

    @property
    def input(self) -> dict[str, JsonValue]:
        """What was submitted, whole."""
        said = self.desk.journal.unpacked(self.facts.input)
        assert isinstance(said, dict)
        return said

    @property
    def spec(self) -> Spec:
        return Spec.unpacked(self.facts.spec, self.desk.journal)

    @property
    def mime(self) -> str:
        """Of the output."""
        return "video/mp4" if self.facts.spec["kind"] == "video" else str(self.facts.spec["mime"])

    @property
    def created_at(self) -> datetime:
        return _moment(self.facts.at)

    @property
    def started_at(self) -> datetime | None:
        """When it left the queue; None before that."""
        return None if self.state == "queued" or self._never_began else _moment(self._start)

    @property
    def ended_at(self) -> datetime | None:
        """When it succeeded, failed or was cancelled; None before that."""
        return None if (end := self._end) is None else _moment(end)

    @property
    def fault(self) -> str | None:
        """What it ends, or has ended, with instead of an output: `content_policy`, `capacity` or `failed`."""
        return FAULTS.get(self.facts.fate or "")

    @property
    def state(self) -> State:
        """Where it stands now."""
        facts, now = self.facts, self.desk.now()
        if facts.canceled_at is not None:
            return "canceled"
        if now < self._start or facts.fate == "stuck":
            return "queued"
        if self._end is None:
            return "running"
        return "failed" if self.fault else "succeeded"

    @property
    def is_late(self) -> bool:
        """Whether its time is over and only our drawing of it is not: at its provider it would have ended."""
        return self.state == "running" and self.desk.now() >= self._start + self.facts.work_s

    @property
    def position(self) -> int:
        """How many jobs of this provider stand before it in the queue; 0 for the next one, and beyond."""
        return self.desk.ahead_of(self) if self.state == "queued" else 0

    @property
    def percent(self) -> float:
        """0 to 100, by the clock; 100 only once it has succeeded."""
        if self.state == "succeeded":
            return 100.0
        done = (self.desk.now() - self._start) / max(self.facts.work_s, 1e-6)
        return 0.0 if self.state in ("queued", "canceled") else min(99.0, max(0.0, 100.0 * done))

    @property
    def expired(self) -> bool:
        """Whether it succeeded so long ago that the provider has deleted its input and output."""
        late = self._end is not None and self.desk.now() > self._end + self.desk.lifetime_s
        return self.state == "succeeded" and (late or self.facts.spoil == "expired")

    def output_url(self, request: Request, n: int = 0) -> str:
        """Where output `n` lies, on the host that this request was sent to, for an hour after the end of the
        job. The signature in it must be kept out of logs like any other."""
        until = round((self._end or self.desk.now()) + self.desk.lifetime_s)
        signature = self.desk.signature(f"{self.id}/{n}/{until}")
        base = f"{request.url.scheme}://{request.url.netloc}/files/{self.id}"
        return f"{base}/{n}.{SUFFIXES.get(self.mime, 'bin')}?expires={until}&signature={signature}"

    def signed(self, n: int, until: str, signature: str) -> bool:
        """Whether these are from one of its own URLs."""
        return hmac.compare_digest(signature, self.desk.signature(f"{self.id}/{n}/{until}"))

    async def output(self) -> bytes:
        """The output as it is delivered: made if it is not there yet, and spoilt if that is its fate."""
        return await self.desk.output_of(self)

    async def ended(self) -> None:
        """Returns when it has ended: for providers whose answer is the output."""
        await self.desk.end_of(self)

    @property
    def tells_cost(self) -> bool:
        """Whether its answers say what it costs, where its provider ever does."""
        return not self.facts.silent

    @property
    def misbills(self) -> bool:
        """Whether they say another cost than its own."""
        return self.facts.lie == "wrong_cost"

    @property
    def listed_input(self) -> dict[str, JsonValue]:
        """What is shown afterwards of what was submitted."""
        said = self.input
        return (
            said | {"prompt": "Something else", "metadata": {}} if self.facts.lie == "wrong_input" else said
        )

    def withholds(self) -> bool:
        """Whether the answer that is given now says that it is done and leaves the file out: all of them, or
        this one alone."""
        return self.facts.spoil == "no_file" or self.desk.withholds(self)

    @property
    def makes(self) -> bool:
        """Whether it will ever have an output that is a file."""
        return self.facts.spec["kind"] != "plan" and not self.fault and self.facts.fate != "stuck"

    @property
    def path(self) -> Path:
        """Where its unspoilt output is kept, once made."""
        return self.desk.outputs / f"{name_of(self.facts.spec)}.{SUFFIXES.get(self.mime, 'bin')}"

    @property
    def _start(self) -> float:
        return self.facts.at + self.facts.queue_s

    @property
    def _never_began(self) -> bool:
        return self.facts.canceled_at is not None and self.facts.canceled_at < self._start

    @property
    def _end(self) -> float | None:
        facts = self.facts
        if facts.canceled_at is not None:
            return facts.canceled_at
        due = self._start + facts.work_s
        if facts.fate == "stuck" or self.desk.now() < due:
            return None
        if not self.makes:
            return due
        # A slow machine makes a job longer, never a finished one without its output.
        return None if self._made_at is None else max(due, self._made_at)

    @property
    def is_made(self) -> bool:
        """Whether its output is there, or was there once."""
        return self._made_at is not None

    def made(self, at: float) -> None:
        """Its output is there."""
        self._made_at = at


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
