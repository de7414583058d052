"""Knows the boundaries of the paid path, and how a process is made to die at one of them.

The product has no hooks for it: in a process that is to die, its classes are wrapped where they meet the
ledger, the provider, the bucket and Temporal.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextvars import ContextVar
from typing import Any, Literal

from activities.ledger import renders as ledger
from activities.ledger import statements as paid_statements
from activities.ledger.buyer import Buyer
from activities.models import breaker as health
from activities.models.providers.fal import Fal
from activities.models.providers.google import Google
from activities.models.providers.openai import OpenAI
from activities.models.providers.replicate import Replicate
from activities.running.attempt import ActivityAttempt
from activities.storage.database import Database
from activities.storage.fetch import Fetch
from activities.storage.objects import ObjectStore

#: Before the call, with the call on its way, after its answer.
Side = Literal["before", "amid", "after"]
SIDES: tuple[Side, ...] = ("before", "amid", "after")
PROVIDERS = ("replicate", "fal", "openai", "google")
#: Where money changes hands: died at with every provider.
CRITICAL = ("INTENT", "submit", "carry", "RECORD", "poll", "fetch", "put", "DONE")
#: Died at once a side, with whichever provider comes along.
OTHERS = (
    "ENTER", "SURVEY", "CLAIM", "ADMIT", "WISH", "RENEW", "RELEASE", "STOP", "NOT_SENT", "SETTLE", "listed",
    "cancel", "upload", "buy", "RESOLVE", "CLAIM_OPEN", "CLOSE",
)  # fmt: skip
#: Met only when something else goes wrong, or somebody stops a film: whoever meets one of them dies at it.
SELDOM = ("CLAIM", "STOP", "cancel", "NOT_SENT", "SETTLE", "WISH", "RELEASE", "CLOSE")
#: What a workflow worker does beside its workflows; all others belong to those that buy.
AT_THE_DESK = ("RESOLVE", "CLAIM_OPEN", "CLOSE")
# Some never come: a synchronous answer has no job, and what a provider takes inline is not uploaded.
_NEVER = {(at, "openai") for at in ("fetch", "carry", "RECORD", "poll")} | {("fetch", "google")}
# The longest a call is let on its way, in seconds: a statement takes a millisecond, a request some dozens.
_AMID_S = {"submit": 0.08, "put": 0.02, "fetch": 0.02, "poll": 0.02, "listed": 0.02}
_STATEMENT_S = 0.002

_who: ContextVar[str] = ContextVar("who", default="free")


def every_death() -> list[str]:
    """What there is to die at: `<boundary>:<side>:<provider>`, `*` for any."""
    critical = [
        f"{at}:{side}:{who}"
        for at in CRITICAL
        for side in SIDES
        for who in PROVIDERS
        if (at, who) not in _NEVER
    ]
    return critical + [f"{at}:{side}:*" for at in OTHERS for side in SIDES]


def of_the_desk(death: str) -> bool:
    """Whether it is met where workflows run, not where things are bought."""
    return death.partition(":")[0] in AT_THE_DESK


class Reaper:
    """Kills this process at the first of the wanted deaths that it meets, with the given chance; `tell` hears
    of it before."""

    def __init__(
        self, wanted: Collection[str], chance: float, tell: Callable[[str], None], draw: random.Random
    ) -> None:
        self._wanted, self._chance, self._tell, self._draw = frozenset(wanted), chance, tell, draw

    def meets(self, at: str, side: Side) -> str | None:
        """The wanted death that this is."""
        names = (f"{at}:{side}:{_who.get()}", f"{at}:{side}:*")
        found = next((name for name in names if name in self._wanted and _who.get() != "free"), None)
        return found if found and self._draw.random() < self._chance else None

    def strike(self, death: str | None) -> None:
        if death is not None:
            self._tell(death)
            os.kill(os.getpid(), signal.SIGKILL)

    async def around(self, at: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """The call, with a death before, amid or after it."""
        self.strike(self.meets(at, "before"))
        if amid := self.meets(at, "amid"):
            task = asyncio.ensure_future(call())
            await asyncio.sleep(self._draw.uniform(0, _AMID_S.get(at, _STATEMENT_S)))
            self.strike(amid)
            return await task
        answer = await call()
        self.strike(self.meets(at, "after"))
        return answer


def arm(reaper: Reaper) -> None:
    """Wraps what meets the outside in this process."""
    _statements(reaper)
    for kind in (Replicate, Fal, OpenAI, Google):
        for name in ("submit", "poll", "cancel", "listed", "upload"):
            _wrap(kind, name, reaper)
    _wrap(Fetch, "get", reaper, "fetch")
    _wrap(ObjectStore, "put_file", reaper, "put", only=lambda _, more: is_paid(more.get("key")))
    _whose(Buyer, "buy", reaper, lambda paid: str(paid.model.provider))
    for name in ("tend", "close", "resolve"):
        _whose(Buyer, name, reaper, lambda _: "desk")
    _carrying(reaper)


def is_paid(key: object) -> bool:
    """Whether an object is what a provider made."""
    return str(key or "").startswith("renders/")


def _statements(reaper: Reaper) -> None:
    # Later modules say it over: what is paid for has the last word.
    names = {
        text: name for module in (ledger, health, paid_statements) for name, text in _texts(vars(module))
    }
    original = Database.rows

    async def rows(self: Database, statement: str, *values: object) -> list[Any]:
        name = names.get(statement)
        if name is None:
            return await original(self, statement, *values)
        answer: list[Any] = await reaper.around(name, lambda: original(self, statement, *values))
        return answer

    Database.rows = rows  # type: ignore[method-assign]


def _texts(names: dict[str, Any]) -> Iterable[tuple[str, str]]:
    return [(name, text) for name, text in names.items() if name.isupper() and isinstance(text, str)]


def _wrap(
    owner: type,
    name: str,
    reaper: Reaper,
    at: str = "",
    only: Callable[[Any, dict[str, Any]], bool] | None = None,
) -> None:
    original = getattr(owner, name)

    async def wrapped(self: Any, *given: Any, **more: Any) -> Any:
        if only and not only(given, more):
            return await original(self, *given, **more)
        return await reaper.around(at or name, lambda: original(self, *given, **more))

    setattr(owner, name, wrapped)


def _whose(owner: type, name: str, reaper: Reaper, who: Callable[[Any], str]) -> None:
    """Says for whom everything beneath this call is done; dies around it too."""
    original = getattr(owner, name)

    async def wrapped(self: Any, first: Any, *given: Any, **more: Any) -> Any:
        token = _who.set(who(first))
        try:
            return await reaper.around(name, lambda: original(self, first, *given, **more))
        finally:
            _who.reset(token)

    setattr(owner, name, wrapped)


def _carrying(reaper: Reaper) -> None:
    original = ActivityAttempt.carry

    def carry(self: ActivityAttempt, job: Any) -> None:
        reaper.strike(reaper.meets("carry", "before"))
        original(self, job)
        # With the heartbeat on its way, or never sent: nobody can tell.
        reaper.strike(reaper.meets("carry", "amid") or reaper.meets("carry", "after"))

    ActivityAttempt.carry = carry  # type: ignore[method-assign]
