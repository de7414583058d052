"""The kinds of models that change a file that is there: that make it larger, or take its background away.

They hear no words, and most are sold by how much picture they give back, which is known once their file is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue

from activities.faults import InvalidInput
from activities.models.entries import Entry, Exact, Makes, Model, Role
from workflows.studio import Size

_MEGAPIXEL = 1_000_000
# 8K of a still, 4K of a video and a minute of it: nothing here opens more, and it would be paid for in vain.
_MOST_PIXELS: Mapping[Makes, int] = {"image": 33_177_600, "video": 8_294_400}
_MOST_FRAMES = 1_800


@dataclass(frozen=True)
class Extent:
    """How much picture there is; a still has one frame. `lasts` is for how many seconds it is shown, where
    that was measured: frames that come at no steady rate take longer than `fps` says."""

    width: int
    height: int
    frames: int = 1
    fps: Fraction = Fraction(24)
    lasts: Fraction = Fraction(0)

    @property
    def pixels(self) -> int:
        """Of one frame."""
        return self.width * self.height

    @property
    def seconds(self) -> Fraction:
        return max(self.frames / self.fps, self.lasts)

    def times(self, factor: int) -> Extent:
        """So many times as wide and high."""
        return replace(self, width=self.width * factor, height=self.height * factor)


#: What a price is told for where nobody says of what: a picture of 720p, five seconds of it.
USUAL = Extent(1280, 720, 120)


class Tier(Entry):
    """What a unit costs of pictures of up to so many megapixels."""

    megapixels: Annotated[Exact, Field(gt=0)]
    price_usd: Exact


class Enhancer(Model):
    """Changes one file. `factors` are how many times as wide and high it can make it, where that is asked."""

    worded: ClassVar[bool] = False
    #: What its file is to it.
    role: ClassVar[Role] = "image"

    per: Literal["run", "megapixel", "second"] = "run"
    tiers: tuple[Tier, ...] = ()
    factors: tuple[Annotated[int, Field(ge=2, le=16)], ...] = ()
    doubles_above_fps: Annotated[int, Field(ge=1)] | None = None

    def _faults(self) -> Iterator[tuple[bool, str]]:
        yield from super()._faults()
        yield self.work == "computes", "it computes nowhere here"
        yield self.role not in self.parameters, f"it needs parameters.{self.role}"
        priced = bool(self.price_usd) + bool(self.tiers) + self.unpriced
        yield priced != 1, "either it has a price, or tiers of prices"
        limits = [tier.megapixels for tier in self.tiers]
        yield limits != sorted(set(limits)), "its tiers do not rise"
        yield bool(self.factors) != ("factor" in self.parameters), "factors and parameters.factor differ"

    @property
    def needs(self) -> tuple[Role, ...]:
        return (self.role,)

    def price(self, seconds: Decimal | None = None, size: Size = "720p") -> Decimal:
        """Of what is usual: what a file costs depends on it."""
        return self.price_for(USUAL.times(min(self.factors, default=1)))

    def price_for(self, made: Extent) -> Decimal:
        """USD of a call that gives back so much picture; of more than its last tier, that tier's."""
        frames = made.frames if self.makes == "video" else 1
        tier = next((one for one in self.tiers if self._holds(one, made)), None)
        usd = (tier or self.tiers[-1]).price_usd if self.tiers else self.price_usd
        if self.doubles_above_fps and made.fps > self.doubles_above_fps:
            usd *= 2
        # Begun ones count whole: what is reserved is never less than what is charged.
        match self.per:
            case "megapixel":
                return usd * math.ceil(Fraction(made.pixels * frames, _MEGAPIXEL))
            case "second":
                return usd * max(1, math.ceil(made.seconds))
        return usd

    def hold(self, made: Extent) -> None:
        """Raises `InvalidInput` for more picture than it gives back, or than is opened here."""
        sold = int(self.tiers[-1].megapixels * _MEGAPIXEL) if self.tiers else made.pixels
        most = min(sold, _MOST_PIXELS[self.makes])
        if made.pixels > most:
            size = f"{made.width} x {made.height} pixels"
            raise InvalidInput(f"it would have {size}, more than {most:,}: ask for a smaller factor")
        if made.frames > _MOST_FRAMES:
            raise InvalidInput(f"its video has {made.frames:,} frames, more than {_MOST_FRAMES:,}: cut it")

    @staticmethod
    def _holds(tier: Tier, made: Extent) -> bool:
        return made.pixels <= tier.megapixels * _MEGAPIXEL

    def check(self, inputs: Sequence[Role], params: Mapping[str, JsonValue]) -> None:
        super().check(inputs, params)
        if self.factors and params.get("factor") not in self.factors:
            known = " or ".join(map(str, self.factors))
            raise InvalidInput(f"{self.id} makes it {known} times as large, not {params.get('factor')} times")


class Upscaler(Enhancer):
    """Makes a file larger."""

    def _faults(self) -> Iterator[tuple[bool, str]]:
        yield from super()._faults()
        by_size = self.per == "megapixel" or bool(self.tiers)
        yield by_size and not self.factors, "what is sold by how large it makes it needs factors"


class ImageUpscaler(Upscaler):
    """Makes a picture larger."""

    makes: ClassVar[Makes] = "image"
    mime: ClassVar[str] = "image/png"
    kind: Literal["upscale_image"]


class VideoUpscaler(Upscaler):
    """Makes a video larger, of as many frames at the same rate."""

    makes: ClassVar[Makes] = "video"
    mime: ClassVar[str] = "video/mp4"
    role: ClassVar[Role] = "video"
    kind: Literal["upscale_video"]


class BackgroundRemover(Enhancer):
    """Gives back what a picture shows in front, transparent around it."""

    makes: ClassVar[Makes] = "image"
    mime: ClassVar[str] = "image/png"
    kind: Literal["remove_background"]
