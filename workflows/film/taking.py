"""Knows what all steps of one version of a shot have in common: words and take, models, how they are bought.

What runs on paid models goes through `Purchases`; what computes here costs nothing and runs at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import JsonValue

from workflows.film.agenda import Agenda
from workflows.film.contract import Beat, Shot
from workflows.film.crew import Crew
from workflows.film.planned import PlannedFilm
from workflows.film.sheets import NOBODY, Sheets, sheets_filmed
from workflows.film.versions import Footage, Version, towards_of
from workflows.studio import Artifact, ModelFacts, Offer, PaidStep

#: An image as given and softened; a chunk may have one rung more: it starts from a new, softened image where
#: no other chunk shares that, and no sheet goes along.
IMAGE_RUNGS, CHUNK_RUNGS = 2, 3
NEW_IMAGE = NOBODY

#: What a review may have to be over for: all of a version, what is drawn after sheets, and what moves.
Stage = Literal["image", "shown", "chunks"]


@dataclass(frozen=True)
class FilmSet:
    """What the shots of one film are made with. `before` brings the footage that the shot of that number
    may go on from, once it is known, None where there is none; `approved` returns once a stage of a version
    of that shot may begin. `plan` counts the film's plans."""

    planned: PlannedFilm
    agenda: Agenda
    crew: Crew
    before: Callable[[int, Version], Awaitable[Footage | None]]
    approved: Callable[[int, Version, Stage], Awaitable[None]]
    plan: int = 1

    @cached_property
    def sheets(self) -> Sheets:
        """Of all its shots and rungs together."""
        return Sheets(self.planned, self.agenda, self.crew)


class Taking:
    """The version of the shot of that number, from 0, as far as it is taken."""

    def __init__(self, film: FilmSet, number: int, version: Version) -> None:
        self.set, self.crew, self.number, self.version = film, film.crew, number, version
        self.beat = film.planned.plan.beats[number]
        #: Whom it shows, with their sheets once these are drawn.
        self._shows = self.beat.shows
        #: Whether no step of it starts any more; whether of what is bought only what is finished is taken.
        self.is_over = self.is_found = False
        #: The model of its chunks, once the first is there.
        self.model: ModelFacts | None = None
        #: Whether the animatic drew what its chunks start from, words and all.
        self.is_drawn = False
        #: Whether a generative model made any of it.
        self.is_generated = False
        #: The ids of what made it, in the order of making.
        self.models: dict[str, None] = {}
        self.made: list[Artifact] = []

    @property
    def videos(self) -> list[ModelFacts]:
        return self.set.planned.playing(self.version.rung, "video")

    @property
    def chunk_model(self) -> ModelFacts:
        return self.model or self.videos[0]

    @property
    def frames(self) -> int:
        """The beat's length at the output rate."""
        return self.set.agenda.frames(self.beat)

    def shot(self, number: int) -> Shot:
        """The shot as the models of that part are told of it: 0 the image, from 1 on a chunk."""
        return self.told_as(self.version.part(number))

    def told_as(self, version: Version) -> Shot:
        """The same in the words of that version."""
        told: Beat = version.told(self.beat).model_copy(update={"shows": self._shows})
        return self.set.agenda.shot(self.beat, told)

    async def draw_sheets(self) -> None:
        """Returns once the sheets are there of whom it shows, as far as they are to be. Raises what `Sheets`
        raises."""
        self._shows = await self.set.sheets.of(self.beat, self.version, self.bought)

    def taken(self, terms: PaidStep, number: int) -> PaidStep:
        """The terms, of the take that the part of that number has."""
        return terms.model_copy(update={"take": self.version.part(number).take})

    def rungs_of(self, number: int, models: Sequence[ModelFacts], has_new_image: bool) -> int:
        """On how many rungs the chunk of that number is asked for: the last one has a new image, or lacks the
        sheets that it may have been refused for."""
        bought = [model for model in models if model.work == "waits"]
        shown = any(sheets_filmed(model, self.shot(number), 0) for model in bought)
        has_last = has_new_image or (shown and self.crew.patched("a-later-chunk-without-its-sheets"))
        return CHUNK_RUNGS if has_last else CHUNK_RUNGS - 1

    def filmed_by(self, model: ModelFacts, number: int, terms: PaidStep) -> None:
        """People are told of whom a chunk that was made shows no sheet any more."""
        shown = sheets_filmed(model, self.shot(number), 0)
        if shown and not sheets_filmed(model, self.shot(number), terms.rung):
            names, label = ", ".join(one.name for one in shown), self.crew.board.label(terms.step)
            # Another version of its shot may find it.
            self.crew.board.warn_once(f"{label}: made without the sheets of {names}.")

    def made_by(self, model: ModelFacts) -> None:
        self.models[model.id] = None
        self.is_generated = self.is_generated or model.work == "waits"

    def told(self, what: str, artifact: Artifact) -> Artifact:
        """People are told what is wrong with what came back, and where."""
        self.made.append(artifact)
        for sentence in warnings_of(artifact):
            self.crew.board.warn(f"{self.set.agenda.label(self.beat, what, self.version)}: {sentence}")
        return artifact

    async def bought(self, offer: Offer) -> Artifact:
        towards = offer.towards or towards_of(self.beat.id, self.version.name, self.set.plan)
        wanted = replace(offer, wanted=self.is_wanted, found=self.is_found, towards=towards)
        wanted = replace(wanted, extra=self.version.mends)
        return await self.step(offer.name, lambda label: self.crew.purchases.buy(wanted, label))

    async def step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact:
        # An activity that completes while its cancellation is under way swallows it.
        if not self.is_wanted():
            raise asyncio.CancelledError
        return await self.crew.runner.step(name, run)

    def is_wanted(self) -> bool:
        return not self.is_over

    def close(self) -> None:
        """From now on no step of it starts: another version is wanted, or none."""
        self.is_over = True

    @property
    def paid_usd(self) -> Decimal:
        """What was paid for it, whichever run it was."""
        paid = {one.payment.attempt: one.payment.usd for one in self.made if one.payment}
        return sum(paid.values(), Decimal(0))


def plain(artifact: Artifact) -> Artifact:
    """Without what it cost this run, and whether this run made it."""
    return artifact.model_copy(update={"cost_usd": Decimal(0), "reused": True})


def warnings_of(artifact: Artifact) -> list[JsonValue]:
    """What is wrong with what came back, in sentences."""
    said = artifact.facts.get("warnings")
    return said if isinstance(said, list) else []


def counts(chunks: Sequence[Artifact]) -> list[int]:
    """The frames that really came back."""
    return [chunk.media.frames or 0 for chunk in chunks]
