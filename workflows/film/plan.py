"""The plan of a film: its shots, each with its place on the timeline, exact to the frame, and what makes a
picture of them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from workflows.studio import Facts, FrameFormat, Rate

BeatSeconds = Literal[5, 10, 15]
Position = Literal["opening", "middle", "closing"]
Camera = Literal["dolly_in", "dolly_out", "pan", "tilt", "orbit", "static", "handheld"]
#: Moves with a way of their own, which a cut would break off: what is called a dolly is one, from end to end.
TRAVELLING: frozenset[Camera] = frozenset(("dolly_in", "dolly_out", "pan", "tilt", "orbit"))
Look = Literal["natural", "cinematic_warm", "elegant_muted", "modern_vibrant"]
Genre = Literal["product", "place", "service", "explainer", "greeting", "announcement", "story", "other"]
#: How the pictures of a film come about.
Method = Literal["beats", "keyframes"]
#: Whole seconds of a shot. A beat has 5, 10 or 15; those who read answers have been told of few values.
Seconds = Annotated[int, Field(ge=1), WithJsonSchema({"type": "integer", "enum": [*range(1, 61)]})]


class Span(Facts):
    """From when to when a scene lasts, in exact seconds of the film, which no rate of frames need divide."""

    since: Rate
    until: Rate


class Scene(Facts):
    """What a scene has beside what every shot has: its prompt is that of its first frame, its action what
    moves from there to its last one."""

    description: str = ""
    end_prompt: str = Field(default="", description="What its last frame shows: the next scene's first.")
    notes: str = Field(default="", description="How it goes over into the next one.")


#: What a sheet is of: somebody who is shown, the product, or place, light and palette.
SheetKind = Literal["character", "product", "style"]


class Shown(Facts):
    """Somebody, or something, that looks the same in every shot that shows it: as on its `sheet`, which is
    the key of an upload, or of the recipe of one that was drawn; empty where there are words alone. `object`
    is where a sheet lies that was drawn: no plan knows it, and nothing is worded or found by it. All whom a
    plan knows are characters."""

    name: str
    description: str
    sheet: str = ""
    object: str = ""
    kind: SheetKind = "character"


class Sheet(Facts):
    """A sheet that is to be drawn: what it is of, what that looks like, and the film's style. Two films with
    the same ones have the same sheet."""

    name: str
    looks: str
    style: tuple[str, ...] = ()
    kind: SheetKind = "character"


class Beat(Facts):
    """One shot of a film: a beat, a chapter of 5, 10 or 15 seconds with one camera move; or a scene, which
    lasts as long as its `span` says."""

    id: str
    seconds: Seconds = Field(description="Of a scene to the next whole one: all of them add up to the film.")
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
    cuts: tuple[float, ...] = Field(
        default=(),
        description="Seconds into the beat at which the animatic changes its framing; these are no joins.",
    )
    span: Span | None = Field(default=None, description="Of a scene; None of a beat.")
    scene: Scene | None = Field(default=None, description="Of a scene; None of a beat.")
    shows: tuple[Shown, ...] = Field(default=(), description="Which of the film's characters it shows.")

    @property
    def sheets(self) -> tuple[str, ...]:
        """The pictures that there are of those it shows."""
        return tuple(one.sheet for one in self.shows if one.sheet)

    @property
    def is_like_a_sheet(self) -> bool:
        """Whether there is a picture of anything in it, and not of its place and light alone."""
        return any(one.sheet and one.kind != "style" for one in self.shows)

    @property
    def starts_s(self) -> Fraction:
        """Exact seconds from the start of the film."""
        return self.span.since if self.span else Fraction(self.start_s)

    @property
    def lasts_s(self) -> int | float:
        """Its length in seconds: whole ones as an int, as recipes of beats have them."""
        return float(self.span.until - self.span.since) if self.span else self.seconds

    def first_frame(self, fps: int) -> int:
        """The frame of the film, at its rate, that the beat begins with."""
        return _frame(self.starts_s, fps)

    def frames(self, fps: int) -> int:
        """Its frames at the film's rate: shots follow each other without a gap, whatever the rate."""
        end = self.span.until if self.span else Fraction(self.start_s + self.seconds)
        return _frame(end, fps) - self.first_frame(fps)


def _frame(seconds: Fraction, fps: int) -> int:
    """The nearest frame, half a frame rounding up."""
    return math.floor(seconds * fps + Fraction(1, 2))


class Told(Facts):
    """What a prompt tells beside its subject, as it says it; empty where it does not.

    Phrases keep their preposition ("in Lyon", "for commuters"), so that each is right on its own.
    """

    callouts: tuple[str, ...] = Field(default=(), description='Facts, such as "750ml" and "leak-proof".')
    audience: str = Field(default="", description='For whom: "for commuters", "for Anna".')
    sender: str = Field(default="", description='From whom: "from our company".')
    occasion: str = Field(default="", description='What is wished for or announced: "birthday".')
    place: str = Field(default="", description='Where: "in Lyon".')
    date: str = Field(default="", description='When: "June 12".')
    setting: str = Field(default="", description='What surrounds it: "on a marble table", "at sunrise".')
    light: str = Field(default="", description='"dramatic light".')


class Plan(Facts):
    """Structure from a library, content from a planner. Plans of earlier releases tell neither language nor
    genre, and have neither subject nor name."""

    title: str
    product: str = Field(description="The product's noun, in the caller's words.")
    language: str = Field(default="en", description="Of the words on screen: a BCP 47 primary tag.")
    genre: Genre = "product"
    subject: str = Field(default="", description="The thing that is drawn; empty means `product`.")
    name: str = Field(default="", description="What stands on screen for it; empty means `product`.")
    things: tuple[str, ...] = Field(
        default=(),
        description="The several that the film is about, of which each is drawn; none of one thing.",
    )
    named: bool = Field(
        default=False,
        description="Whether a set without an object shows the film's name beside the beat's title, and not "
        "that title twice. Not in plans of earlier releases: their films stay as they are.",
    )
    told: Told = Told()
    archetype: str
    style: tuple[str, ...]
    look: Look
    beats: tuple[Beat, ...]
    seed: int = Field(description="Of everything random in the film; 32 bits.")

    method: Method = "beats"
    style_guide: str = Field(default="", description="Of keyframes: what holds for all of them.")
    characters: tuple[str, ...] = Field(
        default=(), description="Who is asked for; of keyframes, what is in them, too."
    )
    warnings: tuple[str, ...] = Field(default=(), description="Where the planner had to guess.")
    lettered: bool = Field(
        default=False,
        description="Whether words stand over bought footage too, and the file tells its title. Not in plans "
        "of earlier releases: their films stay as they are.",
    )

    @property
    def seconds(self) -> int:
        return sum(beat.seconds for beat in self.beats)

    def frames(self, fps: int) -> int:
        """All frames of the film at its rate."""
        return sum(beat.frames(fps) for beat in self.beats)


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
    language: str = "en"
    genre: Genre = "product"
    subject: str = ""
    name: str = ""
    things: tuple[str, ...] = ()
    named: bool = False
    titles: bool = True
    setting: str = ""

    @classmethod
    def of(cls, plan: Plan, beat: Beat, format: FrameFormat, titles: bool = True) -> Shot:
        """The shot of one of the plan's beats, with its words on screen or without them."""
        return cls(
            beat=beat,
            number=plan.beats.index(beat) + 1,
            count=len(plan.beats),
            product=plan.product,
            style=plan.style,
            seed=plan.seed,
            format=format,
            language=plan.language,
            genre=plan.genre,
            subject=plan.subject,
            name=plan.name,
            things=plan.things,
            named=plan.named,
            titles=titles,
            setting=plan.told.setting,
        )

    @property
    def cuts(self) -> tuple[int, ...]:
        """The first frame of every further framing of the animatic, in frames of the beat at the film's rate:
        no joins, and nothing is interpolated across them."""
        return tuple(math.ceil(at * self.format.fps - 1e-9) for at in self.beat.cuts)
