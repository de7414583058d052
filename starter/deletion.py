"""`reel delete`: deletes what nothing else needs of a production that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.columns import in_columns
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AnyId, AsJson, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run
from workflows.studio import usd

if TYPE_CHECKING:
    from workflows.upkeep import Deleted

app = typer.Typer()
_MB = 1_000_000


@app.command(epilog="Example: reel delete film-ceramic-coffee-mug-3f9a2c --keep-cuts --dry-run")
def delete(
    film: AnyId,
    keep_cuts: Annotated[
        bool, typer.Option("--keep-cuts", help="Leave what was delivered; only what it was made from goes.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would go and what would stay; delete nothing.")
    ] = False,
    after_restore: Annotated[
        bool,
        typer.Option(
            "--after-restore",
            help="What was begun since the database's backup has begun again: delete again.",
        ),
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Delete what nothing else needs of a production that has ended; what it cost stays in the ledger."""
    how = {"keep_cuts": keep_cuts, "dry_run": dry_run, "after_restore": after_restore}
    run(lambda: _delete(home, film, how, as_json), as_json)


async def _delete(home: str | None, id: str, how: dict[str, bool], as_json: bool) -> int:
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            deleted = await session.delete(id, **how)
    if as_json:
        print_json({**deleted.model_dump(mode="json"), "again_usd": str(deleted.again_usd)})
    else:
        _print(deleted)
    return MADE


def _print(deleted: Deleted) -> None:
    verb = "would go" if deleted.dry_run else "gone"
    rows: list[tuple[str, Any, str]] = [
        *((verb, one, f"{usd(one.paid_usd)} paid" if one.paid_usd else "") for one in deleted.gone),
        *(("stays", one, one.why) for one in deleted.stays),
    ]
    if deleted.before and not deleted.gone:
        line(f"{deleted.production} was deleted already: nothing more of it goes.")
    elif not rows:
        line(f"Nothing is left of {deleted.production}.")
    if not rows:
        return
    told = {
        "": [word for word, _, _ in rows],
        "What": [one.what for _, one, _ in rows],
        "Files": [str(one.count) for _, one, _ in rows],
        "MB": [f"{one.bytes / _MB:.1f}" for _, one, _ in rows],
        "Why": [plain(why) for _, _, why in rows],
    }
    out.print(in_columns(told, folded=("Why",), right=("Files", "MB")), highlight=False)
    if deleted.again_usd:
        what = "would go" if deleted.dry_run else "is gone"
        line(f"Begun again, it buys again what {what}: {usd(deleted.again_usd)} were paid for that.")
