"""What the page on services prints is run as it stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from activities.service import ensure_endpoint
from infra.embedded.stack import open_stack
from infra.settings import Settings
from infra.temporal import connect
from tests.support.printed import blocks, ran, shell
from tests.support.reel import prepared

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "starter/docs/services.md").read_text()


@pytest.mark.slow
async def test_its_command_creates_the_endpoint_that_ours_would(own_home: Path, tmp_path: Path) -> None:
    (command,) = blocks(PAGE)
    async with open_stack(Settings.load(own_home)) as stack:
        theirs = {"TEMPORAL_ADDRESS": stack.temporal_address}
        made = await ran("bash", "-ec", shell(command), folder=tmp_path, environment=theirs)
        assert "reel" in made
        # It is there already, and nothing is wrong with that.
        await ensure_endpoint(await connect(stack))


@pytest.mark.slow
async def test_its_samples_run_beside_the_studio(own_home: Path, tmp_path: Path) -> None:
    (sample,) = blocks(PAGE, "python")
    async with prepared("up", home=own_home, folder=tmp_path) as up:
        await up.until("Workers run")
        ours = {"REEL_HOME": str(own_home)}
        printed = await ran(sys.executable, "-c", sample, folder=ROOT, environment=ours)
        price, link = printed.split()
        assert float(price) == 0 and link.startswith("http") and "X-Amz-Expires=86400" in link
