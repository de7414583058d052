"""What a person sends to direct a film's shots: one JSON object an update. Each is named by its id, or by its
number from 1."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workflows.studio import Asked, Text, Usd

_Shot = Annotated[Text, Field(min_length=1, max_length=64)]
_Shots = Annotated[tuple[_Shot, ...], Field(max_length=24)]


class Retake(Asked):
    """One more take: of a shot, its image and all its chunks; of a chunk of it and those after it, or of that
    chunk alone where the film is anchored; without a shot of the whole film, which is another plan. Or of the
    `sheet` that was drawn of somebody, by name, and of every shot that shows it. `words` are told its models
    beside the plan's."""

    shot: _Shot | None = None
    sheet: Annotated[Text, Field(min_length=1, max_length=60)] | None = None
    chunk: Annotated[int, Field(ge=1, le=100)] | None = None
    words: Annotated[Text, Field(max_length=1000)] = ""


class Use(Asked):
    """A finished version of a shot, by its name, or by its rung: the newest take of that. Or an earlier
    `plan` of the film, by its number from 1, as it was left. Costs nothing."""

    shot: _Shot | None = None
    version: Annotated[Text, Field(min_length=1, max_length=64)] | None = None
    plan: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Upgrade(Asked):
    """These shots, by default all, on a higher rung; or as many as an amount pays for, those first that stand
    lowest, among them the liveliest."""

    shots: _Shots = ()
    profile: Literal["draft", "final"] = "draft"
    spend_usd: Usd | None = None


class Approve(Asked):
    """These shots, by default all, go on after a review."""

    shots: _Shots = ()
