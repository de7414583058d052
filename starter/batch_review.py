"""`reel batch review`: every item that waits for approval on one page, to be decided about."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Any

from infra.settings import Settings
from starter.batch_page import commands_of, page
from starter.batch_reviewed import ReviewedBatch, reviewed
from starter.errors import CannotSave
from starter.homes import stands_in
from starter.live import STANDINS
from starter.outcome import MADE, line, print_json
from starter.pages import write_page
from starter.place import place_for
from starter.review_page import OURS
from starter.session import open_session
from workflows.studio import usd


async def review(
    settings: Settings, id: str, output: str | None, after: int, saves: bool, opens: bool, as_json: bool
) -> int:
    """Writes the page beside whatever else is there, and says where. Returns the exit code."""
    base = place_for(f"{output or '.'}/", id, ".html").path.with_suffix("")
    async with open_session(settings) as session:
        # Links to a bucket that ends with this command are none.
        folder = base.with_name(f"{base.name}-cuts") if saves or session.ends_bucket else None
        try:
            told = await reviewed(session, id, after, folder)
        except OSError as error:
            raise CannotSave(f"The cuts cannot be written beside {base}: {error.strerror}.") from error
        standins = stands_in(settings) and told.progress.most_usd > 0
    written = write_page(base, "review", page(told, standins), OURS)
    if opens:
        webbrowser.open(written.resolve().as_uri())
    if as_json:
        print_json(_as_json(told, written, standins))
    else:
        _print(told, written, standins)
    return MADE


def _as_json(told: ReviewedBatch, page: Path, standins: bool) -> dict[str, Any]:
    return {
        "id": told.id,
        "status": told.progress.status,
        "waiting": told.waiting,
        "standins": standins,
        "page": str(page),
        "ends_at": told.ends_at.isoformat() if told.ends_at else None,
        "items": [
            {
                "number": one.item.number,
                "lines": list(one.item.lines),
                "item": one.item.item,
                "words": one.words,
                "price_usd": str(one.price_usd),
                "most_usd": str(one.most_usd),
                "cut": one.cut,
                "commands": [command for command, _ in commands_of(told.id, one)],
            }
            for one in told.items
        ],
    }


def _print(told: ReviewedBatch, page: Path, standins: bool) -> None:
    if not told.items:
        line("Nothing waits for approval.")
    for one in told.items:
        price = usd(one.price_usd) if one.price_usd else "free"
        line(f"{one.item.number:>4}  {one.item.item}  {price:>7}  {one.summary}")
    if standins:
        line(f"! {STANDINS}")
    line(f"Page  {page}")
    if told.ends_at:
        line(f"Its links end on {told.ends_at:%Y-%m-%d at %H:%M} UTC.")
