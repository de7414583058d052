"""Knows how a step stands at the provider that works on it, as that tells it meanwhile."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workflows.studio.facts import Facts

#: By this name an activity tells its production how its step stands.
STEP_STANDING = "step_standing"
#: Of what a model logs, characters: the last line, cut.
LOG_CHARACTERS = 200
# Nobody waits for longer, and no number that is shown is larger.
_MOST = 10_000_000


class JobStanding(Facts):
    """How a job stands at its provider; what that does not say is None, or empty."""

    state: Literal["queued", "running"] | None = None
    position: Annotated[int, Field(ge=0, le=_MOST)] | None = Field(
        default=None, description="How many jobs stand before it in the provider's queue."
    )
    percent: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None, description="How far the model says that it is."
    )
    wait_s: Annotated[float, Field(ge=0, le=_MOST)] | None = Field(
        default=None, description="Seconds until it is expected to be done."
    )
    wait_by: Literal["provider", "catalogue"] | None = Field(
        default=None,
        description="Who says so: its provider, or the catalogue, by how long its model usually takes.",
    )
    log: Annotated[str, Field(max_length=LOG_CHARACTERS)] = Field(
        default="", description="The last line that the model has logged, without addresses and keys."
    )

    @property
    def words(self) -> str:
        """The same for people, but for the log; empty where nothing is known."""
        said = []
        if self.position is not None:
            said.append(f"{self.position} ahead in the queue" if self.position else "next in the queue")
        elif self.state == "queued":
            said.append("in the queue")
        if self.percent:
            said.append(f"{self.percent:.0f} %")
        if self.wait_s is not None:
            by = " by the catalogue" if self.wait_by == "catalogue" else ""
            said.append(f"about {self.wait_s:.0f} s left{by}")
        return ", ".join(said)


class StepStanding(JobStanding):
    """The same of the step of that name, as its activity tells it."""

    step: Annotated[str, Field(max_length=200)]
