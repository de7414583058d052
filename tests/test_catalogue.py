"""The catalogue: every entry is sound, and what is wrong is refused when it is loaded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from activities.generation.catalogue import Catalogue, UnknownModel

CATALOGUE = Catalogue.load()
PAID = """
[models.wan]
provider = "somewhere"
work = "waits"
kind = "video"
price_usd = "0"
image_input = true
fps = "16"
lengths = [{ asked_s = "5", frames = 81, price_usd = "0.09" }]
parameters = { prompt = "text" }
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


def test_every_profile_names_a_model_of_each_kind() -> None:
    profile = CATALOGUE.profile("animatic")
    kinds = {kind: CATALOGUE.model(model_id).kind for kind, model_id in profile.model_dump().items()}
    assert kinds == {"planner": "planner", "image": "image", "video": "video", "score": "score"}


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
    ],
)
def test_a_wrong_entry_is_refused(line: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"wan|models"):
        Catalogue.parse(PAID.replace(line, wrong, 1) + "[profiles]")
