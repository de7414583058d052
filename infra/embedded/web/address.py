"""Where the Web UI itself listens: on a loopback address drawn anew at each start, told to its door alone.

The page of another origin can send a request to any port of 127.0.0.1, and the dev server's UI checks neither
Host nor Origin. What no page can do is to find one address among sixteen million.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import NamedTuple

from infra.embedded.process import free_port, port_is_free
from infra.private import write_private


class Address(NamedTuple):
    """A numeric address and a port."""

    host: str
    port: int


def draw(home: Path) -> None:
    """Draws an address for the next start and writes it down. The home's folder `temporal` exists."""
    port = free_port()
    # Zeros and 255 are left out: below 127.0 lie addresses that systems use themselves.
    host = ".".join(str(number) for number in (127, *(1 + secrets.randbelow(254) for _ in range(3))))
    if not port_is_free(port, host):
        # Only Linux answers on all of 127.0.0.0/8. Elsewhere the port alone is new at each start.
        host = "127.0.0.1"
    write_private(_file(home), f"{host}:{port}")


def drawn(home: Path) -> Address | None:
    """The address last drawn; None where none ever was."""
    try:
        host, _, port = _file(home).read_text().partition(":")
        return Address(host, int(port))
    except (FileNotFoundError, ValueError):
        return None


def _file(home: Path) -> Path:
    return home / "temporal" / "web-ui"
