"""A bulk from its request to its contact sheet: priced, or started, followed and looked at."""

from __future__ import annotations

from infra.settings import Settings
from starter.batch_file import AskedBatch
from starter.batch_following import begun
from starter.batch_following import priced as priced
from starter.batch_running import print_begun
from starter.batch_sheet import write
from starter.outcome import line


async def run(settings: Settings, file: AskedBatch, folder: str | None, as_json: bool) -> int:
    """Starts it, or attaches to it, and follows it to its end; then its contact sheet goes into the `folder`,
    with all that was made beside it. Returns the exit code. Raises what `batch_running.run` raises."""
    ended = await begun(settings, file, True, as_json)
    if folder is not None:
        page, _ = await write(settings, ended.batch.id, folder, saves=True)
        if not as_json:
            line(f"Sheet  {page}")
    return print_begun(ended, as_json)
