"""Plans a film that is forked from another: its beats as they were, but for what its draft says.

Whatever a draft leaves out is as in the plan before (words, camera, photos, cuts, and of the film its seed,
style, look, names and language), so that the recipes of what does not change stay the same.
"""

from __future__ import annotations

from dataclasses import replace

from activities.film.planning.brief import Brief, read_brief
from activities.film.planning.callers_plan import completed
from activities.film.planning.constraints import violations
from activities.film.planning.cuts import with_cuts
from activities.film.planning.enhancer import enhanced
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from workflows.film import Beat, Plan, PlanDraft, VideoRequest

# What the cuts within a beat follow from, beside its id and the film's seed.
_CUT_BY = ("seconds", "camera", "energy")


def forked(request: VideoRequest, draft: PlanDraft, source: Plan, library: Library) -> Plan:
    """The plan of a film that is forked from that of `source`. `library` holds the beats that may be added.
    Raises `InvalidPlan` with every broken constraint."""
    former = {beat.id: beat for beat in source.beats}
    brief = brief_of(request, source, library)
    beats = tuple(
        _cut(beat, former.get(beat.id), request, brief)
        for beat in completed(request, draft, brief, library, former)
    )
    total = sum(beat.seconds for beat in beats)
    problems = violations(beats, total if request.duration_s is None else request.duration_s, library)
    if problems:
        raise InvalidPlan(problems)
    renamed = {"product": brief.product, "subject": brief.product, "name": brief.name}
    named = renamed if brief.product != source.product else {}
    return source.model_copy(
        update={"beats": beats, "look": brief.look, "archetype": brief.archetype.id, **named}
    )


def brief_of(request: VideoRequest, source: Plan, library: Library) -> Brief:
    """What the film before was planned from, with what the draft says of the whole."""
    total = sum(beat.seconds for beat in source.beats)
    read, draft = read_brief(request, library, total), request.plan
    product, name = source.product, source.name or source.product
    if draft and draft.product and draft.product != product:
        name = draft.product if name == product else name
        product = draft.product
    asked = draft.archetype if draft else None
    return replace(
        read,
        product=product,
        name=name,
        is_proper=read.is_proper and read.name == name,
        archetype=library.archetype(asked or source.archetype) or read.archetype,
        style=source.style,
        look=(draft.look if draft else None) or source.look,
        seed=source.seed,
        genre=source.genre,
        language=source.language,
        told=source.told,
    )


def _cut(beat: Beat, before: Beat | None, request: VideoRequest, brief: Brief) -> Beat:
    """The beat with its cuts, and a new one in words as freely embellished as the others."""
    if before is None:
        prompt = enhanced(beat.prompt, request.prompt_enhancer, brief.seed, brief.style)
        return with_cuts(beat.model_copy(update={"prompt": prompt}), brief.seed)
    if all(getattr(beat, name) == getattr(before, name) for name in _CUT_BY):
        return beat
    return with_cuts(beat.model_copy(update={"cuts": ()}), brief.seed)
