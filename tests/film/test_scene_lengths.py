"""Scenes of what is bought: as long as the film's model makes clips, or refused before anything is paid."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.film import Library, compose
from activities.film.planning.errors import InvalidPlan
from activities.film.scene_lengths import covering, with_scenes
from activities.models import Cast, Catalogue, Miscast, cast
from workflows.film import Models, PlannedFilm, Rung, VideoRequest
from workflows.film.clips import length_of_clip
from workflows.film.contract import PlanDraft, SceneDraft
from workflows.studio import Artifact, FrameFormat, Media, ModelFacts

CATALOGUE = Catalogue.load()
HOSTED = CATALOGUE.providers.keys()
ENDING = sorted(id for id, model in CATALOGUE.models.items() if getattr(model, "last_frame", False))
TODAY = date(2026, 11, 27)
SOLD = [id for id in ENDING if (one := CATALOGUE.models[id]).work == "waits" and not one.retired(TODAY)]


def asked(video: str, **fields: object) -> VideoRequest:
    request = {"prompt": "A film about a mug", "method": "keyframes", "profile": "draft", **fields}
    return VideoRequest.model_validate({**request, "models": Models(video=video)})


def models_of(request: VideoRequest) -> Cast:
    return cast(request, CATALOGUE, HOSTED, TODAY)


def promised(request: VideoRequest) -> ModelFacts:
    return models_of(request).video.facts(request.fps, request.size)


def planned(request: VideoRequest, video: str) -> PlannedFilm:
    plan = compose(request, Library.for_request(request))
    facts = CATALOGUE.model(video).facts(request.fps, request.size)
    return PlannedFilm(
        plan=plan,
        artifact=Artifact(key="k", object="", media=Media(mime="", bytes=0, sha256="")),
        format=FrameFormat.of(request),
        models={"video": facts},
        rungs={"draft": Rung(models={"video": facts})},
    )


@settings(max_examples=60, deadline=None)
@example("replicate-wan-2.2-i2v-fast", 26, 24)  # 5.2 s would do, and uneven scenes have a frame more
@given(st.sampled_from(SOLD), st.integers(4, 180), st.sampled_from((24, 25, 30)))
def test_every_model_that_ends_on_a_frame_covers_every_scene(video: str, duration_s: int, fps: int) -> None:
    request = asked(video, duration_s=duration_s, fps=fps)
    film = planned(with_scenes(request, promised(request)), video)
    assert film.plan.seconds == duration_s
    for number in range(len(film.plan.beats)):
        length_of_clip(number, film, film.models["video"])
    assert covering(film).rungs["draft"].models


def test_a_scene_lasts_the_middle_one_of_what_the_model_makes() -> None:
    request = asked("google-veo-3.1", duration_s=30)
    assert with_scenes(request, promised(request)).scene_s == 6


def test_what_is_drawn_here_is_left_as_it_is() -> None:
    request = VideoRequest(prompt="A film about a mug", method="keyframes")
    assert with_scenes(request, promised(request)) is request


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scene_s": 8}, "scene_s"),
        ({"duration_s": 20, "plan": PlanDraft(scenes=(SceneDraft(description="a mug"),) * 2)}, "plan.scenes"),
    ],
)
def test_scenes_that_are_too_long_are_refused(fields: dict[str, object], field: str) -> None:
    request = asked("replicate-wan-2.2-i2v-fast", **fields)
    with pytest.raises(InvalidPlan, match="makes clips of 5 s at most") as caught:
        with_scenes(request, promised(request))
    assert [one.field for one in caught.value.fields] == [field]


@pytest.mark.parametrize("profile", ["animatic", "draft"])
def test_scenes_that_are_over_before_they_have_opened_are_refused(profile: str) -> None:
    plan = PlanDraft(scenes=(SceneDraft(description="a mug"),) * 8)
    request = asked("google-veo-3.1", duration_s=15, plan=plan)
    if profile == "animatic":
        request = request.model_copy(update={"profile": profile, "models": Models()})
    with pytest.raises(InvalidPlan, match="8 scenes in 15 s last under 2 s each") as caught:
        with_scenes(request, promised(request))
    assert [one.field for one in caught.value.fields] == ["plan.scenes"]
    longer = request.model_copy(update={"duration_s": 16})
    with_scenes(longer, promised(longer))


def test_a_model_that_ends_on_no_frame_is_refused_and_those_that_do_are_named() -> None:
    with pytest.raises(Miscast) as caught:
        models_of(asked("google-veo-3.1-lite"))
    (problem,) = caught.value.fields
    assert problem.field == "models.video" and "takes no last frame" in problem.problem
    assert any(id in problem.suggestion for id in ENDING)
    assert not any(id in problem.suggestion for id in ("google-veo-3.1-lite", "replicate-kling-v2.1"))


def test_an_image_model_that_draws_from_no_image_draws_no_keyframe() -> None:
    request = asked("google-veo-3.1").model_copy(update={"models": Models(edit="replicate-flux-schnell")})
    with pytest.raises(Miscast, match="draws from no image"):
        models_of(request)


def test_a_rung_whose_clips_are_too_short_says_so() -> None:
    request = VideoRequest(prompt="A film about a mug", method="keyframes")
    rung = covering(planned(request, "replicate-wan-2.2-i2v-fast")).rungs["draft"]
    assert not rung.models and "makes clips of 5 s at most, and scene_1 lasts 8 s" in rung.unavailable
