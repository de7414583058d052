"""What a page prints is run as it stands: its blocks, and programs in a folder and an environment."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.prepared import program
from tests.support.reel import PATIENCE_S


def blocks(page: str, language: str = "") -> list[str]:
    """A page's code blocks of one language, in order; of none by default."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```", page, re.S | re.M)
    return [block for named, block in fenced if named == language]


def shell(block: str) -> str:
    """As it is typed where the tools are at hand, and where the address is known."""
    return re.sub(r"^export .*$", "", block, flags=re.M).replace("uv run ", "")


async def ran(*command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Its stdout; it must end well."""
    # A page's commands find the tools through uv; here they lie beside the interpreter, and `reel` before.
    places = (
        str((await asyncio.to_thread(program)).parent),
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    )
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **environment, "PATH": os.pathsep.join(places)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, f"{process.returncode}: {out.decode()}{err.decode()}"
    return out.decode()
