"""Knows which models do a step, and refuses what none of them would make before anything is paid."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from activities.faults import InvalidInput
from activities.models import (
    BackgroundRemover,
    Catalogue,
    Enhancer,
    Extent,
    ImageModel,
    ImageUpscaler,
    Model,
    PlannerModel,
    VideoModel,
    VideoUpscaler,
)
from workflows.pipeline import KINDS, PipelineRequest, PipelineStep, Value
from workflows.studio import SHORT_SIDE, FieldProblem, Size, usd

#: What does a kind of step, by the part of a profile that does, or by what is sold for it.
PARTS: Mapping[str, type[Model]] = {
    "image": ImageModel,
    "edit": ImageModel,
    "video": VideoModel,
    "planner": PlannerModel,
    "upscale_image": ImageUpscaler,
    "upscale_video": VideoUpscaler,
    "remove_background": BackgroundRemover,
}
# A suggestion is cut at 200 characters: what is listed leaves room for the words around it.
_LISTED = 150
#: Problem and suggestion; the field within the step, empty for its model.
Wrong = tuple[str, str, str]


@dataclass(frozen=True)
class Casting:
    """What steps are held against: `hosted` are the providers at hand."""

    catalogue: Catalogue
    hosted: Collection[str]
    today: date

    def models(
        self, request: PipelineRequest, number: int, params: Mapping[str, Value], prompt: str
    ) -> tuple[tuple[Model, ...], list[FieldProblem]]:
        """The models of a step, the wanted one first; none where anything is wrong with that."""
        step = request.steps[number]
        profile = self.catalogue.profile(request.profile)
        wanted = step.model or getattr(profile, KINDS[step.kind].part, None)
        place = f"steps[{number}]"
        if wanted is None or wanted not in self.catalogue.models:
            problem = f"the catalogue has no model {wanted}" if wanted else "no model is named for it"
            field, how = f"{place}.model", f"name one of {self.known(step, wanted or '')}"
            return (), [FieldProblem(field=field, problem=problem, suggestion=how)]
        model = self.catalogue.model(wanted)
        found = [
            FieldProblem(field=f"{place}.{field or 'model'}", problem=problem, suggestion=how)
            for field, problem, how in self._wrong(step, model, params, prompt)
        ]
        if found:
            return (), found
        others = [self.catalogue.model(one) for one in model.fallbacks]
        return (model, *(one for one in others if not any(self._wrong(step, one, params, prompt)))), []

    def known(self, step: PipelineStep, like: str = "") -> str:
        """The models on offer for a step, what is `like` a name first; as many as fit."""
        offered = [
            one.id
            for one in self.catalogue.models.values()
            if not one.retired(self.today) and not any(_unfit(step, one))
        ]
        names = list(dict.fromkeys((*difflib.get_close_matches(like, offered, n=3), *offered)))
        while len(", ".join(names)) > _LISTED:
            names.pop()
        more = len(offered) - len(names)
        return ", ".join(names) + (f" or {more} more of catalogue.toml" if more else "")

    def _wrong(
        self, step: PipelineStep, model: Model, params: Mapping[str, Value], prompt: str
    ) -> Iterator[Wrong]:
        for field, problem, how in _unfit(step, model):
            yield field, problem, how or f"name one of {self.known(step)}"
        if any(_unfit(step, model)):
            return
        if model.retired(self.today):
            yield "", f"{model.id} was retired on {model.retires_at}", f"name one of {self.known(step)}"
        if model.work == "waits" and model.provider not in self.hosted:
            needs = " and ".join(self.catalogue.providers[model.provider].needs)
            problem = f"{model.id} is sold by {model.provider}, whose key is not set"
            yield "", problem, f"set {needs}; name another; or set REEL_STANDINS=1 to try it unpaid"
        if len(prompt) > model.prompt_limit:
            how = f"{model.id} takes {model.prompt_limit:,}: shorten it"
            yield "prompt", f"has {len(prompt):,} characters", how
        yield from _unaffordable(step, model, params)
        yield from _unable(model, params)


def _unfit(step: PipelineStep, model: Model) -> Iterator[Wrong]:
    """Why it does no such step, whatever its parameters; without a suggestion where any other may do."""
    if not isinstance(model, PARTS[KINDS[step.kind].part or KINDS[step.kind].sold]):
        yield "", f"{model.id} is of the kind {model.kind}", ""
        return
    match step.kind, model:
        case "text", PlannerModel(work="computes"):
            yield "", f"{model.id} plans films by rules, and answers nothing", ""
        case "text_to_image", ImageModel(needs_photo=True):
            yield "", f"{model.id} draws from a picture alone, and this step has none", ""
        case "image_to_image", ImageModel(image_input=False):
            yield "inputs.image", f"{model.id} takes no picture", ""
        case "text_to_video", VideoModel(text_start=False):
            yield "", f"{model.id} films from a picture alone, and this step has none", ""
        case "image_to_video", VideoModel(image_input=False):
            yield "inputs.image", f"{model.id} takes no picture", ""
    judged = len(step.inputs.get("images", ()))
    if isinstance(model, PlannerModel) and judged > model.references:
        yield "inputs.images", f"{model.id} looks at {model.references or 'no'} pictures", ""
    shown = len(step.inputs.get("references", ()))
    if isinstance(model, ImageModel) and shown > model.references:
        takes = f"{model.references} references" if model.references else "no references"
        yield "inputs.references", f"{model.id} takes {takes}", ""
    if step.kind == "image_to_video" and isinstance(model, VideoModel):
        has_last = bool(step.inputs.get("last_frame"))
        if has_last and not model.last_frame:
            yield "inputs.last_frame", f"{model.id} takes no last frame", ""
        if model.needs_last_frame and not has_last:
            yield "inputs.last_frame", f"{model.id} films nothing without a last frame", "give one"


def _unable(model: Model, params: Mapping[str, Value]) -> Iterator[Wrong]:
    """What it makes in no such shape, size or length."""
    if isinstance(model, Enhancer) and model.factors and factor_of(params) not in model.factors:
        known = " or ".join(map(str, model.factors))
        yield "params.factor", f"{model.id} does not make it {factor_of(params)} times as large", known
    if not isinstance(model, ImageModel | VideoModel) or model.work == "computes":
        return
    aspect = params.get("aspect")
    if isinstance(aspect, str) and "aspect" in model.parameters and aspect not in model.aspects:
        yield "params.aspect", f"{model.id} does not make {aspect}", f"it makes {', '.join(model.aspects)}"
    size = size_of(params)
    if "size" in model.parameters and size not in model.sizes:
        yield "params.size", f"{model.id} does not make {size}", f"it makes {', '.join(model.sizes)}"
    seconds = params.get("seconds")
    if not isinstance(model, VideoModel):
        return
    if not model.offered(size):
        known = ", ".join(one for one in SHORT_SIDE if model.offered(one))
        yield "params.size", f"{model.id} makes no video of {size}", f"it makes {known}"
    elif seconds is not None and model.length(Decimal(str(seconds)), size) is None:
        known = ", ".join(f"{each.asked_s:f}" for each in model.offered(size))
        yield "params.seconds", f"{model.id} makes no {seconds} s at {size}", f"one of {known}"


def _unaffordable(step: PipelineStep, model: Model, params: Mapping[str, Value]) -> Iterator[Wrong]:
    """Where a call may cost more than its caller wants."""
    ceiling = step.ceiling_usd
    if model.unpriced and ceiling is None:
        yield "ceiling_usd", f"nobody knows what {model.id} costs", "say what a call of it may cost at most"
    elif isinstance(model, Enhancer):
        # What it costs is known once its file is, and held to the ceiling then.
        return
    elif isinstance(model, VideoModel) and not model.offered(size_of(params)):
        # Of that size it makes nothing, which is said elsewhere.
        return
    elif ceiling is not None and (price := price_of(model, params, ceiling)) > ceiling:
        yield "ceiling_usd", f"a call of {model.id} costs {usd(price)}", "raise it, or name another model"


def price_of(
    model: Model, params: Mapping[str, Value], ceiling: Decimal | None, made: Extent | None = None
) -> Decimal:
    """USD that are reserved for one call, which gives about so much picture. Raises `InvalidInput` where
    neither its price nor a ceiling is known."""
    if not model.unpriced:
        if isinstance(model, Enhancer) and made is not None:
            return model.price_for(made)
        return model.price(seconds_of(model, params), size_of(params))
    if ceiling is None:
        raise InvalidInput(f"Nobody knows what {model.id} costs: give the step a ceiling_usd.")
    return ceiling


def size_of(params: Mapping[str, Value]) -> Size:
    """The size that is asked for."""
    said = str(params.get("size", "720p"))
    return next((one for one in SHORT_SIDE if one == said), "720p")


def factor_of(params: Mapping[str, Value]) -> int:
    """How many times as large it is asked for."""
    return int(params.get("factor", 2))


def seconds_of(model: Model, params: Mapping[str, Value]) -> Decimal | None:
    """How long a video of it is asked to be; None of a picture."""
    if not isinstance(model, VideoModel):
        return None
    said = params.get("seconds")
    if said is not None:
        return Decimal(str(said)).normalize() + 0
    return model.offered(size_of(params))[0].asked_s
