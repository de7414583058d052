"""The seam between the studio and models that are paid for: what is asked, what is sent, how it stands.

A provider turns a `ModelCall` into its own `Request`, sends that once, and says how the job stands. It never
repeats a submit, keeps no state that matters, and decides nothing: the ledger does (`purchase.py`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol
from urllib.parse import urlsplit

from pydantic import JsonValue

from activities.faults import StudioError
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model

#: Seconds by which a provider's clock is ahead of ours or behind it at most: fifteen minutes are what S3
#: allows, too. Only what is looked through grows with it: jobs are told apart by tag, request and id.
ADRIFT_S = 900.0
#: What the ledger shows of a long string, such as an image sent inline: its hash and nothing else.
_INLINE = 2_000
_DATA_URL = re.compile(r"data:[^,]{0,200},")


class NotAccepted(Exception):
    """The provider has not accepted the request, and never will: it refused it with a status that the
    catalogue calls definite, or the connection failed before anything was written. `why` is the failure in
    the studio's taxonomy. Nothing was paid."""

    def __init__(self, why: StudioError, status: int | None = None) -> None:
        super().__init__(str(why))
        self.why = why
        self.status = status


class Unanswered(Exception):
    """Nobody can say whether the provider has accepted the request: a timeout, a dropped connection, 408 or
    5xx. Never send it again before the ledger has settled what became of it."""


def account_of(key: str) -> str:
    """Who pays, without the secret: a short hash of the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Request:
    """A request exactly as it will be sent. `body` may hold signed URLs and inline images: keep it out of
    logs and rows, where `shown` is what may be seen."""

    model: Model
    tag: str
    body: Mapping[str, JsonValue] = field(repr=False)

    @property
    def shown(self) -> JsonValue:
        """The body without secrets: URL queries cut off, inline bytes replaced by their hash."""
        return presentable(dict(self.body))

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.model, self.body)


def presentable(value: JsonValue) -> JsonValue:
    """A JSON value that may be logged and stored: URLs without query, fragment and user; inline bytes as
    `sha256:<hex>`."""
    match value:
        case str() if _DATA_URL.match(value) or len(value) > _INLINE:
            return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"
        case str() if value.startswith(("http://", "https://")):
            return _bare(value)
        case dict():
            return {name: presentable(item) for name, item in value.items()}
        case list():
            return [presentable(item) for item in value]
        case _:
            return value


def _bare(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        # Words that only begin like a link, or a link that somebody else on the account has mistyped.
        return f"sha256:{hashlib.sha256(url.encode()).hexdigest()}"
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def fingerprint_of(model: Model, body: Mapping[str, JsonValue]) -> str:
    """What tells one request to a model from all others, computed alike from what was sent and from what a
    provider's listing echoes."""
    said = json.dumps([model.provider, model.endpoint, presentable(dict(body))], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Job:
    """A job that a provider has accepted. `links` are the URLs and names that submit returned, all that is
    needed to go on in another process; without signatures and secrets, for the ledger keeps them."""

    id: str
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OutputFile:
    """One file that a model made: at a `url` (which may be signed and may expire), or `data` itself."""

    mime: str
    url: str | None = field(default=None, repr=False)
    data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Delivered:
    """The answer of a synchronous call: the output itself. `cost` in USD where the provider says it.

    Without outputs it was answered, and perhaps charged, all the same; `why` says why there are none.
    """

    outputs: Sequence[OutputFile]
    cost: Decimal | None = None
    why: StudioError | None = None


State = Literal["queued", "running", "succeeded", "failed", "canceled", "gone"]


@dataclass(frozen=True)
class JobStatus:
    """How a job stands. An unknown state of the provider's counts as `running`.

    `succeeded` without outputs: it is done and names no file; it may yet, and may be charged for, so it is
    asked again before it counts as failed. `gone`: it succeeded, but its output has expired, or the provider
    does not know the job any more. `why` says why it failed. `cost` in USD: 0 where the provider says that it
    charges nothing, None where it does not say (then the catalogue's price counts for what succeeded, as an
    uncertain one for what did not).
    `position` in the queue counts from 0; `percent` 0 to 100; `wait_s` is the provider's own estimate; `log`
    is the end of what the model logs, as it came. `tag` and `created_at` are what its answer repeats of a job
    that no listing shows.
    """

    state: State
    outputs: Sequence[OutputFile] = ()
    why: StudioError | None = None
    cost: Decimal | None = None
    position: int | None = None
    percent: float | None = None
    wait_s: float | None = None
    log: str = field(default="", repr=False)
    tag: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class ListedJob:
    """One job of a listing. `tag` where it carries ours; `fingerprint` None where its input is gone."""

    job: Job
    created_at: datetime
    tag: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class Uploaded:
    """Where a provider keeps a file that was given to it; `expires_at` None where it does not say."""

    url: str = field(repr=False)
    expires_at: datetime | None = None


class Provider(Protocol):
    """A provider whose models run elsewhere and are paid for.

    Hazards: `submit` reaches the network exactly once, whatever happens. Every call but `submit` may be
    repeated, ends within its client's timeouts (30 s at most; where the answer holds the output itself, 30 s
    after the last of it that came, and an hour in all), and raises `RateLimited`, `ProviderUnavailable` or
    `Unauthorized` when it cannot answer.
    """

    name: str
    #: Who pays, without the secret: a short hash of the key, or the project.
    account: str

    def request(self, call: ModelCall, tag: str) -> Request:
        """The request for a call; pure. `tag` is carried in it where the provider lets us. Raises
        `InvalidInput` for what the model does not take."""
        ...

    async def submit(self, request: Request, timeout_s: float) -> Job | Delivered:
        """Sends the request, once. Raises `NotAccepted`, `Unanswered`; any other exception counts as
        `Unanswered`. The whole call ends within `timeout_s`."""
        ...

    async def poll(self, model: Model, job: Job) -> JobStatus:
        """How the job stands now."""
        ...

    async def cancel(self, model: Model, job: Job) -> None:
        """Asks for an end of the job; nothing where it has ended, or where the provider cannot. The job may
        finish all the same: poll it to its end."""
        ...

    async def listed(self, model: Model, since: datetime) -> Sequence[ListedJob]:
        """All jobs of the model created since, all pages; empty where the provider cannot list."""
        ...

    async def upload(self, picture: Picture) -> Uploaded | None:
        """Gives a file to the provider; None where its models take bytes inline."""
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...
