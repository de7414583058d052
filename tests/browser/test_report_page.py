"""The report in a real browser: it fits a phone and paper, in the light and in the dark, for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from starter.report_page import page as written
from tests.support.media_clips import clip
from tests.support.reports import report_of
from tests.support.reviews import told

LOOKS = {"phone": (390, 844, "screen"), "wide": (1440, 1100, "screen"), "paper": (794, 1123, "print")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", LOOKS)
async def test_it_fits_and_everybody_can_read_it(page: Page, tmp_path: Path, look: str, scheme: str) -> None:
    film = tmp_path / "the film.mp4"
    clip(film, range(24))
    html = written(report_of(told("A word that is rather long: " + "x" * 60), "Chunk 1"), film.name, False)
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    width, height, medium = LOOKS[look]
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=scheme, media=medium)  # type: ignore[arg-type]
    await page.goto((tmp_path / "report.html").as_uri())
    await page.locator("summary").first.evaluate("one => one.parentElement.open = true")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
