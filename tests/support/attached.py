"""A process that is attached to a home's stack until its standard input closes; prints one JSON line."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from infra.embedded.stack import open_stack
from infra.settings import Settings
from tests.support.rough import roughly_drawn


async def main(home: Path) -> None:
    """Attach, say where everything is, wait, leave."""
    async with open_stack(Settings.load(home)) as stack:
        facts = {
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
        asyncio.run(main(Path(sys.argv[1])))
