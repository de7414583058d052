"""The page of a batch's review in a real browser: its cuts play, what is ticked is one command, it fits."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from starter.batch_page import page as written
from tests.browser.waiting import until
from tests.support.batch_pages import told
from tests.support.media_clips import clip

SIZES = {"phone": (390, 844), "wide": (1440, 1100)}


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_what_is_ticked_is_one_command(page: Page, tmp_path: Path, size: str) -> None:
    clip(tmp_path / "a cut.mp4", range(48))
    (tmp_path / "review.html").write_text(written(told(cut="a cut.mp4"), standins=True), encoding="utf-8")
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    await page.goto((tmp_path / "review.html").as_uri())
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    # What can be seen shows its picture before anybody plays it.
    await until(page, "document.querySelector('video').readyState >= 1")
    chosen = page.locator("[data-approve]")
    await expect(chosen).to_be_hidden()
    for number in (1, 2, 4):
        await page.locator(f"[data-number='{number}']").check()
    await expect(chosen.locator("code")).to_have_text("reel batch approve batch-mugs-3f9a2c 1-2 4")
    await expect(chosen.locator("small")).to_have_text("the 3 chosen, about $0.34")
    await page.locator("[data-number='2']").uncheck()
    await expect(chosen.locator("code")).to_have_text("reel batch approve batch-mugs-3f9a2c 1 4")
    await page.evaluate("document.querySelector('video').play()")
    await until(page, "document.querySelector('video').currentTime > 1")
    assert said == []
