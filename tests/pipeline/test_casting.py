"""Which models do a step that names none, and what is told of what one has no ear for."""

from __future__ import annotations

import pytest

from activities.models import Catalogue
from activities.pipeline.planning import planned_steps, unheard
from tests.pipeline.drafts import parsed, step
from tests.support.paid import WAN


def test_what_a_model_has_no_ear_for_is_told() -> None:
    asked = step(
        "a", "image_to_video", "x", model=WAN, inputs={"image": f"uploads/{'a' * 64}.png"}, size="720p"
    )
    catalogue = Catalogue.load()
    request = parsed({"steps": [{**asked, "negative_prompt": "blur"}]})
    told = list(unheard(planned_steps(request, catalogue, catalogue.providers.keys()).steps, catalogue))
    assert len(told) == 2 and "negative prompt" in told[0] and "size" in told[1]
    hailuo = {**asked, "model": "replicate-hailuo-02", "params": {"prompt_optimizer": False}}
    planned = planned_steps(parsed({"steps": [hailuo]}), catalogue, catalogue.providers.keys())
    assert not planned.problems and not list(unheard(planned.steps, catalogue))


@pytest.mark.parametrize("profile", ["animatic", "draft", "final"])
def test_a_step_that_names_no_model_has_the_profiles(profile: str) -> None:
    kinds = ["text_to_image", "image_to_image", "image_to_video"]
    photo = f"uploads/{'a' * 64}.png"
    steps = [
        {"id": f"s{n}", "kind": kind, "prompt": "A mug", "inputs": {"image": photo} if n else {}}
        for n, kind in enumerate(kinds)
    ]
    catalogue = Catalogue.load()
    planned = planned_steps(
        parsed({"steps": steps, "profile": profile}), catalogue, catalogue.providers.keys()
    )
    known = catalogue.profile(profile)
    assert not planned.problems
    assert [one.models[0].id for one in planned.steps] == [known.image, known.edit, known.video]
