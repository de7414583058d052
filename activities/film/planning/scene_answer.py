"""How a model's answer becomes a film of scenes, or is refused.

How many scenes there are, how long they last and what follows what is not the model's to say: a scene begins
with what the one before ends with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from activities.film.planning.answered import (
    MOST_PROBLEMS,
    Strict,
    line,
    problem_of,
    read_answer,
    with_product,
)
from activities.film.planning.brief import MAX_STYLE_WORDS, Brief, read_brief
from activities.film.planning.characters import named_by, peopled
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.instructions import FILM_TITLE
from activities.film.planning.library import Library
from activities.film.planning.scene_asking import count_of
from activities.film.planning.scene_instructions import (
    CHARACTERS,
    DESCRIPTION,
    LOOKS,
    MOST_BY_MODEL,
    MOTION,
    NAME,
    NOTES,
    PROMPT,
    STYLE_GUIDE,
)
from activities.film.planning.scenes import SceneWords, plan_of_scenes, with_guide
from activities.film.planning.seconds import asked_seconds
from activities.film.planning.wording import TITLE_CHARACTERS, capital, film_title, styled
from workflows.film import (
    Camera,
    Character,
    Genre,
    Look,
    Plan,
    VideoRequest,
)
from workflows.studio import FieldProblem, Reference, folded


class _Scene(Strict):
    description: str
    start_prompt: str
    end_prompt: str
    motion: str
    notes: str
    title: str
    camera: Camera
    energy: Annotated[float, Field(ge=0, le=1)]


class _Character(Strict):
    name: str
    description: str


class _Answer(Strict):
    title: str
    product: str
    genre: Genre
    style: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_STYLE_WORDS)]
    look: Look
    style_guide: str
    characters: Annotated[tuple[_Character, ...], Field(max_length=CHARACTERS)]
    scenes: Annotated[tuple[_Scene, ...], Field(min_length=1, max_length=2 * MOST_BY_MODEL)]


def plan_of_answer(
    answer: bytes | str, request: VideoRequest, library: Library, references: Sequence[Reference]
) -> Plan:
    """The plan that an answer holds. Raises `InvalidPlan`, and nothing else, with all that is wrong."""
    duration_s = asked_seconds(request, library)
    read = read_answer(_Answer, answer)
    brief = _brief(read, request, library, duration_s)
    problems = list(_problems(read, brief, library, count_of(request, duration_s)))
    if problems:
        raise InvalidPlan(problems[:MOST_PROBLEMS])
    guide = line(read.style_guide, brief)
    plan = plan_of_scenes(
        _told(read, brief, guide),
        request,
        brief,
        duration_s,
        line(read.title, brief) or film_title(brief),
        guide,
    )
    people = request.characters or _found(read, plan, request, brief)
    return peopled(plan, request.model_copy(update={"characters": people}))


def _brief(read: _Answer, request: VideoRequest, library: Library, duration_s: int) -> Brief:
    """The request's own brief, with what the answer may choose; what a customer chose stays."""
    own = brief = read_brief(request, library, duration_s)
    if read.genre != own.genre and not request.genre:
        brief = read_brief(request.model_copy(update={"genre": read.genre}), library, duration_s)
    brief = with_product(brief, read.product, request)
    known = tuple(dict.fromkeys(word for word in read.style if word in library.guide.styles))
    # A genre that is only read is no other film.
    return replace(brief, seed=own.seed, style=known or brief.style, look=read.look)


def _problems(read: _Answer, brief: Brief, library: Library, count: int) -> Iterator[FieldProblem]:
    """All that no schema can say: how many scenes there are, and how long texts may be."""
    if len(read.scenes) != count:
        number = f"has {len(read.scenes)} scenes" if len(read.scenes) != 1 else "has one scene"
        yield problem_of("scenes", number, f"exactly {count}")
    if not set(read.style) <= library.guide.styles.keys():
        yield problem_of("style", "holds an unknown word", f"of {', '.join(library.guide.styles)}")
    names = [folded(line(one.name, brief)) for one in read.characters]
    for at, name in enumerate(names):
        if name in names[:at]:
            yield problem_of(f"characters[{at}].name", "is another's", "list everybody once")
    for place, text, shortest, longest in _texts(read, brief):
        if not shortest <= len(text) <= longest:
            yield problem_of(place, f"has {len(text)} characters", f"{shortest} to {longest}")


def _texts(read: _Answer, brief: Brief) -> Iterator[tuple[str, str, int, int]]:
    """Every text by its place, with how long it may be; where it need not be said, from nothing on."""
    yield "title", line(read.title, brief), 0, FILM_TITLE
    yield "style_guide", line(read.style_guide, brief), 1, STYLE_GUIDE
    for number, one in enumerate(read.characters):
        yield f"characters[{number}].name", line(one.name, brief), 1, NAME
        yield f"characters[{number}].description", line(one.description, brief), 1, LOOKS
    for number, scene in enumerate(read.scenes):
        at = f"scenes[{number}]"
        yield f"{at}.description", line(scene.description, brief), 1, DESCRIPTION
        yield f"{at}.start_prompt", _prompt(scene.start_prompt, brief), int(number == 0), PROMPT
        yield f"{at}.end_prompt", _prompt(scene.end_prompt, brief), 1, PROMPT
        yield f"{at}.motion", line(scene.motion, brief), 1, MOTION
        yield f"{at}.notes", line(scene.notes, brief), 0, NOTES
        yield f"{at}.title", line(scene.title, brief), 0, TITLE_CHARACTERS


def _prompt(text: str, brief: Brief) -> str:
    return line(text, brief).rstrip(". ")


def _with_guide(text: str, guide: str, brief: Brief) -> str:
    return with_guide(_prompt(text, brief), guide)


def _told(read: _Answer, brief: Brief, guide: str) -> list[SceneWords]:
    """The scenes in words, each of which begins with what the one before ends with."""
    told: list[SceneWords] = []
    for number, scene in enumerate(read.scenes, 1):
        begins = styled(_with_guide(scene.start_prompt, guide, brief), brief)
        told.append(
            SceneWords(
                id=f"scene_{number}",
                description=line(scene.description, brief),
                start=told[-1].end if told else begins,
                end=styled(_with_guide(scene.end_prompt, guide, brief), brief),
                motion=line(scene.motion, brief),
                notes=line(scene.notes, brief),
                title=capital(line(scene.title, brief)),
                camera=scene.camera,
                energy=round(scene.energy, 2),
                shot="scene",
            )
        )
    return told


def _found(read: _Answer, plan: Plan, request: VideoRequest, brief: Brief) -> tuple[Character, ...]:
    """Whom the answer tells of, as far as its scenes name them. What a photo shows looks as there."""
    people = (
        Character(name=line(one.name, brief), description=line(one.description, brief))
        for one in read.characters
    )
    seen = (one for one in people if named_by(plan, one))
    return tuple(one for one in seen if not (request.product and folded(one.name) == folded(brief.product)))
