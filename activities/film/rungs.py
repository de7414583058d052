"""Knows what a shot of a film may be made with, rung by rung, and why a rung cannot be used here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from temporalio import activity

from activities.faults import InvalidInput
from activities.film.studio import FilmStudio
from activities.models import Cast, ImageModel, Miscast
from activities.running import translated
from workflows.film import RUNG_PARTS, RUNGS, KeepRung, Models, Rung, VideoRequest
from workflows.studio import FieldProblem, ModelFacts, Profile, Recorded


class Rungs:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="keep_rung")
    @translated
    async def keep_rung(self, step: KeepRung) -> Recorded:
        """Keeps which models the rung has, and what they promise; written again, it is as it was first."""
        keeping, models = self._studio.keeping, step.rung.models
        await keeping.keep_rung(step.film, step.name, {part: model.id for part, model in models.items()})
        await keeping.keep_facts(step.film, step.request, step.rung.offered("video"))
        return Recorded()


def own_rung(request: VideoRequest, models: Cast) -> Profile:
    """The rung that the request's own models are: a free profile whose pictures are bought is no animatic."""
    drawing = (models.image, models.video, models.edges, models.edit)
    bought = any(model.work == "waits" for model in drawing if model)
    return "draft" if request.profile == "animatic" and bought else request.profile


async def rungs_of(
    studio: FilmStudio, film: str, request: VideoRequest, own: Mapping[str, Rung], hosted: Collection[str]
) -> dict[str, Rung]:
    """The film's rungs: `own` as they are given, the others as its profiles mean them. `hosted` are the
    providers at hand. Raises only what the database raises: a rung that cannot be used says so."""
    return {name: own.get(name) or await _rung(studio, film, request, name, hosted) for name in RUNGS}


async def _rung(
    studio: FilmStudio, film: str, request: VideoRequest, name: str, hosted: Collection[str]
) -> Rung:
    """Models that the request names belong to its own rung alone; the plan is there, whoever made it."""
    try:
        free = studio.catalogue.profile("animatic")
        unpaid = Models(planner=free.planner, score=free.score)
        asked = request.model_copy(update={"profile": name, "models": unpaid})
        return await _offered(studio, film, asked, await studio.keeping.cast(film, asked, hosted, name))
    except Miscast as error:
        return Rung(unavailable=_said(error.fields))
    except InvalidInput as error:
        return Rung(unavailable=str(error))


async def _offered(studio: FilmStudio, film: str, request: VideoRequest, models: Cast) -> Rung:
    """What the models promise, as the film was first promised it where it has used them."""
    videos = await studio.keeping.facts(film, models.videos, request)
    if not videos[0].lengths:
        return Rung(unavailable=f"{videos[0].id} makes no videos of {request.size}: ask for another size")
    drawing: dict[str, list[ImageModel | None]] = {
        "image": [models.image, *models.image_fallbacks],
        "edges": [models.edges],
        "edit": [models.edit, *models.edit_fallbacks],
    }
    images = {
        part: [model.facts(request.fps, request.size) for model in offered if model]
        for part, offered in drawing.items()
    }
    return rung_of({**images, "video": [one for one in videos if one.lengths]})


def rung_of(parts: Mapping[str, Sequence[ModelFacts]]) -> Rung:
    """The rung of these models by part, the wanted one first."""
    played = {part: parts[part] for part in RUNG_PARTS if parts.get(part)}
    return Rung(
        models={part: offered[0] for part, offered in played.items()},
        fallbacks={part: tuple(offered[1:]) for part, offered in played.items() if offered[1:]},
    )


def _said(fields: Sequence[FieldProblem]) -> str:
    """What is wrong, once, and what to do about the first of it."""
    problems = "; ".join(dict.fromkeys(one.problem for one in fields))
    return f"{problems}: {fields[0].suggestion}"
