"""What a model is asked for a film of scenes.

As of beats, the caller's words go to the model as data.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from activities.film.planning.answered import PlannerCall, earlier
from activities.film.planning.brief import read_brief
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.scene_instructions import (
    MOST_BY_MODEL,
    scene_instructions,
    scene_schema,
    words_of,
)
from activities.film.planning.seconds import asked_seconds
from activities.models import document
from workflows.film import USUAL_SCENE_S, VideoRequest, scene_count
from workflows.studio import FieldProblem, Reference


def refuse_many(request: VideoRequest, library: Library) -> None:
    """Raises `InvalidPlan` where a film falls into more scenes than a model is asked for at once."""
    seconds = asked_seconds(request, library)
    count = count_of(request, seconds)
    if count > MOST_BY_MODEL:
        problem = f"{count} scenes, and a model plans {MOST_BY_MODEL} at most"
        longer = f"at least {-(-seconds // MOST_BY_MODEL)}, or models.planner=animatic-planner, by rules"
        raise InvalidPlan([FieldProblem(field="scene_s", problem=problem, suggestion=longer)])


def scene_call(
    request: VideoRequest,
    library: Library,
    references: Sequence[Reference],
    duration: int,
    answer: bytes | str | None = None,
    problems: Sequence[FieldProblem] = (),
) -> PlannerCall:
    """What to ask a planner model for a film of scenes of `duration` seconds; once more, with the same
    material, where its `answer` was refused for these `problems`. Whatever `references` show is in the first
    keyframe, and so in all of them. Raises `InvalidPlan` where the scenes are too many."""
    refuse_many(request, library)
    told = scene_instructions(request.prompt_enhancer, repair=answer is not None)
    data = _material(request, library, duration, count_of(request, duration)) | earlier(answer, problems)
    return PlannerCall(told, document(data), scene_schema(library))


# ---- the material


def count_of(request: VideoRequest, duration_s: int) -> int:
    """How many scenes a model is asked for."""
    return scene_count(duration_s, request.scene_s or USUAL_SCENE_S)


def _material(request: VideoRequest, library: Library, duration_s: int, count: int) -> dict[str, JsonValue]:
    brief = read_brief(request, library, duration_s)
    film: dict[str, JsonValue] = {
        "about": request.prompt,
        "style": request.style,
        "duration_s": duration_s,
        "scenes": count,
        "scene_s": round(duration_s / count, 2),
        "words": words_of(count),
        "creativity": request.creativity,
        "genre": brief.genre,
        "language": brief.language,
        "narrative": brief.archetype.narrative,
        "photo": request.product is not None,
    }
    cast: list[JsonValue] = [
        one.model_dump(mode="json", include={"name", "description"}) for one in request.characters
    ]
    return {
        "film": film,
        **({"characters": cast} if cast else {}),
        "styles": list(library.guide.styles),
    }
