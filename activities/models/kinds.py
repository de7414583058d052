"""The kinds of models: one type each, with the fields that make sense for it and for no other.

Those that change a file that is there have a module of their own, `enhancers`. A further kind is one more
type, named in `AnyModel`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, JsonValue

from activities.faults import InvalidInput
from activities.models.enhancers import BackgroundRemover, ImageUpscaler, VideoUpscaler
from activities.models.entries import Entry, Exact, Makes, Model, Role
from workflows.studio import SHORT_SIDE, Aspect, ChunkLength, ModelFacts, Size


class Length(Entry):
    """A duration that a video model allows: `frames` at its own rate, or `returns_s` at the film's. Where
    it is allowed at some sizes only, `sizes` names those of the film."""

    asked_s: Annotated[Exact, Field(gt=0)]
    frames: Annotated[int, Field(ge=2)] | None = None
    returns_s: Annotated[Exact, Field(gt=0)] | None = None
    price_usd: Exact | None = None
    sent: str | int | None = None
    sizes: tuple[Size, ...] | None = None

    def at(self, fps: int, price_per_s: Decimal) -> ChunkLength:
        """As asked for a film of `fps`; the frames are rounded half up to whole ones."""
        frames = self.frames
        if frames is None:
            exact = Fraction(self.returns_s or self.asked_s) * fps
            frames = int(exact + Fraction(1, 2))
        price = price_per_s * self.asked_s if self.price_usd is None else self.price_usd
        return ChunkLength(asked_s=self.asked_s, frames=frames, price_usd=price)


class PlannerModel(Model):
    """Answers with JSON of a schema that it is given, and looks at as many pictures as `references`."""

    makes: ClassVar[Makes] = "plan"
    mime: ClassVar[str] = "application/json"
    kind: Literal["planner"]
    references: Annotated[int, Field(ge=0, le=16)] = 0

    def _faults(self) -> Iterator[tuple[bool, str]]:
        yield from super()._faults()
        differ = bool(self.references) != ("references" in self.parameters)
        yield differ, "references and parameters.references differ"

    def takes(self, role: Role) -> int:
        return self.references if role == "references" else super().takes(role)

    def facts(self, fps: int, size: Size = "720p") -> ModelFacts:
        return super().facts(fps, size).model_copy(update={"references": self.references})

    def check(self, inputs: Sequence[Role], params: Mapping[str, JsonValue]) -> None:
        super().check(inputs, params)
        if not (params.get("instructions") and params.get("schema")):
            raise InvalidInput(f"{self.id} needs instructions and the schema of its answer")
        if inputs.count("references") > self.references:
            raise InvalidInput(f"{self.id} looks at {self.references} pictures: give fewer")


class ScoreModel(Model):
    """Makes the music of a whole film."""

    makes: ClassVar[Makes] = "sound"
    mime: ClassVar[str] = "audio/wav"
    kind: Literal["score"]


class FramedModel(Model):
    """Makes pictures, of the shapes and sizes that it knows."""

    image_input: bool = False
    references: Annotated[int, Field(ge=0, le=16)] = 0
    aspects: Mapping[Aspect, JsonValue] = {}
    sizes: Mapping[Size, JsonValue] = {}

    def _faults(self) -> Iterator[tuple[bool, str]]:
        yield from super()._faults()
        differ = self.image_input != ("image" in self.parameters)
        yield self.work == "waits" and differ, "image_input and parameters.image differ"
        differ = bool(self.references) != ("references" in self.parameters)
        yield self.work == "waits" and differ, "references and parameters.references differ"
        for name, table in (("aspect", self.aspects), ("size", self.sizes)):
            yield name in self.parameters and not table, f"parameters.{name} needs {name}s"

    def facts(self, fps: int, size: Size = "720p") -> ModelFacts:
        own = {"image_input": self.image_input, "references": self.references}
        return super().facts(fps, size).model_copy(update=own)

    def check(self, inputs: Sequence[Role], params: Mapping[str, JsonValue]) -> None:
        super().check(inputs, params)
        if inputs.count("references") > self.references:
            raise InvalidInput(f"{self.id} takes {self.references} reference images: give fewer")

    def takes(self, role: Role) -> int:
        return self.references if role == "references" else super().takes(role)

    def has(self, aspect: Aspect) -> bool:
        """Whether it makes pictures of that shape; where none is asked for, they have that of an input."""
        return "aspect" not in self.parameters or aspect in self.aspects

    def value(self, name: str, params: Mapping[str, JsonValue]) -> JsonValue:
        tables: Mapping[str, Mapping[Any, JsonValue]] = {"aspect": self.aspects, "size": self.sizes}
        if name not in tables:
            return super().value(name, params)
        if params[name] not in tables[name]:
            known = ", ".join(tables[name])
            raise InvalidInput(f"{self.id} makes {known}, not {params[name]}: choose another")
        return tables[name][params[name]]


class ImageModel(FramedModel):
    """Draws one image."""

    makes: ClassVar[Makes] = "image"
    mime: ClassVar[str] = "image/png"
    kind: Literal["image"]
    per: Literal["run", "image"] = "run"
    needs_photo: bool = False

    @property
    def needs(self) -> tuple[Role, ...]:
        """Of a photo, what it takes of it: the photo itself, else its edges."""
        shown: tuple[Role, ...] = ("image", "control")
        return tuple(role for role in shown if role in self.parameters)[:1] if self.needs_photo else ()


class VideoModel(FramedModel):
    """Films a chunk of one of its lengths."""

    makes: ClassVar[Makes] = "video"
    mime: ClassVar[str] = "video/mp4"
    kind: Literal["video"]
    per: Literal["run", "second"] = "run"
    text_start: bool = False
    last_frame: bool = False
    needs_last_frame: bool = False
    reference_form: Mapping[str, Literal["one", "list"]] = {}
    reference_token: str = ""
    audio: bool = False
    fps: Annotated[str, Field(pattern=r"^(output|[1-9]\d*(/[1-9]\d*)?)$")]
    lengths: Annotated[tuple[Length, ...], Field(min_length=1)]

    def _faults(self) -> Iterator[tuple[bool, str]]:
        yield from super()._faults()
        differ = self.last_frame != ("last_frame" in self.parameters)
        yield self.work == "waits" and differ, "last_frame and parameters.last_frame differ"
        told = bool(self.reference_form or self.reference_token)
        yield told and not self.references, "only references have a form and a token"
        own_rate = self.fps != "output"
        for each in self.lengths:
            wrong = (each.frames is None) == own_rate or (each.returns_s is None) != own_rate
            yield wrong, "a length needs frames at its own rate, else returns_s"
            by_second = self.per == "second" or self.unpriced
            yield (each.price_usd is None) != by_second, "either a length has a price, or the second"
            yield self.work == "computes" and bool(each.price_usd), "what computes here has no price"
        asked = [(each.asked_s, size) for each in self.lengths for size in each.sizes or SHORT_SIDE]
        yield len(asked) != len(set(asked)), "a size has two lengths of the same seconds"

    @property
    def rate(self) -> Fraction | None:
        """Its own frames a second; None where it follows the film's."""
        return None if self.fps == "output" else Fraction(self.fps)

    @property
    def price_per_s(self) -> Decimal:
        return self.price_usd if self.per == "second" else Decimal(0)

    @property
    def needs(self) -> tuple[Role, ...]:
        start: tuple[Role, ...] = ("image",) if self.image_input and not self.text_start else ()
        return (*start, "last_frame") if self.needs_last_frame else start

    def shown(self, file: JsonValue) -> JsonValue:
        form = self.reference_form.items()
        return {name: file if how == "one" else [file] for name, how in form} if form else file

    def token(self, number: int) -> str:
        """What a prompt calls the reference of that number, from 1; empty where it has no name for it."""
        return self.reference_token.replace("{n}", str(number))

    def offered(self, size: JsonValue) -> tuple[Length, ...]:
        """The lengths that it allows in a film of that size; where none is named, at any."""
        return tuple(each for each in self.lengths if each.sizes is None or size in each.sizes)

    def length(self, seconds: Decimal | None, size: JsonValue) -> Length | None:
        """The length that asks for `seconds` in a film of that size; None where it allows none."""
        return next((each for each in self.offered(size) if each.asked_s == seconds), None)

    def price(self, seconds: Decimal | None = None, size: Size = "720p") -> Decimal:
        length = self.length(seconds, size)
        return self.price_usd if length is None else length.at(24, self.price_per_s).price_usd

    def facts(self, fps: int, size: Size = "720p") -> ModelFacts:
        lengths = tuple(length.at(fps, self.price_per_s) for length in self.offered(size))
        own = {
            "text_start": self.text_start,
            "last_frame": self.last_frame,
            "audio": self.audio,
            "lengths": lengths,
            "fps": self.rate or Fraction(fps),
        }
        return super().facts(fps, size).model_copy(update=own)

    def check(self, inputs: Sequence[Role], params: Mapping[str, JsonValue]) -> None:
        super().check(inputs, params)
        if "last_frame" in inputs and "image" not in inputs:
            raise InvalidInput(f"{self.id} takes a last frame only beside a first one")
        self._asked(params)

    def value(self, name: str, params: Mapping[str, JsonValue]) -> JsonValue:
        if name != "seconds":
            return super().value(name, params)
        length = self._asked(params)
        return int(length.asked_s) if length.sent is None else length.sent

    def _asked(self, params: Mapping[str, JsonValue]) -> Length:
        said, size = params.get("seconds"), params.get("size")
        length = self.length(None if said is None else Decimal(str(said)), size)
        if length is None:
            known = ", ".join(f"{each.asked_s:f}" for each in self.offered(size))
            raise InvalidInput(f"{self.id} makes {known} s at {size}, not {said} s: choose another length")
        return length


#: An entry of whichever kind it says that it is.
AnyModel = Annotated[
    PlannerModel | ImageModel | VideoModel | ScoreModel | ImageUpscaler | VideoUpscaler | BackgroundRemover,
    Field(discriminator="kind"),
]
