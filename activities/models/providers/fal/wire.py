"""Knows where fal answers, what an answer of it is, and how to ask it anything without asking twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

import httpx
from fal_client import AsyncRequestHandle
from pydantic import JsonValue, TypeAdapter, ValidationError

from activities.faults import ProviderUnavailable
from activities.models.provider import Job
from activities.models.providers import trust

#: Every call that may be repeated ends within this, however slowly its answer trickles in: a driver of the
#: ledger renews its lease between steps of at most 20 s.
CALL_S = 20.0
#: Of that, for the connection: a host that does not take one in five seconds is away.
CONNECT_S = 5.0

JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


@dataclass(frozen=True)
class Hosts:
    """The bases of fal's four services, without a slash at the end."""

    queue: str = "https://queue.fal.run"
    platform: str = "https://api.fal.ai/v1"
    storage: str = "https://rest.fal.ai"
    cdn: str = "https://v3.fal.media"

    @classmethod
    def under(cls, base_url: str | None) -> Self:
        """fal's own, or those of a stand-in, which has them all under one base."""
        if base_url is None:
            return cls()
        base = base_url.rstrip("/")
        return cls(f"{base}/queue", f"{base}/api/v1", f"{base}/rest", f"{base}/cdn")

    def links(self, endpoint: str, job_id: str, said: Mapping[str, JsonValue]) -> dict[str, str]:
        """A request's three URLs: those that fal said, so long as they stay on its queue, for the key goes
        with every call; else, and for a job that only a listing named, those of its documentation.
        """
        owner, app = endpoint.split("/")[:2]
        request = f"{self.queue}/{owner}/{app}/requests/{quote(job_id, safe='')}"
        usual = {
            "response_url": request,
            "status_url": f"{request}/status",
            "cancel_url": f"{request}/cancel",
        }
        return {name: self._ours(said.get(name)) or url for name, url in usual.items()}

    def _ours(self, url: JsonValue) -> str | None:
        # The slash ends the host, so that neither queue.fal.run.example.org nor user@ passes.
        ours = isinstance(url, str) and url.startswith(f"{self.queue}/")
        return re.split("[?#]", str(url))[0] if ours else None

    def handle(self, endpoint: str, job: Job, client: httpx.AsyncClient) -> AsyncRequestHandle:
        """The official client's handle of a job. Links are looked at again: they come from a row."""
        links = self.links(endpoint, job.id, dict(job.links))
        return AsyncRequestHandle(request_id=job.id, client=client, **links)


@dataclass(frozen=True)
class Answer:
    """What fal answered. Bodies may repeat the input, signed URLs among it: they are never shown."""

    status: int
    body: JsonValue = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        try:
            body = JSON.validate_json(response.content)
        except ValidationError:
            body = None
        return cls(response.status_code, body, response.headers)

    @property
    def said(self) -> Mapping[str, JsonValue]:
        """The body as an object; an empty one where it is none, such as a proxy's page."""
        return self.body if isinstance(self.body, dict) else {}


class Refused(Exception):
    """fal answered with a status other than 2xx."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"fal answered {answer.status}")
        self.answer = answer


async def _read(response: httpx.Response) -> None:
    try:
        await response.aread()
    except httpx.HTTPError as error:
        raise away(error) from None
    if not response.is_success:
        raise Refused(Answer.of(response))


class _Wire(httpx.AsyncBaseTransport):
    """A transport whose failures are the studio's."""

    def __init__(self) -> None:
        # A client, for a bare transport would not know the proxy of the environment.
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=10)
        self._inner = httpx.AsyncClient(verify=trust.bundled(), limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.send(request, stream=True)
        except httpx.HTTPError as error:
            raise away(error) from None

    async def aclose(self) -> None:
        await self._inner.aclose()


def away(error: Exception) -> ProviderUnavailable:
    """fal could not be asked. Ask again."""
    return ProviderUnavailable(f"fal does not answer ({type(error).__name__}); ask again in a while")


def asking(key: str) -> httpx.AsyncClient:
    """For calls that may be repeated, by us.

    The official client repeats each of them up to ten times, whatever `Retry-After` says, and no setting
    of one client ends that. But it repeats only after its own errors and those of httpx: this client
    raises `Refused` and `ProviderUnavailable` in their place, so that one call is one request.
    """
    return httpx.AsyncClient(
        transport=_Wire(),
        headers={"Authorization": f"Key {key}"},
        timeout=httpx.Timeout(CALL_S, connect=CONNECT_S),
        event_hooks={"response": [_read]},
    )


def sending(key: str) -> httpx.AsyncClient:
    """For the one paid POST: no repeats, and no kept connections, for one that has died meanwhile would
    leave the outcome in doubt."""
    return httpx.AsyncClient(
        verify=trust.bundled(),
        headers={"Authorization": f"Key {key}"},
        limits=httpx.Limits(max_keepalive_connections=0),
    )
