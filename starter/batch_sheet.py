"""`reel batch sheet`: the contact sheet of a batch, written beside whatever else is there."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from infra.settings import Settings
from starter.batch_sheet_items import Sheet, sheet
from starter.batch_sheet_page import page
from starter.homes import stands_in
from starter.live import STANDINS
from starter.outcome import MADE, line, print_json
from starter.pages import write_page
from starter.place import place_for
from starter.review_page import OURS
from starter.session import open_session


async def write(
    settings: Settings, id: str, output: str | None, *, saves: bool = False
) -> tuple[Path, Sheet]:
    """Writes the page into the folder; with what it shows beside it where it `saves`, or where links would
    end with this command. Raises `NoSuchFilm` where it is no batch, `CannotSave`, and what a session does."""
    base = place_for(f"{output or '.'}/", id, ".html").path.with_suffix("")
    async with open_session(settings) as session:
        folder = base.with_name(f"{base.name}-files") if saves or session.ends_bucket else None
        told = await sheet(session, id, folder)
        standins = stands_in(settings) and told.progress.most_usd > 0
    return write_page(base, "sheet", page(told, STANDINS if standins else ""), OURS), told


async def told(
    settings: Settings, id: str, output: str | None, saves: bool, opens: bool, as_json: bool
) -> int:
    """The same, and says where; returns the exit code."""
    written, of = await write(settings, id, output, saves=saves)
    if opens:
        webbrowser.open(written.resolve().as_uri())
    if as_json:
        items = [
            {
                **one.row.model_dump(
                    mode="json", include={"number", "item", "state", "spent_usd", "delivered"}
                ),
                **one.cells,
                "seconds": one.seconds,
                "answers": dict(one.answers),
            }
            for one in of.items
        ]
        print_json({"id": id, "page": str(written), "items": items})
    else:
        line(f"Sheet  {written}")
    return MADE
