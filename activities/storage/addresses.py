"""Knows which addresses belong to the public internet, and opens connections to no others."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpcore

#: The addresses of a host and port, as text.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# All that the registries of special addresses keep from the public, written out: what Python calls "global"
# differs between its versions and takes in 6to4 and multicast.
_SPECIAL_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        # Public by its number, but it is the metadata service of one cloud.
        "168.63.129.16/32",
    )
)
# Of IPv6 only this part is handed out to the public at all, less what is special in it: tunnels, which
# carry an IPv4 address of anybody's choice, and examples.
_PUBLIC_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(IPv6Network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# Networks without IPv4 reach its addresses under this prefix; it is the address inside that counts.
_NAT64 = IPv6Network("64:ff9b::/96")
# A name has a handful of addresses: with more, trying them all would outlast every patience.
_TRIED = 4


class NotPublic(Exception):
    """The host has an address that is not on the public internet. Never connect to it, and never retry."""


class UnknownHost(Exception):
    """The name does not resolve. Retry once: a name server may be away for a moment."""


def is_public(address: str) -> bool:
    """Whether the address, IPv4 or IPv6 in any notation, is on the public internet; else False."""
    try:
        parsed: IPv4Address | IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed in _NAT64:
        parsed = IPv4Address(int(parsed) & 0xFFFF_FFFF)
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _SPECIAL_4)
    return parsed in _PUBLIC_6 and not any(parsed in network for network in _SPECIAL_6)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses that this machine's resolver knows. Raises `UnknownHost`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A name that IDNA cannot encode is a UnicodeError.
    except (OSError, UnicodeError) as error:
        raise UnknownHost from error
    return [str(address[0]) for *_, address in found]


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to the very address that it has checked: asking the name a second time could give another.

    Raises `NotPublic` where any address of the host is not public: one that mixes them is no accident.
    """

    def __init__(self, resolve: Resolve = resolve, wire: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._resolve = resolve
        self._wire = wire or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's own
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self.checked(host, port, timeout)
        failure: Exception = httpcore.ConnectError()
        # IPv4 first: a network without IPv6 may swallow its packets for the whole timeout.
        for address in sorted(addresses, key=lambda address: ":" in address)[:_TRIED]:
            try:
                return await self._wire.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def checked(self, host: str, port: int, within: float | None) -> list[str]:
        """The host's addresses, all of them public. Raises `NotPublic`, `UnknownHost`, and httpcore's
        `ConnectTimeout` where no name server answers `within` so many seconds."""
        try:
            async with asyncio.timeout(within):
                addresses = list(dict.fromkeys(await self._resolve(host, port)))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        if not addresses:
            raise UnknownHost
        if not all(is_public(address) for address in addresses):
            raise NotPublic
        return addresses

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's own
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise NotPublic

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
