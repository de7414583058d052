"""Runs the Web UI's door as a process of its own: `python -m infra.embedded.web --home … --port …`."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.embedded.web.door import door
from infra.listening import listening


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.embedded.web", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    # The answers have the UI's own headers.
    own = {"server_header": False, "date_header": False}
    listening(door(given.home), given.port, lifespan="off", **own).run()


if __name__ == "__main__":
    main()
