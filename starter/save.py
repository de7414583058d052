"""`reel save`: a file of what a production has delivered, whoever started it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from starter.interrupts import interruptible
from starter.options import AnyId, AsJson, Cut, Home, settings_of
from starter.outcome import MADE, line, print_json, run

app = typer.Typer()


@app.command(epilog="Example: reel save film-ceramic-coffee-mug-3f9a2c mug.mp4 --cut 1")
def save(
    film: AnyId,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A film's file, which is replaced, or a folder; default here."),
    ] = None,
    cut: Cut = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Save the newest cut of a film that anybody started, or the one of that number; of a pipeline its
    output, of a batch its results."""
    run(lambda: _save(home, film, file, cut, as_json), as_json)


async def _save(home: str | None, id: str, file: str | None, cut: int | None, as_json: bool) -> int:
    with interruptible():
        from starter import place
        from starter.delivered import delivered, open_bucket
        from starter.keeping import Memory
        from starter.session import open_session

        settings = settings_of(home, id)
        async with open_session(settings) as session, open_bucket(session) as store:
            found = await delivered(session, store, id, cut)
            asked = place.place_for(file, id, Path(found.object).suffix)
            memory = Memory(settings.home, id)
            if cut is None:
                before = memory.place(asked)
                # A pipeline may deliver a picture to be looked at, and a film then.
                is_alike = found.cut is not None or before.path.suffix == asked.path.suffix
                asked = before if is_alike else asked
            elif not asked.exact:
                # Beside the newest one, whose name says no number.
                asked = place.Place(asked.path.with_stem(f"{asked.path.stem}-cut-{cut}"), False)
            path = await place.save(asked, found.object, store.get_file)
            if cut is None:
                memory.wrote(path)
    if as_json:
        told = {"id": id, "cut": found.cut, "delivered": found.object}
        print_json({**told, "path": str(path.absolute()), "bytes": path.stat().st_size})
    else:
        line(str(path))
        line(f"cut {found.cut} of {id}" if found.cut else f"what {id} delivered")
    return MADE
