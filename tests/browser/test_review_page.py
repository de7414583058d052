"""The page of a review in a real browser: the film beside it plays, and it fits a phone and a wide screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from starter.review_page import page as written
from tests.browser.waiting import until
from tests.support.media_clips import clip
from tests.support.reviews import told

SIZES = {"phone": (390, 844), "wide": (1440, 1100)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_plays_and_fits(page: Page, tmp_path: Path, size: str, scheme: str) -> None:
    film = tmp_path / "the film.mp4"
    clip(film, range(48))
    (tmp_path / "review.html").write_text(written(told(), film.name, standins=False), encoding="utf-8")
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.goto((tmp_path / "review.html").as_uri())
    await page.get_by_role("navigation").get_by_text("2 detail").click()
    await until(page, "document.querySelector('video').currentTime > 0")
    # What says for a moment that it was copied says so until it is looked at.
    await page.evaluate("window.setTimeout = () => 0")
    await page.get_by_role("button").first.click()
    await expect(page.get_by_role("button").first).to_have_class("copied")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == [] and {url.split(":")[0] for url in asked} <= {"file", "data"}
    assert all("evil" not in url for url in asked if url.startswith("http"))
