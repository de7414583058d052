"""What a person looks at to decide about a film: its shots, their pictures and words, and their prices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from activities.film import Directed, FilmStudio, as_directed
from activities.studio import Picture, Studio, still
from starter.deleted import as_there
from starter.films import film_request
from starter.review_prices import image_of, price_asked, prices_of, rung_of
from starter.session import Session
from workflows.film import Beat, PlannedFilm, VideoRequest, prompt_of
from workflows.studio import FrameFormat, InvalidRequest, Progress, RowProgress, VersionProgress


@dataclass(frozen=True)
class ReviewedShot:
    """A shot by its number, from 1; `beat` is None where the plan cannot be read here. `asks_usd` is what its
    approval would buy for, None where it waits for none; `prices` are of the rungs that it can go to. Not
    `retakes`: another take would be looked at as the same pictures."""

    number: int
    start_s: int
    row: RowProgress
    beat: Beat | None
    pictures: tuple[Picture, ...]
    asks_usd: Decimal | None
    prices: Mapping[str, Decimal]
    retakes: bool = True

    @property
    def words(self) -> str:
        """What its models are told: the plan's words, a person's, or both."""
        wanted, planned = self.row.wanted, self.row.words or (self.beat.prompt if self.beat else "")
        return prompt_of(planned, wanted.words, wanted.note) if wanted else planned

    @property
    def others(self) -> tuple[VersionProgress, ...]:
        """The versions that it could show instead, for nothing."""
        return tuple(one for one in self.row.versions if one.state == "finished" and not one.shown)


@dataclass(frozen=True)
class ReviewedSheet:
    """By which somebody is drawn: `name` is whose it is, `is_drawn` whether the film drew it, for `price`."""

    name: str
    looks: str
    picture: Picture | None
    is_drawn: bool
    price: Decimal | None


@dataclass(frozen=True)
class Reviewed:
    """A film as it stands. `film` is the object key of its newest cut; `frame` its width and height."""

    id: str
    prompt: str
    progress: Progress
    shots: tuple[ReviewedShot, ...]
    film: str | None
    frame: tuple[int, int]
    sheets: tuple[ReviewedSheet, ...] = ()


async def reviewed(session: Session, id: str) -> Reviewed:
    """Makes and buys nothing. Raises `NoSuchFilm`, `NoAnswer`, `Unreachable`."""
    run = await session.productions.find(id)
    progress, request = (
        await as_there(session, await session.progress(run)),
        await film_request(run, "reviewed"),
    )
    studio, format = await session.open_studio(), FrameFormat.of(request)
    directed = await _directed(FilmStudio.of(studio), id, request)
    planned = directed and directed.planned
    beats = {beat.id: beat for beat in planned.plan.beats} if planned else {}
    size = (format.width, format.height)
    shots, start = [], 0
    for number, row in enumerate(progress.beats, 1):
        pictures = tuple([one async for one in _pictures(studio, directed, row, size)])
        asks, prices = price_asked(directed, row, progress), prices_of(directed, row, progress)
        told = ReviewedShot(number, start, row, beats.get(row.id), pictures, asks, prices)
        shots.append(replace(told, retakes=_retakes(row, progress)))
        start += row.seconds
    sheets = tuple([one async for one in _sheets(studio, planned, progress)])
    return Reviewed(id, request.prompt, progress, tuple(shots), progress.delivered, size, sheets)


async def _sheets(
    studio: Studio, planned: PlannedFilm | None, progress: Progress
) -> AsyncIterator[ReviewedSheet]:
    """First those that were given, then those that are drawn, in their newest take."""
    shown = {one.name: one for beat in (planned.plan.beats if planned else ()) for one in beat.shows}
    for one in shown.values():
        if one.sheet:
            yield ReviewedSheet(one.name, one.description, await _picture(studio, one.sheet), False, None)
    drawn = [step for step in progress.film_steps if step.name.partition(":")[0].endswith("sheet")]
    newest = {step.label.partition(", take ")[0]: step for step in drawn}
    for step in newest.values():
        name = step.label.removeprefix("Sheet of ").partition(", take ")[0]
        looks = next((one.looks for one in (planned.sheets if planned else ()) if one.name == name), "")
        price = planned.sheet_models[0].price_usd if planned and planned.sheet_models else None
        picture = await _picture(studio, step.object) if step.object else None
        yield ReviewedSheet(name, looks, picture, True, price)


async def _picture(studio: Studio, object: str) -> Picture | None:
    jpeg = await still(studio, object, None)
    return Picture("sheet", jpeg) if jpeg else None


async def _directed(studio: FilmStudio, id: str, request: VideoRequest) -> Directed | None:
    """None where another machine has what makes this film, and prices are not known here."""
    try:
        return await as_directed(studio, request, id)
    except InvalidRequest:
        return None


def _retakes(row: RowProgress, progress: Progress) -> bool:
    return all(
        "retake" in wait.answers for wait in progress.waits if wait.reason == "review" and row.id in wait.rows
    )


async def _pictures(
    studio: Studio, directed: Directed | None, row: RowProgress, size: tuple[int, int]
) -> AsyncIterator[Picture]:
    is_bought = row.wanted is not None and rung_of(row.wanted) != "animatic"
    named = [("storyboard", image_of(directed, row) if is_bought else None)]
    if row.shown is not None:
        named.append((row.shown.name, row.shown.object))
    for caption, object in named:
        if object and (jpeg := await still(studio, object, size)):
            yield Picture(caption, jpeg)
