"""What goes wrong on the stand-ins, when it was ordered or by chance, and how it looks on the wire."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Moment = Literal["submit", "poll", "cancel", "list", "upload", "output"]
#: What happens to a request, before anything is done with it.
Refusal = Literal[
    "drop_before", "timeout_before", "404", "429", "429_retry_after", "503", "500", "late_delivery"
]
#: What happens to the answer, when all is done.
Loss = Literal["drop_after", "timeout", "503_after"]
#: What becomes of a job.
Fate = Literal[
    "stuck", "content_random", "content_stable", "failed", "capacity", "late_listing", "slow_listing",
    "never_listed", "uncancellable",
]  # fmt: skip
#: What becomes of its output.
Spoil = Literal[
    "expired", "no_file", "corrupt", "truncated", "html", "bad_plan", "injected_plan",
    "wrong_duration", "wrong_size", "fade_out", "uneven", "landscape", "no_last_frame", "signed",
    "begins_twice", "begins_late", "begins_tinted", "begins_elsewhere", "drifts",
]  # fmt: skip
#: What its answers leave out, whatever else becomes of it: what it cost.
Omission = Literal["no_cost"]
#: What they say otherwise than it is: what it cost, and what was asked, where that is shown afterwards.
Lie = Literal["wrong_cost", "wrong_input"]
Kind: TypeAlias = Refusal | Loss | Fate | Spoil | Omission | Lie

MOMENTS: tuple[str, ...] = get_args(Moment)
REFUSALS: frozenset[str] = frozenset(get_args(Refusal))
LOSSES: frozenset[str] = frozenset(get_args(Loss))
FATES: frozenset[str] = frozenset(get_args(Fate))
SPOILS: frozenset[str] = frozenset(get_args(Spoil))
OMISSIONS: frozenset[str] = frozenset(get_args(Omission))
LIES: frozenset[str] = frozenset(get_args(Lie))
KINDS = REFUSALS | LOSSES | FATES | SPOILS | OMISSIONS | LIES

#: The provider's own error body for a status.
Shape: TypeAlias = Callable[[int], Response]
#: Where the protocol put the way to close the connection under a request (`server.py`).
DROP = "reelwright.drop"

#: Often enough that a film of a dozen steps meets one or two, seldom enough that it is finished.
LIVELY: Mapping[tuple[str, str], float] = {
    ("submit", "429_retry_after"): 0.03,
    ("submit", "drop_after"): 0.02,
    ("submit", "503"): 0.02,
    ("submit", "failed"): 0.02,
    ("submit", "content_random"): 0.02,
    ("submit", "fade_out"): 0.01,
    ("submit", "uneven"): 0.01,
    ("submit", "landscape"): 0.01,
    ("poll", "503"): 0.02,
    ("poll", "drop_before"): 0.01,
    ("output", "html"): 0.01,
}


class Cut(Exception):
    """The request has been dealt with, but its answer is `response`, which may be none at all."""

    def __init__(self, response: Response) -> None:
        super().__init__("a fault was ordered")
        self.response = response


class Hangup(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[DROP]()
        # The server takes a handler that returns in silence on a live connection for a bug of ours.
        while (await receive())["type"] != "http.disconnect":
            pass


class Silence(Response):
    """No answer: the connection stays open until the other side gives up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass
class Ordered:
    """A fault that is due: the next `times` times that `match` is found in what is asked."""

    provider: str
    moment: str
    kind: str
    times: int = 1
    match: str = ""

    def __post_init__(self) -> None:
        if self.moment not in MOMENTS or self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r} at {self.moment!r}")

    def fits(self, provider: str, moment: str, said: str) -> bool:
        return self.times > 0 and (self.provider, self.moment) == (provider, moment) and self.match in said


@dataclass
class Faults:
    """Which fault a moment meets. What was ordered comes first, then chance: `rates` by (moment, kind)."""

    rates: Mapping[tuple[str, str], float] = field(default_factory=dict)
    seed: int = 0
    ordered: list[Ordered] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def take(self, provider: str, moment: str, said: str, kinds: frozenset[str]) -> str | None:
        """The fault among `kinds` that this moment meets, if any; it is used up."""
        for one in self.ordered:
            if one.kind in kinds and one.fits(provider, moment, said):
                one.times -= 1
                return one.kind
        for (at, kind), rate in self.rates.items():
            if at == moment and kind in kinds and self._chance.random() < rate:
                return kind
        return None

    @staticmethod
    def rates_of(text: str) -> Mapping[tuple[str, str], float]:
        """Rates from `lively`, or from `submit:drop_after=0.02,poll:503=0.1`. Raises ValueError."""
        if text == "lively":
            return LIVELY
        rates = {}
        for word in filter(None, text.split(",")):
            name, _, rate = word.partition("=")
            moment, _, kind = name.partition(":")
            known = Ordered("", moment, kind)
            rates[known.moment, known.kind] = float(rate)
        return rates


def plain(status: int) -> Response:
    """An error body for a provider that has none of its own."""
    return Response(f'{{"detail":"status {status}"}}', status, media_type="application/json")


def answer(kind: str, shape: Shape) -> Response:
    """How a refusal or a loss looks on the wire."""
    match kind:
        case "drop_before" | "drop_after":
            return Hangup()
        case "timeout_before" | "timeout":
            return Silence()
        case "429_retry_after":
            response = shape(429)
            response.headers["retry-after"] = "1"
            return response
        case "503_after":
            return shape(503)
        case _:
            return shape(int(kind))


async def said_by(request: Request) -> str:
    """What a fault's `match` looks at: the path and the body."""
    body = await request.body()
    return f"{request.url.path}\n{body.decode(errors='replace')}"
