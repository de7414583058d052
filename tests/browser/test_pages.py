"""Every page of ours in a real browser: it fits a phone and paper, by day and by night, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import Page

from activities.batch.report import page as batch_report
from activities.film.report_page import page as report
from activities.pipeline.report_page import page as pipeline_page
from starter.batch_page import page as batch_review
from starter.pipeline_review import page as pipeline_review
from starter.review_page import page as review
from tests.support.batch_pages import told as batch_of
from tests.support.media_clips import clip
from tests.support.reports import pipeline_report, report_of
from tests.support.reviews import told
from workflows.batch.contract import STATE_WORDS, BatchRequest

LOOKS = {"phone": (390, 844, "screen"), "wide": (1440, 1100, "screen"), "paper": (794, 1123, "print")}
#: Names of columns that stand on more than one line.
BROKEN = """[...document.querySelectorAll("thead th")].map(one => {
  const words = document.createRange();
  words.selectNodeContents(one);
  return words.getClientRects().length > 1 ? one.textContent : "";
}).filter(Boolean)"""
WORDS = "A word that is rather long: " + "x" * 60
FILM = "the film.mp4"
PICTURE = "the picture.png"
#: What is shown of what was delivered, and does not fit where it is shown.
TOO_WIDE = """[...document.querySelectorAll(".stage > *")].filter(one =>
  one.offsetWidth > one.parentElement.offsetWidth || one.offsetHeight > 0.75 * innerHeight
).map(one => one.outerHTML)"""


def a_batch() -> str:
    request = BatchRequest(name="x" * 60, items=({"prompt": "A mug"},), labels=("y" * 60,))
    counts: list[Mapping[str, Any]] = [
        {"state": state, "items": 1_234, "spent": Decimal("1.5")} for state in STATE_WORDS
    ]
    facts = {"lines": [1, 2, 3, 4], "item": f"film-{WORDS}", "whole": True, "spent_usd": Decimal("0.2")}
    rows: list[Mapping[str, Any]] = [
        {"number": number, "state": state, "why": WORDS, **facts} for number, state in enumerate(STATE_WORDS)
    ]
    return batch_report("batch-mugs-3f9a2c", request, counts, rows)


PAGES: dict[str, Callable[[], str]] = {
    "report": lambda: report(report_of(told(WORDS), "Chunk 1"), FILM, False),
    "report of a pipeline": lambda: pipeline_page(pipeline_report(WORDS), FILM, False),
    "review": lambda: review(told(WORDS), FILM, standins=False),
    "review of a pipeline": lambda: pipeline_review(pipeline_report(WORDS), PICTURE, standins=False),
    "review of a batch": lambda: batch_review(batch_of(WORDS, cut=FILM), standins=True),
    "report of a batch": a_batch,
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
async def test_it_fits_and_everybody_can_read_it(page: Page, tmp_path: Path, name: str, look: str) -> None:
    clip(tmp_path / FILM, range(24))
    Image.new("RGB", (2688, 1536), "teal").save(tmp_path / PICTURE)
    (tmp_path / "page.html").write_text(PAGES[name](), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    width, height, medium = LOOKS[look]
    await page.set_viewport_size({"width": width, "height": height})
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, media=medium)  # type: ignore[arg-type]
        await page.goto((tmp_path / "page.html").as_uri())
        await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(BROKEN) == []
        assert await page.evaluate(TOO_WIDE) == []
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        await page.screenshot(path=tmp_path / f"{scheme}.png", full_page=True)
    here = {(tmp_path / one).as_uri() for one in ("page.html", FILM, PICTURE)}
    assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} <= here
