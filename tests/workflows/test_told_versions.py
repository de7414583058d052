"""What the page says of a film that exists at once: its newest cut, and what each of its shots shows."""

from __future__ import annotations

from tests.support.versioned import FILM, REFUSED
from workflows.studio.page import markdown
from workflows.studio.report import Failure, Progress


def lines(progress: Progress) -> list[str]:
    return markdown(progress, "film", "beat").replace("\u00a0", " ").replace("\u2003", "").split("\n")


def test_it_says_what_can_be_watched_and_what_each_shot_shows() -> None:
    page = lines(FILM)
    assert "**Cut 2** can be watched: 1 of 3 beats as asked · `videos/film-mug/cuts/2/film.mp4`" in page
    table = [line for line in page if line.startswith("|")]
    assert table[0] == "| Beat | Shows | Steps | Now |"
    assert table[2:] == [
        "| 1 hero_shot | draft-1 | ●● |  |",
        "| 2 detail | animatic-1 | ●▸ | draft-1: chunk 1 |",
        f"| 3 brand | animatic-1 | ●· | not draft-1: {REFUSED} |",
    ]


def test_what_is_not_coming_any_more_says_why() -> None:
    stopped = FILM.model_copy(update={"status": "stopped"})
    assert "not draft-1: it is not finished yet" in "\n".join(lines(stopped))
    assert "it is not finished yet" not in "\n".join(lines(FILM))


def test_a_film_without_versions_looks_as_it_did() -> None:
    old = [one.model_copy(update={"versions": (), "why": ""}) for one in FILM.beats]
    page = lines(FILM.model_copy(update={"beats": tuple(old), "cut": None, "delivered": None}))
    assert "| 1 hero_shot | 5 s dolly in | ●●●● |  |" in page and "| Beat | Shot | Steps | Now |" in page
    assert not [line for line in page if "can be watched" in line]


def test_what_fails_says_so_before_where_it_lies() -> None:
    failing = FILM.model_copy(update={"error": Failure(type="ContentPolicy", problem="It failed.")})
    assert "**Cut 2** can be watched: 1 of 3 beats as asked" in lines(failing)
