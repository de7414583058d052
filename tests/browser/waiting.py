"""Waits for what a page comes to, asked from outside: our pages allow no script but their own, and so no
string that a browser would evaluate in them."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page


async def until(page: Page, expression: str) -> None:
    """Until the expression is true; the test's own limit ends what never is."""
    while not await page.evaluate(expression):
        await asyncio.sleep(0.05)
