"""The entries of the catalogue: what is known of one model, checked when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from workflows.studio.facts import SHORT_SIDE, Aspect, ChunkLength, ModelFacts, Size

#: What of an entry its maker's own pages or types confirm; all else in it is second-hand.
Fact = Literal["endpoint", "parameters", "lengths", "frames", "price", "retirement"]
Kind = Literal["planner", "image", "video", "score"]


def _exact(value: object) -> object:
    # 0.1 in TOML is a binary float: money and lengths are written as text.
    if not isinstance(value, str):
        raise ValueError('write it in quotation marks, such as "0.025"')
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, allow_inf_nan=False)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(_Entry):
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


class ProviderEntry(_Entry):
    """A provider of paid models, as far as it is data."""

    needs: tuple[str, ...]
    refusals: tuple[int, ...]
    requests_per_minute: Annotated[int, Field(ge=1)] = 60
    reads_per_minute: Annotated[int, Field(ge=1)] | None = None
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked: date | None = None


class Model(_Entry):
    """One model as the catalogue describes it; the fields are explained in `catalogue.toml`."""

    id: str
    provider: str
    work: Literal["computes", "waits"]
    kind: Kind
    price_usd: Exact
    per: Literal["run", "image", "second"] = "run"
    tokens: Mapping[str, Exact] = {}
    endpoint: str = ""
    ledger: Literal["lists", "ended", "id", "synchronous"] | None = None
    image_input: bool = False
    needs_photo: bool = False
    text_start: bool = False
    audio: bool = False
    fps: Annotated[str, Field(pattern=r"^(output|[1-9]\d*(/[1-9]\d*)?)$")] | None = None
    lengths: tuple[Length, ...] = ()
    parameters: Mapping[str, str] = {}
    fixed: Mapping[str, JsonValue] = {}
    aspects: Mapping[Aspect, JsonValue] = {}
    sizes: Mapping[Size, JsonValue] = {}
    prompt_limit: Annotated[int, Field(ge=100)] = 2000
    typical_s: Annotated[int, Field(ge=0)] = 0
    run_limit_s: Annotated[int, Field(ge=30)] = 1800
    fallbacks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    checked: date | None = None
    confirmed: tuple[Fact, ...] = ()
    retires_at: date | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        faults = [what for wrong, what in self._faults() if wrong]
        if faults:
            raise ValueError(f"{self.id}: {'; '.join(faults)}")
        return self

    def _faults(self) -> Iterator[tuple[bool, str]]:
        own_rate, paid = self.fps != "output", self.work == "waits"
        yield self.kind == "video" and not (self.fps and self.lengths), "a video model needs fps and lengths"
        yield (
            self.kind != "video" and bool(self.fps or self.lengths),
            "only video models have fps and lengths",
        )
        for each in self.lengths:
            wrong = (each.frames is None) == own_rate or (each.returns_s is None) != own_rate
            yield wrong, "a length needs frames at its own rate, else returns_s"
            yield (
                (each.price_usd is None) != (self.per == "second"),
                "either a length has a price, or the second",
            )
        prices = any((self.price_usd, *(each.price_usd for each in self.lengths)))
        yield not paid and prices, "what computes here has no price"
        asked = [(each.asked_s, size) for each in self.lengths for size in each.sizes or SHORT_SIDE]
        yield len(asked) != len(set(asked)), "a size has two lengths of the same seconds"
        needs = (self.endpoint, self.ledger, self.sources, self.parameters.get("prompt"))
        yield paid and not all(needs), "what waits needs endpoint, ledger, sources and parameters.prompt"
        yield self.needs_photo and self.kind != "image", "only an image model needs a photo"
        starts = "image" in self.parameters
        yield (
            paid and self.kind == "video" and self.image_input != starts,
            "image_input and parameters.image differ",
        )

    @property
    def rate(self) -> Fraction | None:
        """Its own frames a second; None where it follows the film's, or makes no video."""
        return None if self.fps in (None, "output") else Fraction(self.fps)

    @property
    def listed(self) -> bool:
        """Whether its provider lists jobs, all of them or only those that ended."""
        return self.ledger in ("lists", "ended")

    @property
    def price_per_s(self) -> Decimal:
        return self.price_usd if self.per == "second" else Decimal(0)

    def offered(self, size: Size) -> tuple[Length, ...]:
        """The lengths that it allows in a film of that size."""
        return tuple(each for each in self.lengths if each.sizes is None or size in each.sizes)

    def length(self, seconds: Decimal | None, size: Size) -> Length | None:
        """The length that asks for `seconds` in a film of that size; None where it allows none."""
        return next((each for each in self.offered(size) if each.asked_s == seconds), None)

    def price(self, seconds: Decimal | None = None, size: Size = "720p") -> Decimal:
        """USD of one call; of a video model, of a chunk of the length that `seconds` asks for."""
        length = self.length(seconds, size)
        return self.price_usd if length is None else length.at(24, self.price_per_s).price_usd

    def retired(self, on: date) -> bool:
        """Whether it has ceased to answer by that day: what it made is found, and nothing more is bought."""
        return self.retires_at is not None and self.retires_at <= on

    def facts(self, fps: int, size: Size = "720p") -> ModelFacts:
        """What the workflow needs to know of it, for a film of `fps` frames a second and that size."""
        return ModelFacts(
            id=self.id,
            provider=self.provider,
            work=self.work,
            image_input=self.image_input,
            text_start=self.text_start,
            fps=Fraction(fps) if self.fps == "output" else self.rate,
            lengths=tuple(length.at(fps, self.price_per_s) for length in self.offered(size)),
            price_usd=self.price_usd,
            audio=self.audio,
            typical_s=self.typical_s,
        )
