"""What changes a file costs what it gives back, and is not asked for more than it makes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import InvalidInput
from activities.models.catalogue import Catalogue
from activities.models.enhancers import Enhancer, Extent

CATALOGUE = Catalogue.load()
MODELS = [model for model in CATALOGUE.models.values() if isinstance(model, Enhancer)]
EXTENTS = st.builds(
    Extent,
    st.integers(1, 5000),
    st.integers(1, 5000),
    st.integers(1, 2000),
    st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(60)]),
)
FULL_HD = Extent(1920, 1080, 121)


@pytest.mark.parametrize(
    ("model_id", "made", "usd"),
    [
        # The example of fal's own page, rounded up.
        ("fal-seedvr-upscale-video", FULL_HD, "0.251"),
        ("fal-seedvr-upscale-image", FULL_HD, "0.003"),
        ("fal-topaz-upscale-video", Extent(1280, 720, 120), "0.05"),
        ("fal-topaz-upscale-video", FULL_HD, "0.12"),
        ("fal-topaz-upscale-video", Extent(1920, 1080, 300, Fraction(60)), "0.20"),
        ("fal-topaz-upscale-video", Extent(3840, 2160, 24), "0.08"),
        ("fal-topaz-upscale-image", Extent(6000, 4000), "0.08"),
        ("fal-topaz-upscale-image", Extent(6001, 4000), "0.16"),
        ("replicate-real-esrgan", FULL_HD, "0.002"),
    ],
)
def test_it_costs_what_its_price_list_says(model_id: str, made: Extent, usd: str) -> None:
    model = CATALOGUE.model(model_id)
    assert isinstance(model, Enhancer) and model.price_for(made) == Decimal(usd)


@given(st.sampled_from(MODELS), EXTENTS, st.integers(2, 4))
def test_more_never_costs_less(model: Enhancer, made: Extent, factor: int) -> None:
    assert 0 < model.price_for(made) <= model.price_for(made.times(factor))


@given(st.sampled_from(MODELS), EXTENTS)
def test_what_nobody_could_open_is_refused_before_it_is_paid(model: Enhancer, made: Extent) -> None:
    most = 33_177_600 if model.makes == "image" else 8_294_400
    if made.pixels > most or made.frames > 1_800:
        with pytest.raises(InvalidInput):
            model.hold(made)
    else:
        model.hold(made)


def test_a_factor_that_it_does_not_have_is_refused() -> None:
    model = CATALOGUE.model("fal-topaz-upscale-image")
    model.check(["image"], {"factor": 4})
    with pytest.raises(InvalidInput, match="2 or 3 or 4 times"):
        model.check(["image"], {"factor": 8})


@pytest.mark.parametrize("kind", ["upscale_image", "upscale_video", "remove_background"])
def test_whoever_fails_has_somebody_to_take_over(kind: str) -> None:
    for model in (one for one in MODELS if one.kind == kind):
        assert model.fallbacks
        for name in model.fallbacks:
            other = CATALOGUE.model(name)
            assert isinstance(other, Enhancer) and other.factors == model.factors
