"""Another take of the same is another thing: asked for with another seed, drawn as another picture. The first
is what it was before there were takes."""

from __future__ import annotations

import numpy as np
import pytest

from activities.animatic import another_take
from activities.animatic.compositor import Compositor
from activities.animatic.scenes import Scenes
from activities.film.calls import call_of
from activities.film.recipes import animated_chunk, bought_chunk, bought_image, drawn_image, is_alike
from activities.ledger.recipe import Recipe
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from tests.support.bought_calls import WORDS, shot_of
from tests.support.shots import shot
from workflows.film.steps import GenerateReferenceChunk
from workflows.studio.money import PaidStep

NOW = Catalogue.load()
VIDEO = NOW.of(VideoModel, "replicate-wan-2.2-i2v-fast")
LENGTH = VIDEO.offered("720p")[0].at(24, VIDEO.price_per_s)


def of_take(take: int) -> dict[str, Recipe]:
    told, drawn, terms = shot_of("16:9"), shot("hero_shot"), PaidStep(take=take)
    model = NOW.facts("animatic-video", 24)
    step = GenerateReferenceChunk(model=model, shot=drawn, storyboard=None, length=LENGTH, terms=terms)
    image, start = NOW.model("replicate-flux-schnell"), {"start": "b" * 64}
    return {
        "bought image": bought_image(image, told, WORDS, take),
        "bought chunk": bought_chunk(VIDEO, told, WORDS, LENGTH, start, take),
        "drawn image": drawn_image("animatic-image", drawn, "drawn 1", take=take),
        "animated chunk": animated_chunk(step, "drawn 1"),
    }


#: As they were before there were takes: what was made is found by these.
FIRST = {
    "bought image": "c6b34809e0c7f11afa2cafe2ed17cbb79aed9d389f81fbbdd0d5c55a5472c0b1",
    "bought chunk": "0f64d91217704dc1e2682f93e3cab89ca50955fed44ad7a9a841069aedae789f",
    "drawn image": "a4dd18c68b1c10620d27c831f8ec54cb9e6d114545f3c035dd0b597e83e89435",
    "animated chunk": "bec6f612572996af5aa2a9224d994bfa9f3fca06209a823a968ae69a1c677a7c",
}


def test_the_first_take_is_found_by_the_key_that_it_always_had() -> None:
    assert {name: recipe.key for name, recipe in of_take(1).items()} == FIRST


def test_another_take_says_the_same_under_another_key() -> None:
    for name, other in of_take(2).items():
        first = of_take(1)[name]
        assert other.key != first.key and other == first.model_copy(update={"take": 2})
        assert not is_alike(other, first)


@pytest.mark.parametrize("name", ["bought image", "bought chunk"])
def test_another_take_asks_the_provider_with_another_seed(name: str) -> None:
    model = VIDEO if name == "bought chunk" else NOW.model("replicate-flux-schnell")
    sent = [call_of(of_take(take)[name], model, {}).params for take in (1, 2, 3)]
    assert len({params["seed"] for params in sent}) == 3
    assert len({str({**params, "seed": 0}) for params in sent}) == 1


@pytest.mark.parametrize("beat", ["action_montage", "transformation_moment", "place_welcome", "hero_shot"])
def test_another_take_is_seen_to_be_another(beat: str) -> None:
    """Also of sets that have one framing, where no dice are thrown."""
    first, scenes = shot(beat, size=(160, 90)), Scenes()
    assert another_take(first, 1) == first
    one, other = (Compositor(scenes.get(another_take(first, take), ())) for take in (1, 2))
    pairs = [(one.frame(at), other.frame(at)) for at in (0.0, 2.0, 4.5)]
    changed = [(np.abs(a.astype(int) - b).max(axis=2) > 24).mean() for a, b in pairs]
    assert max(changed) > 0.05, changed
