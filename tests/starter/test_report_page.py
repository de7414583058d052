"""The report of a film: nobody's words are markup, its costs are the ledger's, its bars the history's."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shlex import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.client import WorkflowHistory

from activities.film.report_page import page
from activities.pipeline.report_page import page as pipeline_page
from activities.studio.html import A_REPORT
from activities.studio.ran import bars_of
from activities.studio.reported import sums
from activities.studio.spending import Bought
from activities.studio.stills import Picture
from starter.pipeline_review import commands_of as pipeline_commands
from starter.pipeline_review import page as pipeline_review
from starter.review_page import OURS
from tests.support.reports import pipeline_report, report_of
from tests.support.reviews import EVIL, told

HISTORIES = Path(__file__).parents[1] / "histories"
USD = st.decimals(0, 9, places=6)
BOUGHT = st.builds(
    Bought,
    model=st.sampled_from(("flux", "wan")),
    phase=st.sampled_from(("plan", "chunks")),
    towards=st.just(""),
    state=st.just("stored"),
    estimate=USD,
    cost=st.none() | USD,
    certain=st.booleans(),
)


def test_nobodys_words_are_markup_and_nothing_runs() -> None:
    html = page(report_of(told(), EVIL), "film's #1.mp4", standins=True)
    assert html.startswith(A_REPORT) and EVIL not in html and "<script" not in html
    assert "onerror=" not in re.sub(r"&lt;img[^<]*", "", html)
    assert re.findall(r'(?:src|href)="(?!data:|film)', html) == [], "it loads nothing but the film"
    assert "default-src &#x27;none&#x27;" in html and "no real money" in html
    # A step that ran twice is two of them, and what is counted as made is one.
    assert '<th scope="col">Activity</th>' in html and '<td class="number">30.0 s</td>' in html


@pytest.mark.parametrize("output", ["film's #1.mp4", 'a "picture".png', "words.json", None])
def test_nobodys_words_are_markup_in_a_pipelines(output: str | None) -> None:
    html = pipeline_page(pipeline_report(EVIL), output, standins=True)
    assert html.startswith(A_REPORT) and EVIL not in html and "<script" not in html
    assert "onerror=" not in re.sub(r"&lt;img[^<]*", "", html)
    assert re.findall(r'(?:src|href)="(?!data:|film|a%20)', html) == [], "it loads nothing but its output"
    assert "1</b> of <b>2</b> steps there" in html and "Made · 3.0 s." in html
    assert "Failed · 3 tries, " in html and "take: 2" in html and "Not: No " in html
    told = pipeline_report(EVIL)
    html = pipeline_review(told, output, standins=True)
    assert html.startswith(OURS) and EVIL not in html and "no real money" in html
    assert "onerror=" not in re.sub(r"&lt;img[^<]*", "", html)
    assert re.findall(r'(?:src|href)="(?!data:|film|a%20)', html) == [], "it loads nothing but its output"
    (again,), (more, back) = (pipeline_commands(told, one) for one in told.steps)
    assert again[0].endswith(' draw --words "…"') and again[1] == f"{more[1]} with what follows"
    assert more[1] == "about $0.25", "as the retake answers, whatever it cost before"
    assert back == (f"reel use {quote(EVIL)} judge take-1", "what is there is free")


def test_it_stays_small_however_many_shots_there_are() -> None:
    large = Picture("draft-1", b"\0" * 400_000)
    film = told()
    shots = tuple(replace(film.shots[0], number=n, pictures=(large,)) for n in range(1, 25))
    html = page(report_of(replace(film, shots=shots), "a"), "film.mp4", standins=False)
    assert 2_000_000 < len(html.encode()) <= 3 << 20 and html.count("No picture") > 10


@given(st.lists(BOUGHT, max_size=9))
def test_the_sums_are_of_all_that_was_bought(bought: list[Bought]) -> None:
    whole = replace(report_of(told(), ""), bought=tuple(bought)).total
    assert whole.spent == sum((one.usd for one in bought), Decimal(0)) and whole.jobs == len(bought)
    for rows in (sums(bought, lambda one: one.model), sums(bought, lambda one: one.phase)):
        assert sum((one.spent for one in rows), Decimal(0)) == whole.spent
        assert sum((one.estimated for one in rows), Decimal(0)) == whole.estimated
        assert [one.spent for one in rows] == sorted((one.spent for one in rows), reverse=True)


@pytest.mark.parametrize("name", ["paid", "refused_for_good", "film", "retaken"])
def test_every_bar_is_a_step_of_the_history(name: str) -> None:
    history = WorkflowHistory.from_json("film", (HISTORIES / f"{name}.json").read_text())
    bars = bars_of(history.events)
    assert bars and all(bar.label and bar.ended and bar.ended >= bar.began for bar in bars)
    assert {bar.work for bar in bars} == {"bought", "computed"} or name == "film"
