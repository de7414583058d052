"""Knows how one activity attempt talks to Temporal: its heartbeats, its failures, why it was cancelled.

A heartbeat without details wipes the ones before it, so one loop owns the heartbeats of an activity, and
whatever it sends is always the full, readable value.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from temporalio import activity

from activities.running.standings import Standings
from workflows.studio import Facts, JobStanding

# Cancellations and pauses arrive with the answer to a heartbeat: this is how long a stop takes to be felt.
BEAT_S = 2.0
# What waits for a provider's job has nothing to say while that stands as it stood: with a thousand of them
# the server hears a hundred heartbeats a second instead of five hundred, and a stop is felt a little later.
IDLE_S = 10.0


class CarriedJob(BaseModel):
    """A job that a provider has accepted, as the heartbeats carry it; its attempt is `key`, `n`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    n: int
    id: str
    links: dict[str, str] = {}


class Kept(Facts):
    """What the next attempt reads of a heartbeat, and nothing beside that: what another release says of how a
    job stands costs no job."""

    failures: int = 0
    #: The step's name in its film.
    step: str = ""
    #: The second copy of a job id, should the database be away when the provider gives it.
    job: CarriedJob | None = None


class Details(Kept, JobStanding):
    """What a heartbeat says: to a person who looks at the pending activity, and to the next attempt. How the
    job stands of what is bought, its provider says."""

    stage: str = "starting"
    done: int = 0
    total: int = 0
    percent: float = 0.0


class _Heartbeats:
    """The details of the running activity, and the only place that sends them."""

    def __init__(self) -> None:
        before = _before()
        self.details = Details(failures=before.failures, job=before.job, step=before.step)
        #: Whether nothing happens here just now, and something is awaited that runs elsewhere.
        self.idle = asyncio.Event()
        self.let_go = False
        self.standing = JobStanding()
        self._sent_at = 0.0
        self._said: tuple[str, int | None] = "", None

    def update(self, **new: Any) -> None:
        self.details = self.details.model_copy(update=new)

    def send(self) -> None:
        self._sent_at, self._said = time.monotonic(), self._state
        activity.heartbeat(self.details.model_dump(mode="json"))

    @property
    def _state(self) -> tuple[str, int | None]:
        return self.details.stage, self.details.position

    @property
    def due(self) -> bool:
        """Whether there is something to say, or it was silent for long enough."""
        idle = self.idle.is_set() and self._state == self._said
        # Half a beat early rather than a whole one late.
        return not idle or time.monotonic() - self._sent_at >= IDLE_S - BEAT_S / 2


_running: ContextVar[_Heartbeats] = ContextVar("heartbeats")
_underway: Counter[str] = Counter()


def underway() -> Counter[str]:
    """How many activities run in this process, by task queue."""
    return +_underway


def production() -> str:
    """The id of the workflow for which something runs here; empty where no activity does."""
    return (activity.info().workflow_id or "") if activity.in_activity() else ""


class ActivityAttempt:
    """The attempt of the activity that runs here, inside `heartbeating()`. Make as many as you like: all
    of them speak through the activity's one heartbeat."""

    def __init__(self) -> None:
        self._heartbeats = _running.get()

    @property
    def failures(self) -> int:
        """Real failures of this activity so far. Temporal's attempt number also counts deploys and pauses."""
        return self._heartbeats.details.failures

    def report(self, stage: str, done: int, total: int) -> None:
        """What the next heartbeat says: `done` of `total`, in frames; 0 of 0 where nothing is counted."""
        percent = round(100 * min(done, total) / total, 1) if total > 0 else 0.0
        nothing = JobStanding().model_dump(exclude={"percent"})
        # What was told of a provider's job is over: late tellings would say it again.
        self._heartbeats.standing = JobStanding()
        self._heartbeats.update(stage=stage[:200], done=done, total=total, percent=percent, **nothing)

    def report_job(self, stage: str, step: str, standing: JobStanding) -> None:
        """How a provider's job stands: what the next heartbeat says, and its production is told now and
        then."""
        self._heartbeats.standing = standing
        told = {**standing.model_dump(), "percent": standing.percent or 0.0}
        self._heartbeats.update(stage=stage[:200], step=step, **told)

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Inside, something is awaited that runs elsewhere: there is little to say, and nothing is lost where
        it is let go of."""
        self._heartbeats.idle.set()
        try:
            yield
        finally:
            self._heartbeats.idle.clear()

    @property
    def let_go(self) -> bool:
        """Whether it was ended here because the worker leaves, while it only waited."""
        return self._heartbeats.let_go

    @property
    def carried(self) -> CarriedJob | None:
        """The job that an earlier attempt of this activity was given, or this one."""
        return self._heartbeats.details.job

    def carry(self, job: CarriedJob) -> None:
        """Sends the job with a heartbeat, now: call it before the ledger is told. Nothing holds it back, for
        the workers throttle no heartbeat (`worker.py`)."""
        self._heartbeats.update(job=job)
        self._heartbeats.send()

    def why_cancelled(self) -> Literal["stop", "release", None]:
        """`stop` only when somebody asked for it. A deploy, a pause, a reset or a timeout cancels too:
        then the work is given back (`release`), and the next attempt takes it up."""
        details = activity.cancellation_details()
        if details is None:
            return "release" if activity.is_cancelled() or activity.is_worker_shutdown() else None
        return "stop" if details.cancel_requested else "release"

    def count_failure(self) -> int:
        """Counts one more real failure and returns how many there are; the next attempt knows of it,
        because Temporal keeps the last details of an attempt that fails."""
        self._heartbeats.update(failures=self.failures + 1)
        self._heartbeats.send()
        return self.failures


@asynccontextmanager
async def heartbeating() -> AsyncIterator[ActivityAttempt]:
    """Heartbeats to the end, every two seconds, or ten while it only waits for a provider, as long as the
    event loop turns. Where the worker leaves, what only waits is cancelled at once."""
    heartbeats, queue = _Heartbeats(), activity.info().task_queue
    token = _running.set(heartbeats)
    ours = asyncio.current_task()
    assert ours is not None
    beside = [asyncio.create_task(_beat(heartbeats)), asyncio.create_task(_leave(heartbeats, ours))]
    _underway[queue] += 1
    try:
        yield ActivityAttempt()
    finally:
        for one in beside:
            one.cancel()
        _running.reset(token)
        _underway[queue] -= 1


async def _beat(heartbeats: _Heartbeats) -> None:
    # Not at once: most steps have ended by then, and until it is heard of, the server keeps the details of
    # the attempt before.
    standings = Standings()
    while True:
        await asyncio.sleep(BEAT_S)
        if heartbeats.due:
            heartbeats.send()
        await standings.tell(heartbeats.details.step, heartbeats.standing)


async def _leave(heartbeats: _Heartbeats, attempt: asyncio.Task[Any]) -> None:
    """Lets go of what waits once the worker is told to leave. What submits, fetches or encodes goes on: the
    worker's drain bounds that."""
    await activity.wait_for_worker_shutdown()
    while not heartbeats.idle.is_set():
        await heartbeats.idle.wait()
    if activity.is_cancelled():
        # Whoever asked for its end is to hear of that.
        return
    heartbeats.let_go = True
    attempt.cancel()


def _before() -> Kept:
    before = list(activity.info().heartbeat_details)
    try:
        return Kept.model_validate(before[0]) if before else Kept()
    except ValidationError:
        # Another release wrote something else: a count that starts anew costs a try or two, no film.
        return Kept()
