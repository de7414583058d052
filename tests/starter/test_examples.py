"""The programs that other teams start from are run as the page on services prints them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from tests.support.printed import blocks, ran, shell
from tests.support.reel import PATIENCE_S, prepared

ROOT = Path(__file__).parents[2]
SERVICE, NAMESPACE, CALLER = blocks((ROOT / "starter/docs/services.md").read_text(), "bash")
ORDERS = json.loads((ROOT / "starter/examples/orders.json").read_text())


@pytest.mark.slow
async def test_a_service_that_dies_goes_on_where_its_films_are(on_standins: Path, tmp_path: Path) -> None:
    async with prepared("up", home=on_standins, folder=tmp_path) as up:
        await up.until("Workers run")
        ours = {"REEL_HOME": str(on_standins), "REEL_STANDINS": "1"}
        found = re.search(r"export TEMPORAL_ADDRESS=(\S+)", up.text)
        assert found
        client = await Client.connect(found[1])
        await _killed_amid_its_films(ours, client)
        printed = await _attached(ours, client)
        for number in ORDERS:
            assert re.search(rf"^order {number}: http\S+X-Amz-Expires=604800", printed, re.M), printed
            shown = await ran("reel", "status", f"order-{number}", "--json", folder=ROOT, environment=ours)
            told = json.loads(shown)
            assert (told["status"], told["cut"] is not None, told["waits"]) == ("completed", True, [])
            assert 0 < float(told["spent_usd"]) <= 2.5
        await _used_by_another_namespace(found[1])


async def _killed_amid_its_films(ours: dict[str, str], client: Client) -> None:
    """Once it has approved one of them. Paused, they have not ended by the time that it is there again."""
    process = await _service(ours)
    await _until(process, "approved")
    for number in ORDERS:
        await client.get_workflow_handle(f"order-{number}").signal("pause")
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def _attached(ours: dict[str, str], client: Client) -> str:
    """All that it prints, begun again, once it has attached to what it had begun."""
    process = await _service(ours)
    said = await _until(process, "runs already", len(ORDERS))
    for number in ORDERS:
        await client.get_workflow_handle(f"order-{number}").signal("resume")
    async with asyncio.timeout(PATIENCE_S):
        rest, _ = await process.communicate()
    assert process.returncode == 0, f"{said}{rest.decode()}"
    return said + rest.decode()


async def _service(ours: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, *shell(SERVICE).split()[1:]),
        cwd=ROOT,
        env={**os.environ, **ours},
        stdout=asyncio.subprocess.PIPE,
    )


async def _until(process: asyncio.subprocess.Process, word: str, count: int = 1) -> str:
    """What it has printed once the word stands in it so often."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(PATIENCE_S):
        while said.count(word) < count:
            line = await process.stdout.readline()
            assert line, f"it ended by itself: {said}"
            said += line.decode()
    return said


async def _used_by_another_namespace(address: str) -> None:
    theirs = {"TEMPORAL_ADDRESS": address}
    await ran("bash", "-ec", shell(NAMESPACE), folder=ROOT, environment=theirs)
    client = await Client.connect(address, namespace="marketing")
    async with asyncio.timeout(PATIENCE_S):
        while True:
            # A new namespace is known everywhere within a second or two.
            with suppress(RPCError):
                await client.count_workflows()
                break
            await asyncio.sleep(0.2)
    made = await ran("bash", "-ec", shell(CALLER), folder=ROOT, environment=theirs)
    films = dict(line.split(": ") for line in made.splitlines())
    assert films.keys() == {"a kettle", "a loaf of rye bread"}
    assert all(re.fullmatch(r"videos/film-\S+/cuts/1/film.mp4", film) for film in films.values()), films
