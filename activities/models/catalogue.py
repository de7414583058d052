"""Every model the studio knows: who makes it, what it allows, what it costs. Data, checked when loaded."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Self, TypeVar

from pydantic import Field, model_validator

from activities.faults import InvalidInput
from activities.models.entries import Entry, Model, ProviderEntry
from activities.models.kinds import AnyModel, ImageModel, PlannerModel, ScoreModel, VideoModel
from workflows.studio import ModelFacts, Size

_T = TypeVar("_T")
_M = TypeVar("_M", bound=Model)

#: What plays each part of a film.
PARTS: Mapping[str, type[Model]] = {
    "planner": PlannerModel,
    "image": ImageModel,
    "edges": ImageModel,
    "edit": ImageModel,
    "video": VideoModel,
    "score": ScoreModel,
}


class UnknownModel(InvalidInput):
    """The catalogue has no such model or profile. Never retry; the message names the nearest known ones."""


class Profile(Entry):
    """The model ids that a film is made with."""

    planner: str
    image: str
    video: str
    score: str
    #: The image model for beats that show a product reference, guided by its edges; else `image`.
    edges: str | None = None
    #: The image model that draws from an image and words: each keyframe that follows from another picture.
    edit: str | None = None


class Catalogue(Entry):
    """Models and profiles by name."""

    providers: Mapping[str, ProviderEntry] = {}
    models: Mapping[str, AnyModel]
    profiles: Mapping[str, Profile]
    #: The profiles of films that were made before a film kept its models: data of 2026-11-26, never changed.
    former: Mapping[str, Profile] = {}
    #: Of models that are not, or not as they are here, in the built-in catalogue: who says so.
    origins: Mapping[str, str] = Field(default={}, exclude=True)

    @model_validator(mode="after")
    def _profiles_name_models(self) -> Self:
        for name, profile in (*self.profiles.items(), *self.former.items()):
            for part, model_id in profile.model_dump(exclude_none=True).items():
                if not isinstance(self.models.get(model_id), PARTS[part]):
                    raise ValueError(f"profile {name}: {model_id} is no model for its {part}")
                if self.models[model_id].unpriced:
                    raise ValueError(f"profile {name}: nobody knows what {model_id} costs")
            if not self.of(VideoModel, profile.video).image_input:
                # Beats start from images and chunks from last frames: it could make no film.
                raise ValueError(f"profile {name}: {profile.video} takes no image")
            if profile.edit and not self.of(ImageModel, profile.edit).image_input:
                raise ValueError(f"profile {name}: {profile.edit} draws from no image")
        return self

    @model_validator(mode="after")
    def _fallbacks_are_alike(self) -> Self:
        for model in self.models.values():
            if model.work == "waits" and model.provider not in self.providers:
                raise ValueError(f"{model.id}: there is no provider {model.provider}")
            for name in model.fallbacks:
                other = self.models.get(name)
                if type(other) is not type(model) or other == model:
                    raise ValueError(f"{model.id}: its fallback {name} is no other {model.kind} model")
        return self

    @classmethod
    def parse(cls, text: str) -> Catalogue:
        """A catalogue from TOML. Raises ValueError naming the entry and field that is wrong."""
        return cls.of_table(tomllib.loads(text))

    @classmethod
    def of_table(cls, table: Mapping[str, Any]) -> Catalogue:
        """As `parse`, from what TOML holds."""
        models = {name: {"id": name, **entry} for name, entry in table.get("models", {}).items()}
        return cls.model_validate({**table, "models": models})

    @classmethod
    def load(cls) -> Catalogue:
        """The built-in catalogue, read once a process."""
        return _built_in()

    def model(self, model_id: str) -> Model:
        """The model of that id. Raises `UnknownModel`."""
        return _named(self.models, model_id, "model")

    def bought(self, model_id: str) -> Model:
        """As `model`, for whoever buys of it: the error names only what can be bought."""
        paid = {name: model for name, model in self.models.items() if model.work != "computes"}
        return self.models.get(model_id) or _named(paid, model_id, "model")

    def of(self, kind: type[_M], model_id: str) -> _M:
        """The model of that id, of a certain kind. Raises `UnknownModel`."""
        model = self.model(model_id)
        if not isinstance(model, kind):
            raise UnknownModel(f"{model_id} is of the kind {model.kind}: the catalogue has changed")
        return model

    def facts(self, model_id: str, fps: int, size: Size = "720p") -> ModelFacts:
        """The facts of a model for a film of `fps` and `size`. Raises `UnknownModel`."""
        return self.model(model_id).facts(fps, size)

    def profile(self, name: str) -> Profile:
        """The models of a profile. Raises `UnknownModel`."""
        return _named(self.profiles, name, "profile")


def _named(table: Mapping[str, _T], name: str, what: str) -> _T:
    if name not in table:
        near = difflib.get_close_matches(name[:64], table, n=1)
        known = f"did you mean {near[0]}?" if near else f"known are {', '.join(table)}"
        raise UnknownModel(f"the catalogue has no {what} {name[:64]!r}; {known}")
    return table[name]


@cache
def _built_in() -> Catalogue:
    return Catalogue.of_table(built_in_table())


@cache
def built_in_table() -> Mapping[str, Any]:
    """What `catalogue.toml` holds."""
    return tomllib.loads(files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))
