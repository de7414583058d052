"""What the page on services prints for Node is run as it stands, with Temporal's own client alone."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import numpy as np

from tests.conftest import guarded
from tests.support.printed import blocks, ran
from tests.support.reel import PATIENCE_S, reel

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "starter/examples/film.mjs"
PACKAGES = Path(__file__).parent / "node"
MUG = "A 5 second film about a ceramic coffee mug"


def test_the_page_prints_the_program() -> None:
    assert blocks((ROOT / "starter/docs/services.md").read_text(), "js") == [PROGRAM.read_text()]


async def test_a_service_in_node_has_a_film_made_and_directs_it(tmp_path: Path) -> None:
    async with served(tmp_path / "home", tmp_path) as address:
        folder = await its_folder(tmp_path / "service")
        bare = ("bash", "-c", "node film.mjs mug.jpg 2>&1; echo exit $?")
        assert await ran(*bare, folder=folder, environment={}) == (
            'Usage: node film.mjs PHOTO "PROMPT"\nexit 2\n'
        )
        printed = await ran(
            "node", "film.mjs", "mug.jpg", MUG, folder=folder, environment={"TEMPORAL_ADDRESS": address}
        )
        (id,) = re.findall(r"^(film-[0-9a-f]{12}) begun$", printed, re.M)
        assert re.search(r"^approved: hero_shot$", printed, re.M), printed
        cuts = re.findall(
            rf"^(completed|another take:|the first again:) videos/{id}/cuts/(\d+)/", printed, re.M
        )
        assert [said for said, _ in cuts] == ["completed", "another take:", "the first again:"], printed
        first, other, back = (number for _, number in cuts)
        assert first == back != other, "the same choice of versions is the same cut"
        refused = await talked(folder, address, "")
        assert "InvalidRequest [{" in refused and '"field":"prompt"' in refused, refused
        stopped = await talked(folder, address, MUG.replace("mug", "jug"), stop=True)
        assert re.search(r"^stopped (null|videos/)", stopped, re.M), stopped


@asynccontextmanager
async def served(home: Path, folder: Path) -> AsyncIterator[str]:
    """Where Temporal is, beside workers that buy of stand-ins a hundred times quicker than models."""
    quick = {"REEL_STANDINS": "1", "REEL_STANDINS_SPEED": "100"}
    with guarded(home):
        async with reel("up", home=home, folder=folder, **quick) as up:
            await up.until("Workers run")
            yield (await up.until(r"TEMPORAL_ADDRESS=(\S+)"))[1]


async def its_folder(folder: Path) -> Path:
    """What a service has: the program, a photo, and the client from the registry, to the version."""
    shutil.copytree(PACKAGES, folder)
    shutil.copy(PROGRAM, folder)
    noise = np.random.default_rng(7).integers(0, 255, (120, 160, 3))
    assert cv2.imwrite(str(folder / "mug.jpg"), noise.astype(np.uint8))
    install = ("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund")
    await ran(*install, folder=folder, environment={})
    return folder


async def talked(folder: Path, address: str, prompt: str, stop: bool = False) -> str:
    """What it printed, however it ended; by Ctrl-C, once its film has begun, where it is to `stop`."""
    # By itself: what a wheel calls so is a program around it, which hands on no signal.
    node = (await ran("node", "-p", "process.execPath", folder=folder, environment={})).strip()
    process = await asyncio.create_subprocess_exec(
        *(node, "film.mjs", "mug.jpg", prompt),
        cwd=folder,
        env={**os.environ, "TEMPORAL_ADDRESS": address},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(PATIENCE_S):
        while line := (await process.stdout.readline()).decode():
            said += line
            if stop and line.endswith(" begun\n"):
                process.send_signal(signal.SIGINT)
        await process.wait()
    return said
