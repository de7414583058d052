"""Knows the one placeholder that a prompt may hold, and what looks like it and is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from activities.film.planning.errors import InvalidPlan
from activities.film.planning.wording import PRODUCT
from workflows.film import VideoRequest
from workflows.studio import FieldProblem

# A word beside a brace. A brace that holds no word, such as in `:}`, is somebody's own.
_MISTYPED = re.compile(r"\{+ *[A-Za-z_]\w* *\}*|product_?name *\}+", re.IGNORECASE)


def check_placeholders(request: VideoRequest) -> None:
    """Raises `InvalidPlan` naming every text of the caller's library or plan with a placeholder that nobody
    fills in: a model would be shown it."""
    problems = [
        FieldProblem(
            field=field,
            problem=f"{found.group()} is no placeholder",
            suggestion=f"the only one is {PRODUCT}",
        )
        for field, text in _texts(request)
        if (found := _MISTYPED.search(text.replace(PRODUCT, "")))
    ]
    if problems:
        raise InvalidPlan(problems)


def _texts(request: VideoRequest) -> Iterator[tuple[str, str]]:
    """What is filled in, by its field; a title of the caller's plan stands on screen as it is written."""
    for number, template in enumerate(request.library or ()):
        yield f"library[{number}].action", template.action
        yield f"library[{number}].prompt", template.prompt
        for place, title in enumerate(template.titles):
            yield f"library[{number}].titles[{place}]", title
    for number, draft in enumerate(request.plan.beats if request.plan else ()):
        yield f"plan.beats[{number}].action", draft.action or ""
        yield f"plan.beats[{number}].prompt", draft.prompt or ""
    yield "plan.style_guide", request.plan.style_guide if request.plan else ""
    for number, scene in enumerate(request.plan.scenes if request.plan else ()):
        for name in ("description", "start_prompt", "end_prompt", "motion"):
            yield f"plan.scenes[{number}].{name}", getattr(scene, name) or ""
