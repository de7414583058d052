"""How long a film will be: as a request says it, in whichever language.

The workflow reads lengths by rules that stay as they are (`workflows/film/duration.py`); what only
planning can read is refused here by the same rule, before anything is paid.
"""

from __future__ import annotations

from activities.film.planning.callers_plan import drafted_seconds
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.reading import read, seconds_of
from workflows.film import (
    DEFAULT_S,
    VideoRequest,
    is_length,
    lengths_of,
    nearest_length,
    resolved_duration,
)
from workflows.film import plan_seconds as of_plan
from workflows.studio import FieldProblem


def asked_seconds(request: VideoRequest, library: Library) -> int:
    """Seconds of the film. Raises `InvalidPlan` for a length in the prompt that no film can have."""
    if request.duration_s is not None:
        return request.duration_s
    if request.method == "keyframes" and (request.plan or seconds_of(request.prompt) is None):
        return resolved_duration(request) or DEFAULT_S
    if request.plan is not None:
        return of_plan(request) or drafted_seconds(request.plan, library)
    problem = unheard_length(request)
    if problem is not None:
        raise InvalidPlan([problem])
    return read(request.prompt).seconds or DEFAULT_S


def unheard_length(request: VideoRequest) -> FieldProblem | None:
    """What is wrong with the length that a prompt asks for, where nothing else gives one; None where it
    can be met, or none is asked for."""
    if request.duration_s is not None or request.plan is not None:
        return None
    seconds = seconds_of(request.prompt)
    if seconds is None or is_length(seconds, request.method):
        return None
    nearest = nearest_length(seconds, request.method)
    films = f"films last {lengths_of(request.method)}"
    return FieldProblem(
        field="duration_s",
        problem=f"the prompt asks for {seconds} s; {films}",
        suggestion=f"the nearest is {nearest}: say so in the prompt, or set duration_s to {nearest}",
    )
