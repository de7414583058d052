"""The public types: what a caller sends, and what travels between steps (`report.py`: what comes back).

Everything is plain JSON; `reel schema` prints the JSON Schema. Only references travel: bytes stay
in the bucket. A request forbids unknown fields, so that a misspelt one is named instead of ignored;
every other model ignores them, so that an older worker can read what a newer one wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

Aspect = Literal["16:9", "9:16", "1:1", "4:5"]
Size = Literal["360p", "720p", "1080p"]
Fps = Literal[8, 16, 24, 25, 30]
BeatSeconds = Literal[5, 10, 15]
Position = Literal["opening", "middle", "closing"]
Camera = Literal["dolly_in", "dolly_out", "pan", "tilt", "orbit", "static", "handheld"]
Look = Literal["natural", "cinematic_warm", "elegant_muted", "modern_vibrant"]

#: Pixels of the short side; the long side follows the aspect, both even.
SHORT_SIDE: Mapping[Size, int] = {"360p": 360, "720p": 720, "1080p": 1080}
RATIO: Mapping[Aspect, tuple[int, int]] = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5)}


def _printable(text: str) -> str:
    # Control characters end up in logs, terminals and SVG; nobody means to type one.
    if any(
        (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in text
    ):
        raise ValueError("contains control characters")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
#: An uploaded product photo: PNG, named by the SHA-256 of its bytes, put there by `reel make --product`.
UploadKey = Annotated[str, StringConstraints(pattern=r"^uploads/[0-9a-f]{64}\.png$")]
#: A product photo: an upload's key, or where it lies on the web.
ImageSource = Annotated[
    str, StringConstraints(pattern=r"^(uploads/[0-9a-f]{64}\.png|https?://[!-~]{3,2000})$")
]
ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Profile = Literal["animatic", "draft", "final"]
Enhancer = Literal["off", "subtle", "moderate", "wild"]


def _amount(value: object) -> object:
    # JSON has no decimals: a number is taken as it is written, and text as the exact one.
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError("is no amount of USD, such as 7.50") from None


Usd = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, le=100_000, decimal_places=6)]
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


# ---- what a caller sends ---------------------------------------------------------------------


class BeatTemplate(Asked):
    """One beat of a library: the structure that a planner fills with content."""

    id: Identifier
    seconds: BeatSeconds
    position: Position
    shot: Annotated[Text, Field(min_length=1, max_length=60)]
    action: Annotated[Text, Field(min_length=1, max_length=300)]
    prompt: Annotated[Text, Field(min_length=1, max_length=1000)] = Field(
        description="Prompt template; `{product_name}` stands for the product."
    )
    camera: Camera
    energy: Annotated[float, Field(ge=0, le=1)]
    titles: Annotated[tuple[Annotated[Text, Field(max_length=80)], ...], Field(max_length=20)] = ()
    products: Annotated[tuple[Annotated[Text, Field(max_length=60)], ...], Field(max_length=50)] = Field(
        default=("any",), description="Kinds of product it suits; `any` suits all."
    )


class BeatDraft(Asked):
    """A beat as a caller asks for it; what is left out comes from the library."""

    id: Identifier
    seconds: BeatSeconds | None = None
    title: Annotated[Text, Field(max_length=80)] | None = None
    action: Annotated[Text, Field(min_length=1, max_length=300)] | None = None
    prompt: Annotated[Text, Field(min_length=1, max_length=1000)] | None = None
    camera: Camera | None = None
    energy: Annotated[float, Field(ge=0, le=1)] | None = None
    callouts: Annotated[
        tuple[Annotated[Text, Field(min_length=1, max_length=24)], ...], Field(max_length=3)
    ] = ()


class PlanDraft(Asked):
    """A plan brought by the caller, held to the same constraints as a composed one."""

    beats: Annotated[tuple[BeatDraft, ...], Field(min_length=1, max_length=24)]
    product: Annotated[Text, Field(min_length=1, max_length=80)] | None = None
    archetype: Identifier | None = None
    look: Look | None = None


class Reference(Asked):
    """An image of the caller's that beats may show: the product from another side, a place, a person."""

    image: ImageSource
    shows: Annotated[Text, Field(max_length=120)] = Field(
        default="", description="What it shows, such as `the handle from above`; helps to choose its beats."
    )
    name: Annotated[Text, Field(max_length=200)] = Field(default="", description="Its original file name.")


class Models(Asked):
    """Model ids of the catalogue that replace those of the profile."""

    planner: ModelId | None = None
    image: ModelId | None = None
    edges: ModelId | None = None
    video: ModelId | None = None
    score: ModelId | None = None


class VideoRequest(Asked):
    """What `VideoWorkflow` takes: one JSON object, of which only `prompt` is required."""

    prompt: Annotated[Text, Field(min_length=1, max_length=2000)] = Field(
        description="What the film is about.", examples=["A 15 second film about a ceramic coffee mug"]
    )
    duration_s: Annotated[int, Field(ge=5, le=120, multiple_of=5)] | None = Field(
        default=None, description="Seconds, 5 to 120 in steps of 5; else taken from the prompt, else 15."
    )
    aspect: Aspect = "16:9"
    size: Size = Field(default="720p", description="Short side in pixels.")
    fps: Fps = 24
    creativity: Annotated[float, Field(ge=0, le=1)] = 0.5
    style: Annotated[Text, Field(max_length=200)] = Field(
        default="", description="Style words, such as `warm minimal`; empty lets the planner choose."
    )
    product: ImageSource | None = Field(
        default=None, description="A product photo: the key of an upload, or an http(s) URL."
    )
    references: Annotated[tuple[Reference, ...], Field(max_length=8)] = ()
    profile: Profile = Field(default="animatic", description="Which models; all but `animatic` are paid.")
    models: Models = Models()
    prompt_enhancer: Enhancer = Field(default="off", description="How freely prompts are embellished.")
    budget_usd: Usd | None = Field(
        default=None, description="What the film may cost in all; else 5 where anything is paid."
    )
    take: Annotated[int, Field(ge=1, le=10_000)] = 1
    music: bool = True
    plan: PlanDraft | None = None
    library: Annotated[tuple[BeatTemplate, ...], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="The caller's own beats, instead of the built-in fifteen."
    )
    user: Annotated[Text, Field(max_length=120)] = Field(default="", description="Whose film this is.")

    @model_validator(mode="after")
    def _beats_are_unique(self) -> VideoRequest:
        for name, ids in (
            ("plan.beats", [b.id for b in self.plan.beats] if self.plan else []),
            ("library", [b.id for b in self.library or ()]),
        ):
            if len(ids) != len(set(ids)):
                raise ValueError(f"{name}: every beat id may appear once")
        return self


class FrameFormat(Facts):
    """Size in pixels (both even) and rate of the delivered film."""

    width: int
    height: int
    fps: int

    @classmethod
    def of(cls, request: VideoRequest) -> FrameFormat:
        short, (across, down) = SHORT_SIDE[request.size], RATIO[request.aspect]
        scale = Fraction(short, min(across, down))
        return cls(width=round(scale * across / 2) * 2, height=round(scale * down / 2) * 2, fps=request.fps)


# ---- the plan --------------------------------------------------------------------------------


class Beat(Facts):
    """One beat of a film: a chapter of 5, 10 or 15 seconds with one camera move."""

    id: str
    seconds: BeatSeconds
    start_s: int = Field(description="Seconds from the start of the film; given once, never recomputed.")
    position: Position
    shot: str
    action: str
    prompt: str = Field(description="The prompt for the models, `{product_name}` filled in.")
    title: str = Field(description="Words on screen; may be empty.")
    camera: Camera
    energy: float
    callouts: tuple[str, ...] = ()
    references: tuple[str, ...] = Field(default=(), description="Upload keys of the photos this beat shows.")


class Plan(Facts):
    """Structure from a library, content from a planner."""

    title: str
    product: str = Field(description="The product's noun, in the caller's words.")
    archetype: str
    style: tuple[str, ...]
    look: Look
    beats: tuple[Beat, ...]
    seed: int = Field(description="Of everything random in the film; 32 bits.")

    @property
    def seconds(self) -> int:
        return sum(beat.seconds for beat in self.beats)


class Shot(Facts):
    """One beat in its film. Everything here may change the picture; nothing else may.

    `number` counts from 1; `count` is the film's number of beats, so that the last one can hold its
    title to the end.
    """

    beat: Beat
    number: int
    count: int
    product: str
    style: tuple[str, ...]
    seed: int
    format: FrameFormat

    @classmethod
    def of(cls, plan: Plan, beat: Beat, format: FrameFormat) -> Shot:
        """The shot of one of the plan's beats."""
        return cls(
            beat=beat,
            number=plan.beats.index(beat) + 1,
            count=len(plan.beats),
            product=plan.product,
            style=plan.style,
            seed=plan.seed,
            format=format,
        )


# ---- artifacts -------------------------------------------------------------------------------


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
    """What one paid attempt cost the film that paid it. `attempt` is `<recipe key>:<n>` in the ledger."""

    attempt: str
    usd: Decimal
    certain: bool = True


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
    typical_s: int = Field(default=0, description="Seconds that a call usually takes; an estimate.")


class PlannedFilm(Facts):
    """The plan with the facts of every model it uses: all that the workflow ever reads."""

    plan: Plan
    artifact: Artifact
    #: Of the calls that planned it.
    payments: tuple[Payment, ...] = ()
    format: FrameFormat
    image_model: ModelFacts
    video_model: ModelFacts
    score_model: ModelFacts
    #: For beats that show a reference; None where they are drawn like the others.
    edges_model: ModelFacts | None = None
    #: What work moves to, in order, while a model rests.
    image_fallbacks: tuple[ModelFacts, ...] = ()
    video_fallbacks: tuple[ModelFacts, ...] = ()
    #: What draws and moves a shot here, for nothing, where what was to be bought is given up; None in plans
    #: of earlier releases.
    animatic_image: ModelFacts | None = None
    animatic_video: ModelFacts | None = None
    #: Where another release, or another request, would have made another film of it.
    warnings: tuple[str, ...] = ()
