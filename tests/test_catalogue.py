"""The catalogue: every entry is sound, and what is wrong is refused when it is loaded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from activities.generation.catalogue import Catalogue, Model, UnknownModel

CATALOGUE = Catalogue.load()
PAID = """
[providers.somewhere]
needs = ["SOMEWHERE_KEY"]
refusals = [400]
sources = ["https://example.org"]

[models.wan]
endpoint = "vendor/wan"
ledger = "lists"
provider = "somewhere"
work = "waits"
kind = "video"
price_usd = "0"
image_input = true
fps = "16"
lengths = [{ asked_s = "5", frames = 81, price_usd = "0.09" }]
parameters = { prompt = "text", image = "first_image" }
sources = ["https://example.org/wan"]
retires_at = 2027-01-01
"""


@pytest.mark.parametrize("model_id", CATALOGUE.models)
@pytest.mark.parametrize("fps", [8, 16, 24, 25, 30])
def test_every_entry_gives_facts(model_id: str, fps: int) -> None:
    model, facts = CATALOGUE.model(model_id), CATALOGUE.facts(model_id, fps)
    assert (facts.id, facts.provider, facts.work) == (model_id, model.provider, model.work)
    assert (facts.fps is not None) == (model.kind == "video") == bool(facts.lengths)
    assert model.work != "computes" or facts.price_usd == 0


@pytest.mark.parametrize(("fps", "frames"), [(8, 44), (16, 88), (24, 132), (25, 138), (30, 165)])
def test_the_animatic_returns_half_a_second_more_than_it_is_asked(fps: int, frames: int) -> None:
    facts = CATALOGUE.facts("animatic-video", fps)
    assert facts.fps == Fraction(fps)
    assert [(each.asked_s, each.frames, each.price_usd) for each in facts.lengths] == [
        (Decimal(5), frames, Decimal(0))
    ]


@pytest.mark.parametrize("name", ["animatic", "draft", "final"])
def test_every_profile_names_a_model_of_each_kind(name: str) -> None:
    profile = CATALOGUE.profile(name).model_dump(exclude_none=True)
    kinds = {kind: CATALOGUE.model(model_id).kind for kind, model_id in profile.items()}
    edges = {"edges": "image"} if "edges" in profile else {}
    assert kinds == {"planner": "planner", "image": "image", "video": "video", "score": "score", **edges}


def test_there_is_something_to_choose_from() -> None:
    paid = [model for model in CATALOGUE.models.values() if model.work == "waits"]
    assert sum(model.kind == "image" for model in paid) >= 2
    assert sum(model.kind == "video" for model in paid) >= 5
    assert {model.provider for model in paid} == set(CATALOGUE.providers)


@pytest.mark.parametrize("model", [each for each in CATALOGUE.models.values() if each.work == "waits"])
def test_a_paid_entry_says_what_it_costs_and_takes(model: Model) -> None:
    assert model.price(model.lengths[0].asked_s if model.lengths else None) > 0
    assert model.typical_s and all(model.sources) and model.run_limit_s <= 3600
    if model.kind == "video":
        assert model.image_input and "seconds" in model.parameters
    assert ("aspect" in model.parameters) == bool(model.aspects)
    assert ("size" in model.parameters) == bool(model.sizes)
    for name in model.fallbacks:
        assert CATALOGUE.model(name).retires_at is None or model.retires_at is not None


def test_what_the_catalogue_lacks_is_named() -> None:
    with pytest.raises(UnknownModel, match="did you mean animatic-video"):
        CATALOGUE.facts("animatic-vidoe", 24)
    with pytest.raises(UnknownModel, match="known are"):
        CATALOGUE.profile("x")


def test_a_paid_model_is_one_entry() -> None:
    facts = Catalogue.parse(PAID + "[profiles]").facts("wan", 24)
    assert facts.fps == 16
    assert [(each.frames, each.price_usd) for each in facts.lengths] == [(81, Decimal("0.09"))]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('price_usd = "0"', "price_usd = 0.1"),
        ('price_usd = "0.09"', 'price_usd = "-1"'),
        ("frames = 81", 'returns_s = "5"'),
        ('fps = "16"', 'fps = "output"'),
        ('fps = "16"', 'fps = "fast"'),
        ('work = "waits"', 'work = "computes"'),
        ('kind = "video"', 'kind = "image"'),
        ('provider = "somewhere"', 'providr = "somewhere"'),
        ('provider = "somewhere"', 'provider = "elsewhere"'),
        ('endpoint = "vendor/wan"', ""),
        ('ledger = "lists"', 'ledger = "forgets"'),
        ("sources = [", "origins = ["),
        (', image = "first_image"', ""),
        ('price_usd = "0"', 'price_usd = "0.1"\nper = "second"'),
        ('price_usd = "0"', 'price_usd = "0"\nfallbacks = ["wan"]'),
    ],
)
def test_a_wrong_entry_is_refused(line: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"wan|models|providers"):
        Catalogue.parse(PAID.replace(line, wrong, 1) + "[profiles]")
