"""Entries by kind: each has the fields that make sense for it, and no others can be set."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from activities.models.catalogue import PARTS, Catalogue
from activities.models.enhancers import BackgroundRemover, ImageUpscaler, VideoUpscaler
from activities.models.entries import Model
from activities.models.kinds import AnyModel, ImageModel, PlannerModel, ScoreModel, VideoModel

KINDS: dict[str, type[Model]] = {
    "planner": PlannerModel,
    "image": ImageModel,
    "video": VideoModel,
    "score": ScoreModel,
}
ENHANCERS: dict[str, type[Model]] = {
    "upscale_image": ImageUpscaler,
    "upscale_video": VideoUpscaler,
    "remove_background": BackgroundRemover,
}
PAID = """
[providers.somewhere]
needs = ["SOMEWHERE_KEY"]
refusals = [400]
sources = ["https://example.org"]

[models.some]
endpoint = "vendor/some"
ledger = "lists"
provider = "somewhere"
work = "waits"
price_usd = "0.1"
parameters = { prompt = "text" }
sources = ["https://example.org/some"]
"""
#: What a kind must say beside what all of them do.
OWED = {"video": 'fps = "16"\nlengths = [{ asked_s = "5", frames = 81, price_usd = "0.09" }]'}
ROOT = Path(__file__).parents[2]
SOURCES = [path for room in ("activities", "starter", "infra") for path in (ROOT / room).rglob("*.py")]
#: A field, and the kinds that have it.
FIELDS = [
    ('fps = "16"', {"video"}),
    ('lengths = [{ asked_s = "5", frames = 81, price_usd = "0.09" }]', {"video"}),
    ("audio = true", {"video"}),
    ("text_start = true", {"video"}),
    ("last_frame = false", {"video"}),
    ("references = 0", {"image", "planner", "video"}),
    ("needs_photo = true", {"image"}),
    ('aspects = { "1:1" = "square" }', {"image", "video"}),
    ('sizes = { "720p" = "hd" }', {"image", "video"}),
    ("image_input = false", {"image", "video"}),
    ('per = "run"', {"image", "video"}),
    ("factors = [2]", set()),
    ("doubles_above_fps = 30", set()),
    ('tokens = { input = "1" }', set(KINDS)),
]


def entry(kind: str, *lines: str) -> Model:
    text = "\n".join([PAID, f'kind = "{kind}"', *lines, "[profiles]"])
    return Catalogue.parse(text).model("some")


def test_every_entry_is_of_the_type_of_its_kind() -> None:
    for model in Catalogue.load().models.values():
        assert type(model) is {**KINDS, **ENHANCERS}[model.kind]
    assert set(get_args(get_args(AnyModel)[0])) == {*KINDS.values(), *ENHANCERS.values()}
    # What changes a file plays no part in a film.
    assert set(PARTS.values()) == set(KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("line", "having"), FIELDS)
def test_what_makes_no_sense_for_a_kind_cannot_be_set(kind: str, line: str, having: set[str]) -> None:
    owed = OWED.get(kind, "").splitlines()
    lines = [line, *(each for each in owed if each.partition(" ")[0] != line.partition(" ")[0])]
    if kind in having:
        assert isinstance(entry(kind, *lines), KINDS[kind])
        return
    name = line.partition(" ")[0]
    with pytest.raises(ValidationError, match=rf"models\.some\.{kind}\.{name}\n\s+Extra inputs"):
        entry(kind, *lines)


def test_nobody_asks_a_model_what_kind_it_is() -> None:
    """What differs by kind is asked of the entry, or done by a function of one type."""
    asking = [
        text for text in (path.read_text() for path in SOURCES) if re.search(r"model\s*\.\s*kind", text)
    ]
    assert asking, "they are looked for in the wrong place"
    for node in (node for text in asking for node in ast.walk(ast.parse(text))):
        asked = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        asked += [node.subject] if isinstance(node, ast.Match) else []
        for one in asked:
            assert not re.search(r"model\.kind$", ast.unparse(one)), ast.unparse(node)


@pytest.mark.parametrize("line", ["last_frame = true", "references = 3"])
def test_what_an_entry_says_that_it_takes_is_what_it_names(line: str) -> None:
    with pytest.raises(ValidationError, match="differ"):
        entry("video", *OWED["video"].splitlines(), line)
    where = 'parameters = { prompt = "text" }'
    named = {"last_frame = true": 'last_frame = "end"', "references = 3": 'references = "files[]"'}[line]
    text = "\n".join([PAID.replace(where, where[:-2] + f", {named} }}"), 'kind = "video"', OWED["video"]])
    with pytest.raises(ValidationError, match="differ"):
        Catalogue.parse(text + "\n[profiles]")
    facts = Catalogue.parse(f"{text}\n{line}\n[profiles]").facts("some", 24)
    assert (facts.last_frame, facts.references) == (line.startswith("last"), 3 * line.startswith("ref"))


@pytest.mark.parametrize(("kind", "per"), [("image", "second"), ("video", "image")])
def test_a_kind_is_sold_by_what_it_makes(kind: str, per: str) -> None:
    with pytest.raises(ValidationError, match="per"):
        entry(kind, f'per = "{per}"', *OWED.get(kind, "").splitlines())


def test_an_unknown_kind_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError, match="'planner', 'image', 'video', 'score'"):
        entry("upscale")


@pytest.mark.parametrize(
    ("lines", "needs"),
    [
        (["needs_photo = true", 'parameters.image = "photos[]"', "image_input = true"], ("image",)),
        (["needs_photo = true", 'parameters.control = "edges"'], ("control",)),
        (['parameters.image = "photo"', "image_input = true"], ()),
    ],
)
def test_a_photo_is_shown_whole_or_as_its_edges(lines: list[str], needs: tuple[str, ...]) -> None:
    text = PAID.replace('parameters = { prompt = "text" }', 'parameters.prompt = "text"')
    catalogue = Catalogue.parse("\n".join([text, 'kind = "image"', *lines, "[profiles]"]))
    assert catalogue.model("some").needs == needs


def test_only_a_chunk_costs_by_its_length() -> None:
    video, image = entry("video", OWED["video"]), entry("image")
    assert (video.price(Decimal(5)), image.price(Decimal(5))) == (Decimal("0.09"), Decimal("0.1"))
