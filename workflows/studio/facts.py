"""The types that every production shares: texts, amounts, artifacts, media, models and formats.

Every model that travels between steps ignores unknown fields, so that an older worker can read what a newer
one wrote; what a caller writes forbids them, so that a misspelt one is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    StringConstraints,
    WithJsonSchema,
    model_serializer,
)

Aspect = Literal["16:9", "9:16", "1:1", "4:5"]
Size = Literal["360p", "720p", "1080p"]
Fps = Literal[8, 16, 24, 25, 30]
#: Pixels of the short side; the long side follows the aspect, both even.
SHORT_SIDE: Mapping[Size, int] = {"360p": 360, "720p": 720, "1080p": 1080}
RATIO: Mapping[Aspect, tuple[int, int]] = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5)}


def _printable(text: str) -> str:
    # What a spreadsheet or a form of Windows breaks lines with.
    text = text.replace("\r\n", "\n")
    # Control characters end up in logs, terminals and SVG; nobody means to type one.
    if any(
        (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in text
    ):
        raise ValueError("contains control characters")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
#: By what a caller finds its productions; lists of workflows find nothing with quotes or backslashes in it.
Label = Annotated[Text, StringConstraints(min_length=1, max_length=60, pattern=r"^[^'\"\\\\]*$")]
Labels = Annotated[tuple[Label, ...], Field(max_length=10)]
#: Who is told of a production: where it is posted to.
Notify = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{3,2000}$")], ...], Field(max_length=5)
]
#: A product photo: the key of an upload, a PNG that is named by the SHA-256 of its bytes; or where it lies on
#: the web.
ImageSource = Annotated[
    str, StringConstraints(pattern=r"^(uploads/[0-9a-f]{64}\.png|https?://[!-~]{3,2000})$")
]
#: Whose models make something: all but `animatic` are paid.
Profile = Literal["animatic", "draft", "final"]
ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


def _amount(value: object) -> object:
    # JSON has no decimals: a number is taken as it is written, and text as the exact one.
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError("is no amount of USD, such as 7.50") from None


Usd = Annotated[
    Decimal,
    BeforeValidator(_amount),
    Field(ge=0, le=100_000, decimal_places=6),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 100_000},
                {"type": "string", "pattern": r"^\d{1,6}(\.\d{1,6})?$"},
            ]
        }
    ),
]
#: A rate that is exact: 24, or 30000/1001; a string in JSON.
Rate = Annotated[
    Fraction,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(/\d+)?$"}),
]


class Facts(BaseModel):
    """A value that passes between steps: frozen, and tolerant of fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Asked(BaseModel):
    """A value that a caller writes: frozen, exact types, and no field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Widened(Asked):
    """The same with fields that earlier releases did not have, its `later` ones: left out where nobody says
    them, so that an older worker meets none that it would refuse, and no key of what was bought changes."""

    later: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _without_later_fields(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        known = type(self).model_fields
        unsaid = {name for name in self.later if getattr(self, name) == known[name].default}
        return {name: value for name, value in fields(self).items() if name not in unsaid}


class CannotBeMade(Exception):
    """A production's own arithmetic does not come out: no step has failed, and none could mend it. Never
    retried; what was asked for, or a model, has to change."""


class Reference(Asked):
    """An image of the caller's that beats may show: the product from another side, a place, a person."""

    image: ImageSource
    shows: Annotated[Text, Field(max_length=120)] = Field(
        default="", description="What it shows, such as `the handle from above`; helps to choose its beats."
    )
    name: Annotated[Text, Field(max_length=200)] = Field(default="", description="Its original file name.")


class Framed(Protocol):
    """A request for pictures."""

    @property
    def size(self) -> Size: ...
    @property
    def aspect(self) -> Aspect: ...
    @property
    def fps(self) -> Fps: ...


class FrameFormat(Facts):
    """Size in pixels (both even) and rate of the delivered film."""

    width: int
    height: int
    fps: int

    @classmethod
    def of(cls, request: Framed) -> FrameFormat:
        return cls.shaped(request.aspect, request.size, request.fps)

    @classmethod
    def shaped(cls, aspect: Aspect, size: Size, fps: int) -> FrameFormat:
        """Of pictures of that shape, whose short side is as long as `size` says."""
        across, down = RATIO[aspect]
        scale = Fraction(SHORT_SIDE[size], min(across, down))
        return cls(width=round(scale * across / 2) * 2, height=round(scale * down / 2) * 2, fps=fps)


class Media(Facts):
    """Measured facts of a file; what does not apply is None."""

    mime: str
    bytes: int
    sha256: str
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    fps: Rate | None = None
    samples: int | None = Field(default=None, description="At 48 kHz, per channel.")
    lufs: float | None = Field(default=None, description="Integrated loudness after encoding, LUFS.")
    true_peak_db: float | None = Field(default=None, description="True peak after encoding, dBTP.")


class Payment(Facts):
    """What one paid attempt cost the production that paid. `attempt` is `<recipe key>:<n>` in the ledger;
    `towards` is what it was for, in the production's own words, empty where an earlier release paid. Of what
    is `lost` nothing has come, nor will: it failed, or was let go; what came is `deleted` since, or not."""

    attempt: str
    usd: Decimal
    certain: bool = True
    towards: str = ""
    lost: bool = False
    deleted: bool = False


class NotBought(Facts):
    """How a paid step ends that has bought nothing where that is no failure: at a price that must be asked
    for, at a cap, in a doubt that a person decides about, with words that the provider refuses. `not_bought`
    is the error's name in the taxonomy; message and details are those that it would fail with."""

    not_bought: str
    message: str
    details: tuple[dict[str, JsonValue], ...] = ()


class Part(Facts):
    """One file of an artifact that has several, such as the head of a segment."""

    object: str
    media: Media


class Artifact(Facts):
    """The result of a recipe: made once, found ever after."""

    key: str = Field(description="The recipe's key: SHA-256 of its canonical JSON.")
    object: str = Field(description="Object key in the bucket.")
    media: Media
    parts: dict[str, Part] = {}
    cost_usd: Decimal = Field(default=Decimal(0), description="What this call paid; 0 when it was found.")
    reused: bool = Field(default=False, description="True when the ledger had it already.")
    payment: Payment | None = Field(default=None, description="Where this film paid for it, now or before.")
    facts: dict[str, JsonValue] = {}


class ChunkLength(Facts):
    """One duration that a video model allows."""

    asked_s: Decimal = Field(description="What is asked of the model, seconds.")
    frames: int = Field(description="What it really returns, frames at its own rate.")
    price_usd: Decimal = Decimal(0)


class ModelFacts(Facts):
    """What the workflow needs to know of a model; composed from the catalogue with the plan."""

    id: str
    provider: str
    work: Literal["computes", "waits"]
    image_input: bool = True
    text_start: bool = Field(default=True, description="Whether a chunk can start from the prompt alone.")
    fps: Rate | None = None
    lengths: tuple[ChunkLength, ...] = ()
    price_usd: Decimal = Decimal(0)
    audio: bool = Field(default=False, description="Whether its videos come with sound, which is dropped.")
    last_frame: bool = Field(default=False, description="Whether a video of it may end on an image given.")
    references: int = Field(
        default=0, description="How many pictures of what is shown it takes beside its own start; 0 is none."
    )
    typical_s: int = Field(default=0, description="Seconds that a call usually takes; an estimate.")


class Findable(Facts):
    """By what else a production is found, as its request says; empty is not set."""

    user: str = ""
    labels: tuple[str, ...] = ()
    profile: str = ""
