"""A scripted provider in this process: a world of accepted jobs, late listings and lost answers.

Everything is by order: nothing is random, and its clock is the machine's, off by what a test says. It counts
what a bill would count.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from PIL import Image

from activities.faults import InvalidInput, ProviderUnavailable, StudioError
from activities.models.call import ModelCall, Picture
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.entries import ProviderEntry as Entry
from activities.models.kinds import ImageModel
from activities.models.provider import (
    Delivered,
    Job,
    JobStatus,
    ListedJob,
    NotAccepted,
    OutputFile,
    Request,
    Unanswered,
    Uploaded,
)
from activities.storage.fetch import Expired

Class = Literal["lists", "ended", "id", "synchronous"]
#: What befalls a submit. `before`: it never left. `lost`: nobody says whether; it did not arrive. `after`:
#: accepted, and the answer is lost. `late`: so, and accepted only after `late_s`. A NotAccepted is raised.
Fate = Literal["fine", "before", "lost", "after", "late"] | NotAccepted
Moment = Literal["submit", "accepted", "answered", "poll", "cancel", "list"]
PRICE = Decimal("0.25")


def model(ledger: Class = "lists", name: str = "vendor", **more: object) -> Model:
    """An image model of the vendor's; one a class of ledger."""
    entry: dict[str, object] = {
        "id": f"{name}-{ledger}", "provider": name, "work": "waits", "kind": "image", "price_usd": str(PRICE),
        "endpoint": f"{name}/{ledger}", "ledger": ledger, "parameters": {"prompt": "prompt", "seed": "seed"},
        "sources": ("made up",), "run_limit_s": 1800,
    }  # fmt: skip
    return ImageModel.model_validate(entry | more)


def catalogue(*models: Model) -> Catalogue:
    """The vendor's models; by default one a class."""
    known = models or tuple(model(each) for each in ("lists", "ended", "id", "synchronous"))
    entry = Entry(needs=(), refusals=(400, 422, 429), sources=("made up",))
    names = {each.provider for each in known}
    return Catalogue(
        providers=dict.fromkeys(names, entry), models={each.id: each for each in known}, profiles={}
    )


def picture(seed: int = 0) -> bytes:
    """A small PNG, another one for every seed."""
    out = io.BytesIO()
    Image.new("RGB", (16, 9), (seed % 256, seed // 256 % 256, 80)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Accepted:
    """One job that the vendor accepted: what it would bill for."""

    id: str
    model: Model
    tag: str
    fingerprint: str
    at: datetime
    takes_s: float
    ends: Literal["succeeded", "failed"] = "succeeded"
    why: StudioError | None = None
    cost: Decimal | None = None
    data: bytes = b""
    #: Its success names no file; its output has expired, or its input is no longer shown.
    empty: bool = False
    gone: bool = False
    input_gone: bool = False
    #: It does not end, whatever is asked; or only when it is cancelled.
    stuck: bool = False
    deaf: bool = False
    cancelled: bool = False
    cancels: int = 0

    @property
    def state(self) -> Literal["running", "succeeded", "failed", "canceled"]:
        over = datetime.now(UTC) >= self.at + timedelta(seconds=self.takes_s)
        if self.cancelled and not self.deaf:
            return "canceled"
        return self.ends if over and not self.stuck else "running"

    @property
    def live(self) -> bool:
        """Running, or paid and there."""
        return self.state in ("running", "succeeded")


@dataclass
class Vendor:
    """A `Provider` whose world a test may change. `posts` counts submits, `jobs` what came of it.

    `fates` are the next submits', then all are `fine`; `jobs_are` changes each job as it is accepted;
    `watch(moment)` is awaited at every call, and may freeze or fail it.
    """

    name: str = "vendor"
    account: str = "acct-1"
    takes_s: float = 0.0
    listing_s: float = 0.0
    late_s: float = 0.0
    #: How far its clock is ahead of ours; behind, where it is negative.
    adrift_s: float = 0.0
    carries_tags: bool = True
    inline: bool = True
    fates: deque[Fate] = field(default_factory=deque)
    jobs: list[Accepted] = field(default_factory=list)
    posts: int = 0
    polls: int = 0
    listings: int = 0
    away: set[str] = field(default_factory=set)
    jobs_are: Callable[[Accepted], None] = lambda job: None
    watch: Callable[[str], Awaitable[None]] | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def request(self, call: ModelCall, tag: str) -> Request:
        if call.prompt == "unusable":
            raise InvalidInput("the vendor takes no such prompt")
        body = {
            "prompt": call.prompt,
            "seed": call.params["seed"],
            "image": f"https://v.example/i.png?tag={tag}",
        }
        return Request(call.model, tag, dict(body))

    async def submit(self, request: Request, timeout_s: float) -> Job | Delivered:
        self.posts += 1
        fate = self.fates.popleft() if self.fates else "fine"
        if self.watch:
            await self.watch("submit")
        if isinstance(fate, NotAccepted):
            raise fate
        if fate == "before":
            raise NotAccepted(ProviderUnavailable("nobody there"))
        if fate == "lost":
            raise Unanswered
        if fate == "late":
            self._later(request)
            raise Unanswered
        job = self.accept(request)
        if self.watch:
            await self.watch("accepted")
        if fate == "after":
            raise Unanswered
        if request.model.ledger == "synchronous":
            return Delivered([self._output(job)], job.cost)
        return Job(job.id, {"get": f"https://v.example/{job.id}"})

    def accept(self, request: Request) -> Accepted:
        """Takes a job, as if it had been sent."""
        number = next(self._numbers)
        # Unique over all vendors of a run, for they share one ledger.
        id = f"job-{number}-{request.tag[:8]}"
        job = Accepted(
            id, request.model, request.tag, request.fingerprint, datetime.now(UTC), self.takes_s,
            data=picture(int(hashlib.sha256(request.tag.encode()).hexdigest()[:4], 16)),
        )  # fmt: skip
        self.jobs_are(job)
        self.jobs.append(job)
        return job

    def _later(self, request: Request) -> None:
        asyncio.get_running_loop().call_later(self.late_s, self.accept, request)

    def _output(self, job: Accepted) -> OutputFile:
        if self.inline:
            return OutputFile("image/png", data=job.data)
        return OutputFile("image/png", url=f"https://v.example/{job.id}.png?signature=secret")

    async def poll(self, model: Model, job: Job) -> JobStatus:
        self.polls += 1
        await self._answer("poll")
        found = self.find(job.id)
        if found is None:
            return JobStatus("gone")
        match found.state:
            case "succeeded":
                if found.gone:
                    return JobStatus("gone")
                outputs = [] if found.empty else [self._output(found)]
                return JobStatus("succeeded", outputs, cost=found.cost)
            case "failed":
                return JobStatus("failed", why=found.why, cost=found.cost)
            case "canceled":
                return JobStatus("canceled", cost=found.cost)
            case "running":
                log = "Key r8_a1b2\r50%|█████|\n"
                return JobStatus("running", percent=50.0, position=2, wait_s=7.0, log=log)

    async def cancel(self, model: Model, job: Job) -> None:
        await self._answer("cancel")
        found = self.find(job.id)
        if found and found.state == "running":
            found.cancels += 1
            found.cancelled = True

    async def listed(self, model: Model, since: datetime) -> Sequence[ListedJob]:
        self.listings += 1
        await self._answer("list")
        seen = datetime.now(UTC) - timedelta(seconds=self.listing_s)
        adrift = timedelta(seconds=self.adrift_s)
        return [
            ListedJob(
                Job(job.id),
                job.at + adrift,
                job.tag if self.carries_tags and not job.input_gone else None,
                None if job.input_gone else job.fingerprint,
            )
            for job in reversed(self.jobs)
            if job.model.id == model.id and since <= job.at + adrift and job.at <= seen and self._shown(job)
        ]

    def _shown(self, job: Accepted) -> bool:
        return {"lists": True, "ended": job.state != "running"}.get(job.model.ledger or "", False)

    async def upload(self, picture: Picture) -> Uploaded | None:
        return None

    async def close(self) -> None:
        return None

    async def _answer(self, moment: str) -> None:
        if self.watch:
            await self.watch(moment)
        if moment in self.away:
            raise ProviderUnavailable(f"the vendor does not answer ({moment})")

    def find(self, id: str) -> Accepted | None:
        return next((job for job in self.jobs if job.id == id), None)

    @property
    def live(self) -> int:
        """Jobs that run, or are there and paid."""
        return sum(job.live for job in self.jobs)


@dataclass
class Outputs:
    """A `Fetch` of what a vendor's outputs name. `expired` URLs are not served; `cut` ones come half."""

    vendor: Vendor
    expired: int = 0
    cut: int = 0
    fetched: int = 0
    #: Awaited before the file is there.
    slowly: Callable[[], Awaitable[None]] | None = None

    async def get(
        self, url: str, path: Path, *, max_bytes: int, longest_s: float, advance: Callable[[int], None]
    ) -> None:
        self.fetched += 1
        if self.slowly:
            await self.slowly()
        job = self.vendor.find(url.split("/")[-1].split(".")[0])
        if job is None or job.gone or self.expired:
            self.expired = max(0, self.expired - 1)
            raise Expired("no longer there")
        advance(len(job.data))
        whole = not self.cut
        self.cut = max(0, self.cut - 1)
        path.write_bytes(job.data if whole else job.data[: len(job.data) // 2])
