"""Plans that a model is asked for: what it is asked, and how its answer becomes a plan or is refused.

The caller's words go to the model as data, and come back as words on screen and prompts, or not at all: what
else makes the film (length, format, references, seed) is taken from the request, whatever the answer says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field, JsonValue

from activities.film.planning.answered import (
    MOST_PROBLEMS,
    PlannerCall,
    Strict,
    earlier,
    line,
    problem_of,
    read_answer,
    with_product,
)
from activities.film.planning.brief import MAX_STYLE_WORDS, Brief, read_brief
from activities.film.planning.characters import peopled
from activities.film.planning.constraints import violations
from activities.film.planning.cuts import with_cuts
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.instructions import (
    ACTION,
    CALLOUT,
    CALLOUTS,
    FILM_TITLE,
    PROMPT,
    instructions,
    schema,
)
from activities.film.planning.library import OTHER_GENRES, Library
from activities.film.planning.seconds import asked_seconds
from activities.film.planning.wording import TITLE_CHARACTERS, capital, film_title, styled
from activities.models import document
from workflows.film import Beat, BeatSeconds, Camera, Genre, Look, Plan, VideoRequest
from workflows.studio import FieldProblem, Reference

_MAX_BEATS = 24


class _Beat(Strict):
    id: str
    seconds: BeatSeconds
    title: str
    action: str
    prompt: str
    camera: Camera
    energy: Annotated[float, Field(ge=0, le=1)]
    callouts: Annotated[tuple[str, ...], Field(max_length=CALLOUTS)]
    references: Annotated[tuple[int, ...], Field(max_length=20)]


class _Answer(Strict):
    title: str
    product: str
    #: None in answers to earlier releases, which knew products alone.
    genre: Genre | None = None
    archetype: str
    style: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_STYLE_WORDS)]
    look: Look
    beats: Annotated[tuple[_Beat, ...], Field(min_length=1, max_length=_MAX_BEATS)]


def beat_call(
    request: VideoRequest,
    library: Library,
    references: Sequence[Reference],
    duration: int,
    answer: bytes | str | None = None,
    problems: Sequence[FieldProblem] = (),
) -> PlannerCall:
    """What to ask a planner model for a film of beats of `duration` seconds; once more, with the same
    material, where its `answer` was refused for these `problems`.

    `references` are the images that beats may show, in the order of their numbers from 1; `image` is an
    upload key. The product photo, where there is one, comes first. A request that brings its own plan needs
    no model: `compose` completes it.
    """
    told = instructions(request.prompt_enhancer, repair=answer is not None)
    data = _material(request, library, references, duration) | earlier(answer, problems)
    return PlannerCall(told, document(data), schema(library))


def plan_of(
    answer: bytes | str, request: VideoRequest, library: Library, references: Sequence[Reference]
) -> Plan:
    """The plan that an answer holds. `references` as they were asked with.

    Raises `InvalidPlan`, and nothing else, with everything that is wrong: the model may be asked once more.
    """
    duration_s = asked_seconds(request, library)
    read = read_answer(_Answer, answer)
    library = library.for_genre(read.genre or "product")
    brief = _brief(read, request, library, duration_s)
    problems = [*_texts(read, brief), *_unknown(read, library, references)]
    if request.product and references and not any(1 in beat.references for beat in read.beats):
        problems.append(problem_of("beats", "no beat shows image 1, the product", "add 1 to references"))
    beats = _beats(read, brief, library, references)
    if len(beats) == len(read.beats):
        problems += violations(beats, duration_s, library)
    if problems:
        raise InvalidPlan(problems[:MOST_PROBLEMS])
    title = line(read.title, brief) or film_title(brief)
    return peopled(brief.plan(title, tuple(with_cuts(beat, brief.seed) for beat in beats)), request)


def _material(
    request: VideoRequest, library: Library, references: Sequence[Reference], duration_s: int
) -> dict[str, JsonValue]:
    brief = read_brief(request, library, duration_s)
    library = library.for_genre(brief.genre)
    beats: list[JsonValue] = [
        beat.model_dump(mode="json", exclude={"titles", "products"}) for beat in library.beats.values()
    ]
    archetypes: list[JsonValue] = [
        each.model_dump(mode="json", include={"id", "narrative", "sequence", "energy", "style", "look"})
        for each in library.guide.archetypes
    ]
    shown: list[JsonValue] = [
        {"number": number, "shows": "the product" if number == 1 and request.product else each.shows}
        for number, each in enumerate(references, 1)
    ]
    film: dict[str, JsonValue] = {
        "about": request.prompt,
        "style": request.style,
        "duration_s": duration_s,
        "creativity": request.creativity,
        "genre": brief.genre,
        "language": brief.language,
    }
    cast: list[JsonValue] = [
        one.model_dump(mode="json", include={"name", "description"}) for one in request.characters
    ]
    return {
        "film": film,
        **({"characters": cast} if cast else {}),
        "references": shown,
        "library": beats,
        "archetypes": archetypes,
        "styles": list(library.guide.styles),
        "genres": [] if library.is_callers else _others(brief.genre),
    }


def _others(genre: Genre) -> list[JsonValue]:
    """What films of other kinds are made of, in short: most answers need none of it."""
    made: list[JsonValue] = []
    for other in ("product", *OTHER_GENRES):
        library = Library.default(other)
        told = {"id", "seconds", "position", "action"}
        beats: list[JsonValue] = [
            each.model_dump(mode="json", include=told) for each in library.beats.values()
        ]
        archetypes: list[JsonValue] = [
            each.model_dump(mode="json", include={"id", "narrative", "sequence"})
            for each in library.guide.archetypes
        ]
        if other != genre:
            made.append({"genre": other, "beats": beats, "archetypes": archetypes})
    return made


def _brief(read: _Answer, request: VideoRequest, library: Library, duration_s: int) -> Brief:
    """The request's own brief, with what the answer may choose."""
    brief = with_product(read_brief(request, library, duration_s), read.product, request)
    known = [word for word in read.style if word in library.guide.styles]
    return replace(
        brief,
        archetype=library.archetype(read.archetype) or brief.archetype,
        style=tuple(dict.fromkeys(known)) or brief.style,
        look=read.look,
        genre=read.genre or "product",
    )


def _prompt(asked: _Beat, brief: Brief) -> str:
    return line(asked.prompt, brief).rstrip(". ")


def _texts(read: _Answer, brief: Brief) -> Iterator[FieldProblem]:
    """Texts that are too long, or empty where something must be said."""
    limits = [("title", line(read.title, brief), 0, FILM_TITLE)]
    for index, beat in enumerate(read.beats):
        at = f"beats[{index}]"
        limits += [
            (f"{at}.title", line(beat.title, brief), 0, TITLE_CHARACTERS),
            (f"{at}.action", line(beat.action, brief), 1, ACTION),
            (f"{at}.prompt", _prompt(beat, brief), 1, PROMPT),
            *((f"{at}.callouts", line(callout, brief), 1, CALLOUT) for callout in beat.callouts),
        ]
    for place, text, shortest, longest in limits:
        if not shortest <= len(text) <= longest:
            yield problem_of(place, f"has {len(text)} characters", f"{shortest} to {longest}")


def _unknown(read: _Answer, library: Library, references: Sequence[Reference]) -> Iterator[FieldProblem]:
    """Beats, images, archetypes and style words that there are not."""
    if library.archetype(read.archetype) is None:
        known = ", ".join(each.id for each in library.guide.archetypes)
        yield problem_of("archetype", "there is no such archetype", f"one of {known}")
    if not set(read.style) <= library.guide.styles.keys():
        yield problem_of("style", "holds an unknown word", f"of {', '.join(library.guide.styles)}")
    for index, beat in enumerate(read.beats):
        if beat.id not in library.beats:
            yield problem_of(f"beats[{index}].id", "the library has no such beat", "use one of the library")
        if not all(1 <= number <= len(references) for number in beat.references):
            known = f"1 to {len(references)}" if references else "there are none: leave it empty"
            yield problem_of(f"beats[{index}].references", "names an image that there is not", known)


def _beats(
    read: _Answer, brief: Brief, library: Library, references: Sequence[Reference]
) -> tuple[Beat, ...]:
    """The beats that the library knows; their starts follow from their lengths."""
    beats: list[Beat] = []
    for asked in read.beats:
        template = library.beats.get(asked.id)
        if template is None:
            continue
        shown = [number for number in dict.fromkeys(asked.references) if 1 <= number <= len(references)]
        beats.append(
            Beat(
                id=template.id,
                seconds=asked.seconds,
                start_s=sum(beat.seconds for beat in beats),
                position=template.position,
                shot=template.shot,
                action=line(asked.action, brief),
                prompt=styled(_prompt(asked, brief), brief),
                title=capital(line(asked.title, brief)),
                camera=asked.camera,
                energy=round(asked.energy, 2),
                callouts=tuple(line(each, brief) for each in asked.callouts),
                references=tuple(references[number - 1].image for number in shown),
            )
        )
    return tuple(beats)
