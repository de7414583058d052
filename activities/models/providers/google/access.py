"""Knows how Google Cloud is reached: with whose credentials, at which endpoint, and never twice by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import google.auth
import google.auth.exceptions
import httpx2
from google import genai
from google.auth.credentials import Credentials
from google.auth.transport.requests import Request as TokenRequest
from google.genai import types
from google.genai.client import AsyncClient
from google.oauth2.credentials import Credentials as Token

from activities.faults import ProviderUnavailable, Unauthorized
from activities.models.providers import trust

#: A call that is no submit ends this long after the last byte of its answer came. A video is in it whole: on
#: a line of 1 Mbit/s that takes minutes, and to break it off would be to begin anew for ever.
CALL_S = 30.0
#: And this long after it began, whatever comes: 16 MB in an hour are 36 kbit/s, which is no line any more.
LONGEST_S = 3600.0
# Eight seconds at 4K are some 60 MB, a third more in base64; all of it lies in memory, twice.
_LARGEST = 256 << 20
# A host that is up answers a connect at once; five seconds also cover a lost packet or two.
_CONNECT_S = 5.0
# A token lives an hour and takes a second; the metadata server of a machine that has none is given up on.
_SIGN_IN_S = 10.0
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_HOW = (
    "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to the key file of a "
    "service account"
)


async def _connect_soon(request: httpx2.Request) -> None:
    # The client takes one number for connecting, writing and reading. Only a connect that gives up before the
    # whole call does is known for a request that was never sent.
    allowed = request.extensions["timeout"]
    allowed["connect"] = min(_CONNECT_S, allowed["connect"] or _CONNECT_S)


class _TooLarge(httpx2.ReadError):
    """An answer that goes on beyond what any video is."""


class _Bounded(httpx2.AsyncByteStream):
    """The body of an answer, up to a size."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        total = 0
        async for piece in self._inner:
            total += len(piece)
            if total > _LARGEST:
                raise _TooLarge(f"more than {_LARGEST:,} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _not_too_much(response: httpx2.Response) -> None:
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Bounded(response.stream)


class Access:
    """One project on Vertex AI. With a `base_url`, that of a stand-in, nothing real is sent to it: without
    credentials of its own it gets a token that opens nothing."""

    def __init__(self, project: str, credentials: Credentials | None, base_url: str | None) -> None:
        self._project = project
        self._base_url = base_url
        self._credentials = credentials
        if credentials is None and base_url is not None:
            self._credentials = Token(token="stand-in")  # type: ignore[no-untyped-call]
        self._signing_in = asyncio.Lock()
        self._clients: dict[tuple[str, bool], tuple[genai.Client, httpx2.AsyncClient]] = {}

    async def sign_in(self, within_s: float = _SIGN_IN_S) -> None:
        """Makes the token fresh; nothing where it is. Call it before a submit: what fails here was not sent.

        Raises `Unauthorized` where there are no credentials or they were withdrawn, `ProviderUnavailable`
        where nobody answers.
        """
        try:
            async with asyncio.timeout(min(_SIGN_IN_S, within_s)), self._signing_in:
                if self._credentials is None or not self._credentials.valid:
                    self._credentials = await asyncio.to_thread(_fresh, self._credentials)
        except google.auth.exceptions.DefaultCredentialsError:
            raise Unauthorized(f"there are no Google Cloud credentials: {_HOW}") from None
        except (google.auth.exceptions.GoogleAuthError, TimeoutError) as error:
            if isinstance(error, TimeoutError) or error.retryable:
                raise ProviderUnavailable("Google Cloud gives no access token now") from None
            # Its message can quote what the token server said, and that the credentials.
            raise Unauthorized(f"Google Cloud gives no access token: {_HOW}") from None

    def client(self, location: str, *, paid: bool) -> AsyncClient:
        """The client of a location; `paid`: the one for submits. Sign in first."""
        if (location, paid) not in self._clients:
            self._clients[location, paid] = self._opened(location, paid)
        return self._clients[location, paid][0].aio

    def _opened(self, location: str, paid: bool) -> tuple[genai.Client, httpx2.AsyncClient]:
        http = httpx2.AsyncClient(
            # A redirect that is followed is a second POST.
            follow_redirects=False,
            # A kept connection may have been closed from the other end, and then nobody could say whether the
            # submit was read: with Veo, that is work for an operator. A new connection costs 0.1 s.
            limits=httpx2.Limits(max_connections=20, max_keepalive_connections=0 if paid else 10),
            event_hooks={"request": [_connect_soon], "response": [_not_too_much]},
            verify=trust.of_the_system(),
            # A stand-in is on loopback, whatever proxy is set.
            trust_env=self._base_url is None,
        )
        client = genai.Client(
            vertexai=True,
            project=self._project,
            location=location,
            credentials=self._credentials,
            http_options=types.HttpOptions(
                base_url=self._base_url,
                timeout=int(CALL_S * 1000),
                # With aiohttp installed, the client would send by that, and repeat a POST once after a
                # dropped connection. A client of ours keeps it to httpx2, and one attempt is one attempt.
                httpx_async_client=http,
                retry_options=types.HttpRetryOptions(attempts=1),
                client_args={"verify": trust.of_the_system()},
                async_client_args={"ssl": trust.of_the_system()},
            ),
        )
        return client, http

    async def close(self) -> None:
        """Lets go of connections."""
        opened, self._clients = self._clients, {}
        for client, http in opened.values():
            client.close()
            await http.aclose()

    def without_token(self, text: str) -> str:
        """A text that a server sent, without the token that it was sent."""
        token = getattr(self._credentials, "token", None)
        return text.replace(token, "...") if token else text


def _fresh(credentials: Credentials | None) -> Credentials:
    if credentials is None:
        credentials, _ = google.auth.default(scopes=[_SCOPE])
    if not credentials.valid:
        credentials.refresh(TokenRequest())  # type: ignore[no-untyped-call]
    return credentials
