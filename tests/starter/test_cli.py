"""The `reel` command, typed for real: every test starts the processes a person would start."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image
from temporalio.client import Client, WorkflowExecutionStatus

from activities.media.photo import verify_photo
from infra.embedded.state import StateFile
from tests.conftest import guarded
from tests.support.reel import SMALL, processes_about, ran, reel, temporal_of

MUG = "A 5 second film about a ceramic coffee mug"
#: Three beats of which none takes more than a chunk.
BEATS = {"beats": [{"id": name, "seconds": 5} for name in ("hero_shot", "detail_showcase", "call_to_action")]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data directory of this module's commands, with a name that is hard on careless code."""
    with guarded(tmp_path_factory.mktemp("cli") / "Ein Zuhäuse & Co") as folder:
        yield folder


def frames_of(path: Path) -> tuple[int, int]:
    """Decoded frames, and audio streams."""
    with av.open(str(path)) as container:
        sounds = len(container.streams.audio)
        return sum(1 for _ in container.decode(video=0)), sounds


def upload_key(photo: Path) -> str:
    """Where a photo is kept: under the hash of what is left of it after it was verified."""
    return f"uploads/{hashlib.sha256(verify_photo(photo)).hexdigest()}.png"


async def test_a_film_is_made_and_made_again_for_nothing(
    house: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    photo = tmp_path_factory.mktemp("photos") / "mug.png"
    Image.new("RGB", (300, 400), "teal").save(photo)
    command = ("make", MUG, *SMALL, "--product", str(photo))
    code, first = await ran(*command, "--json", home=house, folder=tmp_path)
    assert code == 0, first.text
    film = first.json
    assert not first.lines, "a program that asked for JSON is told nothing else"
    assert (film["status"], film["frames"], film["music"]) == ("completed", 40, "included")
    assert frames_of(Path(film["path"])) == (40, 1)
    assert film["plan"]["beats"][0]["references"] == [upload_key(photo)]
    assert [one.name for one in tmp_path.iterdir()] == [f"{film['id'].removeprefix('film-')}.mp4"]

    code, second = await ran(*command, home=house, folder=tmp_path)
    assert code == 0, second.text
    assert f"0 steps made, {film['made']} found finished" in second.out
    assert "40 frames · 8 fps · 640×360 · 5 s · with music" in second.out
    assert len(list(tmp_path.iterdir())) == 1, "the very same film is not written a second time"
    assert not processes_about(house), "a server outlived the last command"


async def test_ctrl_c_stops_the_film_and_the_same_command_resumes_it(house: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(BEATS))
    command = ("make", "A film about a kettle", "--plan", "plan.json", *SMALL, "--no-music")
    async with reel(*command, home=house, folder=tmp_path) as owner:
        await owner.until(r"  made$", count=2)
        owner.signal(signal.SIGINT)
        assert await owner.end() == 3, owner.text
    assert "Stopped." in owner.out and not list(tmp_path.glob("*.mp4"))
    made = int((await owner.until(r"(\d+) steps? made")).group(1))
    code, again = await ran(*command, "--json", home=house, folder=tmp_path)
    assert code == 0, again.text
    # The plan, three images, chunks and segments, two transitions, and the stitch.
    # One more is found where it was finished as the stop came.
    assert again.json["reused"] >= made and again.json["reused"] + again.json["made"] == 13
    assert frames_of(Path(again.json["path"])) == (120, 0)


@pytest.mark.slow
async def test_only_the_owner_stops_a_film_and_a_resumed_one_has_a_new_owner(
    house: Path, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(BEATS))
    id = "lamp [bold]1[/bold]"
    command = ("make", "A film about a lamp", "--plan", "plan.json", *SMALL, "--id", id)
    async with reel(*command, home=house, folder=tmp_path) as first:
        await first.until(r"  made$")
        # Sooner than a further command could start: the film would be finished by then.
        client = await Client.connect(temporal_of(house))
        await client.get_workflow_handle(id).signal("pause")
        code, paused = await ran("pause", id, home=house, folder=tmp_path)
        assert (code, paused.out) == (0, f"{id} paused\n"), paused.text
        async with reel(*command, home=house, folder=tmp_path) as second:
            await second.until(r"runs already: following it$")
            second.signal(signal.SIGINT)
            assert await second.end() == 130, second.text
        # What a closed terminal or a service manager sends: it leaves, and leaves the film alone.
        first.signal(signal.SIGTERM)
        assert await first.end() == 130, first.text
    code, left = await ran("status", id, "--json", home=house, folder=tmp_path)
    assert (code, left.json["status"], left.json["paused"]) == (0, "rendering", True), left.text

    async with reel(*command, home=house, folder=tmp_path) as heir:
        await heir.until(r"runs already: following it$")
        await heir.until(r"  paused$")
        heir.signal(signal.SIGINT)
        assert await heir.end() == 3, heir.text
    code, last = await ran(*command, "--json", "--output", ".", home=house, folder=tmp_path)
    assert code == 0, last.text
    assert last.json["reused"] == int((await heir.until(r"(\d+) steps? made")).group(1))
    assert Path(last.json["path"]).name.startswith("lamp-bold-1-bold-")


@pytest.mark.slow
async def test_a_house_that_is_up_serves_every_client(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with guarded(tmp_path_factory.mktemp("up")) as home:
        async with reel("up", home=home, folder=tmp_path) as up:
            address = (await up.until(r"^Temporal +(\S+)$")).group(1)
            assert (await up.until(r"^Web UI +(\S+)$")).group(1).startswith("http://127.0.0.1:")
            await up.until("Workers run")
            # No plugin, no types of ours: what any language's client does.
            client = await Client.connect(address)
            request = {"prompt": "A film about a kettle", "duration_s": 5, "size": "360p", "fps": 8}
            film = await client.start_workflow("VideoWorkflow", request, id="kettle", task_queue="reel")
            told = tmp_path / "told"
            code, watched = await ran(
                "watch", "kettle", "--exec", f"tee -a {told}", home=home, folder=tmp_path
            )
            assert (code, watched.out) == (
                0,
                f"{told.read_text()}kettle completed videos/kettle/cuts/1/film.mp4\n",
            ), watched.text
            last = json.loads(told.read_text().splitlines()[-1])
            assert (last["type"], last["subject"]) == ("reelwright.production.completed", "kettle")
            result = await film.result()
            assert (result["status"], result["frames"]) == ("completed", 40)
            code, shown = await ran("status", "kettle", home=home, folder=tmp_path, COLUMNS="40")
            assert code == 0 and "completed  100%" in shown.out, shown.text
            assert any(line.endswith("/workflows/kettle") for line in shown.out.splitlines()), "a broken link"
            code, unknown = await ran("pause", "kettel", home=home, folder=tmp_path)
            assert code == 2 and "no film, batch or pipeline kettel" in unknown.text
            await leave_a_film_of_somebody_else(client, home, tmp_path)
            up.signal(signal.SIGINT)
            assert await up.end() == 0, up.text
        assert not processes_about(home) and not StateFile(home).read().attached


async def leave_a_film_of_somebody_else(client: Client, home: Path, folder: Path) -> None:
    """A terminal may follow what a service started; leaving it stops nothing."""
    request = {"prompt": "A film about a teapot", "duration_s": 5, "size": "360p", "fps": 8}
    film = await client.start_workflow("VideoWorkflow", request, id="teapot", task_queue="reel")
    await film.signal("pause")
    command = ("make", request["prompt"], "--duration", 5, *SMALL, "--take", 2, "--id", "teapot")
    async with reel(*map(str, command), home=home, folder=folder) as guest:
        await guest.until(r"runs already, with another take: following it$")
        guest.signal(signal.SIGINT)
        assert await guest.end() == 130, guest.text
    assert (await film.describe()).status == WorkflowExecutionStatus.RUNNING
    code, stopped = await ran("stop", "teapot", home=home, folder=folder)
    assert (code, stopped.out) == (0, "teapot stopped\n"), stopped.text
    code, ended = await ran("stop", "teapot", home=home, folder=folder)
    assert code == 2 and "has ended" in ended.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["A film", "--duration", "17"], r"duration_s: 17 .*\n +the nearest is 15"),
        (["A film", "--fps", "fast", "--creativity", "7"], r"fps: 'fast' is no number\n.*\ncreativity: 7"),
        (["A film", "--creativity", "inf"], r"creativity: 'inf' is no number\n +a number from 0 to 1"),
        (["A film", "--budget", "5_0"], r"budget_usd: '5_0' is no number\n +an amount of USD"),
        (["A film", "--budget", "٥"], r"budget_usd: '٥' is no number"),
        (["A \x1b[31mfilm"], r"prompt: contains control characters"),
        (["A film", "--product", "playlist.png"], r"product: this is a playlist"),
        (["A film", "--product", ""], r"product: "),
        (["A film", "--product", "http://xn--localhost/a.png"], r"product: it is not a well-formed URL"),
        (["A film", "--product", "http://127.0.0.1:99999/a"], r"product: it is not a well-formed URL"),
        (["A film", "--product", "FTP://example.org/a.png"], r"product: only http:// and https://"),
        (["A film", "--reference", "https://[::1/a.png"], r"references\[0\].image: it is not a well-"),
        (["A film", "--plan", "playlist.png"], r"plan: playlist.png is not JSON"),
        (["A film", "--output", "playlist.png"], r"output: playlist.png does not end in .mp4"),
        (["A film", "--[red]frames[/red]", "3"], r"No such option: --\[red\]frames\[/red\]"),
        (["A film", "--home", "a#b"], r"The data directory .*a#b cannot be used"),
        (["A film", "--home", "playlist.png"], r"The data directory .*playlist.png cannot be used"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[1:3]),
)
async def test_bad_input_is_told_before_anything_starts(words: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "playlist.png").write_text("#EXTM3U\nhttp://127.0.0.1/secret\n")
    async with reel("make", *words, home=tmp_path / "home", folder=tmp_path) as command:
        assert await command.end() == 2, command.text
        await command.until(said)
    assert "Traceback" not in command.text and not command.out
    assert not (tmp_path / "home" / "stack.json").exists() and not list(tmp_path.glob("*.mp4"))


async def test_bad_input_is_json_where_json_was_asked_for(tmp_path: Path) -> None:
    wrong = ran("make", "A film", "--take", "0", "--json", home=tmp_path / "home", folder=tmp_path)
    usage = ran("make", "--json", home=tmp_path / "home", folder=tmp_path)
    missing = ran("status", "film-x", "--json", home=tmp_path / "home", folder=tmp_path)
    answers = await asyncio.gather(wrong, usage, missing)
    assert [code for code, _ in answers] == [2, 2, 2]
    kinds = [command.json["error"]["type"] for _, command in answers]
    assert kinds == ["InvalidRequest", "Usage", "NoSuchFilm"]
    assert [one["field"] for one in answers[0][1].json["error"]["fields"]] == ["take"]


async def test_a_plan_that_the_planner_would_refuse_starts_no_server(tmp_path: Path) -> None:
    plan = {"beats": [{"id": "hero_shot", "seconds": 5}, {"id": "no_such_beat", "seconds": 5}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    code, refused = await ran(
        "make", "A film", "--plan", "plan.json", *SMALL, "--json", home=tmp_path / "home", folder=tmp_path
    )
    assert code == 2, refused.text
    error = refused.json["error"]
    assert error["type"] == "InvalidRequest"
    assert "plan.beats[1].id" in [one["field"] for one in error["fields"]]
    assert not (tmp_path / "home").exists()


async def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    nowhere = {
        "TEMPORAL_ADDRESS": "127.0.0.1:9",
        "REEL_DATABASE_URL": "postgresql://reel:secret@127.0.0.1:9/reel",
        "REEL_S3_ENDPOINT": "http://127.0.0.1:9",
    }
    code, command = await ran("make", MUG, "--json", home=tmp_path / "home", folder=tmp_path, **nowhere)
    assert code == 4, command.text
    message = command.json["error"]["message"]
    assert "127.0.0.1:9" in message and "cannot be reached" in message
    assert "secret" not in command.text


async def test_the_schema_is_published(tmp_path: Path) -> None:
    code, printed = await ran("schema", home=tmp_path / "home", folder=tmp_path)
    assert code == 0 and {"request", "result", "progress", "version"} <= printed.json.keys()
    request = printed.json["request"]
    assert request["required"] == ["prompt"] and request["additionalProperties"] is False
    for part in ("request", "result", "progress"):
        schema = printed.json[part]
        for name in references_of(schema):
            assert name in schema["$defs"], f"{name} is referred to and not defined"


def references_of(schema: Any) -> Iterator[str]:
    """Every definition that a JSON Schema refers to."""
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from references_of(value)
    if isinstance(schema, dict) and "$ref" in schema:
        yield str(schema["$ref"]).removeprefix("#/$defs/")
