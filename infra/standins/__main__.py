"""Runs the stand-ins as a process of their own: `python -m infra.standins --port … --data …`."""

from __future__ import annotations

import argparse
import asyncio
import time
from functools import partial
from pathlib import Path

import cv2

from infra.standins.core import Desk
from infra.standins.faults import Faults
from infra.standins.service import server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.standins", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--speed", type=float, default=1.0, help="divides every time")
    parser.add_argument(
        "--faults", type=Faults.rates_of, default={}, help="`lively`, or submit:drop_after=0.02,…"
    )
    parser.add_argument("--skew", type=float, default=0.0, help="seconds by which their clock is ahead")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that come by chance")
    asyncio.run(serve(parser.parse_args()))


async def serve(given: argparse.Namespace) -> None:
    """Serve until told to stop."""
    # The cores belong to the films' own encodes; one picture at a time is made, by one thread.
    cv2.setNumThreads(1)
    clock = partial(_clock, given.skew)
    desk = Desk(given.data, speed=given.speed, faults=Faults(given.faults, given.seed), clock=clock)
    await server(desk, given.port).serve()


def _clock(skew: float) -> float:
    return time.time() + skew


if __name__ == "__main__":
    main()
