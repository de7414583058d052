"""How a stand-in gets the images that a request names."""

from __future__ import annotations

import base64
import binascii
import ssl
from functools import cache
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from infra.standins.journal import Journal

# The largest that a real provider takes is 100 MB; pictures are far below this.
_BYTES = 32 << 20
_LIMIT_S = 20.0


class Unfetched(Exception):
    """An input could not be fetched; the message has no query in it. The real ones refuse such a request."""


async def fetched(url: str, journal: Journal) -> bytes:
    """The bytes of a data URL, of a file that was uploaded to us, or of what lies at an address. Raises
    `Unfetched`."""
    if url.startswith("data:"):
        return _inline(url)
    path = urlsplit(url).path
    try:
        if path.startswith("/files/stored/"):
            return journal.kept(path.rsplit("/", 1)[1])
        async with _client() as client:
            response = await client.get(url)
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unfetched(f"{path}: {type(error).__name__}") from None
    if response.status_code != 200 or len(response.content) > _BYTES:
        raise Unfetched(f"{path}: status {response.status_code}, {len(response.content)} bytes")
    return response.content


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_LIMIT_S, follow_redirects=True, trust_env=False, verify=_authorities())


@cache
def _authorities() -> ssl.SSLContext:
    # To read them takes longer than to fetch a picture.
    return httpx.create_ssl_context(trust_env=False)


def _inline(url: str) -> bytes:
    head, _, body = url.partition(",")
    try:
        return base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
    except binascii.Error:
        raise Unfetched("a data URL that is no base64") from None
