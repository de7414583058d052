"""How a web server of ours listens: on loopback, for plain requests, and gone at once when it is told to."""

from __future__ import annotations

from typing import Any

import uvicorn
from starlette.types import ASGIApp


def listening(app: ASGIApp, port: int, **more: Any) -> uvicorn.Server:
    """A web server of this application on a loopback port, with `more` of uvicorn's own options; whoever runs
    it owns its loop."""
    return uvicorn.Server(configured(app, host="127.0.0.1", port=port, **more))


def configured(app: ASGIApp, **more: Any) -> uvicorn.Config:
    """How any of them serves its application, with `more` of uvicorn's own options."""
    return uvicorn.Config(
        app,
        # Nobody here has web sockets; without them an upgrade is answered as the plain request that it is.
        ws="none",
        log_level="warning",
        # In what is asked for stand ids of films, words that are searched for, and signatures.
        access_log=False,
        # A page or a client that waits for what never comes is no reason to stay.
        timeout_graceful_shutdown=1,
        **more,
    )
