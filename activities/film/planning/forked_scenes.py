"""Plans a film of keyframes that is forked from another: its scenes as they were, but for what its draft
says; and knows which of its keyframes stay as they are.

A scene begins with what the one before ends with, also where that is another one now. What a keyframe shows
is told in one place: who changes it changes one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from activities.film.planning.brief import Brief
from activities.film.planning.enhancer import enhanced
from activities.film.planning.forked import brief_of
from activities.film.planning.library import Library
from activities.film.planning.scenes import (
    LAST_LOOK,
    MOVES,
    NOTES,
    check_names,
    length_warnings,
    placed,
    with_guide,
)
from activities.film.planning.seconds import asked_seconds
from activities.film.planning.wording import filled, styled
from workflows.film import Beat, Plan, PlanDraft, Scene, SceneDraft, VideoRequest


def scenes_forked(request: VideoRequest, draft: PlanDraft, source: Plan, library: Library) -> Plan:
    """The plan of a film that is forked from that of `source`, of the scenes that the draft lists. Raises
    `InvalidPlan`."""
    brief = brief_of(request, source, library)
    former, scenes, guide = {beat.id: beat for beat in source.beats}, list[Beat](), _guide(source)
    for said in draft.scenes:
        before = former.get(said.id or "")
        scene = _edited(before, said, brief) if before else _added(said, scenes, brief, request, guide)
        start = {"prompt": _end(scenes[-1])} if scenes else {}
        scenes.append(scene.model_copy(update=start))
    check_names([scene.id for scene in scenes])
    beats = placed(scenes, asked_seconds(request, library))
    old, new = length_warnings(source.beats, request.scene_s), length_warnings(beats, request.scene_s)
    others = tuple(said for said in source.warnings if said not in old)
    changed = {"beats": beats, "look": brief.look, "archetype": brief.archetype.id}
    warnings = source.warnings if old == new else (*others, *new)
    return source.model_copy(update={**changed, "warnings": warnings, **_renamed(brief, source)})


def same_scenes(plan: Plan, source: Plan) -> frozenset[str]:
    """The scenes of a fork that are told as they were in the film before."""
    before = {beat.id: _told(beat) for beat in source.beats}
    return frozenset(beat.id for beat in plan.beats if before.get(beat.id) == _told(beat))


def same_keyframes(plan: Plan, source: Plan) -> Mapping[int, int]:
    """The places of a fork's keyframes, from 0, at which one of the film before stays, and its place there:
    one in the same words, which shows the same people, whatever lies before it."""
    if (plan.product, plan.style, plan.seed) != (source.product, source.style, source.seed):
        return {}
    return dict(_stays(plan, source))


def _stays(plan: Plan, source: Plan) -> Iterator[tuple[int, int]]:
    former = {beat.id: number for number, beat in enumerate(source.beats)}
    for place in range(len(plan.beats) + 1):
        # The one that it ends; the first begins one.
        scene = plan.beats[max(place - 1, 0)]
        if (number := former.get(scene.id)) is None:
            continue
        before, there = source.beats[number], number + min(place, 1)
        is_told = _end(scene) == _end(before) if place else scene.prompt == before.prompt
        if is_told and _people(plan, place) == _people(source, there):
            yield place, there


def _people(plan: Plan, place: int) -> object:
    """Whom a keyframe shows: those of the scene that it begins."""
    return plan.beats[min(place, len(plan.beats) - 1)].shows


def _end(beat: Beat) -> str:
    return beat.scene.end_prompt if beat.scene else ""


def _told(beat: Beat) -> tuple[object, ...]:
    return beat.prompt, _end(beat), beat.action, beat.camera, beat.energy


def _edited(before: Beat, said: SceneDraft, brief: Brief) -> Beat:
    """The scene as it was, but for what the draft says of it."""
    was = before.scene or Scene()

    def own(words: str | None, former: str) -> str:
        return filled(words, brief.product) if words else former

    scene = was.model_copy(
        update={
            "description": own(said.description, was.description),
            "end_prompt": own(said.end_prompt, was.end_prompt),
            "notes": said.notes or was.notes,
        }
    )
    return before.model_copy(
        update={
            "prompt": own(said.start_prompt, before.prompt),
            "action": own(said.motion, before.action),
            "title": before.title if said.title is None else said.title,
            "camera": said.camera or before.camera,
            "energy": before.energy if said.energy is None else said.energy,
            "scene": scene,
        }
    )


def _guide(source: Plan) -> str:
    """What its pictures are told to have in common; nothing where the rules planned it, which tell each what
    it has by other words."""
    guide = filled(source.style_guide, source.product).rstrip(". ")
    told = (words for beat in source.beats for words in (beat.prompt, _end(beat)))
    return guide if any(guide in words for words in told) else ""


def _added(said: SceneDraft, before: list[Beat], brief: Brief, request: VideoRequest, guide: str) -> Beat:
    """A scene that the film before does not have, as freely embellished as the others, and told `guide`."""

    def shown(words: str) -> str:
        told = styled(with_guide(words, guide), brief)
        return enhanced(told, request.prompt_enhancer, brief.seed, brief.style)

    end = said.end_prompt or f"{said.description.rstrip('. ')}, {LAST_LOOK}"
    camera = next(move for move in MOVES if not before or move != before[-1].camera)
    return Beat(
        id=said.id or f"scene_{len(before) + 1}",
        seconds=1,
        start_s=0,
        position="middle",
        shot="scene",
        action=filled(said.motion or said.description, brief.product)[:300],
        prompt=shown(said.start_prompt or said.description),
        title=said.title or "",
        camera=said.camera or camera,
        energy=0.5 if said.energy is None else said.energy,
        references=(request.product,) if request.product else (),
        scene=Scene(
            description=filled(said.description, brief.product),
            end_prompt=shown(end),
            notes=said.notes or NOTES,
        ),
    )


def _renamed(brief: Brief, source: Plan) -> dict[str, object]:
    if brief.product == source.product:
        return {}
    others = tuple(name for name in source.characters if name != source.product)
    named = {"product": brief.product, "subject": brief.product, "name": brief.name}
    return {**named, "characters": (brief.product, *others)}
