"""Composes a plan by rules: structure from the library, content from the request's own words.

Pure and reproducible: everything random comes from the seed, which is a hash of the request's
creative fields. Other planners are held to the same constraints.
"""

from __future__ import annotations

from random import Random

from activities.film.planning.brief import Brief, read_brief
from activities.film.planning.callers_plan import completed
from activities.film.planning.characters import peopled
from activities.film.planning.constraints import violations
from activities.film.planning.cuts import with_cuts
from activities.film.planning.enhancer import enhanced
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.forked import forked
from activities.film.planning.forked_scenes import scenes_forked
from activities.film.planning.library import Library, data_digest
from activities.film.planning.placeholders import check_placeholders
from activities.film.planning.scenes import scenes_planned
from activities.film.planning.seconds import asked_seconds
from activities.film.planning.sequence import Slot, arrange
from activities.film.planning.telling import telling
from activities.film.planning.wording import beat_title, callouts, filled, film_title, references, styled
from workflows.film import Beat, Camera, Plan, PlanDraft, VideoRequest
from workflows.studio import FieldProblem

#: Part of every plan's recipe. Raise the number when the rules change; changed data is seen by itself.
ENGINE = f"rules-4-{data_digest()}"
# Chance at creativity 1 that a beat makes another move than its own.
_OTHER_MOVE = 0.4
# How far energy strays at creativity 1, either way.
_ENERGY_JITTER = 0.08


def compose(request: VideoRequest, library: Library, source: Plan | None = None) -> Plan:
    """The plan of a film: composed, or the caller's draft completed from `library`, or from `source`, the
    plan of the film that it is forked from.

    `library` is `Library.of(request.library)` where the caller brings one. Raises `InvalidPlan` with
    every broken constraint.
    """
    check_placeholders(request)
    if request.plan is not None:
        library = library.for_genre("product", drafted=True)
        if source is not None:
            return peopled(_forked(request, request.plan, source, library), request, source)
    duration_s = asked_seconds(request, library)
    brief = read_brief(request, library, duration_s)
    if request.method == "keyframes":
        return peopled(scenes_planned(request, brief, library.for_genre(brief.genre), duration_s), request)
    if request.plan is not None:
        beats = completed(request, request.plan, brief, library)
    else:
        library = library.for_genre(brief.genre)
        beats = telling(_composed(request, brief, library, duration_s), brief)
    beats = tuple(with_cuts(_embellished(beat, request, brief), brief.seed) for beat in beats)
    problems = violations(beats, duration_s, library)
    if problems:
        raise InvalidPlan(problems)
    return peopled(brief.plan(film_title(brief), beats), request)


def _forked(request: VideoRequest, draft: PlanDraft, source: Plan, library: Library) -> Plan:
    if source.method != request.method:
        problem = f"it is a film of {source.method}, and a fork keeps its method"
        how = f'set method to "{source.method}"'
        raise InvalidPlan([FieldProblem(field="source", problem=problem, suggestion=how)])
    plans = scenes_forked if source.method == "keyframes" else forked
    return plans(request, draft, source, library)


def _embellished(beat: Beat, request: VideoRequest, brief: Brief) -> Beat:
    prompt = enhanced(beat.prompt, request.prompt_enhancer, brief.seed, brief.style)
    return beat if prompt == beat.prompt else beat.model_copy(update={"prompt": prompt})


def _composed(request: VideoRequest, brief: Brief, library: Library, duration_s: int) -> tuple[Beat, ...]:
    rng = Random(brief.seed)
    slots = arrange(brief, library, duration_s, rng)
    beats: list[Beat] = []
    for index, slot in enumerate(slots):
        template, start_s = slot.template, sum(beat.seconds for beat in beats)
        # Drawn for every beat, used or not, so that one beat's choices do not shift the next one's.
        draw, camera_draw, energy_draw = rng.random(), (rng.random(), rng.random()), rng.random()
        title = beat_title(
            template,
            brief,
            used=[beat.title for beat in beats],
            draw=draw if brief.creativity else 0.0,
            is_end=index in (0, len(slots) - 1),
            built_in=request.library is None,
        )
        beats.append(
            Beat(
                id=template.id,
                seconds=slot.seconds,
                start_s=start_s,
                position=template.position,
                shot=template.shot,
                action=filled(template.action, brief.product),
                prompt=styled(template.prompt, brief),
                title=title,
                camera=_camera(template.camera, beats, brief, library, camera_draw),
                energy=_energy(slot, brief, (start_s + slot.seconds / 2) / duration_s, energy_draw),
                callouts=callouts(template.id, brief, library),
                references=references(request.product, template.prompt, brief),
            )
        )
    return tuple(beats)


def _camera(
    own: Camera, beats: list[Beat], brief: Brief, library: Library, draws: tuple[float, float]
) -> Camera:
    """The beat's own move, or one that it gives way to; never that of the beat before."""
    others = library.guide.cameras[own]
    varies = draws[0] < brief.creativity * _OTHER_MOVE
    wanted = others[int(draws[1] * len(others))] if varies else own
    before = beats[-1].camera if beats else None
    return wanted if wanted != before else next(move for move in (own, *others) if move != before)


def _energy(slot: Slot, brief: Brief, middle: float, draw: float) -> float:
    """The archetype's curve at the beat's middle; a free planner leans half-way to the beat's own energy."""
    lean = brief.creativity / 2
    jitter = (draw * 2 - 1) * _ENERGY_JITTER * brief.creativity
    energy = (1 - lean) * brief.archetype.energy_at(middle) + lean * slot.template.energy + jitter
    return round(min(max(energy, 0.0), 1.0), 2)
