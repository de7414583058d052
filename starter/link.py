"""`reel link`: a link to what a production has delivered, made when it is asked for, which ends by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.interrupts import interruptible
from starter.links import lifetime
from starter.options import AnyId, AsJson, Cut, Home, settings_of
from starter.outcome import MADE, err, line, print_json, run
from starter.spans import span

app = typer.Typer()


@app.command(epilog="Example: reel link film-ceramic-coffee-mug-3f9a2c --for 2d")
def link(
    film: AnyId,
    lasts: Annotated[
        str, typer.Option("--for", metavar="SPAN", help="How long it lives, such as 30m, 1h or 7d, at most.")
    ] = "1h",
    cut: Cut = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print a link to the newest cut of a film that anybody started, or to what a pipeline or a batch has
    delivered; whoever has the link may watch."""
    run(lambda: _link(home, film, lasts, cut, as_json), as_json)


async def _link(home: str | None, id: str, lasts: str, cut: int | None, as_json: bool) -> int:
    with interruptible():
        # Before any server is started for it.
        asked = span(lasts, "for")
        lifetime(asked, lasts)
        from starter.desk import Desk
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            made = await Desk(session).link(id, asked, cut)
            is_local = not session.settings.s3_configured and not session.settings.s3_public_url
    if as_json:
        told = {"id": id, "cut": made.cut, "delivered": made.object}
        print_json({**told, "link": made.url, "ends_at": made.ends_at.isoformat()})
        return MADE
    line(made.url)
    here = ", on this machine alone, while `reel up` runs" if is_local else ""
    err.print(f"It ends {made.ends_at:%Y-%m-%d %H:%M} UTC{here}.", style="dim", highlight=False)
    return MADE
