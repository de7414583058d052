"""Product photos for models that draw after edges: the product alone, the model's size, composed by beat."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from activities.animatic.sets import SETS
from activities.film import recipes
from activities.film.composition import Composition, canvas, composition, draw_composed
from activities.film.prompts import Wording, Words
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from tests.support.shots import shot
from workflows.film.contract import Shot
from workflows.studio.facts import Aspect

CONTROLLED, EDITING = "replicate-flux-dev-controlnet", "fal-gpt-image-2.5-sunburst-edit"
PHOTO = f"uploads/{'0' * 64}.png"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="module")
def on_a_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blue can on a wooden table before a wall."""
    picture = Image.new("RGB", (1200, 900), (214, 206, 194))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 600, 1200, 900), fill=(122, 84, 52))
    for row in range(620, 900, 40):
        draw.line((0, row, 1200, row), fill=(80, 52, 30), width=6)
    draw.rounded_rectangle((450, 230, 750, 740), 40, fill=(40, 90, 160))
    draw.rectangle((500, 400, 700, 560), fill=(236, 230, 220))
    path = tmp_path_factory.mktemp("photo") / "can.png"
    picture.save(path)
    return path


def of(beat: str) -> Shot:
    made = shot(beat, size=(640, 360))
    return made.model_copy(update={"beat": made.beat.model_copy(update={"references": (PHOTO,)})})


def drawn(photo: Path, composed: Composition, folder: Path) -> NDArray[np.uint8]:
    draw_composed(photo, composed, folder / "edges.png")
    with Image.open(folder / "edges.png") as edges:
        assert edges.mode == "RGB" and edges.size == (composed.width, composed.height)
        made = np.asarray(edges.convert("L"))
    assert set(np.unique(made)) == {0, 255}
    return made


@pytest.mark.parametrize("name", [CONTROLLED, EDITING])
@pytest.mark.parametrize("beat", ["hero_shot", "atmospheric_setup", "call_to_action"])
def test_the_edges_are_the_products_and_not_its_tables(
    catalogue: Catalogue, on_a_table: Path, tmp_path: Path, name: str, beat: str
) -> None:
    composed = composition(of(beat), catalogue.model(name), "16:9")
    edges = drawn(on_a_table, composed, tmp_path)
    rows, columns = np.flatnonzero(edges.any(axis=1)), np.flatnonzero(edges.any(axis=0))
    tall, wide = rows[-1] - rows[0], columns[-1] - columns[0]
    assert abs(tall - composed.tall * composed.height) < 0.04 * composed.height
    # As wide as the can is for its height: a table's edge or grain would reach further.
    assert abs(wide / tall - 300 / 510) < 0.06
    middle = (columns[0] + columns[-1]) / 2 / composed.width - 0.5
    assert abs(middle - composed.across) < 0.02
    # What is on the can is there as well.
    inside = edges[
        rows[0] + tall // 4 : rows[0] + 3 * tall // 4, columns[0] + wide // 4 : columns[-1] - wide // 4
    ]
    assert inside.any()


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1", "4:5"])
def test_they_have_the_size_of_the_models_own_pictures(catalogue: Catalogue, aspect: Aspect) -> None:
    width, height = canvas(catalogue.model(CONTROLLED), aspect)
    assert width % 16 == height % 16 == 0 and 0.9 < width * height / 1_048_576 < 1.1
    assert canvas(catalogue.model(EDITING), "16:9") == (1536, 864)
    for model in guided(catalogue):
        across, down = (int(part) for part in aspect.split(":"))
        width, height = canvas(model, aspect)
        assert abs(width / height / (across / down) - 1) < 0.02 and min(width, height) >= 700


def guided(catalogue: Catalogue) -> list[Model]:
    return [model for model in catalogue.models.values() if "control" in model.parameters]


def test_no_two_beats_have_one_composition(catalogue: Catalogue) -> None:
    model = catalogue.model(CONTROLLED)
    composed = {beat: composition(of(beat), model, "16:9") for beat in (*SETS, "my_own_beat", "another_one")}
    for (one, a), (other, b) in combinations(composed.items(), 2):
        apart = abs(a.tall - b.tall) >= 0.04, abs(a.across - b.across) >= 0.03, abs(a.down - b.down) >= 0.03
        assert any(apart), (one, a, other, b)


def test_a_composition_is_read_as_it_was_written(catalogue: Catalogue) -> None:
    for beat in SETS:
        made = composition(of(beat), catalogue.model(CONTROLLED), "9:16")
        assert Composition.read(str(made)) == made
    with pytest.raises(ValueError, match="no composition"):
        Composition.read("2: something else")


def test_what_is_not_cut_out_is_composed_whole(catalogue: Catalogue, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = cv2.resize(rng.integers(0, 255, (30, 40, 3)).astype(np.uint8), (400, 300))
    Image.fromarray(np.asarray(noise, np.uint8)).save(tmp_path / "pattern.png")
    edges = drawn(
        tmp_path / "pattern.png", composition(of("hero_shot"), catalogue.model(CONTROLLED), "16:9"), tmp_path
    )
    assert edges.any()


def test_what_was_bought_by_the_whole_photo_keeps_its_recipe(catalogue: Catalogue) -> None:
    """Words of earlier releases name no composition, nor do the recipes of what they bought."""
    model, here = catalogue.model(CONTROLLED), of("hero_shot")
    today = Wording("storyboard_image", model, here, 0).words
    before = Words(today.prompt, today.negative)
    old, new = (recipes.bought_image(model, here, words) for words in (before, today))
    assert "composed" not in old.params and new.params["composed"] == today.composed != ""
    assert old.inputs == new.inputs == {"control": PHOTO} and old.key != new.key
    plain = catalogue.model("replicate-flux-schnell")
    assert Wording("storyboard_image", plain, here, 0).words.composed == ""
