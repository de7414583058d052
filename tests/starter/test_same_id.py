"""Two films whose ids would be the same, of which these have but 24 bits of what tells films apart: each is
made under an id of its own, however it is asked for."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path

import pytest
from temporalio.client import Client

from starter.brief import Brief
from starter.place import Place, place_for
from tests.support.books import Books
from tests.support.on_market import open_market
from tests.support.recordings import ENOUGH, Told
from tests.support.reel import ran
from workflows.film import FILM, VideoRequest

ONE, OTHER = (
    VideoRequest(prompt="A 15 second film about a ceramic coffee mug", take=take) for take in (3711, 3993)
)
#: The same of small films.
TAKES = (1934, 5284)
SMALL = [
    VideoRequest(
        prompt="A 5 second film about a ceramic coffee mug", size="360p", fps=8, music=False, take=take
    )
    for take in TAKES
]
TYPED = ("make", "A 5 second film about a ceramic coffee mug", "--size", "360p", "--fps", "8", "--no-music")


def test_a_longer_id_tells_them_apart() -> None:
    assert FILM.id_of(ONE) == FILM.id_of(OTHER) != FILM.longer_id_of(ONE) != FILM.longer_id_of(OTHER)
    assert FILM.longer_id_of(ONE).startswith(f"{FILM.id_of(ONE)}-")


def test_a_file_is_named_by_the_id_that_its_film_gets(tmp_path: Path) -> None:
    short, longer = FILM.id_of(ONE), FILM.longer_id_of(ONE)
    brief = Brief(ONE, short, {}, place_for(str(tmp_path), short)).named(longer)
    assert (brief.film_id, brief.place) == (longer, place_for(str(tmp_path), longer))
    exact = Place(tmp_path / "mug.mp4", exact=True)
    assert Brief(ONE, short, {}, exact).named(longer).place == exact


@pytest.mark.slow
async def test_each_is_made_and_found_under_an_id_of_its_own(client: Client) -> None:
    (one, other), market = SMALL, Told()
    market.books = defaultdict(lambda: Books(ENOUGH))
    async with open_market(client, market) as films:
        # In the very same moment: one of them has the shorter id.
        begun = await asyncio.gather(films.start(one), films.start(other))
        assert all(film.started for film in begun)
        ids = [film.id for film in begun]
        assert len(set(ids)) == 2 and FILM.id_of(one) in ids
        assert set(ids) <= {FILM.id_of(one), FILM.longer_id_of(one), FILM.longer_id_of(other)}
        for film, asked in zip(begun, SMALL, strict=True):
            assert (told := await films.request_of(film)) is not None and told.take == asked.take
            # Another budget is no other film.
            again = await films.start(asked.model_copy(update={"budget_usd": ENOUGH}))
            assert again.id == film.id
            await again.result()
        # So it is once they have ended.
        assert [(await films.start(each)).id for each in SMALL] == ids
        mine = await films.start(other, "a-film-of-mine")
        assert mine.id == "a-film-of-mine"
        await asyncio.gather(*(films.film(id).result() for id in (*ids, mine.id)))


@pytest.mark.slow
async def test_the_command_makes_both(own_home: Path, tmp_path: Path) -> None:
    made = []
    for take in map(str, TAKES):
        code, one = await ran(*TYPED, "--take", take, "--json", home=own_home, folder=tmp_path)
        assert code == 0, one.text
        made.append(one.json)
    short, longer = (one["id"] for one in made)
    assert longer.startswith(f"{short}-") and {Path(one["path"]).name for one in made} == {
        f"{short.removeprefix('film-')}.mp4",
        f"{longer}.mp4",
    }
    code, shown = await ran(
        *TYPED, "--take", str(TAKES[1]), "--dry-run", "--json", home=own_home, folder=tmp_path
    )
    assert code == 0 and shown.json["id"] == longer, shown.text
