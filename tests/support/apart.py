"""A worker, as `python -m worker` is, that buys at stand-ins which run elsewhere.

`python -m tests.support.apart STANDINS ARGUMENTS…`: a home's own stand-ins are of one machine, and workers
apart would buy at as many sellers as there are homes.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import worker
from infra.embedded.stack import Stack, open_stack
from infra.settings import Settings


def buy_at(standins: str) -> None:
    """The worker of this process buys at the stand-ins of this base URL."""
    opened = open_stack

    @asynccontextmanager
    async def elsewhere(settings: Settings) -> AsyncIterator[Stack]:
        async with opened(settings) as stack:
            yield replace(stack, standins=standins)

    # Where `run` looks for it.
    vars(worker)["open_stack"] = elsewhere


if __name__ == "__main__":
    buy_at(sys.argv[1])
    worker.main(sys.argv[2:])
