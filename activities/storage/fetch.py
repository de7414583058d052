"""Knows how a file is fetched from an address that somebody else chose, without being led astray.

It speaks httpcore alone, because what must not happen has no place there: no cookies, no credentials from
a file, no proxies from the environment, no redirects that nobody looked at.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpcore
import httpx

from activities.faults import Permanent, ProviderUnavailable
from activities.storage.addresses import NotPublic, PublicOnly, Resolve, UnknownHost, resolve
from activities.storage.urls import NotAWebUrl, shown, web_url

# A server that is up answers a connect at once, and does not pause for half a minute within a file. Whoever
# sends is waited for, whoever does not is not, however long the whole takes.
_TIMEOUT = {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 30.0}
_CONNECTIONS, _KEPT_ALIVE = 20, 10
# The largest photo takes a minute on a slow line; a server that drips would otherwise hold us for ever.
_LONGEST_S = 300.0
# Two are usual (to https, to a store of files); browsers give up after twenty.
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
# What servers say of a signed address that has ended, or of a file that was deleted.
_ENDED = (403, 404, 410)
# Asked too early or too often, and everything of 500 and above.
_PASSING = (408, 425, 429)
# Written in steps that are few enough for a thread each.
_BLOCK = 1 << 20
# Compressed, a small file could unpack into a huge one.
_HEADERS = [("Accept", "*/*"), ("Accept-Encoding", "identity"), ("User-Agent", "reelwright")]


class Expired(Permanent):
    """The address no longer serves the file: its signature has ended, or the file was deleted. Never retry
    the same address; a provider may give a fresh one."""


class Unfetchable(Permanent):
    """The file must not or cannot be had from there: an address that is not public, too large, refused.
    Never retry."""


class NoSuchHost(ProviderUnavailable):
    """The name does not resolve. Retry: name servers fail too; where a person typed it, it may be wrong."""


class Fetch:
    """Fetches files over pooled connections. `trusted` are the origins, such as `http://127.0.0.1:1234`, that
    may have any address; they are compared whole: scheme, host and port."""

    def __init__(self, trusted: Collection[str] = (), *, resolve: Resolve = resolve) -> None:
        self._trusted = frozenset(_origin(httpx.URL(url)) for url in trusted)
        # Two pools: a connection made for a trusted origin never serves any other.
        self._free = _pool(httpcore.AnyIOBackend())
        self._public = PublicOnly(resolve)
        self._guarded = _pool(self._public)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._free.aclose()
        await self._guarded.aclose()

    async def look_up(self, url: str) -> None:
        """Asks the name servers alone. Raises `NoSuchHost`, and `Unfetchable` where nothing may be fetched
        from there; where no name server answers in time, nobody knows."""
        here = _parsed(url)
        scheme, host, port = _origin(here)
        if (scheme, host, port) in self._trusted:
            return
        with on_the_way(shown(here)), suppress(httpcore.ConnectTimeout):
            await self._public.checked(host, port or 0, _TIMEOUT["connect"])

    async def get(
        self,
        url: str,
        path: Path,
        *,
        max_bytes: int,
        longest_s: float = _LONGEST_S,
        advance: Callable[[int], None] = lambda come: None,
    ) -> None:
        """Writes what lies at the URL to `path`, whole or not at all, within `longest_s` seconds; `advance`
        hears of the bytes that have come.

        Only http and https, only public addresses, checked on the address that is then used and anew after
        every redirect. Raises `Expired`, `Unfetchable`, `ProviderUnavailable`; no message holds the URL's
        query.
        """
        part = path.with_name(f"{path.name}.part")
        here = _parsed(url)
        try:
            async with asyncio.timeout(longest_s):
                for _ in range(1 + _REDIRECTS):
                    onward = await self._once(here, part, max_bytes, advance)
                    if onward is None:
                        await asyncio.to_thread(part.replace, path)
                        return
                    here = onward
            raise Unfetchable(f"{shown(here)} leads on and on: more than {_REDIRECTS} redirects")
        except TimeoutError:
            raise ProviderUnavailable(f"{shown(here)} did not send the file in {longest_s:g} s") from None
        finally:
            part.unlink(missing_ok=True)

    async def _once(
        self, url: httpx.URL, part: Path, max_bytes: int, advance: Callable[[int], None]
    ) -> httpx.URL | None:
        """One request: the file is in `part`, or the answer is where to go on."""
        where, pool = shown(url), self._free if _origin(url) in self._trusted else self._guarded
        # The fragment is the reader's own; it never goes out.
        asked = str(url.copy_with(fragment=None))
        with on_the_way(where):
            async with pool.stream("GET", asked, headers=_HEADERS, extensions={"timeout": _TIMEOUT}) as got:
                if got.status in _MOVED:
                    return _onward(url, _header(got, b"location"))
                _refuse(got, where, max_bytes)
                await _receive(got, part, where, max_bytes, advance)
                return None


@contextmanager
def on_the_way(where: str, private: str = "") -> Iterator[None]:
    """What goes wrong between us and a server, in the studio's errors: `Unfetchable`, `NoSuchHost`,
    `ProviderUnavailable`. `where` is the server as messages show it, `private` how one that is not public
    is allowed."""
    try:
        yield
    except NotPublic:
        raise Unfetchable(f"{where} is not on the public internet{private}") from None
    except UnknownHost:
        raise NoSuchHost(f"no server has the name of {where}") from None
    # None of their words: they may repeat what was sent.
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, ssl.SSLError) as error:
        if isinstance(_cause(error), ssl.SSLCertVerificationError):
            raise Unfetchable(f"the certificate of {where} cannot be trusted") from None
        raise ProviderUnavailable(f"{where} does not answer ({type(error).__name__})") from None


def _pool(backend: httpcore.AsyncNetworkBackend) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        max_connections=_CONNECTIONS, max_keepalive_connections=_KEPT_ALIVE, network_backend=backend
    )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _parsed(url: str) -> httpx.URL:
    try:
        return web_url(url)
    except NotAWebUrl as error:
        raise Unfetchable(str(error)) from None


def _onward(url: httpx.URL, location: str) -> httpx.URL:
    try:
        return _parsed(str(url.join(location)))
    except (httpx.InvalidURL, ValueError):
        raise Unfetchable(f"{shown(url)} redirects to what is no URL") from None


def _header(got: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in got.headers if key.lower() == name), "")


def _refuse(got: httpcore.Response, where: str, max_bytes: int) -> None:
    """Raises where the answer is not the file, or more than is wanted."""
    if got.status in _ENDED:
        raise Expired(f"{where} is no longer there ({got.status})")
    if got.status in _PASSING or got.status >= 500:
        raise ProviderUnavailable(f"{where} answered {got.status}")
    if got.status != 200:
        raise Unfetchable(f"{where} answered {got.status}")
    if _header(got, b"content-encoding").strip().lower() not in ("", "identity"):
        raise Unfetchable(f"{where} answered with a compressed file")
    length = _header(got, b"content-length")
    if length.isascii() and length.isdigit() and int(length) > max_bytes:
        raise Unfetchable(f"{where} is larger than {max_bytes:,} bytes")


async def _receive(
    got: httpcore.Response, part: Path, where: str, max_bytes: int, advance: Callable[[int], None]
) -> None:
    """The body into a file; one that ends before its stated length is a protocol error."""
    total, block = 0, bytearray()
    with await asyncio.to_thread(part.open, "wb") as file:
        async for piece in got.aiter_stream():
            total += len(piece)
            if total > max_bytes:
                raise Unfetchable(f"{where} is larger than {max_bytes:,} bytes")
            advance(total)
            block += piece
            if len(block) >= _BLOCK:
                await asyncio.to_thread(file.write, bytes(block))
                block.clear()
        await asyncio.to_thread(file.write, bytes(block))


def _cause(error: BaseException) -> BaseException:
    """The first of a chain of exceptions."""
    while before := error.__cause__ or error.__context__:
        error = before
    return error
