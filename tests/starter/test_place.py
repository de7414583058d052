"""Where a film's file goes: readable, whole, and never in the place of something else."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter.errors import CannotSave
from starter.place import Place, place_for, save
from workflows.studio.requests import InvalidRequest

FILM, OTHER = b"\0\0\0\x18ftypisom film", b"\0\0\0\x18ftypisom another"


async def fetch(object: str, path: Path) -> None:
    path.write_bytes(FILM)


async def test_a_name_of_ours_never_replaces_another_file(tmp_path: Path) -> None:
    place = place_for(str(tmp_path), "film-mug-1a2b3c")
    assert place == Place(tmp_path / "mug-1a2b3c.mp4", exact=False)
    place.path.write_bytes(OTHER)
    second = await save(place, "videos/mug", fetch)
    assert second == tmp_path / "mug-1a2b3c-2.mp4" and second.read_bytes() == FILM
    assert place.path.read_bytes() == OTHER
    # The same film is found where it is.
    assert await save(place, "videos/mug", fetch) == second
    assert len(list(tmp_path.iterdir())) == 2


async def test_a_named_film_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    film, letter = tmp_path / "film.mp4", tmp_path / "letter.mp4"
    film.write_bytes(OTHER)
    letter.write_text("Dear customer")
    assert await save(place_for(str(film), "film-x"), "videos/x", fetch) == film
    assert film.read_bytes() == FILM
    with pytest.raises(InvalidRequest, match="no film"):
        place_for(str(letter), "film-x")
    with pytest.raises(InvalidRequest, match=r"letter\.mp4 is a file, and no folder"):
        place_for(f"{letter}/", "film-x")


@pytest.mark.parametrize("output", ["missing/film.mp4", "missing/", "/dev/null", "a" * 300, "film.txt"])
def test_a_place_that_cannot_be_written_is_refused(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidRequest, match=r"^output: "):
        place_for(output, "film-x")
    assert not list(tmp_path.iterdir())


async def test_a_film_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    async def full(object: str, path: Path) -> None:
        path.write_bytes(FILM[:5])
        raise OSError(28, "No space left on device")

    with pytest.raises(CannotSave, match=r"No space left on device.*naming another file"):
        await save(place_for(str(tmp_path), "film-x"), "videos/x", full)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/b", "a-b"), ("a/b", "a b"), ("film-mug", "mug"), ("film-mug-1a2b3c", "mug-1a2b3c"), ("Ö", "Ä")],
)
def test_two_films_never_share_a_name(one: str, other: str) -> None:
    assert place_for("/tmp", one).path != place_for("/tmp", other).path


def test_a_readable_id_is_the_name(tmp_path: Path) -> None:
    assert place_for(str(tmp_path), "mug-launch-spring").path.name == "mug-launch-spring.mp4"
    assert place_for(str(tmp_path), "a/b").path.name.startswith("a-b-")
    assert place_for(str(tmp_path), "film-3f9a2c").path.name == "3f9a2c.mp4"


@pytest.mark.parametrize("id", ["CON", "nul", "Aux", "COM1", "lpt9"])
def test_no_file_is_named_like_a_device_of_windows(id: str) -> None:
    name = place_for("/tmp", id).path.stem
    assert name.startswith(f"{id}-") and not PureWindowsPath(f"{name}.mp4").is_reserved()


@given(st.text(min_size=1, max_size=300))
def test_no_film_id_leaves_the_folder(id: str) -> None:
    place = place_for("/tmp", id)
    assert place.path.parent == Path("/tmp")
    assert place.path.name.endswith(".mp4") and len(place.path.name) <= 110
    assert place.path.name.isprintable() and not place.path.name.startswith(("-", "."))
