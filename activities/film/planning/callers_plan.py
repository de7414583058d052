"""Completes a plan that a caller brings: what it leaves out comes from the film that it is forked from, else
from the library, unvaried."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from activities.film.planning.brief import Brief
from activities.film.planning.constraints import due_position, unknown
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.wording import beat_title, button, filled, references, styled
from workflows.film import Beat, BeatDraft, BeatTemplate, PlanDraft, VideoRequest

T = TypeVar("T")

# A caller's own beat names no shot type; this one promises least.
_OWN_SHOT = "medium shot"
_NONE: Mapping[str, Beat] = MappingProxyType({})


def drafted_seconds(draft: PlanDraft, library: Library) -> int:
    """Seconds of a draft, the library's defaults filled in; unknown beats that say nothing count none."""
    return sum(beat.seconds or library.seconds(beat.id) or 0 for beat in draft.beats)


def completed(
    request: VideoRequest,
    draft: PlanDraft,
    brief: Brief,
    library: Library,
    former: Mapping[str, Beat] = _NONE,
) -> tuple[Beat, ...]:
    """The caller's beats in the caller's order; `former` are those of the film that it is forked from, by id.
    Raises `InvalidPlan` naming every beat that nobody knows and that the draft does not describe."""
    problems = unknown(draft.beats, library, former)
    if problems:
        raise InvalidPlan(problems)
    beats: list[Beat] = []
    for index, drafted in enumerate(draft.beats):
        if before := former.get(drafted.id):
            edited = _edited(before, drafted, request, brief)
            beats.append(edited.model_copy(update={"start_s": sum(beat.seconds for beat in beats)}))
            continue
        template = library.beats.get(drafted.id) or _own(drafted, index, len(draft.beats), library)
        prompt = drafted.prompt or template.prompt
        is_end = index in (0, len(draft.beats) - 1)
        # What the film says already, before and after.
        used = [beat.title for beat in (*beats, *former.values())]
        title = beat_title(
            template, brief, used=used, draw=0.0, is_end=is_end, built_in=request.library is None
        )
        beats.append(
            Beat(
                id=drafted.id,
                seconds=drafted.seconds or template.seconds,
                start_s=sum(beat.seconds for beat in beats),
                position=template.position,
                shot=template.shot,
                action=filled(drafted.action or template.action, brief.product),
                prompt=filled(prompt, brief.product) if drafted.prompt else styled(prompt, brief),
                title=_given(drafted.title, title),
                camera=drafted.camera or template.camera,
                energy=_given(drafted.energy, template.energy),
                callouts=drafted.callouts or button(drafted.id, brief),
                references=references(request.product, prompt, brief),
            )
        )
    return tuple(beats)


def _edited(before: Beat, drafted: BeatDraft, request: VideoRequest, brief: Brief) -> Beat:
    """The beat as it was, but for what the draft says of it."""
    prompt = filled(drafted.prompt, brief.product) if drafted.prompt else before.prompt
    photos = before.references
    if prompt != before.prompt:
        # Other words show the product, or no longer do; what else the beat shows, it shows.
        kept = tuple(photo for photo in photos if photo != request.product)
        photos = (*references(request.product, prompt, brief), *kept)
    return before.model_copy(
        update={
            "seconds": drafted.seconds or before.seconds,
            "action": filled(drafted.action, brief.product) if drafted.action else before.action,
            "prompt": prompt,
            "title": _given(drafted.title, before.title),
            "camera": drafted.camera or before.camera,
            "energy": _given(drafted.energy, before.energy),
            "callouts": drafted.callouts or before.callouts,
            "references": photos,
        }
    )


def _given(own: T | None, default: T) -> T:
    # An empty title and an energy of 0 are given, too.
    return default if own is None else own


def _own(draft: BeatDraft, index: int, count: int, library: Library) -> BeatTemplate:
    """A beat that only the draft knows, in the position of its place."""
    if draft.seconds is None or draft.camera is None or draft.energy is None:
        raise InvalidPlan(unknown([draft], library))
    return BeatTemplate(
        id=draft.id,
        seconds=draft.seconds,
        position=due_position(index, count, library) or "middle",
        shot=_OWN_SHOT,
        action=draft.action or "",
        prompt=draft.prompt or "",
        camera=draft.camera,
        energy=draft.energy,
    )
