"""Chooses scenes that extend a film of keyframes, by rules: what it has not shown yet, on from where it ends.

They are put into words with the film's own, when it is planned (`forked_scenes`). The words that the film
closes with on screen go along to its new end.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence

from activities.film.planning.brief import Brief
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.forked import brief_of
from activities.film.planning.library import Library
from activities.film.planning.scenes import ENDS, LAST_LOOK, MOVES, NOTES
from activities.film.planning.sequence import ranked
from activities.film.planning.wording import beat_title, filled
from workflows.film import LONGEST_FILM_S, MOST_SCENES, BeatTemplate, Plan, SceneDraft, VideoRequest
from workflows.studio import FieldProblem

_NUMBERED = re.compile(r"scene_(\d{1,6})")


def further_scenes(
    request: VideoRequest, plan: Plan, taken: Collection[str], count: int
) -> tuple[SceneDraft, ...]:
    """All scenes of `request`, a fork that has `plan`, and `count` more after them; `taken` are the ids that
    others have, or had. Raises `InvalidPlan` where the film has no room for them."""
    room = min(int(LONGEST_FILM_S / plan.beats[0].lasts_s), MOST_SCENES) - len(plan.beats)
    if count > room:
        raise InvalidPlan([_too_many(count, max(room, 0))])
    library = Library.for_request(request).for_genre(plan.genre)
    brief = brief_of(request, plan, library)
    chosen = _chosen(plan, brief, library, count)
    titles = _titles(chosen, plan, brief, built_in=request.library is None)
    scenes = request.plan.scenes if request.plan else ()
    if scenes[-1].title is None:
        # What stands on screen at the end stands there still.
        scenes = (*scenes[:-1], scenes[-1].model_copy(update={"title": titles[0]}))
        titles = [*titles[1:], plan.beats[-1].title]
    return (*scenes, *_drafted(chosen, titles, plan, brief, taken))


def _chosen(plan: Plan, brief: Brief, library: Library, count: int) -> list[BeatTemplate]:
    """Those first that the film does not show; then all of them, round and round."""
    middles = ranked(brief, library, "middle") or list(library.beats.values())
    shown = {beat.scene.description for beat in plan.beats if beat.scene}
    new = [each for each in middles if filled(each.action, brief.product) not in shown]
    return list(itertools.islice(itertools.chain(new, itertools.cycle(middles)), count))


def _titles(chosen: Sequence[BeatTemplate], plan: Plan, brief: Brief, built_in: bool) -> list[str]:
    used = [beat.title for beat in plan.beats]
    for template in chosen:
        title = beat_title(template, brief, used=used, draw=0.0, is_end=False, built_in=built_in)
        used.append(title)
    return used[len(plan.beats) :]


def _drafted(
    chosen: Sequence[BeatTemplate], titles: Sequence[str], plan: Plan, brief: Brief, taken: Collection[str]
) -> Iterator[SceneDraft]:
    """Each ends with its own picture, none moves like the one before."""
    camera, number, whole = plan.beats[-1].camera, len(plan.beats), len(plan.beats) + len(chosen)
    for at, (template, title, id) in enumerate(
        zip(chosen, titles, _free_ids(taken), strict=False), number + 1
    ):
        camera = next(move for move in (template.camera, *MOVES) if move != camera)
        end = template.prompt if at < whole else f"{template.prompt.rstrip('. ')}, {LAST_LOOK}"
        yield SceneDraft(
            id=id,
            description=template.action,
            end_prompt=end,
            motion=template.action,
            notes=NOTES if at < whole else ENDS,
            title=title,
            camera=camera,
            energy=round(brief.archetype.energy_at((at - 0.5) / whole), 2),
        )


def _free_ids(taken: Collection[str]) -> Iterator[str]:
    """New ones, in order. One that a scene had is never another's: it would be taken for that one."""
    numbers = [int(found[1]) for id in taken if (found := _NUMBERED.fullmatch(id))]
    return (f"scene_{number}" for number in itertools.count(1 + max([*numbers, len(taken)])))


def _too_many(count: int, most: int) -> FieldProblem:
    bounds = f"a film has {MOST_SCENES}, and {LONGEST_FILM_S} s, at most"
    return FieldProblem(
        field="add_beats",
        problem=f"{count} more scenes cannot be added: {bounds}",
        suggestion=f"add at most {most}" if most else "drop a scene, or change one",
    )
