"""A film's budget between its runs: the newest decision of a person holds."""

from __future__ import annotations

import uuid
from decimal import Decimal

import asyncpg

from activities.storage.database import Database
from activities.studio.memory import FilmMemory, Remembered
from starter.films import Film, Films
from tests.support.paid import FLUX, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.contract import VideoRequest
from workflows.studio.edits import Edit, KeptVersion
from workflows.studio.money import Choice, SetBudget, decided_budget


async def test_what_was_said_is_kept_once_and_in_its_order(database_url: str) -> None:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        memory, film = FilmMemory(Database(pool)), f"film-{uuid.uuid4()}"
        for _ in range(2):
            await memory.ask(film, "run-1", Decimal(5))
        for _ in range(2):
            await memory.set_budget(film, "update-1", Decimal("0.02"))
            # Its answer was lost: it is written again, after what came later.
            await memory.ask(film, "run-1", Decimal(5))
        await memory.ask(film, "run-2", None)
        _, said = await memory.said(film)
        assert [(edit.by, edit.usd) for edit in said] == [
            ("request", Decimal(5)),
            ("update", Decimal("0.02")),
            ("request", None),
        ]
        assert decided_budget(said) == Decimal("0.02")
        await memory.ask(film, "run-3", Decimal(6))
        assert decided_budget((await memory.said(film))[1]) == 6
        await memory.edit(film, "run-1", Edit(id="1", kind="decision", value={"said": ["ü", 1.5, None]}))
        await memory.choose(film, Choice(step="chunk:b1:1", model="m", rung=2))
        for name in ("draft-2", "draft-1"):
            await memory.keep_version(film, KeptVersion(row="b1", name=name, plan=1, value={"n": [name]}))
        kept, apart = await memory.all(film), await memory.said(film)
        assert (kept.edits, kept.budgets) == apart and kept.cut == 0
        assert (kept.choices, kept.versions) == (await memory.choices(film), await memory.versions(film))
        assert [len(each) for each in (kept.edits, kept.choices, kept.versions)] == [1, 1, 2]
        film = f"film-{uuid.uuid4()}"
        assert await memory.all(film) == Remembered((), (), (), (), 0)


async def test_what_an_earlier_release_wrote_of_a_run_is_not_written_again(database_url: str) -> None:
    """It named an update alone. Where its answer was lost, this release is told once more, and later."""
    low, high = Decimal("0.02"), Decimal("0.03")
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        memory, film = FilmMemory(Database(pool)), f"film-{uuid.uuid4()}"
        await memory.ask(film, "run-1", Decimal(5))
        await memory.set_budget(film, "1", low)
        await memory.set_budget(film, "2", high, "run-1")
        await memory.set_budget(film, "1", low, "run-1")
        assert decided_budget((await memory.said(film))[1]) == high
        # In another run the same id is another update.
        await memory.ask(film, "run-2", None)
        for _ in range(2):
            await memory.set_budget(film, "1", low, "run-2")
        assert decided_budget((await memory.said(film))[1]) == low
        assert len((await memory.said(film))[1]) == 5


async def waiting(films: Films, request: VideoRequest, usd: Decimal) -> Film:
    """The film, asked for again, once it waits within a budget of `usd`."""
    film = await films.start(request)
    assert (await until(film, "set_budget")).budget_usd == usd
    return film


async def test_the_same_request_does_not_give_back_what_a_person_took(
    paid_rig: PaidRig, standins: Standins
) -> None:
    request = asked("hero_shot", image=FLUX, video=WAN, budget_usd=Decimal("0.1"))
    low = Decimal("0.02")
    async with paid_rig() as (_, films):
        film = await waiting(films, request, Decimal("0.1"))
        await film.set_budget(low)
        await film.stop()
        await film.result()
        for again in (request, request.model_copy(update={"budget_usd": None})):
            film = await waiting(films, again, low)
            await film.stop()
            await film.result()
        assert made(standins) == {FLUX: 1}
        result = await (await films.start(request.model_copy(update={"budget_usd": Decimal(6)}))).result()
    assert result.status == "completed" and made(standins) == {FLUX: 1, WAN: 1}


async def test_an_update_counts_once_a_run_and_not_once_a_film(paid_rig: PaidRig) -> None:
    """An update's id is its run's own: what a client numbers from 1 comes again in the next run."""
    request = asked("hero_shot", image=FLUX, video=WAN, budget_usd=Decimal("0.1"))
    before = Decimal("0.1")
    async with paid_rig() as (_, films):
        for usd in (Decimal("0.02"), Decimal("0.03")):
            film = await waiting(films, request, before)
            for _ in range(2):
                await film.handle.execute_update("set_budget", SetBudget(usd=usd), id="1")
            await film.stop()
            await film.result()
            before = usd
        film = await waiting(films, request, before)
        await film.stop()
        await film.result()
