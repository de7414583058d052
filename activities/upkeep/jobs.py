"""Knows the cheapest job of each model: what is asked of it, and what goes along."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw
from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.ledger import PaidRecipe, Recipe
from activities.media import edges_of, still_video
from activities.models import (
    Catalogue,
    Enhancer,
    Extent,
    Inputs,
    Model,
    ModelCall,
    Picture,
    Provider,
    Role,
    VideoModel,
)
from workflows.studio import SHORT_SIDE, Aspect, Size
from workflows.upkeep import ModelJob

#: Upright: a model that ignores what it is asked for makes something square or wide.
ASPECT: Aspect = "9:16"
#: Of the picture that goes along.
PICTURE = (720, 1280)
#: What a planner is to answer with.
ANSWER: Mapping[str, JsonValue] = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
    "additionalProperties": False,
}
#: Of what is to be made larger: of so many frames, where it is a video.
SMALL = Extent(360, 640, 24)
# Nothing that any filter minds, and that any model can draw.
_PROMPT = "A red ball lies on a wooden table. Soft daylight, a plain wall behind it."
_INSTRUCTIONS = "Answer with the colour of the ball that the text tells of, in one word."
# A provider fetches an input when the run starts, which may be hours after it was queued.
_INPUT_S = 6 * 3600
# What of an entry neither changes what is sent nor what is expected back.
_BESIDE = {
    "typical_s",
    "run_limit_s",
    "fallbacks",
    "sources",
    "checked",
    "confirmed",
    "retires_at",
    "unpriced",
}


@dataclass(frozen=True)
class CheapestJob:
    """The cheapest job of a paid model; of a video, the cheapest of its lengths and sizes."""

    model: Model
    size: Size = "720p"
    seconds: Decimal | None = None

    @classmethod
    def of(cls, model: Model) -> CheapestJob:
        if not isinstance(model, VideoModel):
            return cls(model)
        offers = [
            (model.price(each.asked_s, size), each.asked_s, place, size)
            for place, size in enumerate(SHORT_SIDE)
            for each in model.offered(size)
        ]
        _, seconds, _, size = min(offers)
        return cls(model, size, seconds)

    @property
    def factor(self) -> int | None:
        """How many times as large it is to be made, where its model does that."""
        return min(self.model.factors, default=None) if isinstance(self.model, Enhancer) else None

    @property
    def picture(self) -> tuple[int, int]:
        """Width and height of what goes along."""
        return (SMALL.width, SMALL.height) if isinstance(self.model, Enhancer) else PICTURE

    @property
    def usd(self) -> Decimal:
        if isinstance(self.model, Enhancer):
            return self.model.price_for(SMALL.times(self.factor or 1))
        return self.model.price(self.seconds, self.size)

    @property
    def what(self) -> str:
        """In words."""
        given = f" from a {'video' if 'video' in self.model.needs else 'picture'}" if self.model.needs else ""
        length = f" of {self.seconds.normalize():f} s" if self.seconds is not None else ""
        return f"one {self.model.makes}{length}{given}"

    @property
    def told(self) -> ModelJob:
        return ModelJob(model=self.model.id, provider=self.model.provider, what=self.what, usd=self.usd)

    @property
    def params(self) -> dict[str, JsonValue]:
        """What the model is asked, by our names."""
        said: dict[str, JsonValue] = {"prompt": _PROMPT, "size": self.size}
        aspects: Mapping[Aspect, JsonValue] = getattr(self.model, "aspects", {})
        if aspects:
            said["aspect"] = ASPECT if ASPECT in aspects else next(iter(aspects))
        if self.seconds is not None:
            said["seconds"] = str(self.seconds)
        if self.factor is not None:
            said["factor"] = self.factor
        if self.model.makes == "plan":
            said |= {"instructions": _INSTRUCTIONS, "schema": dict(ANSWER)}
        return said

    def recipe(self, day: str, deployment: str) -> Recipe:
        """One a day and a deployment, for the entry as it stands: one that is mended is verified anew."""
        entry = json.dumps(self.model.model_dump(mode="json", exclude=_BESIDE), sort_keys=True)
        params = {**self.params, "day": day, "deployment": deployment}
        params["entry"] = hashlib.sha256(entry.encode()).hexdigest()
        return Recipe(operation="verify_model", model=self.model.id, params=params)


def cheapest_jobs(
    catalogue: Catalogue, sellers: Collection[str], named: Sequence[str], today: date
) -> tuple[CheapestJob, ...]:
    """The cheapest jobs of these models, of all where none is named, the cheapest first. Raises
    `UnknownModel`, and `InvalidInput` for one that cannot be bought."""
    chosen = [catalogue.bought(name) for name in named] or list(catalogue.models.values())
    for model in chosen if named else ():
        if why := _not_sold(model, sellers, today):
            raise InvalidInput(f"{model.id} {why}")
    jobs = [CheapestJob.of(model) for model in chosen if not _not_sold(model, sellers, today)]
    return tuple(sorted(jobs, key=lambda job: (job.usd, job.model.id)))


def _not_sold(model: Model, sellers: Collection[str], today: date) -> str:
    if model.work == "computes":
        return "computes here: there is no provider to verify"
    if model.retired(today):
        return f"was retired on {model.retires_at}"
    if model.unpriced:
        return "has a price that nobody knows"
    return "" if model.provider in sellers else f"is sold by {model.provider}, whose key is not set"


class PaidJobs:
    """How a job of a model is bought, with ways to hand pictures to providers."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs

    def paid(self, job: CheapestJob, recipe: Recipe, provider: Provider) -> PaidRecipe:
        async def call(folder: Path, tag: str) -> ModelCall:
            shown: dict[Role, Picture] = {}
            for role in job.model.needs:
                path, mime = folder / f"{role}.png", "image/png"
                await asyncio.to_thread(_draw, path, role, job.picture)
                if role == "video":
                    still, path, mime = path, folder / "video.mp4", "video/mp4"
                    await asyncio.to_thread(still_video, still, path, SMALL.frames)
                shown[role] = await self._inputs.picture(path, mime, recipe.key, provider, tag, _INPUT_S)
            # From the recipe, so that no two recipes ever send the same request.
            return ModelCall(job.model, {**job.params, "seed": int(recipe.key[:7], 16)}, shown)

        return PaidRecipe(
            recipe=recipe, model=job.model, call=call, seconds=job.seconds, size=job.size, usd=job.usd
        )


def _draw(path: Path, role: Role, size: tuple[int, int]) -> None:
    """What the prompt tells of, or its edges."""
    width, height = size
    picture = Image.new("RGB", size, (214, 206, 190))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, height * 2 // 3, width, height), fill=(140, 94, 58))
    pen.ellipse((width // 4, height // 2, width * 3 // 4, height // 2 + width // 2), fill=(196, 32, 36))
    picture.save(path)
    if role == "control":
        edges = path.with_name("drawn.png")
        edges_of(path, edges)
        edges.replace(path)
