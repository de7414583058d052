"""A second kind of production: steered by the same client and the same commands as a film, nothing added."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from starter.errors import FilmFailed, NoSuchFilm
from starter.films import Films
from starter.productions import Productions
from starter.reported import check_reported
from starter.run import Run
from tests.support.poster import POSTER, PosterRequest, PosterResult
from tests.support.posters import PosterRig
from tests.support.posters import poster_rig as poster_rig
from tests.support.reel import ran
from tests.support.standing import Standins
from workflows.studio.report import Progress

Tell = Callable[..., Awaitable[str]]


@dataclass(frozen=True)
class Client:
    """A person with the typed client."""

    productions: Productions

    async def __call__(self, verb: str, id: str, *answer: str) -> str:
        run = await self.productions.find(id)
        if verb == "status":
            return (await run.progress()).status
        if verb == "watch":
            async for _ in run.watch():
                pass
            result = await run.result()
            return f"{id} {result.status} {run.production.delivered(result) or ''}".rstrip()
        method = {"budget": "set_budget", "accept-risk": "accept_risk", "give-up": "give_up"}.get(verb, verb)
        said = await getattr(run, method)(*(Decimal(one) if verb == "budget" else one for one in answer))
        return str(said or "")


@dataclass(frozen=True)
class Terminal:
    """A person with the command `reel`."""

    home: Path
    folder: Path

    async def __call__(self, verb: str, id: str, *answer: str) -> str:
        code, said = await ran(
            verb, id, *answer, home=self.home, folder=self.folder, module="tests.support.posters"
        )
        assert code == (3 if said.out.startswith(f"{id} stopped") and verb == "watch" else 0), said.text
        return said.out


@pytest.fixture(params=["client", "reel"])
def teller(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Callable[[Productions], Tell]:
    return lambda productions: (
        Client(productions) if request.param == "client" else Terminal(home, Path(__file__).parents[2])
    )


async def waiting(run: Run[Any], answer: str) -> Progress:
    """The progress, once the picture waits for this answer."""
    while not any(answer in wait.answers for wait in (await run.progress()).waits):
        await asyncio.sleep(0.2)
    return await run.progress()


def asked(words: str, request: pytest.FixtureRequest) -> PosterRequest:
    """One that no other test asks for."""
    return PosterRequest(words=f"{words} {request.node.name}"[:80], budget_usd=Decimal("0.001"))


async def test_a_poster_waits_is_paused_held_and_answered(
    poster_rig: PosterRig,
    standins: Standins,
    teller: Callable[[Productions], Tell],
    request: pytest.FixtureRequest,
) -> None:
    async with poster_rig() as productions:
        tell = teller(productions)
        run = await productions.start(POSTER, asked("Bread", request))
        poor = await waiting(run, "set_budget")
        assert poor.title.startswith("Bread") and [row.id for row in poor.beats] == ["front"]
        await tell("pause", run.id)
        assert (await run.progress()).paused
        await tell("resume", run.id)
        standins.order("replicate", "submit", "expired")
        await tell("budget", run.id, "0.10")
        assert (await waiting(run, "accept_risk")).budget_usd == Decimal("0.10")
        assert "rendering" in await tell("status", run.id)
        await tell("accept-risk", run.id, "picture")
        said = await tell("watch", run.id)
        result = await run.result()
        memo = await (await run.describe()).memo()
    assert f"{run.id} completed {result.poster}" in said and result.made == 2
    assert result.spent_usd == Decimal("0.006") and len(standins.log()) == 2
    assert (memo["status"], memo["poster"]) == ("completed", result.poster)


async def test_what_a_person_gives_up_a_poster_does_without(
    poster_rig: PosterRig,
    standins: Standins,
    teller: Callable[[Productions], Tell],
    request: pytest.FixtureRequest,
) -> None:
    async with poster_rig() as productions:
        tell = teller(productions)
        run = await productions.start(POSTER, asked("Cheese", request))
        await waiting(run, "give_up")
        await tell("give-up", run.id, "picture")
        result: PosterResult = await run.result()
        stopped = await productions.start(POSTER, asked("Wine", request))
        await waiting(stopped, "set_budget")
        await tell("stop", stopped.id)
        assert (await stopped.result()).status == "stopped"
    assert result.status == "completed" and result.poster and not standins.log()
    assert result.warnings == ("Picture: given up. The poster has words alone.",)


async def test_a_poster_that_fails_says_why_in_progress_and_memo(
    poster_rig: PosterRig, standins: Standins, request: pytest.FixtureRequest
) -> None:
    standins.order("replicate", "submit", "content_stable")
    async with poster_rig() as productions:
        rich = asked("War", request).model_copy(update={"budget_usd": Decimal(1)})
        run = await productions.start(POSTER, rich)
        with pytest.raises(FilmFailed, match=r"^Picture: .*Change the request\.") as failed:
            await run.result()
        error = (await run.progress()).error
        memo: dict[str, Any] = dict(await (await run.describe()).memo())
    assert failed.value.type == "ContentPolicy" and error and error.words == str(failed.value)
    assert memo["status"] == "failed" and memo["error"] == error.model_dump(mode="json")


async def test_a_poster_is_no_film_and_a_bad_request_is_refused_as_any(
    poster_rig: PosterRig, request: pytest.FixtureRequest
) -> None:
    async with poster_rig() as productions:
        run = await productions.start(POSTER, asked("Salt", request))
        await waiting(run, "set_budget")
        with pytest.raises(NoSuchFilm, match="is no film but a PosterWorkflow"):
            await Films(productions._client).film(run.id).describe()
        with pytest.raises(NoSuchFilm, match=f"is a poster, .* `reel costs {run.id}` what it has cost"):
            check_reported(run)
        await run.stop()
        bad = await productions._client.start_workflow(
            POSTER.workflow, {"word": "Salt"}, id="poster-bad", task_queue="reel"
        )
        with pytest.raises(FilmFailed, match=r"word: is not a field of it; did you mean words\?"):
            await productions.run(POSTER, bad.id).result()
