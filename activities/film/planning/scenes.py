"""Plans a film of keyframes by rules: how many scenes, what each begins and ends with, what moves between.

What ends a scene begins the next: the last frame of one is told in the words of the first of the one after.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from activities.film.planning.brief import Brief
from activities.film.planning.enhancer import enhanced
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.sequence import ranked
from activities.film.planning.telling import lines_of
from activities.film.planning.wording import TITLE_CHARACTERS, beat_title, capital, filled, film_title, styled
from workflows.film import (
    USUAL_SCENE_S,
    Beat,
    BeatTemplate,
    Camera,
    Plan,
    Position,
    Scene,
    SceneDraft,
    VideoRequest,
    scene_count,
    scene_spans,
    whole_seconds,
)
from workflows.studio import FieldProblem

#: What a scene of the caller's own moves like where it does not say so, in turn.
MOVES: tuple[Camera, ...] = ("dolly_in", "pan", "orbit", "tilt")
#: How what a film ends with differs from what its last scene begins with.
LAST_LOOK = "the same place a moment later, calm, everything has come to rest"
#: How a scene goes over into the next, and the last one.
NOTES = "goes on without a cut from its last frame"
ENDS = "ends the film"


class SceneWords(NamedTuple):
    """A scene in words, before it has a place in the film."""

    id: str
    description: str
    start: str
    end: str
    motion: str
    notes: str
    title: str
    camera: Camera
    energy: float
    shot: str


def scenes_planned(request: VideoRequest, brief: Brief, library: Library, duration_s: int) -> Plan:
    """The plan of a film of keyframes of `duration_s` seconds: of the scenes that the request brings, else of
    as many as fill it, told by the beats of `library`."""
    drafts = request.plan.scenes if request.plan else ()
    guide = request.plan.style_guide if request.plan else ""
    scene_s = request.scene_s or USUAL_SCENE_S
    told = (
        _drafted(drafts, brief, guide)
        if drafts
        else _composed(brief, library, scene_count(duration_s, scene_s))
    )
    told = [
        each._replace(
            start=enhanced(each.start, request.prompt_enhancer, brief.seed, brief.style),
            end=enhanced(each.end, request.prompt_enhancer, brief.seed, brief.style),
        )
        for each in told
    ]
    check_names([each.id for each in told])
    return plan_of_scenes(told, request, brief, duration_s, film_title(brief), guide or _style_guide(brief))


def plan_of_scenes(
    told: Sequence[SceneWords],
    request: VideoRequest,
    brief: Brief,
    duration_s: int,
    title: str,
    style_guide: str,
) -> Plan:
    """The plan of a film of `duration_s` seconds that these scenes fill evenly, to the frame."""
    beats = placed([_scene(each, request) for each in told], duration_s)
    plan = brief.plan(title, beats)
    return plan.model_copy(
        update={
            "method": "keyframes",
            "style_guide": style_guide,
            "characters": (brief.product,),
            "warnings": (*plan.warnings, *length_warnings(beats, request.scene_s)),
        }
    )


def placed(scenes: Sequence[Beat], duration_s: int) -> tuple[Beat, ...]:
    """The scenes in their places of a film of so many seconds, all equally long."""
    spans = scene_spans(duration_s, len(scenes))
    return tuple(
        scene.model_copy(
            update={
                "position": _position(number, len(scenes)),
                "span": span,
                "start_s": whole_seconds(span)[0],
                "seconds": whole_seconds(span)[1],
            }
        )
        for number, (scene, span) in enumerate(zip(scenes, spans, strict=True))
    )


def length_warnings(scenes: Sequence[Beat], scene_s: int | None) -> tuple[str, ...]:
    """What is said of scenes that do not last what was asked for, or is usual."""
    length, count = float(scenes[0].lasts_s), len(scenes)
    if length == (scene_s or USUAL_SCENE_S):
        return ()
    which = f"{count} scenes" if count > 1 else "one scene"
    return (f"The film has {which} of {length:.3g} s.",)


def check_names(names: Sequence[str]) -> None:
    """Raises `InvalidPlan` where a scene has the name of one before it: without one it has its number, which
    another may have been given."""
    for place, name in enumerate(names):
        if name in names[:place]:
            field = f"plan.scenes[{place}].id"
            raise InvalidPlan([FieldProblem(field=field, problem=f"{name} is another", suggestion="name it")])


def _scene(told: SceneWords, request: VideoRequest) -> Beat:
    return Beat(
        id=told.id,
        seconds=1,
        start_s=0,
        position="middle",
        shot=told.shot,
        action=told.motion,
        prompt=told.start,
        title=told.title,
        camera=told.camera,
        energy=told.energy,
        # Every keyframe follows from the one before: what is in one of them is in all.
        references=(request.product,) if request.product else (),
        scene=Scene(description=told.description, end_prompt=told.end, notes=told.notes),
    )


def _position(number: int, count: int) -> Position:
    return "opening" if number == 0 else "closing" if number == count - 1 else "middle"


def _style_guide(brief: Brief) -> str:
    scene = f" {capital(brief.scene)}." if brief.scene else ""
    return f"One place, one light, one palette throughout: {', '.join(brief.style)}.{scene}"


# ---- by the library ------------------------------------------------------------------------------


def _composed(brief: Brief, library: Library, count: int) -> list[SceneWords]:
    """As many scenes: an opening, middles in the archetype's order and round again, and a closing."""
    templates = _templates(brief, library, count)
    rng = Random(brief.seed)
    lines = map(capital, lines_of(brief))
    starts = [styled(template.prompt, brief) for template in templates]
    ends = [*starts[1:], f"{starts[-1].rstrip('. ')}, {LAST_LOOK}."]
    made: list[SceneWords] = []
    for number, (template, start, end) in enumerate(zip(templates, starts, ends, strict=True)):
        draw, is_end = rng.random(), number in (0, count - 1)
        title = beat_title(
            template,
            brief,
            used=[each.title for each in made],
            draw=draw if brief.creativity else 0.0,
            is_end=is_end,
            built_in=True,
        )
        made.append(
            SceneWords(
                id=f"scene_{number + 1}",
                description=filled(template.action, brief.product),
                start=start,
                end=end,
                motion=filled(template.action, brief.product),
                notes=ENDS if number == count - 1 else NOTES,
                title=title if is_end else next(lines, title),
                camera=_camera(template.camera, made),
                energy=round(brief.archetype.energy_at((number + 0.5) / count), 2),
                shot=template.shot,
            )
        )
    return made


def _templates(brief: Brief, library: Library, count: int) -> list[BeatTemplate]:
    by_place = {place: ranked(brief, library, place) for place in ("opening", "middle", "closing")}
    opening, middles, closing = by_place["opening"], by_place["middle"], by_place["closing"]
    any_of = [*opening, *middles, *closing]
    if count == 1:
        return any_of[:1]
    between = itertools.islice(itertools.cycle(middles or any_of), count - 2)
    return [(opening or any_of)[0], *between, (closing or any_of)[0]]


def _camera(own: Camera, before: Sequence[SceneWords]) -> Camera:
    """Its own move, unless the scene before makes it."""
    if not before or before[-1].camera != own:
        return own
    return next(move for move in MOVES if move != own)


# ---- of the caller -------------------------------------------------------------------------------


def with_guide(words: str, guide: str) -> str:
    """What a picture shows, and behind it what holds for all of them."""
    return f"{words.rstrip('. ')}. {guide.rstrip('. ')}" if guide else words


def _drafted(drafts: Sequence[SceneDraft], brief: Brief, guide: str) -> list[SceneWords]:
    """The caller's scenes. A scene begins with what the one before ends with, whatever else it says."""

    def shown(words: str) -> str:
        return styled(with_guide(words, guide), brief)

    starts = [shown(draft.start_prompt or draft.description) for draft in drafts]
    made: list[SceneWords] = []
    for number, (draft, start) in enumerate(zip(drafts, starts, strict=True)):
        is_last = number == len(drafts) - 1
        after = f"{start.rstrip('. ')}, {LAST_LOOK}." if is_last else starts[number + 1]
        title = capital(brief.name)[:TITLE_CHARACTERS] if number in (0, len(drafts) - 1) else ""
        made.append(
            SceneWords(
                id=draft.id or f"scene_{number + 1}",
                description=filled(draft.description, brief.product),
                start=made[-1].end if made else start,
                end=shown(draft.end_prompt) if draft.end_prompt else after,
                motion=filled(draft.motion or draft.description, brief.product)[:300],
                notes=draft.notes or (ENDS if is_last else NOTES),
                title=title if draft.title is None else draft.title,
                camera=draft.camera or _camera(MOVES[number % len(MOVES)], made),
                energy=0.5 if draft.energy is None else draft.energy,
                shot="scene",
            )
        )
    return made
