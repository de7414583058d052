"""A real Chromium, headless, as installed on the machine: never downloaded by a test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Error, Page, async_playwright, expect

from tests.browser.hostile import STRANGER

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# The sandbox refuses to start as root, which is what CI runs as; the others keep the browser from making
# requests of its own.
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # A name that a stranger owns, and that leads here: "DNS rebinding" needs no more.
    f"--host-resolver-rules=MAP {STRANGER} 127.0.0.1",
)

# A page of the UI is some 250 files, which on a machine that has other things to do take longer than the five
# seconds that Playwright waits. What is there sooner is seen sooner.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Missing, it fails the test: a film that nobody played was not tested."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    pytest.fail("These tests play films in Chromium, and none is installed: `apt-get install -y chromium`.")


@pytest_asyncio.fixture(scope="session")
async def context(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BrowserContext]:
    """One browser a run, with a profile that nothing was ever done with."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=chromium,
            headless=True,
            args=_OPTIONS,
            viewport={"width": 1440, "height": 1100},
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def page(context: BrowserContext, tmp_path: Path) -> AsyncIterator[Page]:
    """A tab of the test's own; how it looked last is kept beside the test's files."""
    tab = await context.new_page()
    yield tab
    # For a look afterwards; a page that was refused on purpose may have nothing to show.
    with suppress(Error):
        await tab.screenshot(path=tmp_path / "last.png")
    await tab.close()
