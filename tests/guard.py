"""What ends the test run's servers if the run itself could not: waits for its standard input to close."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from infra.embedded.state import StateFile
from infra.embedded.upkeep import end_servers


async def end_stack(home: Path) -> None:
    """End the home's servers unless somebody alive is attached."""
    async with StateFile(home).changing() as state:
        state.prune()
        if not state.attached:
            await end_servers(state)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    asyncio.run(end_stack(Path(sys.argv[1])))
