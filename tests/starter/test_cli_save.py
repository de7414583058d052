"""`reel save` and `reel link`: what a bare client's film has delivered, while it is there and after Temporal
has forgotten it."""

from __future__ import annotations

import asyncio
import signal
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.opening import open_store
from infra.embedded.stack import Stack
from infra.embedded.state import StateFile
from infra.settings import Settings
from tests.conftest import guarded
from tests.support.reel import PATIENCE_S, Reel, ran, reel

KETTLE = {"prompt": "A 5 second film about a kettle", "size": "360p", "fps": 8, "music": False}


@pytest.mark.slow
async def test_a_film_that_any_client_started_is_fetched(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with guarded(tmp_path / "home") as home:
        async with reel("up", home=home, folder=tmp_path) as up:
            address = (await up.until(r"^Temporal +(\S+)$"))[1]
            told = await up.until(r"^S3 +(\S+), bucket reelwright$")
            assert told[1] == f"http://127.0.0.1:{StateFile(home).read().ports['s3']['http']}"
            await up.until("Workers run")
            client = await Client.connect(address)
            await client.execute_workflow("VideoWorkflow", KETTLE, id="kettle", task_queue="reel")
            film = await saved("kettle", home=home, folder=folder)
            await linked(film, home, folder)
            await refused(home, folder)
            await deleted(client, home, folder)
            await forget(client, "kettle")
            code, after = await ran("save", "kettle", "late.mp4", home=home, folder=folder)
            assert code == 0 and (folder / "late.mp4").read_bytes() == film, after.text
            up.signal(signal.SIGINT)
            assert await up.end() == 0, up.text
        code, dead = await ran("link", "kettle", home=home, folder=folder)
        assert code == 4 and "`reel up`" in dead.text and "http" not in dead.out, dead.text


@pytest.mark.slow
async def test_a_film_for_which_no_worker_answers_is_fetched_by_its_name(
    theirs: dict[str, str], stack: Stack, client: Client, tmp_path: Path
) -> None:
    film, home = tmp_path / "cut.mp4", tmp_path / "home"
    film.write_bytes(b"\0\0\0 ftypisom")
    async with open_store(stack, Settings.load(tmp_path)) as store:
        for cut in (1, 2, 10):
            await store.put_file(film, "video/mp4", key=f"videos/nobodys/cuts/{cut}/film.mp4")
    handle = await client.start_workflow("VideoWorkflow", KETTLE, id="nobodys", task_queue="reel")
    code, newest = await ran("save", "nobodys", "--json", home=home, folder=tmp_path, **theirs)
    assert code == 0 and newest.json["cut"] == 10, newest.text
    await handle.terminate()
    code, other = await ran("link", "nobodys", "--cut", "2", "--json", home=home, folder=tmp_path, **theirs)
    assert code == 0 and other.json["delivered"] == "videos/nobodys/cuts/2/film.mp4", other.text


async def saved(id: str, home: Path, folder: Path) -> bytes:
    """The film's bytes: saved again it is the same file, and a cut by its number has a name of its own."""
    for _ in range(2):
        code, first = await ran("save", id, home=home, folder=folder)
        assert code == 0 and first.out.endswith(f"{id}.mp4\ncut 1 of {id}\n"), first.text
    code, one = await ran("save", id, "--cut", "1", "--json", home=home, folder=folder)
    assert code == 0, one.text
    assert sorted(path.name for path in folder.iterdir()) == [f"{id}-cut-1.mp4", f"{id}.mp4"]
    film = (folder / f"{id}.mp4").read_bytes()
    assert one.json == {
        "id": id,
        "cut": 1,
        "delivered": f"videos/{id}/cuts/1/film.mp4",
        "path": str(folder / f"{id}-cut-1.mp4"),
        "bytes": len(film),
    }
    return film


async def linked(film: bytes, home: Path, folder: Path) -> None:
    code, link = await ran("link", "kettle", "--for", "30m", "--json", home=home, folder=folder)
    assert code == 0, link.text
    got = await asyncio.to_thread(urllib.request.urlopen, link.json["link"])
    assert got.read() == film and 'filename="kettle.mp4"' in got.headers["Content-Disposition"]
    left = datetime.fromisoformat(link.json["ends_at"]) - datetime.now(UTC)
    assert left <= timedelta(minutes=30)
    assert "X-Amz-Expires=1800" in link.json["link"]


async def deleted(client: Client, home: Path, folder: Path) -> None:
    """A film whose cuts are gone, and whose history still names them, has no file and no link."""
    await client.execute_workflow("VideoWorkflow", KETTLE | {"take": 2}, id="pot", task_queue="reel")
    code, gone = await ran("delete", "pot", home=home, folder=folder)
    assert code == 0 and "cuts" in gone.out, gone.text
    for command in ("link", "save"):
        code, one = await ran(command, "pot", home=home, folder=folder)
        assert code == 2 and len(one.lines) == 1 and "was deleted" in one.text, one.text
    code, told = await ran("report", "pot", home=home, folder=folder)
    assert code == 0 and told.out.endswith("pot-report.html\n"), told.text


async def refused(home: Path, folder: Path) -> None:
    """In one line that says what there is."""

    async def said(*words: str) -> Reel:
        code, one = await ran(*words, home=home, folder=folder)
        assert code == 2 and not one.out, one.text
        return one

    assert (await said("save", "kettle", "--cut", "7")).lines == ["kettle has no cut 7: it has 1."]
    assert (
        (await said("link", "kettel")).lines[0].startswith("There is no film, batch or pipeline kettel here")
    )
    assert "does not end in .mp4" in (await said("save", "kettle", "kettle.avi")).text


async def forget(client: Client, id: str) -> None:
    """As after the namespace's retention."""
    named = WorkflowExecution(workflow_id=id)
    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=named)
    await client.workflow_service.delete_workflow_execution(request)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await client.get_workflow_handle(id).describe()
            except RPCError:
                return
            await asyncio.sleep(0.2)
