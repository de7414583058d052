"""Knows which models a film is made with, and refuses what cannot work before anything is paid."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from activities.faults import InvalidInput
from activities.models.catalogue import PARTS, Catalogue, Profile
from activities.models.entries import Model
from activities.models.kinds import FramedModel, ImageModel, PlannerModel, ScoreModel, VideoModel
from workflows.film import VideoRequest, needs_edit
from workflows.studio import FieldProblem

# A suggestion is cut at 200 characters: what is listed leaves room for the words around it.
_LISTED = 150

_M = TypeVar("_M", bound=Model)


class Miscast(InvalidInput):
    """The request names a model that cannot make this film. Never retry; `fields` say what to change."""

    def __init__(self, fields: list[FieldProblem]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.problem}" for one in fields))
        self.fields = tuple(fields)


@dataclass(frozen=True)
class Cast:
    """The models of one film; `edges` draws beats that show a reference, None where `image` draws them;
    `edit` draws keyframes from other pictures, None where the film has none of those."""

    planner: PlannerModel
    image: ImageModel
    video: VideoModel
    score: ScoreModel
    edges: ImageModel | None
    image_fallbacks: tuple[ImageModel, ...]
    video_fallbacks: tuple[VideoModel, ...]
    edit: ImageModel | None = None
    edit_fallbacks: tuple[ImageModel, ...] = ()

    @property
    def paid(self) -> bool:
        models = (self.planner, self.image, self.video, self.score, self.edges, self.edit)
        return any(model.work == "waits" for model in models if model)

    @property
    def videos(self) -> tuple[VideoModel, ...]:
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

    def known(self, part: str, like: str = "") -> str:
        """The models on offer for a part of a film, what is `like` a name first; as many as fit."""
        fits = [one for one in self.catalogue.models.values() if isinstance(one, PARTS[part])]
        offered = [one.id for one in fits if not one.retired(self.today) and not any(_unfit(part, one, self))]
        names = list(dict.fromkeys((*difflib.get_close_matches(like, offered, n=3), *offered)))
        while len(", ".join(names)) > _LISTED:
            names.pop()
        more = len(offered) - len(names)
        return ", ".join(names) + (f" or {more} more of catalogue.toml" if more else "")

    def unknown(self, wanted: Mapping[str, str]) -> Iterator[FieldProblem]:
        """The models of these parts that the catalogue does not have."""
        for part, id in wanted.items():
            if id not in self.catalogue.models:
                yield FieldProblem(
                    field=f"models.{part}",
                    problem=f"the catalogue has no model {id}",
                    suggestion=f"name one of {self.known(part, id)}",
                )

    def unnamed(self, wanted: Mapping[str, str]) -> Iterator[FieldProblem]:
        """The parts that this film needs, and for which neither it nor its profile names a model."""
        if needs_edit(self.request) and "edit" not in wanted:
            yield FieldProblem(
                field="models.edit",
                problem="no model is named that draws from an image",
                suggestion=f"name one of {self.known('edit')}",
            )

    def others(self, part: str, models: Iterable[str], kind: type[_M]) -> tuple[_M, ...]:
        """Of these models, what can play the part in this film."""
        known = [self.catalogue.model(each) for each in dict.fromkeys(models)]
        return tuple(one for one in known if isinstance(one, kind) and not any(_problems(part, one, self)))


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
    wanted = _wanted(request, profile or catalogue.profile(request.profile))
    _refuse([*of.unknown(wanted), *of.unnamed(wanted)])
    models = {part: catalogue.model(id) for part, id in wanted.items()}
    _refuse(
        FieldProblem(field=f"models.{part}", problem=problem, suggestion=suggestion)
        for part, model in models.items()
        for problem, suggestion in _problems(part, model, of)
    )
    more = sorted(set(moved) & catalogue.models.keys() - {model.id for model in models.values()})
    # What is drawn here moves to nothing that is sold, even where another rung of the film did.
    others = {
        part: [*model.fallbacks, *(more if model.work == "waits" else ())] for part, model in models.items()
    }
    return Cast(
        planner=catalogue.of(PlannerModel, wanted["planner"]),
        image=catalogue.of(ImageModel, wanted["image"]),
        video=catalogue.of(VideoModel, wanted["video"]),
        score=catalogue.of(ScoreModel, wanted["score"]),
        edges=catalogue.of(ImageModel, wanted["edges"]) if "edges" in wanted else None,
        image_fallbacks=of.others("image", others["image"], ImageModel),
        video_fallbacks=of.others("video", others["video"], VideoModel),
        edit=catalogue.of(ImageModel, wanted["edit"]) if "edit" in wanted else None,
        edit_fallbacks=of.others("edit", others.get("edit", ()), ImageModel),
    )


def _wanted(request: VideoRequest, profile: Profile) -> Mapping[str, str]:
    """Part of the film → model; without the parts that nobody is named for, or that this film has not."""
    parts = [part for part in PARTS if part != "edit" or needs_edit(request)]
    named = {part: getattr(request.models, part) or getattr(profile, part) for part in parts}
    return {part: id for part, id in named.items() if id is not None}


def _refuse(problems: Iterable[FieldProblem]) -> None:
    if found := list(problems):
        raise Miscast(found)


def _problems(part: str, model: Model, of: _Casting) -> Iterator[tuple[str, str]]:
    others = f"name one of {of.known(part)}"
    if not isinstance(model, PARTS[part]):
        yield f"{model.id} is of the kind {model.kind}", others
        return
    for problem, suggestion in _unfit(part, model, of):
        yield problem, suggestion or others
    if model.retired(of.today) and model.id not in of.used:
        yield f"{model.id} was retired on {model.retires_at}", others
    if model.work == "waits" and model.provider not in of.hosted:
        needs = " and ".join(of.catalogue.providers[model.provider].needs)
        yield (
            f"{model.id} is sold by {model.provider}, whose key is not set",
            (f"set {needs}; name another model; or set REEL_STANDINS=1 to try it without paying"),
        )


def _unfit(part: str, model: Model, of: _Casting) -> Iterator[tuple[str, str]]:
    """Why a model of the right kind cannot play the part in this film, and what may be named instead; empty
    where any other may."""
    if model.unpriced:
        yield f"nobody knows what {model.id} costs", "steps of pipelines may name it, with a ceiling_usd"
    match part, model:
        case "edges", ImageModel() if "control" not in model.parameters:
            yield f"{model.id} follows no edges", "leave it out, or name a model with a control image"
        case "image", ImageModel(needs_photo=True) if model.id not in of.used:
            yield (
                f"{model.id} draws from a photo alone",
                "name it for `edges`, and here one that draws from words",
            )
        case "edit", ImageModel(image_input=False):
            yield f"{model.id} draws from no image, so no keyframe could follow from another", ""
        case "video", VideoModel(needs_last_frame=True) if of.request.method != "keyframes":
            yield f"{model.id} films only from one keyframe to the next, and this film has none", ""
        case "video", VideoModel(image_input=False):
            yield f"{model.id} takes no image, so no beat could start from its storyboard", ""
        case "video", VideoModel(last_frame=False) if of.request.continuity == "anchored":
            yield f"{model.id} takes no last frame, so no chunk could end where the next one begins", ""
        case "video", VideoModel(last_frame=False) if of.request.method == "keyframes":
            yield f"{model.id} takes no last frame, so no scene could end where the next one begins", ""
    if isinstance(model, FramedModel) and not model.has(of.request.aspect):
        yield f"{model.id} does not make {of.request.aspect}", f"it makes {', '.join(model.aspects)}"
