"""Knows which URLs may be asked for a file at all, by their form alone."""

from __future__ import annotations

import re

import httpx

# A browser accepts longer ones; no honest signed address has more.
_LONGEST = 8_000
# What a name server can be asked for; encoded, also of a name in another script.
_LABEL = re.compile(rb"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST_NAME = 253


class NotAWebUrl(ValueError):
    """The text is no URL from which a file may be fetched; the message says why, in words that follow "it" or
    name the place. Never retry it."""


def web_url(text: str) -> httpx.URL:
    """The URL, http or https, with a host that could exist and without credentials. Raises `NotAWebUrl`."""
    if len(text) > _LONGEST:
        raise NotAWebUrl(f"a URL has at most {_LONGEST} characters")
    try:
        url = httpx.URL(text)
        # Read here, for this is what decodes it: a name that IDNA does not know fails only then.
        host, name = url.host, url.raw_host
    # UnicodeError, which is what IDNA raises, is a ValueError.
    except (httpx.InvalidURL, ValueError):
        raise NotAWebUrl("it is not a well-formed URL") from None
    if url.scheme not in ("http", "https") or not host:
        raise NotAWebUrl("only http:// and https:// URLs are fetched")
    if not _could_exist(name) or not 0 < (80 if url.port is None else url.port) < 65536:
        raise NotAWebUrl("it is not a well-formed URL")
    if url.userinfo:
        raise NotAWebUrl(f"{shown(url)}: a URL with a user name or password is not fetched")
    # The low ports belong to mail, shells and databases, which could be made to read a request as theirs.
    if url.port is not None and url.port not in (80, 443) and url.port < 1024:
        raise NotAWebUrl(f"{shown(url)}: no web server has port {url.port}")
    return url


def shown(url: str | httpx.URL) -> str:
    """The URL as it may be seen: scheme, host, port and path, at most 200 characters."""
    try:
        parsed = httpx.URL(url)
        port = f":{parsed.port}" if parsed.port else ""
        whole = f"{parsed.scheme}://{parsed.host}{port}{parsed.path}"
    except (httpx.InvalidURL, ValueError):
        return "the address"
    return "".join(c if c.isprintable() else "?" for c in whole)[:200]


def _could_exist(host: bytes) -> bool:
    if b":" in host:
        # An IPv6 address: httpx has read it as one.
        return True
    labels = host.removesuffix(b".").split(b".")
    return len(host) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)
