"""`reel settings`: every setting in force, and where its value comes from; secrets are not shown."""

from __future__ import annotations

import typer
from rich.table import Table

from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run

app = typer.Typer()


@app.command(epilog="Example: REEL_MEDIA_SLOTS=2 reel settings --home ~/reel-standins")
def settings(home: Home = None, as_json: AsJson = False) -> None:
    """Print every setting and its value, and whether that is from the environment, a file, or the default."""
    run(lambda: _settings(home, as_json), as_json)


async def _settings(home: str | None, as_json: bool) -> int:
    with interruptible():
        from activities.models import needed
        from infra.sources import env_file, settings_told, unknown_settings

        in_force = settings_of(home)
        told = settings_told(in_force, home_typed=home is not None)
        unknown = unknown_settings(in_force, needed(in_force))
        file = env_file(in_force.home)
    if as_json:
        print_json(
            {
                "settings": [vars(one) for one in told],
                "unknown": [vars(one) for one in unknown],
                "file": {"path": str(file), "exists": file.exists()},
            }
        )
        return MADE
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Setting", "Value", "Source"):
        rows.add_column(name, overflow="fold", no_wrap=name != "Value")
    for one in told:
        is_set = one.source != "default"
        rows.add_row(one.name, plain(one.value or "–"), one.source, style="" if is_set else "dim")
    out.print(rows, highlight=False)
    line(f"The file is {file}{'' if file.exists() else ', which is not there'}.")
    for each in unknown:
        line(f"! {plain(each.name)} ({each.source}) is no setting: {each.advice}.".replace("?.", "?"))
    return MADE
