"""The cast: what cannot make a film is refused by field, before anything is paid."""

from __future__ import annotations

from datetime import date

import pytest

from activities.models.casting import Cast, Miscast, cast
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from workflows.film.contract import Models, VideoRequest

CATALOGUE = Catalogue.load()
EVERYONE = frozenset(CATALOGUE.providers)
TODAY = date(2026, 11, 21)
CONTROL = "replicate-flux-dev-controlnet"


def of(hosted: frozenset[str] = EVERYONE, on: date = TODAY, **fields: object) -> Cast:
    models = Models(**fields.pop("models", {}))  # type: ignore[arg-type]
    request = VideoRequest.model_validate({"prompt": "a mug", "models": models, **fields})
    return cast(request, CATALOGUE, hosted, on)


def refused(**fields: object) -> dict[str, str]:
    with pytest.raises(Miscast) as error:
        of(**fields)  # type: ignore[arg-type]
    assert all(one.suggestion for one in error.value.fields)
    return {one.field: one.problem for one in error.value.fields}


@pytest.mark.parametrize("profile", ["animatic", "draft", "final"])
def test_every_profile_can_be_cast(profile: str) -> None:
    models = of(profile=profile)
    assert models.paid == (profile != "animatic")


def test_a_request_may_name_each_model() -> None:
    chosen = of(profile="draft", models={"video": "google-veo-3.1", "planner": "animatic-planner"})
    assert (chosen.video.id, chosen.planner.id) == ("google-veo-3.1", "animatic-planner")
    assert chosen.image == of(profile="draft").image


def test_fallbacks_of_a_provider_that_is_not_here_are_left_out() -> None:
    everyone = of(models={"video": "replicate-hailuo-02"})
    some = of(frozenset({"replicate"}), models={"video": "replicate-hailuo-02"})
    assert {model.provider for model in some.video_fallbacks} <= {"replicate"}
    assert {model.id for model in some.video_fallbacks} <= {model.id for model in everyone.video_fallbacks}


def test_a_model_without_its_key_is_refused_and_the_key_named() -> None:
    with pytest.raises(Miscast, match="whose key is not set") as error:
        of(frozenset({"replicate"}), models={"video": "fal-wan-2.2-a14b"})
    assert "FAL_KEY" in error.value.fields[0].suggestion


@pytest.mark.parametrize("typed", ["nope", "kling", "fal-kling-2.5-turbo", "x" * 64])
@pytest.mark.parametrize("role", ["planner", "image", "edges", "edit", "video"])
def test_what_is_offered_instead_is_never_cut_off(role: str, typed: str) -> None:
    with pytest.raises(Miscast, match="has no model") as error:
        of(models={role: typed})
    (told,) = error.value.fields
    assert not told.suggestion.endswith("…")
    named = told.suggestion.removeprefix("name one of ").split(" or ")[0].split(", ")
    assert set(named) <= CATALOGUE.models.keys() and len(named) > 1
    if (role, typed) == ("video", "fal-kling-2.5-turbo"):
        assert named[0].startswith("fal-kling-2.5-turbo-"), "what was meant comes first"


def test_a_retired_model_is_refused() -> None:
    veo = CATALOGUE.model("google-veo-3.1").model_copy(update={"retires_at": TODAY})
    old = CATALOGUE.model_copy(update={"models": {**CATALOGUE.models, veo.id: veo}})
    request = VideoRequest(prompt="a mug", models=Models(video=veo.id))
    with pytest.raises(Miscast, match="was retired on 2026-11-21"):
        cast(request, old, EVERYONE, TODAY)
    assert cast(request, old, EVERYONE, date(2026, 11, 20)).video == veo


def test_a_film_goes_on_with_a_retired_model_that_it_used() -> None:
    gone = "replicate-seedance-1-lite"
    assert refused(models={"video": gone}) == {"models.video": f"{gone} was retired on 2026-05-13"}
    request = VideoRequest(prompt="a mug", models=Models(video=gone))
    models = cast(request, CATALOGUE, EVERYONE, TODAY, used={gone})
    assert models.video.id == gone and models.video_fallbacks


@pytest.mark.parametrize("model", ["fal-gpt-image-2.5-flare-edit", "replicate-flux-dev-controlnet"])
def test_a_model_that_needs_a_photo_draws_only_beats_that_show_one(model: str) -> None:
    assert refused(models={"image": model}) == {"models.image": f"{model} draws from a photo alone"}
    assert of(profile="draft", models={"edges": model}).edges == CATALOGUE.model(model)
    request = VideoRequest(prompt="a mug", models=Models(image=model))
    assert cast(request, CATALOGUE, EVERYONE, TODAY, used={model}).image.id == model


@pytest.mark.parametrize("profile", ["animatic", "draft", "final"])
def test_only_a_film_with_keyframes_has_a_model_that_draws_them_from_others(profile: str) -> None:
    assert of(profile=profile).edit is None
    named = of(profile=profile, models={"edit": "fal-flux-kontext-dev"})
    assert named.edit and named.edit.id == "fal-flux-kontext-dev"
    assert named.paid and [one.id for one in named.edit_fallbacks] == ["replicate-flux-kontext-dev"]
    own = CATALOGUE.profile(profile).edit
    assert own and CATALOGUE.facts(own, 24).image_input


def test_nobody_needs_the_key_of_a_model_that_the_film_has_no_use_for() -> None:
    seller = CATALOGUE.model(str(CATALOGUE.profile("final").edit)).provider
    final = {"models": {"planner": "animatic-planner", "image": "replicate-flux-schnell", "edges": CONTROL}}
    others = EVERYONE - {seller}
    models = {**final["models"], "video": "replicate-hailuo-02"}
    assert of(others, profile="final", models=models).edit is None
    with pytest.raises(Miscast, match=r"models.edit: .* sold by fal, whose key is not set"):
        of(others, profile="final", models={**models, "edit": "fal-flux-kontext-dev"})


@pytest.mark.parametrize("model", ["replicate-flux-schnell", CONTROL, "google-veo-3.1"])
def test_what_draws_from_no_image_is_refused_with_those_that_do(model: str) -> None:
    with pytest.raises(Miscast, match=r"models\.edit") as error:
        of(profile="draft", models={"edit": model})
    (told,) = error.value.fields
    named = told.suggestion.removeprefix("name one of ").split(" or ")[0].split(", ")
    assert "replicate-flux-kontext-dev" in named
    assert all(CATALOGUE.facts(one, 24).image_input for one in named)


@pytest.mark.parametrize("model", ["fal-veo-3.1-first-last", "fal-veo-3.1-fast-first-last"])
def test_what_films_only_to_a_last_frame_films_no_beats(model: str) -> None:
    assert CATALOGUE.model(model).needs == ("image", "last_frame")
    assert refused(models={"video": model}).keys() == {"models.video"}
    asking = [CATALOGUE.of(VideoModel, id) for id, one in CATALOGUE.models.items() if model in one.fallbacks]
    for one in (each for each in asking if not each.needs_last_frame):
        assert model not in [other.id for other in of(models={"video": one.id}).video_fallbacks]


def test_a_retired_model_is_never_offered() -> None:
    with pytest.raises(Miscast) as error:
        of(models={"video": "no-such-model"})
    suggestion = error.value.fields[0].suggestion
    assert "replicate-hailuo-02" in suggestion and "seedance-1-lite" not in suggestion
    for model in CATALOGUE.models.values():
        # Some film only from one keyframe to the next, and no film without any.
        is_any = isinstance(model, VideoModel) and not model.needs_last_frame
        if is_any and model.work == "waits" and not model.retired(TODAY):
            assert not any(one.retired(TODAY) for one in of(models={"video": model.id}).video_fallbacks)


def test_an_aspect_that_a_model_lacks_is_refused() -> None:
    said = refused(models={"video": "google-veo-3.1"}, aspect="4:5")
    assert said == {"models.video": "google-veo-3.1 does not make 4:5"}


def test_a_model_of_another_kind_is_refused() -> None:
    said = refused(models={"video": "replicate-flux-dev", "edges": "replicate-flux-dev"})
    assert said.keys() == {"models.video", "models.edges"}


def test_a_video_model_without_image_input_is_refused() -> None:
    blind = CATALOGUE.model("google-veo-3.1").model_copy(update={"image_input": False})
    other = CATALOGUE.model_copy(update={"models": {**CATALOGUE.models, blind.id: blind}})
    with pytest.raises(Miscast, match="takes no image"):
        cast(VideoRequest(prompt="a mug", models=Models(video=blind.id)), other, EVERYONE, TODAY)


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(Miscast, match="no model google-veo-3") as error:
        of(models={"video": "google-veo-3"})
    assert "veo" in error.value.fields[0].suggestion or "video" in error.value.fields[0].suggestion


@pytest.mark.parametrize(
    ("part", "model", "problem", "others"),
    [
        ("video", "replicate-kling-v2.1", "takes no last frame", "replicate-wan-2.2-i2v-fast"),
        ("edit", "replicate-flux-schnell", "draws from no image", "replicate-flux-kontext-dev"),
    ],
)
def test_an_anchored_film_is_refused_what_cannot_meet_its_anchors(
    part: str, model: str, problem: str, others: str
) -> None:
    with pytest.raises(Miscast) as error:
        of(profile="draft", continuity="anchored", models={part: model})
    (field,) = error.value.fields
    assert field.field == f"models.{part}" and problem in field.problem and others in field.suggestion
    if part == "video":
        assert of(profile="draft", models={part: model}).edit is None, "chained, nothing is asked of either"


@pytest.mark.parametrize("profile", ["animatic", "draft", "final"])
def test_every_profile_can_be_anchored(profile: str) -> None:
    models = of(profile=profile, continuity="anchored")
    assert models.edit is not None and all(video.last_frame for video in models.videos)
