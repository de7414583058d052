"""What a dry run shows of a film, held against what is then made of it and paid for it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from activities.film.estimate import estimated
from activities.film.estimate_edit import estimated_edit
from activities.film.plan import latest_plan
from activities.film.studio import FilmStudio
from activities.studio.estimate import Estimate
from activities.studio.studio import Studio
from starter.edits import Edits, edited
from starter.films import Films
from tests.support.finished import rows_of
from tests.support.paid import FLUX, WAN, asked, made_of
from workflows.film.contract import BeatDraft, Models, PlanDraft, Source, VideoRequest
from workflows.film.naming import film_id
from workflows.film.report import VideoResult

#: What a table has a line for; what is fitted or imported belongs to what it is made of.
SHOWN = ("plan", "storyboard_image", "anchor_image", "chunk", "segment", "transition", "soundtrack", "stitch")
#: What a cut of things that are there already needs: there may be some before the last one.
JOINED = frozenset({"transition", "stitch"})


def draft(*beats: tuple[str, int], **more: Any) -> VideoRequest:
    """A film of the draft profile, whose plan is a person's."""
    plan = PlanDraft(beats=tuple(BeatDraft.model_validate({"id": id, "seconds": s}) for id, s in beats))
    models = Models(planner="animatic-planner")
    return asked(image=FLUX, video=WAN, plan=plan, **{"profile": "draft", "models": models, **more})


class Paid(NamedTuple):
    """What was shown, what it came to, and which artifacts were made: their operations, by the keys of their
    recipes. `bought` are those that were paid for."""

    shown: Estimate
    result: VideoResult
    made: Mapping[str, str]
    bought: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """What was shown to be made."""
        return frozenset(each.key for each in self.shown.artifacts if not each.found)

    @property
    def beside(self) -> set[str]:
        """The operations of what was made and not shown."""
        return {what for key, what in self.made.items() if key not in self.keys}

    def of(self, *states: str) -> dict[str, list[str]]:
        """What the table says of each row, of these states."""
        said: dict[str, list[str]] = {}
        for each in self.shown.artifacts:
            if each.state in states:
                said.setdefault(each.row, []).append(each.what)
        return said


async def forked(
    studio: Studio, before: VideoRequest, film: str | None = None, **edits: object
) -> VideoRequest:
    """A fork of a film that was asked for as `before`, with these edits of a person."""
    name = film or film_id(before)
    found = await latest_plan(FilmStudio.of(studio), name, before)
    assert found is not None, "it was planned"
    source = Source(film=name, plan=found.artifact.key)
    return edited(before, source, found.plan, Edits(**edits)).request  # type: ignore[arg-type]


async def paid_as_shown(
    studio: Studio,
    films: Films,
    request: VideoRequest,
    database_url: str,
    former: VideoRequest | None = None,
    film: str | None = None,
) -> Paid:
    """Shows a film, makes it, and holds one against the other: the same artifacts at the same price."""
    paid = await paid_within_shown(studio, films, request, database_url, former, film)
    assert paid.made.keys() == paid.keys, "the artifacts that were shown"
    assert paid.result.cost_usd == paid.shown.price_usd, "to the cent"
    return paid


async def paid_within_shown(
    studio: Studio,
    films: Films,
    request: VideoRequest,
    database_url: str,
    former: VideoRequest | None = None,
    film: str | None = None,
) -> Paid:
    """The same where models return something else than they promise, or have no one price."""
    name = film or film_id(request)
    shown = await estimated(studio, request, name, former)
    before = await _done(database_url)
    result = await made_of(films, request, name)
    made = await _made_since(database_url, before)
    assert shown.least_usd <= result.cost_usd <= shown.most_usd
    assert shown.least_usd <= shown.price_usd <= shown.most_usd
    again = await estimated(studio, request, name, former)
    assert again.price_usd == again.most_usd == Decimal(0) and all(each.found for each in again.artifacts)
    return Paid(shown, result, *made)


async def directed_as_shown(
    studio: Studio,
    films: Films,
    request: VideoRequest,
    database_url: str,
    kind: str,
    whole: bool = True,
    **value: Any,
) -> Paid:
    """Shows what a decision about a film that has ended comes to, takes it, and holds one against the other:
    the same artifacts at the same price. Meanwhile there may be a cut of what is there already. Not `whole`:
    shots are left that nobody asks for."""
    paid = await directed_within_shown(studio, films, request, database_url, kind, whole, **value)
    assert paid.keys <= paid.made.keys() and paid.beside <= JOINED, "the artifacts that were shown"
    assert paid.result.cost_usd == paid.shown.price_usd, "to the cent"
    return paid


async def directed_within_shown(
    studio: Studio,
    films: Films,
    request: VideoRequest,
    database_url: str,
    kind: str,
    whole: bool = True,
    **value: Any,
) -> Paid:
    """The same where models return something else than they promise."""
    name = film_id(request)
    said = {field: str(each) if isinstance(each, Decimal) else each for field, each in value.items()}
    words, shown = await estimated_edit(studio, request, name, kind, said)
    before = await _done(database_url)
    way = "use_plan" if kind == "use" and "plan" in value else kind
    directed = await getattr(films.film(name), way)(**value)
    result = await directed.film.result()
    made = await _made_since(database_url, before)
    assert (result.status, result.whole, directed.words) == ("completed", whole, words)
    assert shown.least_usd <= result.cost_usd <= shown.most_usd
    assert shown.least_usd <= shown.price_usd <= shown.most_usd
    again = await estimated(studio, request, name)
    is_all_there = again.price_usd == again.most_usd == 0 and all(each.found for each in again.artifacts)
    assert is_all_there == whole
    return Paid(shown, result, *made)


async def _done(database_url: str) -> dict[str, dict[str, Any]]:
    rows = (await rows_of(database_url, "render"))["render"]
    return {row["key"]: row for row in rows if row["state"] == "done" and row["recipe"]["operation"] in SHOWN}


async def _made_since(
    database_url: str, before: Mapping[str, object]
) -> tuple[dict[str, str], frozenset[str]]:
    new = {key: row for key, row in (await _done(database_url)).items() if key not in before}
    made = {key: str(row["recipe"]["operation"]) for key, row in new.items()}
    return made, frozenset(key for key, row in new.items() if row["made_by"] is not None)
