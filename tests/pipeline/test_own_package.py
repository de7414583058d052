"""A stranger's package, installed: its provider keeps the contract, its kind and model make a pipeline."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from activities.faults import InvalidInput
from activities.models.available import hosted, needed, open_providers
from activities.models.catalogue import Catalogue
from activities.models.contract import Case, ProviderContract
from activities.models.own import Source, WrongEntry, catalogue_of, merged
from activities.pipeline.kind_plugs import kind_named, own_kinds
from activities.pipeline.planning import planned_steps
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.errors import SettingsError
from infra.log_lines import formatter_of
from infra.settings import Settings
from infra.sources import unknown_settings
from starter.checks_here import packages
from starter.productions import Productions
from tests.example.inkwell import ENTRIES, Inkwell
from tests.pipeline.drafts import Json, parsed, refused, step
from tests.support.installed import found, install
from tests.support.paid import TIMES
from worker import hosting, make_workers
from workflows.pipeline import PIPELINE, PipelineResult

ROOT = Path(__file__).parents[1]
SECRET = "ink-f00d-and-more"


class TestInkwellContract(ProviderContract):
    case = Case("inkwell", SECRET, lambda url: Inkwell(SECRET), entries=ENTRIES, is_here=True)


@pytest.fixture
def inkwell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Installed, and switched on."""
    monkeypatch.setenv("INKWELL_KEY", SECRET)
    install(ROOT / "example", tmp_path / "site")
    with found(tmp_path / "site"):
        yield tmp_path / "site"


def mirrored(**params: Any) -> Json:
    wash = step("wash", "text_to_image", "A red wash", model="inkwell-wash", aspect="1:1")
    wash |= {"ceiling_usd": "0.03"}
    return {"steps": [wash, step("turned", "inkwell.mirror", inputs={"image": "wash"}, **params)]}


@pytest.mark.slow
async def test_a_pipeline_of_its_kind_and_its_model_runs(
    inkwell: Path, stack: Stack, settings: Settings, client: Client
) -> None:
    productions, own = Productions(client), settings.model_copy(update={"standins": False})
    parts = Parts(times=TIMES)
    async with open_studio(stack, own, parts) as studio, hosting(make_workers(client, studio, own)):
        run = await productions.start(PIPELINE, parsed(mirrored(along="y")))
        result: PipelineResult = await run.result()
        assert (result.status, result.whole) == ("completed", True), result
        # Nobody said what it cost: all that the caller allowed counts.
        paid = [(one.usd, one.model) for one in result.steps]
        assert paid == [(Decimal("0.03"), "inkwell-wash"), (0, None)]
        made = result.steps[1].media
        assert made is not None and (made.width, made.height) == (240, 240)
        run = await productions.start(PIPELINE, parsed(mirrored(along="y")))
        again: PipelineResult = await run.result()
        assert (again.cost_usd, again.reused) == (Decimal(0), 2)
        assert SECRET not in (await client.get_workflow_handle(run.id).fetch_history()).to_json()


async def test_what_it_brings_is_told_and_checked_where_it_is(
    inkwell: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = catalogue_of(settings)
    assert known.origins == {"inkwell-wash": "inkwell 1.0"} and "inkwell" in hosted(settings)
    assert [*open_providers(settings, None)] == ["inkwell"] and not open_providers(
        settings, "http://127.0.0.1:1"
    ).keys() & {"inkwell"}
    own = settings.model_copy(update={"home": inkwell})
    (inkwell / "reel.env").write_text("INKWELL_KEY=of-a-file\nINKWEL_KEY=x\n")
    assert [one.name for one in unknown_settings(own, needed(own)) if one.source == "file"] == ["INKWEL_KEY"]
    monkeypatch.delenv("INKWELL_KEY")
    assert "inkwell" in hosted(own) and "inkwell" not in hosted(settings)
    record = logging.makeLogRecord({"msg": f"refused {SECRET}, of-a-file"})
    assert formatter_of(settings, "%(message)s").format(record) == "refused …, …"
    told = (await packages(settings)).found
    assert "the provider inkwell of inkwell 1.0" in told and "the kind inkwell.mirror of inkwell 1.0" in told
    value = mirrored(along="z")
    value["steps"][1]["inputs"] = {"picture": "wash"}
    value["steps"].insert(0, step("said", "text", "A wash", model="openai-gpt-5.4-mini"))
    value["steps"][1]["prompt"] = "${said.text}"
    problems = planned_steps(parsed(value), known, ["inkwell", "openai"]).problems
    assert {one.field for one in problems} == {
        "steps[2].params.along",
        "steps[2].inputs.picture",
        "steps[2].inputs.image",
    }


@pytest.mark.parametrize("wrong", ['"text", Mirrored', '"image", Mirrored, sold="upscale_image"', "None"])
def test_a_kind_that_cannot_be_done_here_is_named(inkwell: Path, wrong: str) -> None:
    module = inkwell / "inkwell.py"
    module.write_text(module.read_text().replace('"image", Mirrored', wrong, 1))
    with pytest.raises(SettingsError, match=r"inkwell 1\.0 brings inkwell\.mirror, which cannot be used"):
        own_kinds()


def test_no_package_takes_the_place_of_one_of_ours() -> None:
    with pytest.raises(WrongEntry, match=r"providers\.fal: is one of ours"):
        merged((Source("fake 1", ENTRIES.replace("inkwell", "fal"), "fal"),))


def test_a_kind_that_is_lacking_is_told_by_whoever_lacks_it() -> None:
    """Neither a starter nor the workflow looks at it: planning says so, and a worker that comes to do it."""
    assert not refused(mirrored())
    wrong, model = planned_steps(parsed(mirrored()), Catalogue.load(), []).problems
    assert (
        model.field == "steps[0].model"
        and wrong.field == "steps[1].kind"
        and "install the package inkwell" in wrong.suggestion
    )
    with pytest.raises(InvalidInput, match=r"no kind inkwell\.mirror: install its package"):
        kind_named("inkwell.mirror")
    assert refused({"steps": [step("a", "inkwell_mirror")]}).keys() == {"steps[0].kind"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("PROVIDER = OwnProvider(ENTRIES, _open)", "PROVIDER = None", "it is no OwnProvider"),
        ("PROVIDER = ", "1 / 0\nPROVIDER = ", "it does not load"),
        (
            "[models.inkwell-wash]",
            "[models.fal-flux-schnell]",
            "fal-flux-schnell: is no further model",
        ),
        ("[providers.inkwell]", "[providers.fal]", "providers.inkwell: a package brings that table"),
    ],
)
def test_one_that_cannot_be_used_is_named(
    inkwell: Path, settings: Settings, old: str, new: str, words: str
) -> None:
    module = inkwell / "inkwell.py"
    module.write_text(module.read_text().replace(old, new, 1))
    with pytest.raises(SettingsError) as error:
        catalogue_of(settings)
    assert "inkwell 1.0" in str(error.value) and words in str(error.value), error.value
