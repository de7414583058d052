"""What the page on services prints is run as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.service import ensure_endpoint
from infra.embedded.stack import open_stack
from infra.settings import Settings
from infra.temporal import connect
from tests.support.printed import blocks, ran, shell

PAGE = (Path(__file__).parents[2] / "starter/docs/services.md").read_text()


@pytest.mark.slow
async def test_its_command_creates_the_endpoint_that_ours_would(own_home: Path, tmp_path: Path) -> None:
    (command,) = blocks(PAGE)
    async with open_stack(Settings.load(own_home)) as stack:
        theirs = {"TEMPORAL_ADDRESS": stack.temporal_address}
        made = await ran("bash", "-ec", shell(command), folder=tmp_path, environment=theirs)
        assert "reel" in made
        # It is there already, and nothing is wrong with that.
        await ensure_endpoint(await connect(stack))
