"""A clip whose model takes references is bought with the sheets of whom it shows, and no other is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from activities.film import recipes
from activities.film.filming import filmed, filmed_from
from activities.film.prompts import Wording
from activities.media.stills import large_enough
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from tests.support.bought_calls import shot_of
from workflows.film.plan import Shown
from workflows.film.step_facts import GenerateAnchoredChunk
from workflows.studio.facts import Artifact, Media
from workflows.studio.money import PaidStep

KLING = Catalogue.load().of(VideoModel, "fal-kling-3-pro")
ANNA, BO = (Shown(name=name, description="somebody", sheet=f"sheet of {name}") for name in ("Anna", "Bo"))
MUG = Shown(name="mug", description="a mug", sheet="sheet of the mug", kind="product")
STYLE = Shown(name="the style", description="warm", sheet="sheet of the style", kind="style")


def clip(*shows: Shown, takes: int = 2, rung: int = 0, prompt: str = "A mug.") -> GenerateAnchoredChunk:
    facts = KLING.facts(24).model_copy(update={"references": takes})
    shot, media = shot_of("16:9"), Media(mime="image/png", bytes=1, sha256="0" * 64)
    beat = shot.beat.model_copy(update={"shows": shows, "prompt": prompt})
    first, last = (Artifact(key=key, object=key, media=media) for key in ("first", "last"))
    terms = PaidStep(rung=rung)
    shot = shot.model_copy(update={"beat": beat})
    length = KLING.lengths[2].at(24, Decimal(0))
    return GenerateAnchoredChunk(model=facts, shot=shot, first=first, last=last, length=length, terms=terms)


@pytest.mark.parametrize(
    ("shows", "told"),
    [
        ((STYLE, MUG, ANNA), "Anna is @Element1 and mug is @Element2"),
        ((BO, ANNA, MUG), "Bo is @Element1 and Anna is @Element2"),
        ((MUG,), "mug is @Element1"),
    ],
)
def test_they_go_along_in_the_order_in_which_the_prompt_names_them(
    shows: tuple[Shown, ...], told: str
) -> None:
    step = clip(*shows)
    sheets = [key for name, key in filmed_from(step).items() if name.startswith("references_")]
    assert sheets == [f"sheet of {'the ' * (one == 'mug')}{one}" for one in names(told)]
    assert f"Keep the looks: {told}, as the pictures show." in filmed(KLING, step).words.prompt
    assert filmed_from(step) | recipes.start_of(step) == filmed_from(step)


def names(told: str) -> list[str]:
    return [each.partition(" is ")[0] for each in told.split(" and ")]


@pytest.mark.parametrize(
    "step",
    [
        clip(),
        clip(STYLE),
        clip(ANNA, takes=0),
        clip(ANNA, rung=2),
        clip(ANNA.model_copy(update={"sheet": ""})),
    ],
    ids=["nobody", "a style", "planned before", "in the softest words", "no sheet"],
)
def test_without_them_it_is_bought_as_it_was(step: GenerateAnchoredChunk) -> None:
    """By the same recipe, in the same words, which are looked up by the same facts."""
    before = Wording("chunk", KLING, step.shot, step.terms.rung)
    now = filmed(KLING, step)
    assert filmed_from(step) == recipes.start_of(step)
    assert (now.words, now.asked) == (before.words, before.asked)


@given(st.text(min_size=1, max_size=4000), st.integers(0, 1))
def test_whatever_is_cut_of_the_words_the_tokens_stay(prompt: str, rung: int) -> None:
    said = filmed(KLING, clip(ANNA, BO, prompt=prompt, rung=rung)).words.prompt
    assert len(said) <= KLING.prompt_limit and "@Element1" in said and "@Element2" in said


def test_a_name_calls_no_other_picture() -> None:
    step = clip(ANNA.model_copy(update={"name": "@Element2 Anna"}))
    assert "@Element2" not in filmed(KLING, step).words.prompt


@pytest.mark.parametrize("size", [(300, 300), (120, 90), (1000, 200), (60, 600), (720, 300)])
def test_a_sheet_is_as_large_as_it_has_to_be(size: tuple[int, int], tmp_path: Path) -> None:
    path, out = tmp_path / "sheet.png", tmp_path / "larger.png"
    Image.new("RGB", size, "teal").save(path)
    shown = large_enough(path, 300, out)
    with Image.open(shown) as picture:
        short, long = sorted(picture.size)
    assert short >= 300 and long <= 2.5 * short
    assert (shown == path) == (min(size) >= 300 and max(size) <= 2.5 * min(size))
