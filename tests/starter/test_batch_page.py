"""The page on which a batch is reviewed: nobody's words are markup in it, and it says what answers cost."""

from __future__ import annotations

import re

from starter.batch_page import commands_of, page
from starter.batch_reviewed import ReviewedBatch
from starter.review_page import OURS
from tests.support.batch_pages import EVIL, told
from workflows.batch import BatchProgress


def test_nobodys_words_are_markup() -> None:
    html = page(told(), standins=True)
    assert html.startswith(OURS)
    assert (
        EVIL not in html and html.count("<script>") == 1 and html.count("<video") == 3 and "<img" not in html
    )
    assert "onerror=" not in re.sub(r"&lt;img[^<]*", "", html)
    assert set(re.findall(r'(?:src|href)="([^"]*)"', html)) == {
        "http://127.0.0.1:9/reel/film.mp4?a=1&amp;b=2#t=1"
    }
    assert (
        "media-src &#x27;self&#x27; file: http://127.0.0.1:9;" in html and "no dollar of it is paid" in html
    )


def test_it_says_what_each_answer_costs_and_what_is_not_on_it() -> None:
    html = page(told("a red mug"), standins=False)
    assert "<code>reel batch approve batch-mugs-3f9a2c</code><small>all 3, about $0.34" in html
    assert "2026-12-04 at 09:00 UTC" in html and "--after" not in html
    assert commands_of("batch-mugs-3f9a2c", told().items[2]) == [
        ("reel batch approve batch-mugs-3f9a2c 4", "about $0.11"),
        ("reel review film-mug-4", "its shots"),
    ]
    more = page(told("a red mug", waiting=250), standins=False)
    assert "all 250</small>" in more, "what is not on the page has no price here"
    assert "247 more wait: <code>reel batch review batch-mugs-3f9a2c --after 4</code>" in more


def test_a_cut_beside_it_and_none_at_all() -> None:
    html = page(told("a mug", cut="mugs-cuts/it's #1.mp4"), standins=False)
    assert 'src="mugs-cuts/it%27s%20%231.mp4#t=1"' in html
    nothing = ReviewedBatch("batch-mugs-3f9a2c", BatchProgress(status="completed"), [], None)
    html = page(nothing, standins=False)
    assert "Nothing waits for approval" in html
    assert "cuts lie" not in html and "links end" not in html, "there are none"
