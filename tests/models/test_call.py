"""What a model is asked: parameters by name, files by role, put where its entry says that they go."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.models.call import GUIDED, ModelCall, Picture
from activities.models.catalogue import Catalogue
from activities.models.entries import Model, Role
from activities.models.kinds import VideoModel
from activities.models.providers.fal.request import comparable

ENTRY = """
[providers.somewhere]
needs = ["SOMEWHERE_KEY"]
refusals = [400]
sources = ["https://example.org"]

[models.some]
endpoint = "vendor/some"
ledger = "lists"
provider = "somewhere"
work = "waits"
kind = "image"
price_usd = "0.1"
image_input = true
references = 2
prompt_limit = 100
sources = ["https://example.org/some"]
aspects = { "1:1" = "square" }

[models.some.parameters]
prompt = "text"
scale = "upscale_factor"
image = "files[]"
control = "files[]"
references = "files[]"
aspect = "form.shape"

[profiles]
"""
ORDER = ("prompt", "image", "references", "control")


def some() -> Model:
    return Catalogue.parse(ENTRY).model("some")


def given(*roles: Role) -> dict[Role, Picture]:
    return {role: Picture(Path(role), "image/png", role, f"https://example.org/{role}") for role in roles}


def body(call: ModelCall) -> dict[str, JsonValue]:
    return call.named(call.values() | call.links(), ORDER)


def test_a_parameter_that_the_entry_names_is_sent_by_its_name() -> None:
    """A new one takes an entry and no code."""
    call = ModelCall(some(), {"prompt": "a mug", "aspect": "1:1", "scale": 2})
    assert body(call) == {"text": "a mug", "form": {"shape": "square"}, "upscale_factor": 2}


def test_what_shares_a_list_stands_in_it_in_order() -> None:
    said = body(ModelCall(some(), {"prompt": "a mug"}, given("control", "image")))
    links = ["https://example.org/image", "https://example.org/control"]
    assert said == {"text": "a mug" + GUIDED, "files": links}


def test_of_one_role_there_may_be_several() -> None:
    """In their order, between what is changed and the edges; no more of them than the model takes."""
    one, two = (Picture(Path(name), "image/png", name, f"https://example.org/{name}") for name in "ab")
    call = ModelCall(some(), {"prompt": "a mug"}, {**given("control", "image"), "references": (one, two)})
    assert body(call)["files"] == [f"https://example.org/{name}" for name in ("image", "a", "b", "control")]
    with pytest.raises(InvalidInput, match="takes 2 reference images"):
        body(ModelCall(some(), {"prompt": "a mug"}, {"references": (one, two, one)}))
    hidden = Picture(Path("c"), "image/png", "c")
    with pytest.raises(InvalidInput, match="reads reference images from a link"):
        body(ModelCall(some(), {"prompt": "a mug"}, {"references": (one, hidden)}))


def test_an_entry_says_how_a_reference_stands_in_its_list() -> None:
    model = Catalogue.load().of(VideoModel, "fal-kling-3-pro")
    one, two = (Picture(Path(name), "image/png", name, f"https://example.org/{name}") for name in "ab")
    call = ModelCall(model, {"prompt": "a mug", "seconds": "5"}, {**given("image"), "references": (one, two)})
    links = [f"https://example.org/{name}" for name in "ab"]
    elements: list[JsonValue] = [
        {"frontal_image_url": link, "reference_image_urls": [link]} for link in links
    ]
    assert body(call)["elements"] == elements
    echoed: dict[str, JsonValue] = {
        "elements": [{**each, "video_url": None} for each in elements if isinstance(each, dict)]
    }
    assert comparable(model, echoed) == {"elements": elements}, "a listing adds its defaults inside, too"
    assert [model.token(number) for number in (1, 2)] == ["@Element1", "@Element2"]
    with pytest.raises(InvalidInput, match="takes 2 reference images"):
        body(ModelCall(model, call.params, {**call.inputs, "references": (one, two, one)}))


def test_wishes_are_left_out() -> None:
    call = ModelCall(some(), {"prompt": "a mug", "seed": 7, "negative_prompt": "", "size": "720p"})
    assert body(call) == {"text": "a mug"}


@pytest.mark.parametrize(
    ("params", "roles", "said"),
    [
        ({"prompt": "a mug"}, ("last_frame",), "does not take a last frame"),
        ({"prompt": "x" * 101}, (), "100 characters"),
        ({"prompt": "a mug", "aspect": "4:5"}, (), "makes 1:1, not 4:5"),
    ],
)
def test_what_would_be_ignored_or_refused_is_refused(
    params: dict[str, JsonValue], roles: tuple[Role, ...], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        body(ModelCall(some(), params, given(*roles)))


def test_a_link_is_needed_where_a_model_reads_links() -> None:
    call = ModelCall(some(), {"prompt": "a mug"}, {"image": Picture(Path("a"), "image/png", "a")})
    with pytest.raises(InvalidInput, match="reads a start image from a link: upload it first"):
        body(call)
