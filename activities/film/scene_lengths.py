"""Knows how long the scenes of a film of keyframes may be, by what its video models make: told while it is
planned, before anything is paid."""

from __future__ import annotations

import math
from fractions import Fraction

from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.seconds import asked_seconds
from workflows.film import SHORTEST_SCENE_S, PlannedFilm, Rung, VideoRequest, length_of_clip, scene_count
from workflows.studio import CannotBeMade, FieldProblem, ModelFacts

# A clip may be slowed by 4 %, and its first frame is the scene's before.
_STRETCH = Fraction(104, 100)


def with_scenes(request: VideoRequest, video: ModelFacts) -> VideoRequest:
    """The request of a film whose clips are bought, with scenes that its model can make: the middle one of
    its lengths where nobody says another, and shorter where they would not come out. `video` is what that
    model has promised the film. Raises `InvalidPlan`, also for scenes that are too short, whoever makes
    them."""
    if request.method != "keyframes":
        return request
    _refuse_short(request)
    if video.work != "waits":
        return request
    lengths = sorted({int(length.asked_s) for length in video.lengths})
    if not lengths or video.fps is None:
        return request
    seconds, most = asked_seconds(request, Library.for_request(request)), _longest(video)
    wanted = request.scene_s or lengths[(len(lengths) - 1) // 2]
    if request.plan:
        each = _each(seconds, len(request.plan.scenes), request.fps)
        if each > most:
            raise _too_long("plan.scenes", float(each), video, f"at least {math.ceil(seconds / most)} scenes")
        return request.model_copy(update={"scene_s": wanted, "duration_s": seconds})
    if wanted > most:
        raise _too_long("scene_s", wanted, video, f"at most {math.floor(most)}")
    fitting = (
        one for one in range(wanted, 1, -1) if _each(seconds, scene_count(seconds, one), request.fps) <= most
    )
    return request.model_copy(update={"scene_s": next(fitting, wanted), "duration_s": seconds})


def promised_lengths(request: VideoRequest, video: ModelFacts) -> str:
    """What of a model the scenes of a film follow from, where its clips are bought; else empty."""
    if request.method != "keyframes" or video.work != "waits" or not video.lengths or video.fps is None:
        return ""
    lengths = sorted({int(length.asked_s) for length in video.lengths})
    return f"{','.join(map(str, lengths))} s, up to {_longest(video)}"


def covering(planned: PlannedFilm) -> PlannedFilm:
    """The film without those rungs whose clips are too short for its scenes, which say so."""
    if planned.plan.method != "keyframes":
        return planned
    return planned.model_copy(
        update={"rungs": {name: _covering(planned, rung) for name, rung in planned.rungs.items()}}
    )


def _covering(planned: PlannedFilm, rung: Rung) -> Rung:
    if "video" not in rung.models:
        return rung
    try:
        for number in range(len(planned.plan.beats)):
            length_of_clip(number, planned, rung.models["video"])
    except CannotBeMade as error:
        return Rung(unavailable=f"{error}: ask for shorter scenes")
    return rung


def _refuse_short(request: VideoRequest) -> None:
    """A caller's scenes that are shorter than one may be asked to be: they would be over before they have
    opened. What falls into scenes here does not."""
    if request.plan is None:
        return
    seconds, count = asked_seconds(request, Library.for_request(request)), len(request.plan.scenes)
    if seconds < count * SHORTEST_SCENE_S:
        problem = f"{count} scenes in {seconds} s last under {SHORTEST_SCENE_S} s each"
        most = f"at most {seconds // SHORTEST_SCENE_S} scenes, or a longer duration_s"
        raise InvalidPlan([FieldProblem(field="plan.scenes", problem=problem, suggestion=most)])


def _each(seconds: int, count: int, fps: int) -> Fraction:
    """Seconds of the longest of so many scenes: where they come out uneven, one has a frame more."""
    return Fraction(math.ceil(Fraction(seconds * fps, count)), fps)


def _longest(video: ModelFacts) -> Fraction:
    assert video.fps is not None
    return max((length.frames - 1) * _STRETCH / video.fps for length in video.lengths)


def _too_long(field: str, asked_s: float, video: ModelFacts, how: str) -> InvalidPlan:
    longest = max(length.asked_s for length in video.lengths)
    problem = f"scenes of {asked_s:g} s, and {video.id} makes clips of {longest} s at most"
    return InvalidPlan([FieldProblem(field=field, problem=problem, suggestion=how)])
