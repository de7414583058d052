"""The catalogue: every entry is sound, and what is wrong is refused when it is loaded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from activities.faults import InvalidInput
from activities.models.catalogue import Catalogue, UnknownModel
from activities.models.entries import Model
from activities.models.kinds import FramedModel, VideoModel
from activities.models.providers.google import Google
from activities.models.trial import bare, telling
from workflows.film.timeline import choose_lengths
from workflows.studio.facts import SHORT_SIDE

CATALOGUE = Catalogue.load()
SIZES = tuple(SHORT_SIDE)
LENGTHS = '[{ asked_s = "5", frames = 81, price_usd = "0.09" }]'
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
    assert (facts.fps is not None) == isinstance(model, VideoModel) == bool(facts.lengths)
    assert model.work != "computes" or facts.price_usd == 0
    if model.work == "waits":
        assert facts.last_frame == ("last_frame" in model.parameters)
        assert (facts.references > 0) == ("references" in model.parameters)


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
    drawing = {"image": "image", "edit": "image", **edges}
    assert kinds == {"planner": "planner", "video": "video", "score": "score", **drawing}
    pictured = [CATALOGUE.model(profile[part]) for part in (*drawing, "video")]
    found = [model.ledger in ("lists", "ended") for model in pictured if model.work == "waits"]
    assert all(found), "of whatever is bought by name of a profile a lost answer can be found"
    assert CATALOGUE.facts(profile["video"], 24).last_frame or name == "animatic", "it films keyframes too"


def test_there_is_something_to_choose_from() -> None:
    paid = [model for model in CATALOGUE.models.values() if model.work == "waits"]
    assert sum(model.kind == "image" for model in paid) >= 2
    assert sum(model.kind == "video" for model in paid) >= 5
    assert {model.provider for model in paid} == set(CATALOGUE.providers)


@pytest.mark.parametrize("model", [each for each in CATALOGUE.models.values() if each.work == "waits"])
def test_a_paid_entry_says_what_it_costs_and_takes(model: Model) -> None:
    assert model.price(model.lengths[0].asked_s if isinstance(model, VideoModel) else None) > 0
    assert model.typical_s and all(model.sources) and model.run_limit_s <= 3600
    if isinstance(model, VideoModel):
        assert model.image_input and "seconds" in model.parameters
    if isinstance(model, FramedModel):
        assert ("aspect" in model.parameters) == bool(model.aspects)
        assert ("size" in model.parameters) == bool(model.sizes)
    # It was looked up on a day, and where: what changes at a provider is found by looking again.
    assert model.checked and model.confirmed
    for name in model.fallbacks:
        assert not CATALOGUE.model(name).retired(model.checked) or model.retired(model.checked)


@pytest.mark.parametrize("name", CATALOGUE.profiles)
def test_no_profile_names_a_retired_model(name: str) -> None:
    models = [CATALOGUE.model(id) for id in CATALOGUE.profile(name).model_dump(exclude_none=True).values()]
    assert not any(model.retired(model.checked) for model in models if model.checked)


@pytest.mark.parametrize("name", CATALOGUE.providers)
def test_a_provider_has_rates_of_its_own(name: str) -> None:
    entry = CATALOGUE.providers[name]
    assert entry.checked and "requests_per_minute" in entry.model_fields_set


# ---- lengths that hold at some sizes only ------------------------------------------------------------


@pytest.mark.parametrize("model_id", ["google-veo-3.1", "google-veo-3.1-fast"])
def test_veo_is_asked_for_eight_seconds_at_1080p(model_id: str, tmp_path: Path) -> None:
    seconds = {size: [each.asked_s for each in CATALOGUE.facts(model_id, 24, size).lengths] for size in SIZES}
    assert seconds == {"360p": [4, 6, 8], "720p": [4, 6, 8], "1080p": [8]}
    model, google = CATALOGUE.model(model_id), Google("project", "global", refusals=frozenset())
    order = telling(bare(model), size="1080p", seconds="8")
    assert google.request(order, "t").body["config"]["durationSeconds"] == 8  # type: ignore[index,call-overload]
    with pytest.raises(InvalidInput, match="makes 8 s at 1080p"):
        google.request(telling(order, seconds="6"), "t")


@pytest.mark.parametrize(
    "model_id",
    [
        *("google-veo-3.1", "google-veo-3.1-fast", "fal-veo-3.1-first-last", "fal-veo-3.1-fast-first-last"),
        *("fal-kling-2.5-turbo-pro", "fal-kling-2.6-pro", "fal-kling-3-standard", "fal-kling-3-pro"),
        *("fal-seedance-2.0", "fal-seedance-2.0-fast", "replicate-wan-2.2-i2v-fast", "replicate-hailuo-02"),
    ],
)
def test_these_end_on_a_frame_that_is_given(model_id: str) -> None:
    model, facts = CATALOGUE.of(VideoModel, model_id), CATALOGUE.facts(model_id, 24)
    assert facts.last_frame and not model.audio
    # Where sound is what they make by themselves, it is turned off, and not paid for.
    assert model.fixed.get("generate_audio", model.fixed.get("generateAudio", False)) is False


@pytest.mark.parametrize("model_id", ["fal-kling-3-standard", "fal-kling-3-pro", "fal-seedance-2.0"])
def test_a_beat_of_fifteen_seconds_has_no_join(model_id: str) -> None:
    facts = CATALOGUE.facts(model_id, 24)
    assert [length.asked_s for length in choose_lengths(15 * 24, 24, facts)] == [15]


def test_a_length_may_have_its_own_price_and_value_at_a_size() -> None:
    lengths = (
        '[{ asked_s = "5", frames = 81, price_usd = "0.09", sizes = ["360p", "720p"] }, '
        '{ asked_s = "5", frames = 81, price_usd = "0.2", sent = "5-hd", sizes = ["1080p"] }]'
    )
    wan = Catalogue.parse(PAID.replace(LENGTHS, lengths) + "[profiles]").of(VideoModel, "wan")
    assert [wan.price(Decimal(5), size) for size in SIZES] == [Decimal(x) for x in ("0.09", "0.09", "0.2")]
    assert [each.price_usd for each in wan.facts(24, "1080p").lengths] == [Decimal("0.2")]
    hd = wan.length(Decimal(5), "1080p")
    assert hd and hd.sent == "5-hd"


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
        (LENGTHS, f"[{LENGTHS[1:-1]}, {LENGTHS[1:-1]}]"),
        ("frames = 81", 'frames = 81, sizes = ["4k"]'),
    ],
)
def test_a_wrong_entry_is_refused(line: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"wan|models|providers"):
        Catalogue.parse(PAID.replace(line, wrong, 1) + "[profiles]")
