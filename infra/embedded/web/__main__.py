"""Runs the Web UI's door as a process of its own: `python -m infra.embedded.web --home … --port …`."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from infra.embedded.web.door import door


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.embedded.web", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    uvicorn.run(
        door(given.home),
        host="127.0.0.1",
        port=given.port,
        lifespan="off",
        # The UI has no web sockets; without them an upgrade is answered as the plain request that it is.
        ws="none",
        log_level="warning",
        # Ids of films, and the words that pages are searched for.
        access_log=False,
        # The answers have the UI's own.
        server_header=False,
        date_header=False,
        # A page that waits for the next event is no reason to stay.
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
