"""Sources × prompts × models in one request: every combination once, checked whole, looked at between, bought
once, and shown side by side."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.client import Client

from activities.batch import Lines, checked
from activities.batch.lines import Asked
from activities.estimates import ESTIMATES
from starter.batch_sheet_items import sheet
from starter.batch_sheet_page import page
from starter.batches import Batches
from starter.pipeline_bulk import bulk_of
from starter.pipeline_file import pipeline_of
from starter.productions import Productions
from tests.support.batch_pages import EVIL
from tests.support.paid import PaidRig, made
from tests.support.standing import Standins
from workflows.batch import BATCH, BatchRequest
from workflows.studio import InvalidRequest

Json = dict[str, Any]
KONTEXT, EDIT = "replicate-flux-kontext-dev", "fal-gpt-image-2.5-flare-edit"
SHELF = Path(__file__).parents[2] / "starter/examples/shelf.yaml"


def bulk(sources: list[str], prompts: list[str], models: list[str], **more: Any) -> Json:
    scene: Json = {"id": "scene", "kind": "image_to_image", "model": "${model}", "review": True}
    scene |= {"prompt": "a ${colour} thing ${prompt}", "inputs": {"image": "${source}"}, **more}
    clip: Json = {"id": "clip", "kind": "image_to_video", "model": "animatic-video", "prompt": "it turns"}
    clip |= {"inputs": {"image": "scene"}, "params": {"size": "360p", "seconds": 0.5}}
    return {
        "name": "Shelf",
        "production": "pipeline",
        "bulk": {"sources": sources, "prompts": prompts, "models": models},
        "template": {"steps": [scene, clip], "variables": {"colour": "red"}},
    }


def parsed(value: Json) -> BatchRequest:
    return BATCH.parse(json.dumps(value).encode())


def told(value: Json) -> dict[str, str]:
    try:
        _, problems = checked(Lines(parsed(value)))
    except InvalidRequest as error:
        return {one.field: one.problem for one in error.fields}
    return {one.field: one.problem for one in problems}


def upload(number: int) -> str:
    return f"uploads/{number:064x}.png"


_UNIQUE = st.lists(
    st.text("abc $", min_size=1, max_size=5).map(str.strip).filter(bool), max_size=4, unique=True
)


@given(st.integers(1, 5), _UNIQUE.filter(bool), st.sampled_from([[KONTEXT], [EDIT, KONTEXT]]))
def test_every_combination_is_made_once(count: int, prompts: list[str], models: list[str]) -> None:
    sources = [upload(number) for number in range(count)]
    lines = Lines(parsed(bulk(sources, prompts, models)))
    items = [one for one in lines.items() if isinstance(one, Asked)]
    # Words that come to the same, such as `$$` and `$`, are one item.
    said = {one.replace("$$", "$") for one in prompts}
    assert lines.count == count * len(prompts) * len(models) and len(items) <= lines.count
    made = {(s.inputs["image"][0], s.prompt, s.model) for s in (one.request.steps[0] for one in items)}
    wanted = {(a, f"a ${{colour}} thing {b}", c) for a in sources for b in prompts for c in models}
    assert made <= wanted and (made == wanted or len(said) < len(prompts))
    assert len({one.item for one in items}) == len(items)


def test_what_is_wrong_is_said_once_and_before() -> None:
    right = bulk([upload(1)], ["x", "y"], [KONTEXT])
    assert told(right) == {}
    assert list(told(bulk([upload(1), upload(2)], ["x", "y"], [KONTEXT], prompt="${nobody}"))) == [
        "bulk.prompts"
    ]
    assert list(told(bulk([upload(1)], ["x", "y"], [KONTEXT], inputs={"image": "${source}", "b": "z"}))) == [
        "template.steps[0].inputs.b"
    ]
    assert list(told({**right, "items": [{}]})) == ["items", "template"]
    assert list(told({**right, "template": None})) == ["template"]
    assert told({**right, "bulk": {}}) == {"bulk": "nothing is named"}
    assert "are 201 items" in told(bulk([upload(n) for n in range(67)], ["x", "y", "z"], [KONTEXT]))["bulk"]
    assert list(told(bulk([upload(1)], ["x", "x"], [KONTEXT]))) == ["bulk.prompts"]


def test_only_a_bulk_tells_of_one() -> None:
    plain, spelled = parsed({"name": "Mugs", "items": [{"prompt": "A mug"}]}), parsed(bulk(["a"], [], []))
    assert "bulk" not in plain.model_dump_json(), "an earlier worker would refuse it"
    assert all(BatchRequest.model_validate_json(one.model_dump_json()) == one for one in (plain, spelled))


def test_places_that_would_fill_a_memory_are_refused() -> None:
    value = bulk([upload(1)], ["x" * 2000], [KONTEXT], prompt="${prompt}" * 1001)
    assert told(value) == {"template": "its places are filled 1,003 times"}


def test_a_file_says_it_all(tmp_path: Path) -> None:
    folder = tmp_path / "mugs"
    folder.mkdir()
    for number in range(10):
        assert cv2.imwrite(str(folder / f"{number}.png"), np.full((64, 96, 3), 20 * number, np.uint8))
    file = bulk_of(str(SHELF), inputs=[f"source={folder}"], budget_usd="9", prompts=["a", "b", "c", "d"])
    assert (file.items, file.lines, len(file.puts)) == (80, 80, 10)
    assert file.request.budget_usd == Decimal(9) and file.id.startswith("batch-shelf-")
    with pytest.raises(InvalidRequest) as wrong:
        bulk_of(str(SHELF), inputs=[f"source={folder}", "video=x"], variables=["a=1"], models=["No!"])
    assert {one.field for one in wrong.value.fields} == {"set", "input", "steps[0].model"}
    with pytest.raises(InvalidRequest, match="run it with --bulk"):
        pipeline_of(str(SHELF))


@pytest.mark.slow
# Eighty items, on machines that do other things beside.
@pytest.mark.timeout(600)
async def test_ten_sources_four_prompts_and_two_models_are_looked_at_bought_once_and_compared(
    paid_rig: PaidRig, client: Client, standins: Standins, database_url: str, tmp_path: Path
) -> None:
    async with paid_rig() as (studio, _):
        sources = []
        for number in range(10):
            photo = tmp_path / f"{number}.png"
            assert cv2.imwrite(str(photo), np.full((240, 320, 3), 90 + number, np.uint8))
            key = f"uploads/{hashlib.sha256(photo.read_bytes()).hexdigest()}.png"
            sources.append(await studio.store.put_file(photo, "image/png", key=key))
        prompts = ["at noon", EVIL, "at dusk", "at night"]
        request = parsed({**bulk(sources, prompts, [KONTEXT, EDIT]), "budget_usd": 5})
        batches = Batches(client, studio.store)
        price = (await ESTIMATES[BATCH.workflow](studio, request, BATCH.id_of(request))).price_usd
        batch = await batches.start(request)
        looked_at = await batch.result()
        assert (looked_at.counts.awaiting_review, looked_at.spent_usd) == (80, price), looked_at
        assert made(standins) == {KONTEXT: 40, EDIT: 40}
        ended = await (await batch.approve()).batch.result()
        assert (ended.counts.completed, ended.spent_usd) == (80, price) and made(standins).total() == 80

        # What was looked at is approved, and no later take of the step.
        asked = "SELECT count(DISTINCT value->'keys'->>0) FROM film_edit WHERE film = ANY($1) AND kind = $2"
        items = [one.item for one in Lines(request).items() if isinstance(one, Asked)]
        connection = await asyncpg.connect(database_url)
        assert await connection.fetchval(asked, items, "approve") == 80
        await connection.close()

        async def opened() -> Any:
            return studio

        async def progress(run: Any) -> Any:
            return await run.progress()

        session: Any = SimpleNamespace(
            batches=batches, productions=Productions(client), open_studio=opened, progress=progress
        )
        shown = await sheet(session, batch.id, tmp_path / "files")
    assert [one.cells["model"] for one in shown.items] == [KONTEXT, EDIT] * 40
    assert all(one.film and one.picture and one.seconds for one in shown.items)
    assert sum(one.row.spent_usd for one in shown.items) == price
    html = page(shown, "")
    assert html.count("<video") == 80 and html.count("<tr>") == 3 and EVIL not in html
    assert len(list((tmp_path / "files").iterdir())) == 2 * 80 + len(sources)
