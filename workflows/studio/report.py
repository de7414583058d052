"""The public types of what a production tells: how it stands while it is made, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field, JsonValue, computed_field

from workflows.studio.facts import Facts
from workflows.studio.money import usd
from workflows.studio.standing import JobStanding

Status = Literal["planning", "rendering", "stopping", "completed", "stopped", "canceled", "failed"]
StepState = Literal["waiting", "running", "made", "reused", "failed", "held"]
#: With what a person answers: the signal `resume`, and the updates of these names.
Answer = Literal["resume", "set_budget", "accept_risk", "give_up", "approve", "retake", "use", "upgrade"]


class Wait(Facts):
    """One thing that a production waits for: a person's answer, or room under a cap. Seven days later it ends
    as stopped."""

    step: str = Field(default="", description="The step that waits; empty where all of it does.")
    reason: Literal["paused", "budget", "risk", "review", "cap"]
    needs_usd: Decimal | None = Field(
        default=None, description="What the step costs, where the budget lacks it."
    )
    words: str = Field(description="The same for people.")
    answers: tuple[Answer, ...] = Field(description="What it can be answered with.")
    rows: tuple[str, ...] = Field(default=(), description="The rows that wait, where it is not a step.")
    buys_usd: Decimal | None = Field(
        default=None, description="About what it costs to go on, where it is approval that is waited for."
    )
    updates: Mapping[Answer, dict[str, JsonValue]] = Field(
        default={}, description="What each answer that is an update is sent: one JSON object that would do."
    )


class StepProgress(Facts):
    """One step, in the words an operator reads."""

    name: str = Field(description="Stable and unique in its production, such as `chunk:hero_shot:2`.")
    label: str
    state: StepState
    weight: int = Field(description="Its share of the work, in frames to be made.")
    object: str | None = None
    model: str | None = Field(default=None, description="The paid model that it was asked of last.")
    note: str = Field(default="", description="How its provider says that it stands, where one does.")
    standing: JobStanding | None = Field(
        default=None, description="The same as figures, as they were told last, of a step that runs."
    )


class Failure(Facts):
    """Why a production fails, in the same words in its result, progress, page and memo, and in a terminal."""

    type: str = Field(description="The error's name, such as `ContentPolicy`.")
    step: str | None = Field(default=None, description="The name of the step that failed, if it was one.")
    model: str | None = Field(default=None, description="The paid model that it was asked of last.")
    problem: str = Field(description="What happened, and where.")
    advice: str = Field(default="", description="What to do.")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def words(self) -> str:
        """All of it, as its result says it."""
        return f"{self.problem} {self.advice}".rstrip()


#: Why a version is not there that was.
FILES_GONE = "its files were deleted"
#: `waiting` is what is wanted and is not going on now; `finished` what any run has finished, and is there;
#: `unmade` what nobody makes: it was let go or deleted, or is drawn here once somebody chooses it.
VersionState = Literal["waiting", "making", "finished", "failed", "unmade"]


class ColourOffset(Facts):
    """How far the colours of a chunk are from those of its shot's first image, as it came back and as it is
    shown: distances in CIE Lab, of which about 2 is the least that is seen."""

    before: float
    after: float


class KeptEnds(Facts):
    """How like the first and the last frame of a clip are to the images that it was made between: SSIM, 1 is
    the same."""

    first: float | None = Field(default=None, description="None where it was given none to begin with.")
    last: float | None = Field(default=None, description="None where it was given none to end with.")


class ClipCounts(Facts):
    """How one bought clip came about, in the words that it was bought in."""

    tries: int = Field(default=0, description="How often it was submitted; 0 of what was drawn here.")
    softenings: int = Field(default=0, description="How often its words were softened before that.")
    polls: int | None = Field(
        default=None, description="How often its provider was asked whether it is done; None if not told."
    )
    seconds: float | None = Field(
        default=None, description="From the submit that made it to its being here; None if not told."
    )


class VersionProgress(Facts):
    """One version of a row: asked for, made or there already."""

    name: str = Field(description="Such as `draft-2`: the rung, and which take of it.")
    state: VersionState
    wanted: bool = Field(default=False, description="Whether it is what was asked for last.")
    shown: bool = Field(default=False, description="Whether the newest cut shows it.")
    models: tuple[str, ...] = Field(default=(), description="The models that made it.")
    words: str = Field(default="", description="What a person said of it; empty: only the plan's count.")
    parts: tuple[str, ...] = Field(
        default=(), description="The other versions by which some of its steps are called."
    )
    note: bool = Field(
        default=False, description="Whether that was told beside the plan's words; else in their place."
    )
    usd: Decimal = Field(
        default=Decimal(0),
        description="What has been paid for it so far, finished or not, each payment once.",
    )
    lost_usd: Decimal = Field(
        default=Decimal(0), description="How much of that was charged for what failed, or was let go."
    )
    deleted_usd: Decimal = Field(
        default=Decimal(0), description="How much of it paid for what was deleted since, and made again."
    )
    seams: tuple[float, ...] = Field(default=(), description="The score of every join inside it, in order.")
    colours: tuple[ColourOffset, ...] = Field(
        default=(), description="How far each of its chunks is from the colours that it began with."
    )
    ends: tuple[KeptEnds, ...] = Field(
        default=(), description="How like the ends of each chunk are to the images that it was made between."
    )
    clips: tuple[ClipCounts, ...] = Field(
        default=(), description="How each of its chunks came about; none of what is drawn here."
    )
    object: str | None = Field(default=None, description="Object key of its pictures.")
    why: str = Field(default="", description="Why it is not there.")

    @property
    def without_files(self) -> VersionProgress:
        """The same, once these were deleted."""
        return self.model_copy(update={"state": "unmade", "object": None, "why": FILES_GONE})

    def price(self, between: str = " ") -> str:
        """What it has cost, and how much of that for nothing; empty where nobody knows yet."""
        if not self.usd:
            return "free" if self.state == "finished" or self.name.startswith("animatic-") else ""
        parts = ((self.lost_usd, "lost"), (self.deleted_usd, "deleted"))
        said = [what if part == self.usd else f"{usd(part)} of it {what}" for part, what in parts if part]
        return between.join([usd(self.usd), *said])


class RowProgress(Facts):
    """One row of the board, such as a shot of a film: its steps are those of the version that is made."""

    id: str
    title: str = ""
    seconds: int = Field(default=0, description="How long it is on screen, where it is.")
    camera: str = Field(default="", description="How the camera moves, where there is one.")
    steps: tuple[StepProgress, ...] = ()
    note: str = ""
    words: str = Field(default="", description="What its models are told of it, by the plan.")
    versions: tuple[VersionProgress, ...] = Field(default=(), description="Oldest first.")
    why: str = Field(default="", description="Why it shows less than was asked for; empty where it does not.")
    fill: str = Field(default="", description="The command that would fill its placeholder.")

    @property
    def shown(self) -> VersionProgress | None:
        """What the newest cut shows; before the first, the best there is."""
        return next((one for one in self.versions if one.shown), None)

    @property
    def wanted(self) -> VersionProgress | None:
        """What was asked for last."""
        return next((one for one in self.versions if one.wanted), None)

    @property
    def is_as_asked(self) -> bool:
        """Whether it shows what was asked for; nothing of an earlier release's rows says that it does not."""
        return self.shown == self.wanted

    @property
    def news(self) -> tuple[StepProgress, ...]:
        """Its steps but those of other versions than what was asked for, once these are done with."""
        if self.wanted is None:
            return self.steps
        asked = {"", self.wanted.name, *self.wanted.parts}
        return tuple(
            step for step in self.steps if step.name.partition("@")[2] in asked or step.state == "running"
        )


class Totals(Facts):
    """What a run has made, found and paid so far."""

    made: int = 0
    reused: int = 0
    cost_usd: Decimal = Field(default=Decimal(0), description="What this run has paid.")
    spent_usd: Decimal = Field(default=Decimal(0), description="What it has cost in all its runs.")
    corrected_usd: Decimal = Field(
        default=Decimal(0),
        description="By how much earlier runs turned out dearer than they counted; below 0: cheaper.",
    )
    warnings: tuple[str, ...] = ()


class Progress(Totals):
    """What the `progress` query answers, at any time."""

    status: Status
    paused: bool = False
    waiting_for: str | None = Field(default=None, description="The words of all waits, if there are any.")
    waits: tuple[Wait, ...] = Field(default=(), description="What it waits for a person for.")
    error: Failure | None = Field(default=None, description="Why it has failed, or is going to.")
    title: str = ""
    beats: tuple[RowProgress, ...] = Field(default=(), description="The rows: of a film, its beats.")
    film_steps: tuple[StepProgress, ...] = Field(default=(), description="The steps of no single row.")
    done: float = Field(default=0.0, description="0 to 1, by weight.")
    elapsed_s: float = 0.0
    expected_s: float | None = Field(default=None, description="Expected total seconds, once it can be told.")
    budget_usd: Decimal | None = Field(default=None, description="What it may cost; None: without limit.")
    reserved_usd: Decimal = Field(default=Decimal(0), description="Held back for what is being bought.")
    beside_usd: Mapping[str, Decimal] = Field(
        default={}, description="What was paid for anything but these versions, by what it went towards."
    )
    cut: int | None = Field(default=None, description="The number of the newest cut, once one is delivered.")
    delivered: str | None = Field(default=None, description="Object key of the newest cut.")
    report: str | None = Field(default=None, description="Object key of the page that tells of it, if any.")
    plan: int | None = Field(default=None, description="By which of its plans it is made, from 1.")
    plans: tuple[int, ...] = Field(default=(), description="The plans to which `use` goes back.")
    standins: bool = Field(
        default=False, description="Whether stand-ins of the providers are paid, and no dollar is real."
    )

    @property
    def as_asked(self) -> int:
        """How many rows of the newest cut show what was asked for."""
        return sum(row.is_as_asked for row in self.beats)

    @property
    def tells_versions(self) -> bool:
        """Whether any row may show one thing or another."""
        told = [[one for one in row.versions if one.wanted or one.state != "unmade"] for row in self.beats]
        return any(len(versions) > 1 for versions in told)

    @property
    def lacks_money(self) -> bool:
        """Whether a larger budget is what fills any of it."""
        return any(self.placeholder(row) and row.fill.startswith("reel budget ") for row in self.beats)

    def placeholder(self, row: RowProgress) -> str:
        """Why a row is left with less than was asked for; empty where it is not, or where that is coming."""
        is_coming = row.wanted is not None and row.wanted.state in ("waiting", "making")
        return "" if is_coming and self.status in ("planning", "rendering") else row.why


class Outcome(Totals):
    """How a production ended: the part of its result that is the same for all of them."""

    status: Literal["completed", "stopped"]
