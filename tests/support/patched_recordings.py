"""Recordings of runs that meet what a release changed in their commands, each under the name of a patch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from starter.films import Film
from tests.support.books import Fate
from tests.support.cut_recordings import BEATS, canceled_with_a_cut
from tests.support.directed_recordings import CHUNK, Slow, accepted, running, shows
from tests.support.directed_recordings import retaken as let_go_of
from tests.support.editing import edited, told
from tests.support.on_market import asked, open_market
from tests.support.recordings import ENOUGH, Handle, Told, ended, rich, waiting
from workflows.film import steps
from workflows.film.direction import Decision
from workflows.film.naming import film_id
from workflows.film.planned import PlannedFilm
from workflows.film.versions import Version
from workflows.studio.calls import STUDIO_QUEUE
from workflows.studio.edits import Edit
from workflows.studio.facts import Artifact

#: Less than a plan costs.
CENT = Decimal("0.01")


class Replanning(Told):
    """Plans the first take of a film, and no other."""

    def __init__(self, take: int) -> None:
        super().__init__()
        self._take = take

    @activity.defn(name="compose_plan")
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        if step.request.take != self._take:
            raise ApplicationError("no beat is like that", type="InvalidPlan", non_retryable=True)
        planned: PlannedFilm = await super().plan(step)
        return planned


class Deaf(Told):
    """Fails in the end, whoever cancels it meanwhile."""

    async def _sell(self, model: Any, terms: Any, price: Any, length: Any = None) -> Artifact:
        if terms.step == "plan":
            try:
                await asyncio.sleep(4.0)
            except asyncio.CancelledError:
                await asyncio.sleep(1.0)
        return await super()._sell(model, terms, price, length)


class Surveyed(Told):
    """Knows what it has sold."""

    @property
    def activities(self) -> dict[str, list[Callable[..., Any]]]:
        by_queue = super().activities
        return {**by_queue, STUDIO_QUEUE: [*by_queue[STUDIO_QUEUE], self.survey]}

    @activity.defn(name="survey_film")
    async def survey(self, step: steps.SurveyFilm) -> steps.SurveyedFilm:
        return steps.SurveyedFilm(found=tuple({key.partition("/")[0] for key in self.books[step.film].made}))


async def let_go(rig: object, client: Client) -> Handle:
    """As `retaken`, by a release that tells words beside the plan's, and counts what it lets go."""
    return await let_go_of(rig, client)


async def gone_back(_: object, client: Client) -> Handle:
    """Another plan while the first one is made, and back to that."""
    market, request = Told(slow={CHUNK: 3.0}), rich(61, *BEATS)
    async with open_market(client, market) as films:
        film = await running(films, market, request, CHUNK)
        await told(film, "retake")
        while (await film.progress()).plan != 2:
            await asyncio.sleep(0.05)
        await told(film, "use", plan=1)
        assert not (await film.result()).whole, "what it left is not bought unasked"
        return film.handle


async def _unplanned(client: Client, take: int, again: bool) -> Handle:
    """A film of which another plan is wanted that cannot be made; `again`: as the run after that finds it."""
    market, request = Replanning(take), rich(take, *BEATS)
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film: Film = await films.start(request)
        await shows(film, "draft-1", "draft-1")
        await edited(client, request, "retake")
        if again:
            film = await films.start(request)
        return await shows(films.film(film.id), "draft-1", "draft-1")


async def not_replanned(_: object, client: Client) -> Handle:
    """Begun for a decision: the plan before is what there is."""
    return await _unplanned(client, 62, again=False)


async def stood_in(_: object, client: Client) -> Handle:
    """Begun once more: the plan that is wanted cannot be made, and an earlier one stands in."""
    return await _unplanned(client, 63, again=True)


async def nobody_waits(_: object, client: Client) -> Handle:
    """Two approve all at once: by the turn of the second nothing waits."""
    market = Slow()
    request = rich(64, *BEATS).model_copy(update={"review": "plan"})
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        while not any(wait.reason == "review" for wait in (await film.progress()).waits):
            await asyncio.sleep(0.05)
        sent = [await accepted(film, "approve") for _ in range(2)]
        ends = await asyncio.gather(*(update.result() for update in sent), return_exceptions=True)
        assert [isinstance(end, str) for end in ends] == [True, False], ends
        return await shows(film, "draft-1", "draft-1")


async def canceled_with_a_memo(rig: object, client: Client) -> Handle:
    """As `canceled_with_a_cut`, by a release that leaves a memo of it."""
    return await canceled_with_a_cut(rig, client)


async def ended_without_a_wait(_: object, client: Client) -> Handle:
    """What fails while it is cancelled would wait for a person: it is stopped, and does not."""
    market, request = Deaf(fates={"plan": Fate(0, ["SubmitOutcomeUnknown"], False)}), rich(65, *BEATS)
    async with open_market(client, market) as films:
        film = await running(films, market, request, "plan")
        # Asked for once more, with what it really costs.
        await asyncio.sleep(5.0)
        await film.stop()
        assert (await film.result()).status == "stopped"
        return film.handle


async def at_its_time(_: object, client: Client) -> Handle:
    """A run of a schedule: its words name its own day."""
    market, id = Told(), "mug-2026-11-27T06:00:00Z"
    request = rich(66, "hero_shot").model_copy(update={"prompt": "A film about a ceramic mug of ${date}"})
    market.film(id, ENOUGH)
    async with open_market(client, market) as films:
        return await shows(await films.start(request, id), "draft-1")


async def taken_back(_: object, client: Client) -> Handle:
    """An earlier run began a take for a join, and this one asks for none."""
    market, request = Told(), rich(67, "hero_shot")
    own = Version(rung="draft")
    mend = Version(rung="draft", take=2, since=1, alone=True, of=own, mends=True)
    decided = Decision(plan=1, wanted={"hero_shot": mend}).model_dump(mode="json")
    market.film(film_id(request), ENOUGH).edits.append(Edit(id="mend", kind="retake", value=decided))
    async with open_market(client, market) as films:
        return await shows(await films.start(request), "draft-1")


async def spent_in_full(_: object, client: Client) -> Handle:
    """An amount that pays for one shot of two on a higher rung, by a release that looked at prices alone."""
    market, request = Told(), rich(68, *BEATS)
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await shows(film, "draft-1", "draft-1")
        await edited(client, request, "upgrade", profile="final", spend_usd="0.04")
        return await shows(films.film(film.id), "draft-1", "final-1")


async def spent_on_the_rest(_: object, client: Client) -> Handle:
    """Its last chunk cannot be had: of what is there of the shot an amount needs to pay nothing again."""
    chunk = "chunk:hero_shot:2@final-1"
    market, request = Surveyed(fates={chunk: Fate(3, [], False)}), rich(69, *BEATS)
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await shows(film, "draft-1", "draft-1")
        await edited(client, request, "upgrade", shots=["hero_shot"], profile="final")
        market.books[film.id].fates[chunk] = Fate(0, [], False)
        await edited(client, request, "upgrade", profile="final", spend_usd="0.01")
        return await shows(films.film(film.id), "final-1", "draft-1")


async def refused_at_its_plan(_: object, client: Client) -> Handle:
    """Told before there is a plan, which then waits for money, and gets it. `waited_at_its_plan.json` is of a
    release that had whoever told it wait for that as well."""
    market, request = Told(slow={"plan": 1.0}), asked(70, "hero_shot").model_copy(update={"budget_usd": CENT})
    books = market.film(film_id(request), CENT)
    async with open_market(client, market) as films:
        film = await films.start(request)
        sent = await accepted(film, "approve")
        await waiting(film, "plan")
        books.limit = ENOUGH
        await film.set_budget(ENOUGH)
        with suppress(WorkflowUpdateFailedError):
            raise AssertionError(await sent.result())
        return await ended(film)


async def drawn_by_the_rules(_: object, client: Client) -> Handle:
    """Stopped while its plan waits for money."""
    market, request = Told(), asked(71, *BEATS).model_copy(update={"budget_usd": CENT})
    market.film(film_id(request), CENT)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "plan")
        await film.stop()
        result = await film.result()
        assert result.video and not result.whole, result
        return film.handle


RECORDINGS = (
    let_go,
    gone_back,
    not_replanned,
    stood_in,
    nobody_waits,
    canceled_with_a_memo,
    ended_without_a_wait,
    at_its_time,
    taken_back,
    spent_in_full,
    spent_on_the_rest,
    refused_at_its_plan,
    drawn_by_the_rules,
)
