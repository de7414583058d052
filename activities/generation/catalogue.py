"""Every model the studio knows: who makes it, what it allows, what it costs. Data, checked when loaded."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from activities.generation.provider import InvalidInput
from workflows.contract import ChunkLength, ModelFacts

_T = TypeVar("_T")
Kind = Literal["planner", "image", "video", "score"]


def _exact(value: object) -> object:
    # 0.1 in TOML is a binary float: money and lengths are written as text.
    if not isinstance(value, str):
        raise ValueError('write it in quotation marks, such as "0.025"')
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, allow_inf_nan=False)]


class UnknownModel(InvalidInput):
    """The catalogue has no such model or profile. Never retry; the message names the nearest known ones."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(_Entry):
    """A duration that a video model allows: `frames` at its own rate, or `returns_s` at the film's."""

    asked_s: Annotated[Exact, Field(gt=0)]
    frames: Annotated[int, Field(ge=2)] | None = None
    returns_s: Annotated[Exact, Field(gt=0)] | None = None
    price_usd: Exact

    def at(self, fps: int) -> ChunkLength:
        """As asked for a film of `fps`; the frames are rounded half up to whole ones."""
        frames = self.frames
        if frames is None:
            exact = Fraction(self.returns_s or self.asked_s) * fps
            frames = int(exact + Fraction(1, 2))
        return ChunkLength(asked_s=self.asked_s, frames=frames, price_usd=self.price_usd)


class Model(_Entry):
    """One model as the catalogue describes it; the fields are explained in `catalogue.toml`."""

    id: str
    provider: str
    work: Literal["computes", "waits"]
    kind: Kind
    price_usd: Exact
    image_input: bool = False
    text_start: bool = False
    fps: Annotated[str, Field(pattern=r"^(output|[1-9]\d*(/[1-9]\d*)?)$")] | None = None
    lengths: tuple[Length, ...] = ()
    parameters: Mapping[str, str] = {}
    sources: tuple[str, ...] = ()
    retires_at: date | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "video":
            own_rate = self.fps != "output"
            if not self.fps or not self.lengths:
                raise ValueError(f"{self.id}: a video model needs fps and lengths")
            for length in self.lengths:
                if (length.frames is None) == own_rate or (length.returns_s is None) != own_rate:
                    raise ValueError(f"{self.id}: a length needs frames at its own rate, else returns_s")
        elif self.fps or self.lengths:
            raise ValueError(f"{self.id}: fps and lengths belong to video models")
        if self.work == "computes" and any((self.price_usd, *(each.price_usd for each in self.lengths))):
            raise ValueError(f"{self.id}: what computes here has no price")
        return self

    def facts(self, fps: int) -> ModelFacts:
        """What the workflow needs to know of it, for a film of `fps` frames a second."""
        return ModelFacts(
            id=self.id,
            provider=self.provider,
            work=self.work,
            image_input=self.image_input,
            text_start=self.text_start,
            fps=None if self.fps is None else Fraction(fps) if self.fps == "output" else Fraction(self.fps),
            lengths=tuple(length.at(fps) for length in self.lengths),
            price_usd=self.price_usd,
        )


class Profile(_Entry):
    """The model ids that a film is made with."""

    planner: str
    image: str
    video: str
    score: str


class Catalogue(_Entry):
    """Models and profiles by name."""

    models: Mapping[str, Model]
    profiles: Mapping[str, Profile]

    @model_validator(mode="after")
    def _profiles_name_models(self) -> Self:
        for name, profile in self.profiles.items():
            for kind, model_id in profile.model_dump().items():
                if model_id not in self.models or self.models[model_id].kind != kind:
                    raise ValueError(f"profile {name}: {model_id} is not a model of kind {kind}")
            if not self.models[profile.video].image_input:
                # Beats start from images and chunks from last frames: it could make no film.
                raise ValueError(f"profile {name}: {profile.video} takes no image")
        return self

    @classmethod
    def parse(cls, text: str) -> Catalogue:
        """A catalogue from TOML. Raises ValueError naming the entry and field that is wrong."""
        table = tomllib.loads(text)
        models = {name: {"id": name, **entry} for name, entry in table.get("models", {}).items()}
        return cls.model_validate({**table, "models": models})

    @classmethod
    def load(cls) -> Catalogue:
        """The built-in catalogue, read once a process."""
        return _built_in()

    def model(self, model_id: str) -> Model:
        """The model of that id. Raises `UnknownModel`."""
        return _named(self.models, model_id, "model")

    def facts(self, model_id: str, fps: int) -> ModelFacts:
        """What the workflow needs to know of a model, for a film of `fps`. Raises `UnknownModel`."""
        return self.model(model_id).facts(fps)

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
    return Catalogue.parse(files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))
