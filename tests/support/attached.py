"""A process that is attached to a home's stack until its standard input closes; prints one JSON line.

`python -m tests.support.attached HOME decides` hosts the workflows, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from infra.embedded.stack import Stack, open_stack
from infra.settings import Settings
from tests.support.rough import roughly_drawn


async def main(home: Path, decides: bool) -> None:
    """Attach, say where everything is, wait, leave."""
    settings = Settings.load(home)
    if decides:
        # What a worker needs takes seconds to import.
        from starter.session import attached
        from workflows.studio import STUDIO_QUEUE

        async with attached(settings) as session:
            await session.host((STUDIO_QUEUE,))
            await _stay(session.stack)
    else:
        async with open_stack(settings) as stack:
            await _stay(stack)


async def _stay(stack: Stack) -> None:
    facts = {
        "pid": os.getpid(),
        "instance": stack.instance,
        "temporal": stack.temporal_address,
        "database": stack.database_url,
        "s3": stack.s3.endpoint,
        "gone": stack.gone,
    }
    print(json.dumps(facts), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with roughly_drawn():
        asyncio.run(main(Path(sys.argv[1]), sys.argv[2:] == ["decides"]))
