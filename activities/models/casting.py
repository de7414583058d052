"""Knows which models a film is made with, and refuses what cannot work before anything is paid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from activities.faults import InvalidInput
from activities.models.catalogue import Catalogue, Profile
from activities.models.entries import Model
from workflows.film.contract import VideoRequest
from workflows.studio.requests import FieldProblem

_FIELDS = ("planner", "image", "edges", "video", "score")


class Miscast(InvalidInput):
    """The request names a model that cannot make this film. Never retry; `fields` say what to change."""

    def __init__(self, fields: list[FieldProblem]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.problem}" for one in fields))
        self.fields = tuple(fields)


@dataclass(frozen=True)
class Cast:
    """The models of one film; `edges` draws beats that show a reference, None where `image` draws them."""

    planner: Model
    image: Model
    video: Model
    score: Model
    edges: Model | None
    image_fallbacks: tuple[Model, ...]
    video_fallbacks: tuple[Model, ...]

    @property
    def paid(self) -> bool:
        models = (self.planner, self.image, self.video, self.score, self.edges)
        return any(model.work == "waits" for model in models if model)

    @property
    def videos(self) -> tuple[Model, ...]:
        """The wanted one first."""
        return (self.video, *self.video_fallbacks)


@dataclass(frozen=True)
class _Casting:
    """One request and what it is held against; `used` are models that its film has bought from before."""

    request: VideoRequest
    catalogue: Catalogue
    hosted: Collection[str]
    today: date
    used: Collection[str]

    def known(self, kind: str) -> str:
        """The models of a kind that are on offer."""
        fits = [one for one in self.catalogue.models.values() if one.kind == kind]
        offered = [one for one in fits if not one.retired(self.today)]
        return ", ".join(one.id for one in offered if kind != "video" or one.image_input)


def cast(
    request: VideoRequest,
    catalogue: Catalogue,
    hosted: Collection[str],
    today: date,
    used: Collection[str] = (),
    profile: Profile | None = None,
    moved: Collection[str] = (),
) -> Cast:
    """The profile's models with the request's own in their place. Raises `Miscast`.

    `hosted` are the providers at hand: a fallback of another one is left out, a wanted model of another one
    is refused. So are a retired model, unless it is among `used`, those that this film has bought from; a
    video model without image input; and an aspect that a model lacks. `profile` is what the film knows its
    profile as, where that is not today's; `moved` are the models that its steps moved to, which stay among
    its fallbacks whatever is declared.
    """
    of = _Casting(request, catalogue, hosted, today, used)
    profile = profile or catalogue.profile(request.profile)
    wanted = {name: getattr(request.models, name) or getattr(profile, name) for name in _FIELDS}
    unknown = [
        FieldProblem(
            field=f"models.{name}",
            problem=f"the catalogue has no model {id}",
            suggestion=f"name one of {of.known(_kind(name))}",
        )
        for name, id in wanted.items()
        if id is not None and id not in catalogue.models
    ]
    if unknown:
        raise Miscast(unknown)
    models = {name: catalogue.model(id) for name, id in wanted.items() if id is not None}
    problems = [
        FieldProblem(field=f"models.{name}", problem=problem, suggestion=suggestion)
        for name, model in models.items()
        for problem, suggestion in _problems(name, model, of)
    ]
    if problems:
        raise Miscast(problems)
    more = sorted(set(moved) & catalogue.models.keys() - {model.id for model in models.values()})
    fallbacks = {
        name: tuple(
            other
            for other in map(catalogue.model, dict.fromkeys((*models[name].fallbacks, *more)))
            if not any(_problems(name, other, of))
        )
        for name in ("image", "video")
    }
    return Cast(
        planner=models["planner"],
        image=models["image"],
        video=models["video"],
        score=models["score"],
        edges=models.get("edges"),
        image_fallbacks=fallbacks["image"],
        video_fallbacks=fallbacks["video"],
    )


def _problems(role: str, model: Model, of: _Casting) -> Iterator[tuple[str, str]]:
    kind = _kind(role)
    if model.kind != kind:
        yield f"{model.id} is of the kind {model.kind}", f"name one of {of.known(kind)}"
        return
    if role == "edges" and "control" not in model.parameters:
        yield f"{model.id} follows no edges", "leave it out, or name a model with a control image"
    if role == "image" and model.needs_photo and model.id not in of.used:
        yield (
            f"{model.id} draws from a photo alone",
            "name it for `edges`, and here one that draws from words",
        )
    if role == "video" and not model.image_input:
        yield (
            f"{model.id} takes no image, so no beat could start from its storyboard",
            (f"name one of {of.known(kind)}"),
        )
    if model.retired(of.today) and model.id not in of.used:
        yield f"{model.id} was retired on {model.retires_at}", f"name one of {of.known(kind)}"
    if model.work == "waits" and model.provider not in of.hosted:
        needs = " and ".join(of.catalogue.providers[model.provider].needs)
        yield (
            f"{model.id} is sold by {model.provider}, whose key is not set",
            (f"set {needs}; name another model; or set REEL_STANDINS=1 to try it without paying"),
        )
    if "aspect" in model.parameters and of.request.aspect not in model.aspects:
        yield f"{model.id} does not make {of.request.aspect}", f"it makes {', '.join(model.aspects)}"


def _kind(role: str) -> str:
    return "image" if role == "edges" else role
