"""The public types: what a caller sends, and what travels between steps (`report.py`: what comes back).

Everything is plain JSON; `reel schema` prints the JSON Schema. Only references travel: bytes stay
in the bucket. A request forbids unknown fields, so that a misspelt one is named instead of ignored;
every other model ignores them, so that an older worker can read what a newer one wrote.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from workflows.film.methods import DRAFTED, MOST_SCENES, misfits
from workflows.film.plan import TRAVELLING as TRAVELLING
from workflows.film.plan import Beat as Beat
from workflows.film.plan import BeatSeconds as BeatSeconds
from workflows.film.plan import Camera as Camera
from workflows.film.plan import Genre as Genre
from workflows.film.plan import Look as Look
from workflows.film.plan import Method as Method
from workflows.film.plan import Plan as Plan
from workflows.film.plan import Position as Position
from workflows.film.plan import Sheet as Sheet
from workflows.film.plan import SheetKind as SheetKind
from workflows.film.plan import Shot as Shot
from workflows.film.plan import Shown as Shown
from workflows.film.plan import Told as Told
from workflows.studio import (
    Asked,
    Aspect,
    Fps,
    Identifier,
    ImageSource,
    Labels,
    ModelId,
    Notify,
    Reference,
    Size,
    Text,
    Usd,
    Widened,
)
from workflows.studio import Profile as Profile

Review = Literal["off", "plan", "characters", "storyboard", "cut"]
Enhancer = Literal["off", "subtle", "moderate", "wild"]
Joins = Literal["off", "warn", "retake"]
#: How the chunks of one beat follow each other: each from the end of the one before, or all of them at once,
#: between images that are drawn of the moments at which they meet.
Continuity = Literal["chained", "anchored"]
#: Of either method: which lengths a film of beats may have is told by `methods`.
_SECONDS: dict[str, Any] = {"type": "integer", "minimum": 4, "maximum": 180}


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


_Prompt = Annotated[Text, Field(min_length=1, max_length=1000)]


class SceneDraft(Asked):
    """A scene as a caller asks for it; what is left out follows from its description."""

    id: Identifier | None = None
    description: _Prompt
    start_prompt: _Prompt | None = Field(
        default=None,
        description="What its first frame shows; a later scene's is the last of the one before.",
    )
    end_prompt: _Prompt | None = Field(default=None, description="What its last frame shows.")
    motion: Annotated[Text, Field(min_length=1, max_length=300)] | None = None
    notes: Annotated[Text, Field(max_length=300)] = Field(
        default="", description="How it goes over into the next one."
    )
    title: Annotated[Text, Field(max_length=80)] | None = None
    camera: Camera | None = None
    energy: Annotated[float, Field(ge=0, le=1)] | None = None


class PlanDraft(Widened):
    """A plan brought by the caller, held to the same constraints as a composed one: beats, or the scenes of a
    film of keyframes."""

    later: ClassVar = ("scenes", "style_guide")

    beats: Annotated[tuple[BeatDraft, ...], Field(max_length=24)] = ()
    scenes: Annotated[tuple[SceneDraft, ...], Field(max_length=MOST_SCENES)] = ()
    product: Annotated[Text, Field(min_length=1, max_length=80)] | None = None
    archetype: Identifier | None = None
    look: Look | None = None
    style_guide: Annotated[Text, Field(max_length=300)] = Field(
        default="", description="Of scenes: what holds for every picture, told behind every prompt."
    )


class Source(Asked):
    """What a film is forked from: the film, and the plan of it, which is named by the key of its recipe."""

    film: Annotated[Text, Field(min_length=1, max_length=200)]
    plan: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Character(Asked):
    """Who, or what, has to look the same wherever the film shows it."""

    name: Annotated[Text, Field(min_length=1, max_length=60)] = Field(
        description="What the film calls it: a beat that says the name shows it."
    )
    description: Annotated[Text, Field(min_length=1, max_length=300)] = Field(
        description="What it looks like, such as `a woman of sixty in a yellow raincoat`."
    )
    image: ImageSource | None = Field(
        default=None, description="A picture of it, by which it is drawn: its sheet."
    )


class Models(Widened):
    """Model ids of the catalogue that replace those of the profile."""

    later: ClassVar = ("edit",)

    planner: ModelId | None = None
    image: ModelId | None = None
    edges: ModelId | None = None
    edit: ModelId | None = Field(
        default=None, description="What draws a keyframe from another picture and words."
    )
    video: ModelId | None = None
    score: ModelId | None = None


class VideoRequest(Widened):
    """What `VideoWorkflow` takes: one JSON object, of which only `prompt` is required."""

    later: ClassVar = (
        *("genre", "titles", "partial", "preview", "review", "source", "labels", "notify", "continuity"),
        *("method", "scene_s", "crossfade", "characters", "joins", "sheets"),
    )

    prompt: Annotated[Text, Field(min_length=1, max_length=2000)] = Field(
        description="What the film is about.", examples=["A 15 second film about a ceramic coffee mug"]
    )
    duration_s: Annotated[int, WithJsonSchema(_SECONDS)] | None = Field(
        default=None,
        description="Seconds, 5 to 120 in steps of 5; of keyframes any whole number from 4 to 180; else "
        "taken from the prompt, else 15, or four scenes.",
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
    characters: Annotated[tuple[Character, ...], Field(max_length=6)] = Field(
        default=(), description="Who has to look the same in every shot that shows them."
    )
    sheets: Literal["given", "drawn"] = Field(
        default="given",
        description="Whether a sheet is drawn, once, of every character without an image.",
    )
    profile: Profile = Field(default="animatic", description="Which models; all but `animatic` are paid.")
    models: Models = Models()
    genre: Genre | None = Field(
        default=None, description="What kind of film it is; empty lets the planner read it from the prompt."
    )
    prompt_enhancer: Enhancer = Field(default="off", description="How freely prompts are embellished.")
    budget_usd: Usd | None = Field(
        default=None, description="What the film may cost in all; else 5 where anything is paid."
    )
    # A scheduled run takes the seconds since 1970 for it: others stay far below.
    take: Annotated[int, Field(ge=1, le=10_000_000_000)] = 1
    music: bool = True
    titles: bool = Field(default=True, description="Whether titles, call-outs and button stand on the film.")
    plan: PlanDraft | None = None
    library: Annotated[tuple[BeatTemplate, ...], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="The caller's own beats, instead of the built-in fifteen."
    )
    user: Annotated[Text, Field(max_length=120)] = Field(default="", description="Whose film this is.")
    labels: Labels = Field(
        default=(), description="By what else it is found, such as a client, a project or a campaign."
    )
    notify: Notify = Field(
        default=(), description="Where it is posted to when the film waits, has a new cut or ends."
    )
    partial: Literal["deliver", "fail"] = Field(
        default="deliver",
        description="What becomes of a film of which not everything could be made: the best cut there is, or "
        "a failure.",
    )
    preview: bool = Field(
        default=True, description="Whether the animatic is delivered first, while the rest is being made."
    )
    review: Review = Field(
        default="off", description="What a person approves before anything dearer than an image is bought."
    )
    continuity: Continuity = Field(
        default="chained",
        description="Whether each chunk of a beat goes on from the end of the one before, or all are made at "
        "once between images of the moments at which they meet, which takes a chunk's time for any length.",
    )
    method: Method = Field(
        default="beats",
        description="How its pictures come about: beats, each from an image of its own; or scenes between "
        "keyframes, each of which ends one scene and begins the next.",
    )
    scene_s: Annotated[int, Field(ge=2, le=30)] | None = Field(
        default=None, description="Seconds of a scene, of keyframes alone; else about 8."
    )
    crossfade: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.0,
        description="Seconds over which a scene of keyframes dissolves into the next; under 0.16 a cut.",
    )
    joins: Joins = Field(
        default="warn",
        description="What becomes of a join between two chunks that shows, or a clip that misses an image it "
        "lies between: nothing, a warning, or one more take, within budget, that stands where it is better.",
    )
    source: Source | None = Field(
        default=None,
        description="The film that this one is forked from: what the beats of `plan` leave out is as it was "
        "there, and what does not change is not made again.",
    )

    @model_validator(mode="after")
    def _beats_are_unique(self) -> VideoRequest:
        for name, ids in (
            ("plan.beats", [b.id for b in self.plan.beats] if self.plan else []),
            ("plan.scenes", [s.id for s in self.plan.scenes if s.id] if self.plan else []),
            ("library", [b.id for b in self.library or ()]),
        ):
            if len(ids) != len(set(ids)):
                raise ValueError(f"{name}: every beat id may appear once")
        if len({one.name.casefold() for one in self.characters}) != len(self.characters):
            raise ValueError("characters: every name may appear once")
        return self

    @model_validator(mode="after")
    def _fits_its_method(self) -> VideoRequest:
        said = self.model_dump(
            mode="json", include={"method", "duration_s", "scene_s", "crossfade", "continuity"}
        )
        brought = {name: getattr(self, name) for name in ("library", "source") if getattr(self, name)}
        drafted = {"plan": {name: getattr(self.plan, name) for name in DRAFTED}} if self.plan else {}
        for problem in misfits({**said, **brought, **drafted}):
            raise ValueError(str(problem))
        return self
