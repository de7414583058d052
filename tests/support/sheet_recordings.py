"""Films whose sheets are drawn, on a market, for their histories."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from temporalio import activity
from temporalio.client import Client

from activities.film.planning.characters import sheets_to_draw
from activities.running.failures import translated
from tests.support.anchored_market import AnchoredMarket
from tests.support.books import Fate
from tests.support.directed_recordings import shows
from tests.support.editing import told
from tests.support.on_market import open_market
from tests.support.recordings import ENOUGH, Handle, rich, waiting
from workflows.film import steps
from workflows.film.contract import Character, VideoRequest
from workflows.film.naming import film_id
from workflows.film.planned import PlannedFilm
from workflows.studio import calls
from workflows.studio.facts import Artifact, ModelFacts

ANNA = Character(name="Anna", description="a woman in a red coat")
BO = Character(name="Bo: the robot", description="a small grey robot")
#: What their sheets are called.
SHEETS = ("sheet:Anna", "sheet:Bo%3A the robot")


class SheetMarket(AnchoredMarket):
    """Sells sheets, and notes what each image was shown of whom."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        #: The keys of the sheets that went along with an image, by its step.
        self.shown: dict[str, tuple[str, ...]] = {}
        #: What was told beside whom a sheet is of, by its step.
        self.notes: dict[str, str] = {}

    @property
    def activities(self) -> dict[str, list[Callable[..., Any]]]:
        hosted = super().activities
        queue = calls.generation_queue("market")
        return {**hosted, queue: [*hosted[queue], self.sheet]}

    def _facts(self, name: str, fps: Fraction | None = None) -> ModelFacts:
        return super()._facts(name, fps).model_copy(update={"references": 4})

    @activity.defn(name="compose_plan")
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        planned: PlannedFilm = await super().plan(step)
        if not isinstance(planned, PlannedFilm):
            return planned
        people = [one for one in sheets_to_draw(planned.plan) if one.kind == "character"]
        sheets = tuple(people) if step.request.sheets == "drawn" else ()
        return planned.model_copy(update={"sheets": sheets})

    @activity.defn(name="generate_sheet_image")
    @translated
    async def sheet(self, step: steps.GenerateSheetImage) -> Artifact:
        self.notes[step.terms.step] = step.note
        return await self._sell(step.model, step.terms, self._price(step.model))

    @activity.defn(name="generate_storyboard_image")
    @translated
    async def draw(self, step: steps.GenerateStoryboardImage) -> Artifact:
        self.shown[step.terms.step] = step.shot.beat.sheets
        made = await self._sell(step.model, step.terms, self._price(step.model))
        return made.model_copy(update={"key": f"bare/{step.terms.step}"}) if step.bare else made


def asked(take: int, *people: Character, **more: object) -> VideoRequest:
    said = {"sheets": "drawn", "characters": people or (ANNA, BO), **more}
    return rich(take, "hero_shot", "call_to_action").model_copy(update=said)


async def drawn_sheets(_: object, client: Client) -> Handle:
    """Two characters, each drawn once and shown in both shots."""
    market, request = SheetMarket(), asked(87)
    books = market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        handle = await shows(await films.start(request), "draft-1", "draft-1")
    assert all(name in books.asked for name in SHEETS) and not books.wrong
    assert len({market.shown[f"storyboard:{beat}"] for beat in ("hero_shot", "call_to_action")}) == 1
    assert all(len(market.shown[f"storyboard:{beat}"]) == 2 for beat in ("hero_shot", "call_to_action"))
    return handle


async def sheet_not_drawn(_: object, client: Client) -> Handle:
    """One of two cannot be drawn: who it is of is drawn from words, and the film says so."""
    market, request = SheetMarket(broken=[SHEETS[0]]), asked(88)
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        handle = await shows(film, "draft-1", "draft-1")
        told = [one for one in (await film.result()).warnings if "Anna is drawn from words alone" in one]
    assert len(told) == 1 and {len(keys) for keys in market.shown.values()} <= {0, 1}
    assert market.books[film.id].spent > Decimal(0)
    return handle


async def characters_reviewed(_: object, client: Client) -> Handle:
    """She is looked at before anything is drawn by her, drawn once more, and approved."""
    market, request = SheetMarket(), asked(89, ANNA, review="characters")
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "review")
        await told(film, "retake", sheet="Anna", words="older")
        while not market.notes.get("sheet:Anna:2"):
            await asyncio.sleep(0.05)
        await waiting(film, "review")
        await told(film, "approve")
        handle = await shows(film, "draft-2", "draft-2")
    assert market.notes == {"sheet:Anna": "", "sheet:Anna:2": "older"}
    return handle


async def without_its_sheets(_: object, client: Client) -> Handle:
    """A later chunk that is refused as long as sheets go along is made without them."""
    chunk = "chunk:hero_shot:2"
    market, request = SheetMarket(fates={chunk: Fate(2, [], False)}), asked(90)
    books = market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        handle = await shows(film, "draft-1", "draft-1")
        told = [one for one in (await film.result()).warnings if "without the sheets of Anna" in one]
    assert len(told) == 1 and books.refused[chunk] == [0, 0, 1] and not books.wrong
    return handle


RECORDINGS = (drawn_sheets, sheet_not_drawn, characters_reviewed, without_its_sheets)
