"""Where a film's newest cut goes: in the place of the one before, never over what somebody else has put."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from starter.keeping import Keeping, Memory
from starter.news import News
from starter.place import place_for
from workflows.studio import Progress

FIRST, SECOND, OTHER = (b"0000ftyp" + word for word in (b"first", b"second", b"of somebody else"))


def keeping(home: Path, folder: Path, film: bytes) -> Keeping:
    async def fetch(_: str, path: Path) -> None:
        path.write_bytes(film)

    memory = Memory(home, "film-mug-1a2b3c")
    place = memory.place(place_for(str(folder), "film-mug-1a2b3c"))
    return Keeping(memory, place, fetch, lambda _: None)


async def test_a_better_cut_replaces_its_own_and_nobody_elses(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = await keeping(home, tmp_path, FIRST).end("videos/1")
    assert path == tmp_path / "mug-1a2b3c.mp4"
    assert await keeping(home, tmp_path, SECOND).end("videos/2") == path and path.read_bytes() == SECOND
    assert Memory(home, "film-mug-1a2b3c").again(None).path == path, "a film that is begun again goes there"
    path.write_bytes(OTHER)
    beside = await keeping(home, tmp_path, FIRST).end("videos/1")
    assert beside == tmp_path / "mug-1a2b3c-2.mp4" and path.read_bytes() == OTHER
    assert await keeping(home, tmp_path, SECOND).end("videos/2") == beside and beside.read_bytes() == SECOND


async def test_of_a_film_that_is_begun_again_the_new_cut_is_told_and_not_the_old_one(tmp_path: Path) -> None:
    said = asyncio.Queue[str]()

    async def fetch(_: str, path: Path) -> None:
        path.write_bytes(FIRST)

    memory, place = Memory(tmp_path / "home", "film-mug-1a2b3c"), place_for(str(tmp_path), "film-mug-1a2b3c")
    old, new = (Progress(status="rendering", cut=cut, delivered=f"videos/{cut}") for cut in (1, 2))
    film = Keeping(memory, place, fetch, said.put_nowait, old)
    film.show(old)
    await asyncio.sleep(0)
    film.show(new)
    assert (await said.get()).startswith("Cut 2 can be watched") and said.empty()
    news = News("film-mug-1a2b3c", cut=film.cut_before)
    lines = [line for progress in (old, new) for line in news.lines(progress)]
    assert [line for line in lines if "cut" in line] == ["  0%  cut 2 delivered: the film, as asked"]


@pytest.mark.parametrize("output", ["", "mug-1a2b3c.mp4"])
async def test_what_somebody_changes_between_two_cuts_stays(tmp_path: Path, output: str) -> None:
    films, said = iter((FIRST, SECOND, SECOND[::-1])), asyncio.Queue[str]()

    async def fetch(_: str, path: Path) -> None:
        path.write_bytes(next(films))

    memory = Memory(tmp_path / "home", "film-mug-1a2b3c")
    place = place_for(str(tmp_path / output), "film-mug-1a2b3c")
    film = Keeping(memory, place, fetch, said.put_nowait)
    path, beside = tmp_path / "mug-1a2b3c.mp4", tmp_path / "mug-1a2b3c-2.mp4"
    film.show(Progress(status="rendering", cut=1, delivered="videos/1"))
    assert str(path) in await said.get() and path.read_bytes() == FIRST
    path.write_bytes(OTHER)
    film.show(Progress(status="rendering", cut=2, delivered="videos/2"))
    assert str(beside) in await said.get() and beside.read_bytes() == SECOND
    assert await film.end("videos/3") == beside, "which nobody has changed"
    assert path.read_bytes() == OTHER and beside.read_bytes() == SECOND[::-1]
