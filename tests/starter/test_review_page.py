"""The page on which a film is reviewed: whole without a network, and nobody's words are markup in it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from activities.studio.stills import Picture
from starter.review_page import OURS, commands_of, page
from starter.reviewed import ReviewedSheet
from starter.waits import ways_on
from tests.support.reviews import EVIL, jpeg, told
from workflows.studio.report import StepProgress, Wait


def test_nobodys_words_are_markup() -> None:
    html = page(told(), "film's #1.mp4", standins=True)
    assert html.startswith(OURS)
    assert EVIL not in html and html.count("<script>") == 1 and html.count("<img") == 6
    assert "onerror=" not in re.sub(r"&lt;img[^<]*", "", html)
    assert 'src="film%27s%20%231.mp4"' in html
    assert re.findall(r'(?:src|href)="(?!data:|#|film)', html) == [], "it loads nothing but the film"
    assert "default-src &#x27;none&#x27;" in html and "no real money" in html


def test_it_says_what_each_answer_costs() -> None:
    film = told("a red mug")
    html = page(film, None, standins=False)
    assert "There is no cut to watch yet" in html
    assert "reel approve film-mug-3f9a2c</code><small>all 2, about $0.22" in html
    (wait,) = film.progress.waits
    asks = film.progress.model_copy(
        update={"waits": (wait.model_copy(update={"buys_usd": Decimal("0.25")}),)}
    )
    assert "all 2, about $0.25" in page(replace(film, progress=asks), None, standins=False)
    assert commands_of(film.id, film.shots[1]) == [
        ("reel approve film-mug-3f9a2c detail_showcase", "about $0.11"),
        ('reel retake film-mug-3f9a2c detail_showcase --words "…"', ""),
        ("reel use film-mug-3f9a2c detail_showcase animatic-1", "free"),
        ("reel upgrade film-mug-3f9a2c detail_showcase final", "about $0.45"),
    ]
    assert ("reel use film-mug-3f9a2c hero_shot animatic-1", "free") in commands_of(film.id, film.shots[0])


def test_one_is_not_told_as_many() -> None:
    html = page(told("a red mug", count=2), None, standins=False)
    assert "<b>2</b> shots," in html and "reel approve film-mug-3f9a2c</code><small>about $0.11" in html
    assert "<b>1</b> shot," in page(told("a red mug", count=1), None, standins=False)


def test_it_shows_a_picture_before_it_plays_and_covers_none() -> None:
    html = page(told("a red mug"), "film.mp4", standins=False)
    assert 'src="film.mp4" poster="data:image/jpeg;base64,' in html
    assert re.search(r"figcaption \{[^}]*position", html) is None, "titles stand where a caption would lie"
    assert "poster" not in page(told("a red mug"), None, standins=False)


def test_a_shot_that_waits_for_money_waits_for_a_person() -> None:
    film = told("a red mug", count=1)
    row = film.shots[0].row.model_copy(
        update={"steps": (StepProgress(name="chunk:hero_shot:2", label="chunk 2", state="held", weight=1),)}
    )
    wait = Wait(
        step="chunk:hero_shot:2", reason="budget", words="set_budget: it costs $0.11", answers=("set_budget",)
    )
    poor = film.progress.model_copy(update={"waits": (wait,), "beats": (row,)})
    html = page(replace(film, progress=poor, shots=(replace(film.shots[0], row=row),)), None, standins=False)
    assert "More budget: it costs $0.11" in html and 'class="mark wait">waits for you' in html
    assert "set_budget" not in html and "being made" not in html


def test_whom_it_shows_is_seen_and_can_be_drawn_anew() -> None:
    film = told("a red mug")
    drawn = ReviewedSheet("Anna & co", "a woman in red", Picture("sheet", jpeg()), True, Decimal("0.003"))
    given = ReviewedSheet("Bo", EVIL, None, False, None)
    html = page(replace(film, sheets=(given, drawn)), None, standins=False)
    assert EVIL not in html and html.count("<img") == 7 and "Not drawn yet" in html
    again = "reel retake film-mug-3f9a2c --sheet &#x27;Anna &amp; co&#x27; --words"
    assert again in html and html.count("--sheet") == 1, "what was given is given anew with another request"
    wait = film.progress.waits[0].model_copy(
        update={"answers": ("approve", "retake"), "updates": {"retake": {"sheet": "Anna & co"}}}
    )
    ways = ways_on(film.id, film.progress.model_copy(update={"waits": (wait,)}))
    assert ways == ["reel approve film-mug-3f9a2c", "reel retake film-mug-3f9a2c --sheet 'Anna & co'"]
