"""Knows how to talk to Replicate with its own client: everything once, everything bounded, errors whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx
from pydantic import JsonValue
from replicate.client import Client

from activities.faults import ProviderUnavailable
from activities.models.providers import trust
from activities.models.providers.replicate.errors import Refused, unable_of

HOME = "https://api.replicate.com"
#: Whatever may be repeated ends within this, all its pages included: the seam allows 30 s.
CALL_S = 25.0
_CONNECT_S = 5.0
_TIMEOUT = httpx.Timeout(CALL_S, connect=_CONNECT_S, pool=_CONNECT_S)
# Polls are many and short; a submit must not wait for them, or it would use up the time it has.
_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=10)
# A hundred jobs a page: a listing of an hour that is longer than this never ends.
_PAGES = 100


class _Once(httpx.AsyncBaseTransport):
    """Turns every answer that is no success into `Refused`.

    The client wraps its transport in one that sends a GET up to ten times, for a minute, while the answer is
    429, 503 or 504, and its errors drop the headers. An exception passes through both.
    """

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=trust.bundled(), limits=_LIMITS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        # A redirect is one too: following it would carry the key, or a paid request, to somebody else.
        if response.is_success:
            return response
        try:
            body = await response.aread()
        finally:
            await response.aclose()
        raise Refused(response.status_code, response.headers, body)

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass(frozen=True)
class File:
    """A file to send: its name, bytes and kind."""

    name: str
    data: bytes
    mime: str


class Wire:
    """Replicate's API at one base URL, for one key."""

    def __init__(self, token: str, base_url: str | None) -> None:
        self._key_is_one = bool(token) and all("!" <= c <= "~" for c in token)
        self._base = httpx.URL(base_url or HOME)
        self._transport = _Once()
        # The base URL is always given: left out, the client takes whatever REPLICATE_BASE_URL says.
        self._client = Client(
            api_token=token, base_url=str(self._base), timeout=_TIMEOUT, transport=self._transport
        )

    async def send(
        self, path: str, body: Mapping[str, JsonValue], headers: Mapping[str, str], timeout_s: float
    ) -> JsonValue:
        """POSTs, once, within `timeout_s`. Raises `Refused`, `httpx.HTTPError`, TimeoutError; ValueError for
        an answer that is not JSON."""
        # `predictions.create` would send it without any timeout, takes no headers, and fails on a status
        # that it does not know ("aborted") after the job has been accepted. This is the request below it.
        limits = httpx.Timeout(timeout_s, connect=_CONNECT_S, pool=_CONNECT_S)
        async with asyncio.timeout(timeout_s):
            return await self._json("POST", path, json=dict(body), headers=dict(headers), timeout=limits)

    async def ask(self, method: str, path: str, file: File | None = None) -> dict[str, JsonValue]:
        """A question that may be repeated. Raises `Refused`, `ProviderUnavailable`."""
        files = {"content": (file.name, file.data, file.mime)} if file else None
        try:
            async with asyncio.timeout(CALL_S):
                # The typed calls fail on unknown statuses, and drop the fields that they do not know.
                answer = await self._json(method, path, files=files)
        except (httpx.HTTPError, TimeoutError) as error:
            raise ProviderUnavailable(f"Replicate does not answer ({type(error).__name__})") from None
        except ValueError:
            raise ProviderUnavailable("Replicate's answer cannot be read") from None
        if not isinstance(answer, dict):
            raise ProviderUnavailable("Replicate's answer cannot be read")
        return answer

    async def _json(self, method: str, path: str, **more: object) -> JsonValue:
        if not self._key_is_one:
            # Sent, it would be said in an error, character by character.
            raise Refused(401, {}, b"")
        answer: JsonValue = (await self._client._async_request(method, path, **more)).json()
        return answer

    async def pages(self, path: str) -> AsyncIterator[list[dict[str, JsonValue]]]:
        """The pages of a listing, to the last. Raises `RateLimited`, `ProviderUnavailable`, `Unauthorized`:
        a listing that breaks off says nothing of what it has not shown."""
        at, seen = path, 0
        while True:
            try:
                page = await self.ask("GET", at)
            except Refused as refused:
                raise unable_of(refused) from None
            results = page.get("results")
            if not isinstance(results, list):
                raise ProviderUnavailable("Replicate's answer is no listing")
            yield [each for each in results if isinstance(each, dict)]
            if not page.get("next"):
                return
            at, seen = self._near(page["next"]), seen + 1
            if seen == _PAGES:
                raise ProviderUnavailable("Replicate's listing does not end")

    def _near(self, link: JsonValue) -> str:
        """A link of theirs that may be followed with the key: it leads to where we already are."""
        try:
            url = httpx.URL(link if isinstance(link, str) else "")
        except httpx.InvalidURL:
            url = httpx.URL("")
        here = (self._base.scheme, self._base.host, self._base.port)
        if (url.scheme, url.host, url.port) != here or not url.path.startswith(self._base.path):
            raise ProviderUnavailable("Replicate's listing goes on at another place")
        return str(url)

    async def close(self) -> None:
        # The client itself has no way to be closed.
        await self._transport.aclose()
