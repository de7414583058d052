"""A batch is admitted whole or not at all: read, checked, priced as a dry run prices a film, and resumed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.batch.admission import Admission, Rows
from activities.batch.lines import Line, Lines
from activities.batch.page import TABLES
from activities.batch.pricing import PAGE, Priced, Pricing
from activities.batch.report import Reports
from activities.estimates import ESTIMATES
from activities.film.origins import ENTER
from activities.studio.studio import Studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from tests.support.finished import quick_studio
from tests.support.standing import Standins
from workflows.batch import AdmitBatch, Admitted, BatchRequest, WriteReport
from workflows.film import FILM, VideoRequest, film_id

pytestmark = pytest.mark.slow
TEMPLATE = {"prompt": "A 15 second film about a ${product}", "profile": "draft", "budget_usd": "${budget}"}


@pytest_asyncio.fixture
async def studio(
    stack: Stack, settings: Settings, client: Client, standins: Standins
) -> AsyncIterator[Studio]:
    async with quick_studio(stack, settings, client, standins.root) as (opened, _):
        yield opened


async def admitted(studio: Studio, batch: str, request: BatchRequest) -> Admitted:
    admission = Admission(studio, ESTIMATES)
    return await ActivityEnvironment().run(admission.admit_batch, AdmitBatch(batch=batch, request=request))


async def uploaded(studio: Studio, folder: Path, text: str, **asked: object) -> BatchRequest:
    path = folder / "films.csv"
    path.write_text(text)
    key = f"uploads/{hashlib.sha256(text.encode()).hexdigest()}.csv"
    await studio.store.put_file(path, "text/csv", key=key)
    return BatchRequest.model_validate({"name": "Films", "source": key, "template": TEMPLATE, **asked})


async def rows(studio: Studio, batch: str) -> list[dict[str, object]]:
    found = await studio.storage.database.rows(
        "SELECT * FROM batch_item WHERE batch = $1 ORDER BY number", batch
    )
    return [dict(row) for row in found]


async def test_each_item_has_a_row_with_the_price_of_its_own_dry_run(studio: Studio, tmp_path: Path) -> None:
    text = "product;budget\nmug;\nlamp;0.50\n\nmug;\n" + "".join(f"bag {at};\n" for at in range(110))
    request = await uploaded(studio, tmp_path, text)
    said = await admitted(studio, "batch-priced", request)
    found = await rows(studio, "batch-priced")
    assert (said.items, said.lines, said.paid, said.problems) == (112, 113, True, ())
    assert [row["lines"] for row in found[:3]] == [[2, 5], [3], [6]]
    assert {row["state"] for row in found} == {"pending"} and len({row["item"] for row in found}) == 112
    lines = list(Lines(request, tmp_path / "films.csv").items())
    for row, one in list(zip(found, lines, strict=True))[:5]:
        assert not isinstance(one, Line) and row["item"] == film_id(one.request)
        alone = await ESTIMATES["VideoWorkflow"](studio, one.request, one.item)
        limit = one.request.budget_usd
        most = alone.most_usd if limit is None else min(alone.most_usd, limit)
        assert (row["price_usd"], row["most_usd"]) == (alone.price_usd, most)
    assert found[1]["most_usd"] == Decimal("0.50")
    assert said.price_usd == sum(row["price_usd"] for row in found)  # type: ignore[misc]
    # Asked again, the rows say it: the file need not even be there.
    gone = request.model_copy(update={"source": "uploads/gone.csv"})
    assert await admitted(studio, "batch-priced", gone) == said


async def test_no_row_is_left_of_a_batch_that_is_wrong(studio: Studio, tmp_path: Path) -> None:
    text = "product,budget\n" + "mug,\n" * 3 + "cup,free\n" * 150
    said = await admitted(studio, "batch-wrong", await uploaded(studio, tmp_path, text))
    assert not said.items and len(said.problems) == 101
    assert said.problems[0].field == "line 5: budget_usd" and "50 more" in said.problems[-1].problem
    # What only pricing sees: a model that nobody sells.
    text = "product,budget\nmug,\n"
    wrong = {**TEMPLATE, "models": {"video": "no-such-model"}}
    said = await admitted(studio, "batch-wrong", await uploaded(studio, tmp_path, text, template=wrong))
    assert [one.field for one in said.problems] == ["line 2: models.video"]
    assert not await rows(studio, "batch-wrong")
    gone = BatchRequest(name="Films", source="uploads/gone.csv", template=dict(TEMPLATE))
    (problem,) = (await admitted(studio, "batch-gone", gone)).problems
    assert "there is no uploads/gone.csv" in problem.problem


async def test_who_dies_while_pricing_is_followed_where_he_stopped(studio: Studio, tmp_path: Path) -> None:
    request = await uploaded(
        studio, tmp_path, "product,budget\n" + "".join(f"cap {n},\n" for n in range(230))
    )
    whole = await admitted(studio, "batch-whole", request)
    database = studio.storage.database
    # As a death after the eighth page leaves it; its price tells that it is not made again.
    await database.rows(
        f"""INSERT INTO batch_item
           (batch, number, lines, item, production, request, price_usd, most_usd, state)
           SELECT 'batch-half', number, lines, item, production, request, 7, 7, 'admitting'
             FROM batch_item WHERE batch = 'batch-whole' AND number <= {8 * PAGE}"""
    )
    assert (await Rows(database).admitted("batch-half")).items == 0
    half = await admitted(studio, "batch-half", request)
    found = await rows(studio, "batch-half")
    assert half.items == whole.items == 230 and [row["number"] for row in found] == list(range(1, 231))
    assert [row["price_usd"] == 7 for row in found] == [True] * 8 * PAGE + [False] * (230 - 8 * PAGE)


async def test_what_is_known_of_an_item_is_priced_as_known(studio: Studio, tmp_path: Path) -> None:
    """Its account is read, though nothing is known of those beside it."""
    request = await uploaded(studio, tmp_path, "product,budget\nvase,\njar,\n")
    lines = Lines(request, tmp_path / "films.csv")
    first = next(one for one in lines.items() if not isinstance(one, Line))
    await studio.memory.set_budget(first.item, "set", Decimal("0.01"), "run")
    pages = [one async for page in Pricing(studio, ESTIMATES).pages(lines) for one in page]
    for one in pages:
        assert isinstance(one, Priced)
        alone = await ESTIMATES["VideoWorkflow"](studio, one.asked.request, one.asked.item)
        assert (one.price_usd, one.spent_usd) == (alone.price_usd, alone.spent_usd)


async def test_every_table_that_knows_of_productions_is_looked_into(studio: Studio) -> None:
    found = await studio.storage.database.rows(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND (column_name IN ('film', 'payer') OR (table_name, column_name) = ('film', 'id'))"
    )
    assert {row["table_name"]: row["column_name"] for row in found} == TABLES


async def test_the_report_shows_what_went_wrong_first_and_runs_nothing(
    studio: Studio, tmp_path: Path
) -> None:
    request = await uploaded(studio, tmp_path, "product,budget\npan,\npot,\n", labels=("<b>me</b>",))
    await admitted(studio, "batch-told", request)
    await studio.storage.database.rows(
        "UPDATE batch_item SET state = CASE number WHEN 1 THEN 'completed' ELSE 'failed' END,"
        " why = '=cmd <script>' WHERE batch = 'batch-told'"
    )
    step = WriteReport(batch="batch-told", request=request)
    written = await ActivityEnvironment().run(Reports(studio).write_report, step)
    html, table = [(await studio.read(key)).decode() for key in (written.report, written.table)]
    assert "<script" not in html and "<b>me</b>" not in html and "http:" not in html
    assert html.index(">failed</i>") < html.index(">completed</i>")
    assert table.count("'=cmd <script>") == 2 and table.startswith("\ufeffnumber,lines,item,state")


async def test_an_item_whose_id_is_another_films_gets_a_longer_one(studio: Studio) -> None:
    """Ids have but 24 bits of what tells films apart: these two share one."""
    one, other = (
        {"prompt": "A 15 second film about a ceramic coffee mug", "take": take} for take in (3711, 3993)
    )
    first, second = (VideoRequest.model_validate(each) for each in (one, other))
    assert film_id(first) == film_id(second)
    await studio.storage.database.rows(ENTER, film_id(first), json.dumps(one))
    for number, (asked, named) in enumerate(
        [(other, FILM.longer_id_of(second)), (other, FILM.longer_id_of(second)), (one, film_id(first))]
    ):
        batch = BatchRequest.model_validate({"name": "One of two", "items": (asked,)})
        await admitted(studio, f"batch-of-one-{number}", batch)
        assert [row["item"] for row in await rows(studio, f"batch-of-one-{number}")] == [named]
