"""Whom the providers' clients trust: the authorities, read once for all clients of a process.

To read them takes 25 ms, in which nothing else runs, and each client would do it anew.
"""

from __future__ import annotations

import ssl
from functools import cache

import httpx
import httpx2


@cache
def bundled() -> ssl.SSLContext:
    """Those of certifi, as httpx reads them, or of `SSL_CERT_FILE`."""
    return httpx.create_ssl_context()


@cache
def of_the_system() -> ssl.SSLContext:
    """The operating system's, as httpx2 reads them, or those of `SSL_CERT_FILE`."""
    return httpx2.create_ssl_context()
