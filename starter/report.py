"""What a person reads when a film has ended, and the same as JSON for a program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from starter.live import STANDINS, plain
from workflows.film import BeatResult, VideoResult
from workflows.studio import usd

if TYPE_CHECKING:
    # A slow import, for commands that make no film.
    from starter.making import Ending

#: One wrong field: `field`, `problem`, `suggestion`.
Fields = list[dict[str, Any]]

_MUSIC = {"included": "with music", "left_out": "without music", "failed": "without music (it failed)"}
_KEPT = "What is finished is kept: the same command goes on from there."


def page_is_gone(console: Console, page: str) -> None:
    """Said where the Web UI has ended with the command that showed its link."""
    _say(
        console, Text(f"{plain(page)} is served while `reel up` runs, at the address that it prints.", "dim")
    )


def finished(console: Console, result: VideoResult, path: Path, standins: bool) -> None:
    """Path, which cut it is, frames, duration, cost, what was found instead of made, and what would fill
    every placeholder."""
    if result.status == "stopped":
        _say(console, Text.assemble(("Stopped. ", "yellow"), _KEPT))
    _say(console, Text(plain(path), style="bold green" if result.whole else "bold yellow"))
    _say(
        console,
        f"{_cut(result)}{result.frames} frames · {result.fps} fps · {result.width}×{result.height} · "
        f"{result.duration_s:g} s · {_MUSIC[result.music]}",
    )
    _say(console, f"{_cost(result)} · {_made(result)}")
    _placeholders(console, result)
    for warning in (*result.warnings, *([STANDINS] if standins else [])):
        _say(console, Text.assemble(("! ", "yellow"), plain(warning)))


def stopped(console: Console, result: VideoResult, standins: bool) -> None:
    _say(console, Text.assemble(("Stopped. ", "yellow"), _KEPT))
    _say(console, f"{_cost(result)} · {_made(result)}" if result.spent_usd else _made(result))
    if standins:
        _say(console, Text.assemble(("! ", "yellow"), STANDINS))


def as_json(ending: Ending) -> dict[str, Any]:
    """One object: the film's id, its file (absolute), its page in the Web UI, whether stand-ins sold what it
    is made of, and the whole result."""
    return {
        "id": ending.film_id,
        "path": str(ending.path.absolute()) if ending.path else None,
        "web_ui": ending.page,
        "standins": ending.standins,
        **ending.result.model_dump(mode="json"),
    }


def failure_json(kind: str, message: str, fields: Fields, status: str = "failed") -> dict[str, Any]:
    return {"status": status, "error": {"type": kind, "message": message, "fields": fields}}


def problems(console: Console, fields: Fields, message: str) -> None:
    """Every wrong field with what to do about it; the message alone where it is not about fields."""
    if not fields:
        _say(console, Text(message, style="red"))
    for field in fields:
        place = (f"{plain(field['field'])}: ", "red") if field["field"] else ""
        _say(console, Text.assemble(place, plain(field["problem"])))
        if field.get("suggestion"):
            _say(console, f"    {plain(field['suggestion'])}")


def _cut(result: VideoResult) -> str:
    """Which cut, and how much of it is as it was asked for; nothing of what an earlier release delivered."""
    if result.cut is None:
        return ""
    if result.whole:
        return f"cut {result.cut}, whole · "
    shots = len(result.beats)
    left = sum(shot.placeholder for shot in result.beats)
    return f"cut {result.cut}, partial: {shots - left} of {shots} shots as asked · "


def _placeholders(console: Console, result: VideoResult) -> None:
    """With their reason and with what fills them; those of one reason together."""
    told: dict[str, list[BeatResult]] = {}
    for shot in result.beats:
        if shot.placeholder:
            told.setdefault(f"{shot.shows}, not {shot.wanted}: {shot.why}", []).append(shot)
    for why, shots in told.items():
        shows = "shows" if len(shots) == 1 else "show"
        said = f"{', '.join(shot.id for shot in shots)} {shows} {why}"
        _say(console, Text.assemble(("▫ ", "yellow"), plain(said)))
        for fill in dict.fromkeys(shot.fill for shot in shots if shot.fill):
            _say(console, Text(f"  {plain(fill)}", style="yellow"))


def _cost(result: VideoResult) -> str:
    """What this run paid; a job that was cancelled may be charged, and counts until its provider says."""
    before, corrected = result.spent_usd - result.cost_usd, result.corrected_usd
    said = [f"and {usd(before)} before"] if before or corrected else []
    if corrected:
        said.append(f"{usd(abs(corrected))} {'more' if corrected > 0 else 'less'} than it counted then")
    return f"cost {usd(result.cost_usd)}" + (f" ({', '.join(said)})" if said else "")


def _made(result: VideoResult) -> str:
    steps = "step" if result.made == 1 else "steps"
    return f"{result.made} {steps} made, {result.reused} found finished"


def _say(console: Console, text: Text | str) -> None:
    # As Text, so that no markup is read into anybody's words.
    console.print(Text(text) if isinstance(text, str) else text, highlight=False, soft_wrap=True)
