"""What ends the test run's servers if the run itself could not: waits for its standard input to close."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path


def is_ended(home: Path) -> bool:
    """Whether nobody is attached and no server runs, as after a run that ended by itself."""
    state = home / "stack.json"
    told = json.loads(state.read_text()) if state.exists() else {}
    return not told.get("servers") and not told.get("attached")


async def end_stack(home: Path) -> None:
    """End the home's servers unless somebody alive is attached."""
    # Imported for what is left to do alone: there are as many guards as homes.
    from infra.embedded.state import StateFile
    from infra.embedded.upkeep import end_servers

    async with StateFile(home).changing() as state:
        state.prune()
        if not state.attached:
            await end_servers(state)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    if not is_ended(Path(sys.argv[1])):
        asyncio.run(end_stack(Path(sys.argv[1])))
