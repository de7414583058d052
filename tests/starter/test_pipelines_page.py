"""What the page on pipelines prints is run as it stands; and what a file may say, is read from it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter.pipeline_file import pipeline_of, read, typed
from tests.pipeline.drafts import FILES, parsed, pipelines, step
from tests.support.printed import blocks, ran, shell
from tests.support.reel import prepared
from tests.support.reel import ran as reel_ran
from workflows.pipeline import KINDS, PIPELINE
from workflows.studio import InvalidRequest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "starter/docs/pipelines.md").read_text()


@pytest.mark.slow
async def test_the_commands_of_the_page_make_what_it_says(own_home: Path, tmp_path: Path) -> None:
    first, more, smallest = blocks(PAGE)
    retakes = PAGE.partition("## Another take")[2].partition("```bash\n")[2].partition("```")[0]
    photo = tmp_path / "mug.png"
    assert cv2.imwrite(str(photo), np.full((200, 300, 3), 90, np.uint8))
    async with prepared("up", home=own_home, folder=tmp_path) as up:
        await up.until("Workers run")
        here = {"REEL_HOME": str(own_home)}
        printed = shell(first).replace("--save turning", f"--save {tmp_path}/turning")
        said = await ran("bash", "-ec", printed, folder=ROOT, environment=here)
        assert "completed" in said and "Free." in said, said
        saved = sorted(one.name for one in (tmp_path / "turning").iterdir())
        assert saved == ["again.mp4", "both.mp4", "draw.png", "music.mp4", "square.mp4", "turn.mp4"]
        # The cheapest of its steps stands for the one that the page retakes.
        id, *_ = re.findall(r"^(pipeline-\S+) completed$", said, re.M)
        _, again, lists, _ = shell(retakes).replace("ID turn", "ID music").replace("ID", id).splitlines()
        again = again.replace('--words "Slowly, in the snow"', "")
        said = await ran("bash", "-ec", f"{again}\n{lists} --json", folder=ROOT, environment=here)
        assert f"{id}: music: made anew, as take-2" in said and "1 made, 5 found finished" in said, said
        told = json.loads(said.splitlines()[-1])["steps"]
        review = f"reel review {id} --output {tmp_path} --json"
        shown = json.loads(await ran("bash", "-ec", review, folder=ROOT, environment=here))
        assert f"reel use {id} music take-1" in Path(shown["page"]).read_text() and shown["output"]
        states = {
            one["name"]: (one["state"], one["shown"], bool(one["link"])) for one in told[-1]["versions"]
        }
        assert states == {"take-1": ("finished", False, True), "take-2": ("finished", True, True)}
        printed = shell(more).replace("mug.jpg", str(photo)).replace("--save ", f"--save {tmp_path}/")
        said = await ran("bash", "-ec", printed, folder=ROOT, environment=here)
        assert len(re.findall(r"^pipeline-\S+ completed$", said, re.M)) == 2, said
        assert {one.name for one in (tmp_path / "poster").iterdir()} >= {"poster.png", "lines.png"}
        assert {one.name for one in (tmp_path / "longer").iterdir()} >= {"both.mp4", "end.png"}
        poster = next(one for one in said.split() if one.startswith("pipeline-poster-"))
        report = ("reel", "report", poster, str(tmp_path), "--json")
        told = json.loads(await ran(*report, folder=ROOT, environment=here))
        assert Path(told["output"]).parent == Path(told["page"]).parent == tmp_path
        assert Path(told["output"]).name in Path(told["page"]).read_text()
        printed = shell(smallest).replace("IMAGE", str(photo)).replace("mug.mp4", f"{tmp_path}/mug.mp4")
        # As it is drawn here, for nothing.
        free = printed.replace("fal-kling-2.6-pro --seconds 5", "animatic-video --seconds 1 --size 360p")
        assert "completed" in await ran("bash", "-ec", free, folder=ROOT, environment=here)
        assert (tmp_path / "mug.mp4").read_bytes()[4:8] == b"ftyp"


async def test_what_its_model_does_not_do_starts_nothing(tmp_path: Path) -> None:
    photo, home = tmp_path / "mug.png", tmp_path / "home"
    assert cv2.imwrite(str(photo), np.full((200, 300, 3), 90, np.uint8))
    asked = ("--model", "replicate-hailuo-02", "--seconds", "5", "--json")
    code, told = await reel_ran("animate", photo, "x", *asked, home=home, folder=tmp_path, REEL_STANDINS="1")
    fields = [one["field"] for one in told.json["error"]["fields"]]
    assert (code, fields) == (2, ["steps[0].params.seconds"]) and not list(home.glob("postgres*"))


def test_it_lists_every_kind_with_its_roles_and_parameters() -> None:
    told = "\n".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    for name, kind in KINDS.items():
        (line,) = [one for one in told.splitlines() if f"`{name}`" in one]
        named = set(re.findall(r"`(\w+)`", line))
        assert named >= {*kind.roles, *kind.params.model_fields}, name


# ---- files ------------------------------------------------------------------------------------------


@given(value=pipelines(4))
def test_a_file_says_what_a_request_says(value: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    import yaml

    folder = tmp_path_factory.mktemp("files")
    (folder / "a.json").write_text(json.dumps(value))
    (folder / "a.yaml").write_text(yaml.safe_dump(value, sort_keys=False))
    request = parsed(value)
    assert (
        pipeline_of(str(folder / "a.json")).request == pipeline_of(str(folder / "a.yaml")).request == request
    )


def test_variables_and_inputs_are_given_beside_it(tmp_path: Path) -> None:
    photo, file = tmp_path / "mug.png", tmp_path / "a.json"
    assert cv2.imwrite(str(photo), np.full((200, 300, 3), 90, np.uint8))
    steps = [
        step("lines", "edges"),
        step("turn", "image_to_video", "A ${colour} mug", seconds="${s}"),
        step("film", "text_to_video", "A jug"),
    ]
    file.write_text(json.dumps({"steps": steps, "variables": {"colour": "red", "s": 1}}))
    found = pipeline_of(
        str(file), variables=["s=2", "colour=true"], inputs=[f"image={photo}"], profile="draft"
    )
    request = found.request
    assert (request.variables["s"], request.variables["colour"], request.profile) == (2, True, "draft")
    (key,) = {one.inputs["image"] for one in request.steps if one.inputs}
    assert key[0].startswith("uploads/") and len(found.puts) == 1
    named = pipeline_of(str(file), inputs=[f"image={photo}", f"turn.last_frame={photo}"])
    assert set(named.request.steps[1].inputs) == {"image", "last_frame"}
    with pytest.raises(InvalidRequest) as wrong:
        pipeline_of(str(file), variables=["s"], inputs=["video=x.mp4", f"nobody.image={photo}", "image="])
    assert [one.field for one in wrong.value.fields][:4] == ["set", "input", "input", "input"]
    assert {one.field for one in wrong.value.fields[4:]} == {"steps[0].inputs.image", "steps[1].inputs.image"}


def test_a_variable_that_nothing_uses_is_no_variable(tmp_path: Path) -> None:
    file = tmp_path / "turn.yaml"
    file.write_text(
        "variables: {colour: red}\nsteps:\n- {id: a, kind: text_to_image, prompt: 'A ${colour} mug'}"
    )
    with pytest.raises(InvalidRequest, match="its variables are colour"):
        pipeline_of(str(file), variables=["coluor=blue"])
    # Bought would be "A  mug".
    for empty in ("colour=", "colour=  "):
        with pytest.raises(InvalidRequest, match="the variable colour is empty"):
            pipeline_of(str(file), variables=[empty])


@pytest.mark.parametrize(
    "steps",
    [7, "edges", {"a": 1}, *([{"id": "a", "kind": "edges", "inputs": inputs}] for inputs in (["x"], 5))],
)
def test_a_file_for_steps_that_are_none_is_refused_in_words(tmp_path: Path, steps: object) -> None:
    file, photo = tmp_path / "a.json", tmp_path / "photo.png"
    assert cv2.imwrite(str(photo), np.zeros((64, 64, 3), np.uint8))
    file.write_text(json.dumps({"steps": steps}))
    with pytest.raises(InvalidRequest) as wrong:
        pipeline_of(str(file), inputs=[f"image={photo}", f"a.image={photo}"])
    assert all(one.field.startswith(("steps", "input")) for one in wrong.value.fields)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: 1\na: 2", "more than once"),
        ("a: !!python/object:os.system {}", "tags"),
        ("a: !!binary aGVsbG8=", "tags"),
        ("a: !!map [x]", "tags"),
        ("a: [", "cannot be read"),
        ("\0", "cannot be read"),
    ],
)
def test_what_yaml_could_do_beside_values_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(InvalidRequest, match=words):
        read(tmp_path / "a.yaml")


def test_a_date_is_text(tmp_path: Path) -> None:
    """Nor a number of sixties, which every aspect would be."""
    (tmp_path / "a.yaml").write_text("steps: []\nday: 2026-11-27\naspect: 16:9")
    assert read(tmp_path / "a.yaml") == {"steps": [], "day": "2026-11-27", "aspect": "16:9"}


@given(st.text(max_size=12))
def test_what_is_typed_is_a_number_or_text(said: str) -> None:
    assert isinstance(typed(said), str | int | float)


def test_the_examples_are_pipelines() -> None:
    photo = f"image={FILES['image']}"
    for name, count, inputs in (("turn", 6, []), ("poster", 5, []), ("longer", 4, [photo])):
        file = pipeline_of(str(ROOT / f"starter/examples/{name}.yaml"), inputs=inputs)
        assert PIPELINE.id_of(file.request).startswith("pipeline-") and len(file.request.steps) == count
