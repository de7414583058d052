"""A catalogue of one's own: its entries obey the same rules, and what is wrong is named by its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.faults import InvalidInput
from activities.ledger import PaidRecipe, Recipe
from activities.models.available import hosted
from activities.models.casting import Miscast, cast
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from activities.models.own import catalogue_of
from activities.pipeline.planning import planned_steps
from activities.upkeep.jobs import cheapest_jobs
from infra.errors import SettingsError
from infra.settings import Settings
from starter.checks_here import catalogue as checked
from starter.offered import offered
from tests.pipeline.drafts import Json, parsed, refused, step
from workflows.film.contract import Models, VideoRequest
from workflows.pipeline import PIPELINE

OURS = Catalogue.load()
OWN = """
[models."fal-flux-schnell"]
price_usd = "0.004"

[models.studio-secret]
provider = "fal"
work = "waits"
kind = "image"
price_usd = "unknown"
endpoint = "studio/secret"
ledger = "ended"
parameters = { prompt = "prompt" }
sources = ["https://example.org/secret"]

[models.studio-motion]
provider = "fal"
work = "waits"
kind = "video"
price_usd = "unknown"
endpoint = "studio/motion"
ledger = "ended"
image_input = true
fps = "16"
lengths = [{ asked_s = "5", frames = 81 }]
parameters = { prompt = "prompt", image = "image_url", seconds = "duration" }
sources = ["https://example.org/motion"]
"""


def settings(folder: Path, text: str = OWN) -> Settings:
    (folder / "own.toml").write_text(text)
    own = Settings.load(folder).model_copy(update={"fal_key": SecretStr("id:x")})
    return own.model_copy(update={"catalogue": folder / "own.toml"})


async def test_its_entries_stand_beside_ours_and_in_their_place(tmp_path: Path) -> None:
    own = settings(tmp_path)
    known = catalogue_of(own)
    assert set(known.models) - set(OURS.models) == {"studio-secret", "studio-motion"} and "fal" in hosted(own)
    changed = known.model("fal-flux-schnell")
    assert changed == OURS.model("fal-flux-schnell").model_copy(update={"price_usd": Decimal("0.004")})
    told = {one.id: one for one in offered(own) if one.origin}
    assert told.keys() == known.origins.keys() and all(one.usable for one in told.values())
    assert told["studio-secret"].as_json["price_usd"] is None and "unknown" in told["studio-secret"].price
    assert "2 of them added, 1 changed" in (await checked(own)).found
    assert catalogue_of(Settings.load(tmp_path)) is OURS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[models.studio-secret]", "[models.studio-secret", "is not TOML"),
        ("[models.studio-secret]", "[model.studio-secret]", "no such table"),
        ("[models.studio-secret]", '[models."A B"]', "models.A B: is no id"),
        ("[models.studio-secret]", "[models.animatic-x]", "models.animatic-x: what begins with"),
        ("[models.studio-secret]", "[providers.A_B]\n[models.studio-secret]", "providers.A_B: is no name"),
        ("[models.studio-secret]", "[profiles.cheap]\n[models.studio-secret]", "profiles.cheap: requests"),
        ('kind = "image"', 'kind = "picture"', "models.studio-secret.kind: is 'picture'"),
        ('kind = "image"', "", "models.studio-secret.kind: is missing"),
        ('kind = "image"', 'kind = "image"\nlast_frames = true', "last_frames: there is no such field"),
        ('work = "waits"', 'work = "computes"', "models.studio-secret.work: "),
        ('provider = "fal"', 'provider = "fall"', "there is no provider fall"),
        ('price_usd = "unknown"', "price_usd = 0.1", "models.studio-secret.price_usd: "),
        ('price_usd = "unknown"', "", "models.studio-secret.price_usd: is missing"),
        ('ledger = "ended"', "", "models.studio-secret: what waits needs endpoint, ledger"),
        (
            'kind = "image"',
            'kind = "image"\nid = "fal-flux-schnell"',
            "studio-secret.id: leave it out",
        ),
        ('"prompt" }', '"prompt", size = "s" }', "models.studio-secret: parameters.size needs sizes"),
        (
            "seconds = ",
            "second = ",
            "parameters.second: is no name of ours; did you mean seconds?",
        ),
        (
            'kind = "image"',
            'kind = "upscale_image"\nper = "megapixel"',
            "it makes it needs factors",
        ),
        ("frames = 81", 'frames = 81, price_usd = "1"', "models.studio-motion: either a length has a price"),
        (
            "[models.studio-secret]",
            '[profiles.draft]\nimage = "studio-secret"\n[models.studio-secret]',
            "nobody",
        ),
    ],
)
def test_what_is_wrong_is_named_by_entry_and_field(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in OWN
    with pytest.raises(SettingsError, match="REEL_CATALOGUE") as error:
        catalogue_of(settings(tmp_path, OWN.replace(old, new, 1)))
    assert words in str(error.value), error.value


def test_a_file_that_cannot_be_read_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere.toml", "binary.toml", "."):
        own = Settings.load(tmp_path).model_copy(update={"catalogue": tmp_path / name})
        with pytest.raises(SettingsError, match="REEL_CATALOGUE names"):
            catalogue_of(own)


# ---- what nobody knows the price of ------------------------------------------------------------------


def moving(**more: object) -> Json:
    photo = {"image": f"uploads/{'a' * 64}.png"}
    return step("turn", "image_to_video", "It turns", model="studio-motion", inputs=photo) | more


@pytest.mark.parametrize(
    ("model", "ceiling", "wrong"),
    [
        ("studio-motion", None, "nobody knows what studio-motion costs"),
        ("studio-motion", "0.75", ""),
        ("fal-kling-2.6-pro", "0.001", "a call of fal-kling-2.6-pro costs"),
        ("fal-kling-2.6-pro", "100", ""),
    ],
)
def test_it_is_used_up_to_a_ceiling_of_the_callers(
    model: str, ceiling: str | None, wrong: str, tmp_path: Path
) -> None:
    asked = moving(model=model, **({"ceiling_usd": ceiling} if ceiling else {}))
    planned = planned_steps(parsed({"steps": [asked]}), catalogue_of(settings(tmp_path)), ["fal"])
    assert [one.problem for one in planned.problems if not one.problem.startswith(wrong)] == []
    assert [one.field for one in planned.problems] == (["steps[0].ceiling_usd"] if wrong else [])
    if not wrong and model == "studio-motion":
        (only,) = planned.steps
        assert only.price_usd == {model: Decimal("0.75")} and only.models[0].price_usd == Decimal("0.75")


def test_a_ceiling_is_no_part_of_what_is_made() -> None:
    plain, held = ({"steps": [moving(**more)]} for more in ({}, {"ceiling_usd": "1"}))
    assert PIPELINE.id_of(parsed(plain)) == PIPELINE.id_of(parsed(held))
    assert parsed(parsed(held).model_dump(mode="json")) == parsed(held)
    assert refused({"steps": [moving(ceiling_usd="-1")]}).keys() == {"steps[0].ceiling_usd"}


def test_all_of_a_ceiling_is_reserved_and_without_one_nothing_is_bought(tmp_path: Path) -> None:
    model = catalogue_of(settings(tmp_path)).of(VideoModel, "studio-motion")
    recipe = Recipe(operation="image_to_video", model=model.id, params={})

    async def call(*_: object) -> object:
        raise AssertionError("nobody asks")

    paid = PaidRecipe(recipe, model, call, Decimal(5), ceiling_usd=Decimal("0.75"))  # type: ignore[arg-type]
    assert paid.price == Decimal("0.75")
    with pytest.raises(InvalidInput, match="Nobody knows"):
        PaidRecipe(recipe, model, call, Decimal(5))  # type: ignore[arg-type]


def test_a_size_of_which_it_has_no_length_is_refused(tmp_path: Path) -> None:
    text = OWN.replace("frames = 81", 'frames = 81, sizes = ["1080p"]')
    asked = moving(ceiling_usd="1", params={"size": "360p"})
    (wrong,) = planned_steps(
        parsed({"steps": [asked]}), catalogue_of(settings(tmp_path, text)), ["fal"]
    ).problems
    assert (wrong.field, wrong.suggestion) == ("steps[0].params.size", "it makes 1080p")


def test_no_film_and_no_check_of_models_uses_it(tmp_path: Path) -> None:
    known = catalogue_of(settings(tmp_path))
    film = VideoRequest(prompt="A mug", profile="draft", models=Models(video="studio-motion"))
    with pytest.raises(Miscast, match="nobody knows what studio-motion costs"):
        cast(film, known, OURS.providers, date(2026, 11, 28))
    with pytest.raises(InvalidInput, match="a price that nobody knows"):
        cheapest_jobs(known, ["fal"], ["studio-motion"], date(2026, 11, 28))
