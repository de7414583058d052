"""`reel link`: a link to what a production has delivered, made when it is asked for, which ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from infra.errors import Unreachable
from starter.interrupts import interruptible
from starter.options import AsJson, Cut, FilmId, Home, settings_of
from starter.outcome import MADE, err, line, print_json, run
from starter.spans import span
from workflows.studio import FieldProblem, InvalidRequest

app = typer.Typer()
# S3 signs for a week at most.
_LONGEST = timedelta(days=7)


@app.command(epilog="Example: reel link film-ceramic-coffee-mug-3f9a2c --for 2d")
def link(
    film: FilmId,
    lasts: Annotated[
        str, typer.Option("--for", metavar="SPAN", help="How long it lives, such as 30m, 1h or 7d, at most.")
    ] = "1h",
    cut: Cut = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print a link to the newest cut of a film that anybody started; whoever has the link may watch."""
    run(lambda: _link(home, film, lasts, cut, as_json), as_json)


async def _link(home: str | None, id: str, lasts: str, cut: int | None, as_json: bool) -> int:
    with interruptible():
        # Before any server is started for it.
        asked = _lifetime(lasts)
        from starter.delivered import delivered, open_bucket
        from starter.place import place_for
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session, open_bucket(session) as store:
            found = await delivered(session, store, id, cut)
            if session.ends_bucket:
                raise Unreachable(
                    f"A link to {id} would end with this command, which runs the bucket's server: start "
                    "`reel up`, then ask again; or `reel save` the film."
                )
            name = place_for("/", id, Path(found.object).suffix).path.name
            url, seconds = store.handed_out(found.object, int(asked.total_seconds()), name)
            is_local = not session.settings.s3_configured and not session.settings.s3_public_url
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    if as_json:
        told = {"id": id, "cut": found.cut, "delivered": found.object}
        print_json({**told, "link": url, "ends_at": ends.isoformat()})
        return MADE
    line(url)
    here = ", on this machine alone, while `reel up` runs" if is_local else ""
    err.print(f"It ends {ends:%Y-%m-%d %H:%M} UTC{here}.", style="dim", highlight=False)
    return MADE


def _lifetime(typed: str) -> timedelta:
    asked = span(typed, "for")
    if asked > _LONGEST:
        problem = FieldProblem(
            field="for", problem=f"{typed} is longer than S3 signs a link", suggestion="7d at most"
        )
        raise InvalidRequest((problem,))
    return asked
