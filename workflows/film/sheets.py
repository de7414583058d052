"""Knows how sheets are drawn: a picture of whom shots show, made once for a film, that goes along with every
image of them.

A sheet belongs to the film and not to a shot or a rung: whoever looks the same on every rung has one face.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from temporalio.exceptions import ApplicationError, FailureError

from workflows.film import steps
from workflows.film.agenda import Agenda
from workflows.film.contract import Beat, Shot, Shown
from workflows.film.crew import Crew
from workflows.film.outcomes import joined, made_of, outcome_of
from workflows.film.plan import Sheet, SheetKind
from workflows.film.planned import PlannedFilm, with_sheets
from workflows.film.versions import SheetTake, Version
from workflows.studio import Artifact, CannotBeMade, ModelFacts, Offer, PaidStep, is_done_without

# As any image: as given, and softened.
_RUNGS = 2
#: From this rung of a chunk's ladder on words tell of nobody, and no sheet does.
NOBODY = 2
_FILMED: tuple[SheetKind, ...] = ("character", "product")
#: Buys what a version of a shot is made with.
Buys = Callable[[Offer], Awaitable[Artifact]]


def sheets_filmed(facts: ModelFacts, shot: Shot, rung: int) -> tuple[Shown, ...]:
    """Of whom, and of which product, a chunk's model is shown the sheets: as many as it took when the film
    was planned with it."""
    shown = [one for kind in _FILMED for one in shot.beat.shows if one.sheet and one.kind == kind]
    return tuple(shown[: facts.references]) if rung < NOBODY else ()


class Sheets:
    """Of one planned film. The shot that needs a sheet first has it drawn; the others wait, and take over
    where that shot was let go. What that fails with they fail with, too; who comes later asks anew."""

    def __init__(self, planned: PlannedFilm, agenda: Agenda, crew: Crew) -> None:
        self._planned, self._agenda, self._crew = planned, agenda, crew
        #: By name and take; None where there is to be none.
        self._there: dict[tuple[str, int], Artifact | None] = {}
        self._drawing: dict[tuple[str, int], asyncio.Lock] = {}
        #: What each failed with last.
        self._failed: dict[tuple[str, int], FailureError | CannotBeMade] = {}

    async def of(self, beat: Beat, version: Version, buy: Buys) -> tuple[Shown, ...]:
        """Whom the beat shows in that version, each with its sheet where there is one. Raises what its step
        raises where no film goes on without it; lets cancellation pass once all of them have ended."""
        wanted = self._planned.sheets_of(version.rung, beat)
        if not wanted:
            return beat.shows
        run = self._crew.runner
        drawing = [run.spawn(self._one(sheet, version.sheet(sheet.name), buy)) for sheet in wanted]
        await joined(drawing, run)
        made = {sheet: task.result() for sheet, task in zip(wanted, drawing, strict=True)}
        return with_sheets(beat.shows, {sheet: (one.key, one.object) for sheet, one in made.items() if one})

    async def _one(self, sheet: Sheet, take: SheetTake, buy: Buys) -> Artifact | None:
        key = sheet.name, take.take
        before = self._failed.get(key)
        async with self._drawing.setdefault(key, asyncio.Lock()):
            if (failed := self._failed.get(key)) is not before and failed is not None:
                raise failed
            if key not in self._there:
                outcome = await outcome_of(lambda: self._drawn(sheet, take, buy))
                if isinstance(outcome, FailureError | CannotBeMade):
                    self._failed[key] = outcome
                self._there[key] = made_of(outcome)
            return self._there[key]

    async def _drawn(self, sheet: Sheet, take: SheetTake, buy: Buys) -> Artifact | None:
        """None where it cannot be drawn: who it is of is then drawn from words, as everybody without one."""
        name = self._agenda.sheet(sheet, take.take)
        try:
            return await buy(self._offer(sheet, take, name))
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self._crew.board.warn(f"{error.message} {sheet.name} is drawn from words alone.")
            return None

    def _offer(self, sheet: Sheet, take: SheetTake, name: str) -> Offer:
        async def draw(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateSheetImage(
                model=model,
                sheet=sheet,
                note=take.words,
                format=self._planned.format,
                terms=terms.model_copy(update={"take": take.take}),
            )
            return await self._crew.steps.generate_sheet_image(step, self._crew.board.label(name))

        return Offer(
            name,
            self._planned.sheet_models,
            lambda model: model.price_usd,
            draw,
            _RUNGS,
            dispensable=True,
            towards=f"the sheet of {sheet.name}",
        )
