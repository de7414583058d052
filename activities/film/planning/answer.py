"""Plans that a model is asked for: what it is asked, and how its answer becomes a plan or is refused.

The caller's words go to the model as data, and come back as words on screen and prompts, or not at all: what
else makes the film (length, format, references, seed) is taken from the request, whatever the answer says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import ErrorDetails

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
    PRODUCT,
    PROMPT,
    document,
    instructions,
    schema,
)
from activities.film.planning.library import OTHER_GENRES, Library
from activities.film.planning.nouns import is_callers
from activities.film.planning.sanitised import cleaned, printable
from activities.film.planning.seconds import asked_seconds
from activities.film.planning.wording import TITLE_CHARACTERS, capital, filled, film_title, styled
from workflows.film import Beat, BeatSeconds, Camera, Genre, Look, Plan, VideoRequest
from workflows.studio import FieldProblem, Reference

#: A film has at most 24 beats of the longest texts; more is no plan, and not worth reading.
MAX_BYTES = 200_000
_MAX_BEATS = 24
# As many as a model can be expected to correct at once.
_MAX_PROBLEMS = 30
# What the repair shows of the answer: a whole film, and no more than the call's price allows for.
_SHOWN = 20_000


class PlannerCall(NamedTuple):
    """What a planner is asked: `instructions` are ours, `data` is one document, `schema` strict."""

    instructions: str
    data: str
    schema: Mapping[str, JsonValue]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class _Beat(_Strict):
    id: str
    seconds: BeatSeconds
    title: str
    action: str
    prompt: str
    camera: Camera
    energy: Annotated[float, Field(ge=0, le=1)]
    callouts: Annotated[tuple[str, ...], Field(max_length=CALLOUTS)]
    references: Annotated[tuple[int, ...], Field(max_length=20)]


class _Answer(_Strict):
    title: str
    product: str
    #: None in answers to earlier releases, which knew products alone.
    genre: Genre | None = None
    archetype: str
    style: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_STYLE_WORDS)]
    look: Look
    beats: Annotated[tuple[_Beat, ...], Field(min_length=1, max_length=_MAX_BEATS)]


def first_call(
    request: VideoRequest, library: Library, references: Sequence[Reference], duration: int
) -> PlannerCall:
    """What to ask a planner model for a film of `duration` seconds.

    `references` are the images that beats may show, in the order of their numbers from 1; `image` is an
    upload key. The product photo, where there is one, comes first. A request that brings its own plan needs
    no model: `compose` completes it.
    """
    return PlannerCall(
        instructions(request.prompt_enhancer),
        document(_material(request, library, references, duration)),
        schema(library),
    )


def repair_call(
    request: VideoRequest,
    library: Library,
    references: Sequence[Reference],
    duration: int,
    answer: bytes | str,
    problems: Sequence[FieldProblem],
) -> PlannerCall:
    """The one further call: the same material, the answer that was refused, and what is wrong with it."""
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    earlier: dict[str, JsonValue] = {
        "answer": printable(said[:_SHOWN]),
        "problems": [str(problem) for problem in problems[:_MAX_PROBLEMS]],
    }
    data = {**_material(request, library, references, duration), "earlier": earlier}
    return PlannerCall(instructions(request.prompt_enhancer, repair=True), document(data), schema(library))


def plan_of(
    answer: bytes | str, request: VideoRequest, library: Library, references: Sequence[Reference]
) -> Plan:
    """The plan that an answer holds. `references` as they were asked with.

    Raises `InvalidPlan`, and nothing else, with everything that is wrong: the model may be asked once more.
    """
    duration_s = asked_seconds(request, library)
    read = _read(answer)
    library = library.for_genre(read.genre or "product")
    brief = _brief(read, request, library, duration_s)
    problems = [*_texts(read, brief), *_unknown(read, library, references)]
    if request.product and references and not any(1 in beat.references for beat in read.beats):
        problems.append(_problem("beats", "no beat shows image 1, the product", "add 1 to references"))
    beats = _beats(read, brief, library, references)
    if len(beats) == len(read.beats):
        problems += violations(beats, duration_s, library)
    if problems:
        raise InvalidPlan(problems[:_MAX_PROBLEMS])
    title = _line(read.title, brief) or film_title(brief)
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


def _read(answer: bytes | str) -> _Answer:
    # A lone surrogate is no character, and cannot be encoded.
    data = answer.encode("utf-8", "replace") if isinstance(answer, str) else answer
    if len(data) > MAX_BYTES:
        raise InvalidPlan([_problem("", f"has {len(data):,} bytes", f"at most {MAX_BYTES:,}")])
    try:
        return _Answer.model_validate_json(data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidPlan([_fault(fault) for fault in faults[:_MAX_PROBLEMS]]) from None


def _fault(fault: ErrorDetails) -> FieldProblem:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
    return _problem(place.removeprefix("."), fault["msg"], "answer exactly as the schema says")


def _problem(place: str, problem: str, suggestion: str) -> FieldProblem:
    return FieldProblem(field=f"plan.{place}" if place else "plan", problem=problem, suggestion=suggestion)


def _brief(read: _Answer, request: VideoRequest, library: Library, duration_s: int) -> Brief:
    """The request's own brief, with what the answer may choose. A product that is not in the caller's
    words, in whichever form, is not theirs: then it stays what the request names."""
    brief = read_brief(request, library, duration_s)
    product = printable(read.product)
    if len(product) > PRODUCT or not is_callers(product, request.prompt, brief.language):
        product = brief.product
    # A name of the caller's own stands on screen whatever the thing is called.
    name = brief.name if brief.is_proper or product == brief.product else product
    known = [word for word in read.style if word in library.guide.styles]
    return replace(
        brief,
        product=product,
        name=name,
        archetype=library.archetype(read.archetype) or brief.archetype,
        style=tuple(dict.fromkeys(known)) or brief.style,
        look=read.look,
        genre=read.genre or "product",
        # What the rules could not read, a model did.
        warnings=(),
    )


def _line(text: str, brief: Brief) -> str:
    """A line of words as it will stand in the plan."""
    return cleaned(filled(text, brief.product))


def _prompt(asked: _Beat, brief: Brief) -> str:
    return _line(asked.prompt, brief).rstrip(". ")


def _texts(read: _Answer, brief: Brief) -> Iterator[FieldProblem]:
    """Texts that are too long, or empty where something must be said."""
    limits = [("title", _line(read.title, brief), 0, FILM_TITLE)]
    for index, beat in enumerate(read.beats):
        at = f"beats[{index}]"
        limits += [
            (f"{at}.title", _line(beat.title, brief), 0, TITLE_CHARACTERS),
            (f"{at}.action", _line(beat.action, brief), 1, ACTION),
            (f"{at}.prompt", _prompt(beat, brief), 1, PROMPT),
            *((f"{at}.callouts", _line(callout, brief), 1, CALLOUT) for callout in beat.callouts),
        ]
    for place, text, shortest, longest in limits:
        if not shortest <= len(text) <= longest:
            yield _problem(place, f"has {len(text)} characters", f"{shortest} to {longest}")


def _unknown(read: _Answer, library: Library, references: Sequence[Reference]) -> Iterator[FieldProblem]:
    """Beats, images, archetypes and style words that there are not."""
    if library.archetype(read.archetype) is None:
        known = ", ".join(each.id for each in library.guide.archetypes)
        yield _problem("archetype", "there is no such archetype", f"one of {known}")
    if not set(read.style) <= library.guide.styles.keys():
        yield _problem("style", "holds an unknown word", f"of {', '.join(library.guide.styles)}")
    for index, beat in enumerate(read.beats):
        if beat.id not in library.beats:
            yield _problem(f"beats[{index}].id", "the library has no such beat", "use one of the library")
        if not all(1 <= number <= len(references) for number in beat.references):
            known = f"1 to {len(references)}" if references else "there are none: leave it empty"
            yield _problem(f"beats[{index}].references", "names an image that there is not", known)


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
                action=_line(asked.action, brief),
                prompt=styled(_prompt(asked, brief), brief),
                title=capital(_line(asked.title, brief)),
                camera=asked.camera,
                energy=round(asked.energy, 2),
                callouts=tuple(_line(each, brief) for each in asked.callouts),
                references=tuple(references[number - 1].image for number in shown),
            )
        )
    return tuple(beats)
