"""A market that sells what an anchored film is made of, and holds each chunk against its neighbours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from temporalio import activity
from temporalio.client import Client

from activities.running.failures import translated
from tests.support.books import Fate
from tests.support.directed_recordings import running, shows
from tests.support.editing import edited, told
from tests.support.on_market import open_market
from tests.support.recordings import ENOUGH, Handle, Told, rich
from workflows.film import steps
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.film.planned import PlannedFilm, Rung
from workflows.studio import calls
from workflows.studio.facts import Artifact, ModelFacts

FIRST, SECOND, ANCHOR = "chunk:hero_shot:1", "chunk:hero_shot:2", "anchor:hero_shot:1"


class AnchoredMarket(Told):
    """Two chunks cover a beat, and an anchor lies between them."""

    def __init__(
        self,
        fates: Mapping[str, Fate] | None = None,
        *,
        broken: Collection[str] = (),
        slow: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(fates=fates, broken=broken, slow=slow)
        #: What each chunk that was sold begins with, and ends with, by its step.
        self.ends: dict[str, tuple[str, str | None]] = {}

    @property
    def activities(self) -> dict[str, list[Callable[..., Any]]]:
        hosted = super().activities
        for queue in (calls.MEDIA_QUEUE, calls.generation_queue("market")):
            hosted[queue] = [*hosted[queue], self.anchor, self.between]
        return hosted

    def _facts(self, name: str, fps: Fraction | None = None) -> ModelFacts:
        return super()._facts(name, fps).model_copy(update={"last_frame": fps is not None})

    @activity.defn(name="compose_plan")
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        planned: PlannedFilm = await super().plan(step)
        if not isinstance(planned, PlannedFilm):
            return planned
        rungs = {
            name: Rung(models={**rung.models, "edit": rung.models["image"]}, fallbacks=rung.fallbacks)
            for name, rung in planned.rungs.items()
        }
        models = {**planned.models, "edit": planned.models["image"]}
        return planned.model_copy(
            update={"models": models, "rungs": rungs, "continuity": step.request.continuity}
        )

    @activity.defn(name="generate_anchor_image")
    @translated
    async def anchor(self, step: steps.GenerateAnchorImage) -> Artifact:
        return await self._sell(step.model, step.terms, self._price(step.model))

    @activity.defn(name="generate_anchored_chunk")
    @translated
    async def between(self, step: steps.GenerateAnchoredChunk) -> Artifact:
        begins = step.first or step.previous
        assert begins is not None, "it begins with one or the other"
        made = await self._sell(step.model, step.terms, self._price(step.model), step.length)
        self.ends[step.terms.step] = begins.key, step.last.key if step.last else None
        return made


def asked(take: int, *beats: str) -> VideoRequest:
    return rich(take, *beats).model_copy(update={"continuity": "anchored"})


async def anchored(_: object, client: Client) -> Handle:
    """Two shots, all chunks of which are made at once; then one of them once more, and no other."""
    market, request = AnchoredMarket(), asked(81, "hero_shot", "call_to_action")
    books = market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await shows(film, "draft-1", "draft-1")
        sold = dict(market.ends)
        await edited(client, request, "retake", shot="hero_shot", chunk=1)
        handle = await shows(films.film(film.id), "draft-2", "draft-1")
    again = f"{FIRST}@draft-2"
    assert market.ends[again] == sold[FIRST] and market.ends[SECOND] == sold[SECOND] == (sold[FIRST][1], None)
    assert f"{SECOND}@draft-2" not in books.asked and not books.wrong
    return handle


async def unanchored(_: object, client: Client) -> Handle:
    """An anchor cannot be drawn: the chunks beside it follow each other; and one is retaken while it is
    made."""
    market = AnchoredMarket(broken=[ANCHOR], slow={FIRST: 3.0})
    request = asked(82, "hero_shot", "call_to_action")
    async with open_market(client, market) as films:
        film = await running(films, market, request, FIRST)
        await told(film, "retake", shot="call_to_action", words="a red mug")
        handle = await shows(film, "draft-1", "draft-2")
        assert any("goes on from the end of chunk 1" in said for said in (await film.result()).warnings)
    assert market.ends[FIRST][1] is None and market.ends[SECOND][0].startswith(FIRST)
    return handle


async def stopped_between_anchors(_: object, client: Client) -> Handle:
    """Stopped while all of its chunks are made: what was bought by then is taken over."""
    market, request = AnchoredMarket(slow={FIRST: 2.0}), asked(83, "hero_shot")
    async with open_market(client, market) as films:
        film = await running(films, market, request, SECOND)
        await asyncio.sleep(1.0)
        await film.stop()
        result = await film.result()
    assert result.status == "stopped" and market.books[film.id].spent > Decimal(0)
    return film.handle


RECORDINGS = (anchored, unanchored, stopped_between_anchors)
