"""A world for the paid path: processes that crash, freeze and lose answers, people who stop and decide.

Every statement, every call to the bucket and to the provider goes through a `Process`, which decides by its
own seed what befalls it there. What a dead process still says reaches nobody.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import asyncpg

from activities.faults import ContentPolicy, JobFailed, ProviderUnavailable
from activities.ledger.times import Times
from activities.models.provider import Request
from activities.running.attempt import CarriedJob
from tests.support.vendor import PRICE, Accepted, Vendor
from tests.support.virtual_time import VirtualLoop

T = TypeVar("T")
# As released, but for looks and polls that are rarer: each costs a real statement.
TIMES = Times(look_least=5.0, look_most=9.0, poll=9.0, soon=9.0)
#: A process that is not heard of for this long has its work given to another, which it does not know.
HEARTBEAT_S = 45.0


class Died(BaseException):
    """The process is gone. No cleanup of its reaches anybody."""


@dataclass(frozen=True)
class Odds:
    """How likely each misfortune is, at every boundary."""

    crash: float = 0.012
    freeze: float = 0.012
    away: float = 0.01
    lost: float = 0.01

    def at(self, what: str) -> Odds:
        """Where something is decided, everything is likelier: most boundaries are mere looks."""
        by = 8 if what in DECISIVE else 1
        return Odds(self.crash * by, self.freeze * by, self.away * by, self.lost * by)


CALM = Odds(0, 0, 0, 0)
#: All of it, or much of one kind.
STORMS = (Odds(), Odds(crash=0.03), Odds(freeze=0.03), Odds(away=0.03, lost=0.03))
DECISIVE = (
    "ENTER",
    "CLAIM",
    "INTENT",
    "NOT_SENT",
    "RECORD",
    "SETTLE",
    "DONE",
    "STOP",
    "CLOSE",
    "put_file",
    "the answer",
)


@dataclass
class Refusing:
    """A while in which the bucket refuses all that is asked of it, or only what is put: it begins when the
    first job is accepted, where it hurts."""

    kind: str
    seconds: float
    puts_only: bool
    until: float = -1.0

    def holds(self, name: str, now: float) -> bool:
        writes = name.startswith("put") or name == "prove"
        return now < self.until and (writes or not self.puts_only)


@dataclass
class World:
    """One run: what the provider accepted, what people asked for, and what must never happen."""

    seed: int
    loop: VirtualLoop
    pool: asyncpg.Pool
    vendor: Vendor
    ledger: str
    odds: Odds = Odds()
    #: Recipes whose requests the provider cannot tell apart share a group.
    group_of: dict[str, str] = field(default_factory=dict)
    key_of: dict[str, str] = field(default_factory=dict)
    stops: set[str] = field(default_factory=set)
    #: When somebody last wished for a recipe; the recipes whose stop was sent.
    wishes: dict[str, float] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    #: Tags of attempts whose risk a person took.
    yes: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    refusing: Refusing | None = None
    #: Who was given an output with the answer of a submit, by its tag: there is no other copy of it.
    in_hand: dict[str, Process] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def calm(self) -> bool:
        return self.odds is CALM

    def note(self, who: str, what: str) -> None:
        self.log.append(f"{self.loop.time():9.2f} {who:10} {what}")

    def never(self, what: str) -> None:
        """Notes that what must never happen has happened; the run goes on, so that all of it is seen."""
        self.note("!!!", what)
        self.wrong.append(what)

    def accept(self, request: Request, key: str) -> Accepted:
        """The provider takes a job for a recipe: the moment at which money is spent."""
        group = self.group_of[key]
        alike = [job for job in self.vendor.jobs if self.group_of[self.key_of[job.tag]] == group]
        live = [job for job in alike if job.live and not job.gone and job.tag not in self.yes]
        if len(live) >= sum(each == group for each in self.group_of.values()):
            self.never(
                f"{key[:6]} is submitted beside {', '.join(f'{job.id} ({job.state})' for job in live)}"
            )
        self.key_of[request.tag] = key
        if self.refusing and self.refusing.until < 0:
            self.refusing.until = self.loop.time() + self.refusing.seconds
        job = self.vendor.accept(request)
        self.note("vendor", f"accepts {job.id} for {key[:6]}, takes {job.takes_s:.0f} s, {job.ends}")
        return job


@dataclass
class Process:
    """One process of ours. `key` is what it may buy; a sweeper and an operator may buy nothing."""

    name: str
    world: World
    key: str | None = None
    #: Of which machine's disk.
    machine: int = 0
    dead: bool = False
    #: Told to end: by a deploy, or by somebody who stops the film.
    left: bool = False
    frozen_until: float = 0.0
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.world.seed}/{self.name}")

    @property
    def disturbed(self) -> bool:
        """Whether it did not live, awake, to the end of its work."""
        return self.dead or self.left or self.frozen_until > 0

    async def passes(self, what: str, act: Callable[[], Awaitable[T]], again: bool = False) -> T:
        """One boundary: what may happen before `act`, and to its answer. `again` where it is sent once more
        when the answer was lost."""
        await self.comes_to(what)
        result = await act()
        if again and self.chance.random() < self.world.odds.at(what).lost:
            self.world.note(self.name, f"answer of {what} lost")
            if self.chance.random() < 0.5:
                raise ProviderUnavailable("the answer was lost")
            result = await act()
        await self.comes_from(what)
        return result

    async def comes_to(self, what: str) -> None:
        odds, chance = self.world.odds.at(what), self.chance
        await asyncio.sleep(chance.choice([0, 0, 0.01, 0.01, 0.5]))
        if chance.random() < odds.freeze:
            self.freeze(what)
        await self.lives()
        if chance.random() < odds.crash / 2:
            self.die(f"before {what}")
        if chance.random() < odds.away:
            raise ProviderUnavailable(f"{what}: away")

    async def comes_from(self, what: str) -> None:
        odds, chance = self.world.odds.at(what), self.chance
        if chance.random() < odds.crash / 2:
            self.die(f"after {what}")
        if chance.random() < odds.freeze:
            self.freeze(f"after {what}")
        await self.lives()

    def die(self, where: str) -> None:
        self.world.note(self.name, f"dies {where}")
        self.dead = True
        raise Died

    def freeze(self, where: str) -> None:
        seconds = self.chance.choice([8, 30, 80, 200, 200])
        self.frozen_until = self.world.loop.time() + seconds
        self.world.note(self.name, f"frozen {where} for {seconds} s")
        if seconds > HEARTBEAT_S:
            self.world.loop.call_later(HEARTBEAT_S, self.lost.set)

    async def lives(self) -> None:
        """Returns when the process runs. Raises `Died` where it never will."""
        while not self.dead and self.world.loop.time() < self.frozen_until:
            await asyncio.sleep(self.frozen_until - self.world.loop.time())
        if self.dead:
            raise Died


@dataclass
class Told:
    """The activity attempt, as far as Temporal shows it: why it was cancelled, and its last heartbeat."""

    kept: list[CarriedJob]
    why: Literal["stop", "release", None] = None

    @property
    def carried(self) -> CarriedJob | None:
        return self.kept[-1] if self.kept else None

    def carry(self, job: CarriedJob) -> None:
        self.kept.append(job)

    def report(self, stage: str, done: int, total: int) -> None: ...

    def report_job(self, *_: object) -> None: ...

    def idle(self) -> AbstractContextManager[None]:
        return nullcontext()

    def why_cancelled(self) -> Literal["stop", "release", None]:
        return self.why


def scripted(world: World) -> Callable[[Accepted], None]:
    """How each job of the run goes, by its number."""

    def script(job: Accepted) -> None:
        chance = random.Random(f"{world.seed}/{len(world.vendor.jobs)}")
        job.takes_s = chance.choice([0, 3, 30, 90, 240])
        job.ends = "failed" if chance.random() < 0.2 else "succeeded"
        if job.ends == "failed":
            job.why = chance.choice([JobFailed("it broke"), JobFailed("it broke"), ContentPolicy("no")])
            job.cost = chance.choice([None, PRICE / 2])
        job.deaf = chance.random() < 0.2
        job.stuck = chance.random() < 0.04
        job.gone = chance.random() < 0.05

    return script
