"""What a decision about a film would come to, thing by thing, without taking, making or paying anything."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from infra.settings import Settings
from starter.desk import Desk
from starter.directing import Update, as_sent
from starter.dry_run import table
from starter.homes import stands_in
from starter.live import plain
from starter.outcome import MADE, err, out, print_json
from starter.session import open_session


async def show_edit(
    settings: Settings, film: str, kind: str, value: Mapping[str, JsonValue], as_json: bool
) -> int:
    """Prints what the update of that name would come to, sent with this value, and returns the exit code.
    Raises `NoSuchFilm`, `NotWaiting` as the film would refuse it, and what `open_session` raises."""
    if not as_json:
        err.print("Starting the servers …", highlight=False)
    async with open_session(settings) as session:
        update = as_sent((await session.productions.find(film)).production, Update(film, kind, value))
        words, shown = await Desk(session).dry_edit(film, kind, update.value)
        standins = shown.paid and stands_in(settings)
    if as_json:
        print_json({"id": film, "standins": standins, "words": words, **shown.model_dump(mode="json")})
        return MADE
    out.print(plain(words), highlight=False, markup=False)
    table(out, film, shown, standins)
    return MADE
