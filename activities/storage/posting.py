"""Knows how something is sent to an address that somebody else chose: once, to no private place."""

from __future__ import annotations

from collections.abc import Sequence

import httpcore

from activities.faults import ProviderUnavailable
from activities.storage.addresses import PublicOnly, Resolve, resolve
from activities.storage.fetch import Unfetchable, on_the_way
from activities.storage.urls import NotAWebUrl, shown, web_url

# A receiver takes it and works on it afterwards: one that needs longer is asked again.
_TIMEOUT = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
# By this a receiver unsubscribes: who has only moved, or is being repaired, says something else.
_GONE = 410
_ALLOWED = ": REEL_NOTIFY_PRIVATE=1 allows that"


async def post(
    url: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    *,
    private: bool,
    resolve: Resolve = resolve,
) -> None:
    """Posts it, and returns where it was taken. `private` allows addresses that are not public.

    No redirect is followed: whoever wants it elsewhere says so in the request. Raises `Unfetchable` where it
    is never to be sent there again, `NoSuchHost` and `ProviderUnavailable` where it may be taken later; no
    message holds more of the URL than its host.
    """
    try:
        where = web_url(url)
    except NotAWebUrl as error:
        raise Unfetchable(str(error)) from None
    told = shown(where.copy_with(path="/"))
    backend = httpcore.AnyIOBackend() if private else PublicOnly(resolve)
    with on_the_way(told, _ALLOWED):
        async with (
            httpcore.AsyncConnectionPool(network_backend=backend) as pool,
            pool.stream(
                "POST",
                str(where.copy_with(fragment=None)),
                headers=list(headers),
                content=body,
                extensions={"timeout": _TIMEOUT},
            ) as got,
        ):
            # What it has to say is for nobody; a page that never ends is not read.
            status = got.status
    if 300 <= status < 400:
        raise Unfetchable(f"{told} leads elsewhere ({status}): name that address instead")
    if status == _GONE:
        raise Unfetchable(f"{told} wants no more of it ({status})")
    # A proxy in front of one that restarts answers with anything.
    if not 200 <= status < 300:
        raise ProviderUnavailable(f"{told} answered {status}")
