"""`reel versions`: every version of every shot of a film, how each stands, and where it can be watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

import typer
from rich.text import Text

from starter.columns import Columns, in_columns
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Directable, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run
from starter.waits import fills_of
from workflows.film import FILM
from workflows.pipeline import PIPELINE
from workflows.studio import KeptEnds, Progress, RowProgress, VersionProgress, usd

app = typer.Typer()
#: Makes a link of an object's key and the name under which a browser saves it.
Link = Callable[[str, str], str]
#: Under which name the rows stand in JSON.
_LISTED = {FILM.row: "shots", PIPELINE.row: "steps"}
#: Of words that are only told to place others.
_LINE = 80


@app.command()
def versions(film: Directable, home: Home = None, as_json: AsJson = False) -> None:
    """List the versions of every shot of a film, or step of a pipeline, with links to their pictures."""
    run(lambda: _versions(home, film, as_json), as_json)


async def _versions(home: str | None, id: str, as_json: bool) -> int:
    with interruptible():
        from starter.deleted import as_there, is_deleted
        from starter.errors import GONE
        from starter.films import check_film
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            run = await session.productions.find(id)
            kind = run.production
            if kind.row not in _LISTED:
                check_film(run)
            progress = await as_there(session, await session.progress(run))
            gone = await is_deleted(session, run, progress)
            store = (await session.open_studio()).store

            def link(object: str, name: str) -> str:
                # What a step has made may be a picture, or words: its object knows.
                return store.presign(object, filename=name if kind is FILM else None)

            told = [_row(number, row, link) for number, row in enumerate(progress.beats, 1)]
            ends = session.ends_servers
    if as_json:
        account = {
            "spent_usd": str(progress.spent_usd),
            "beside_usd": progress.model_dump(mode="json")["beside_usd"],
        }
        plans = {"plan": progress.plan, "plans": progress.plans}
        cut = {"cut": progress.cut, "video": progress.delivered}
        print_json({"id": id, **plans, **cut, **account, _LISTED[kind.row]: told, "deleted": gone})
    else:
        _print(id, progress, told, ends, kind.noun)
        if gone:
            line(f"What it delivered {GONE}")
    return MADE


def _row(number: int, row: RowProgress, link: Link) -> dict[str, Any]:
    """A shot for a program; links end after an hour."""
    return {
        "number": number,
        "id": row.id,
        "why": row.why,
        "fill": row.fill,
        "versions": [
            {
                **one.model_dump(mode="json"),
                "link": link(one.object, f"{row.id}-{one.name}{_ending(one.object)}") if one.object else None,
            }
            for one in row.versions
        ],
    }


def _ending(object: str) -> str:
    """Of a file's name; all of a film are videos."""
    return PurePosixPath(object).suffix or ".mp4"


def _print(id: str, progress: Progress, told: list[dict[str, Any]], ends: bool, noun: str = "film") -> None:
    if not progress.beats:
        line(f"{id} has no plan yet.")
        return
    out.print(table_of(progress, "Shot" if noun == FILM.noun else "Step"), highlight=False)
    for text in _below(id, progress, told, ends, noun):
        # A link that is broken into lines is none.
        line(text)


def table_of(progress: Progress, row_name: str = "Shot") -> Columns:
    """A line or more for each version, the row's name on its first."""
    every = [(number, row, one) for number, row in enumerate(progress.beats, 1) for one in row.versions]
    told: dict[str, list[str] | list[Text]] = {
        "": [str(number) if one is row.versions[0] else "" for number, row, one in every],
        row_name: [row.id if one is row.versions[0] else "" for _, row, one in every],
        "Version": [one.name for _, _, one in every],
        "State": [Text(_state(one)) for _, _, one in every],
        "Models": [Text("\n".join(map(plain, one.models))) for _, _, one in every],
        "Price": [Text(one.price("\n")) for _, _, one in every],
        "Seams": [" ".join(f"{score:.2f}" for score in one.seams) for _, _, one in every],
        "Ends": [" ".join(map(_ends, one.ends)) for _, _, one in every],
        "Why": [one.why for _, _, one in every],
        "Words": [Text(said_of(one, row.words)) for _, row, one in every],
    }
    # A model's id is copied: of all that can give way it is the last.
    below = ("Words", "Why", "Ends", "Seams", "Models")
    return in_columns(told, folded=below, right=("Price",), below=below)


def _ends(kept: KeptEnds) -> str:
    return "→".join("" if like is None else f"{like:.2f}" for like in (kept.first, kept.last))


def _state(one: VersionProgress) -> str:
    marks = [mark for mark, holds in (("shown", one.shown), ("wanted", one.wanted)) if holds]
    return "\n".join([one.state, *marks])


def said_of(one: VersionProgress, planned: str) -> str:
    """What a person said of a version; a note stands below the plan's words, which it was told beside."""
    own = planned if len(planned) <= _LINE else f"{planned[: _LINE - 1]}…"
    return "\n".join(filter(None, (plain(own), f"+ {plain(one.words)}"))) if one.note else plain(one.words)


def account_words(progress: Progress, noun: str = "film") -> str:
    """The account of what people call a `noun`: what these versions have cost, and what else was paid."""
    beside = [f"{usd(paid)} for {plain(what)}" for what, paid in progress.beside_usd.items()]
    versions = progress.spent_usd - sum(progress.beside_usd.values())
    return f"The {noun} has cost {usd(progress.spent_usd)}: " + ", ".join(
        [*([f"{usd(versions)} for these versions"] if versions else []), *beside]
    )


def plan_words(id: str, progress: Progress) -> Iterator[str]:
    """By which plan it is made, where there are others, and the command that goes back to the newest of
    those."""
    if others := [one for one in progress.plans if one != progress.plan]:
        known = ", ".join(map(str, others))
        yield f"Plan {progress.plan}; there is {known} too: reel use {id} --plan {others[-1]}"


def _below(id: str, progress: Progress, told: list[dict[str, Any]], ends: bool, noun: str) -> Iterator[str]:
    if progress.cut is not None:
        shots = f"{progress.as_asked} of {len(progress.beats)} shots"
        yield f"Cut {progress.cut}: {shots} show what was asked for."
    yield from plan_words(id, progress)
    if progress.spent_usd:
        yield account_words(progress, noun)
    yield from fills_of(progress)
    if ends:
        yield "Links to them: `--json`, while `reel up` runs."
        return
    for row in told:
        for one in row["versions"]:
            if one["link"]:
                yield f"{row['id']} {one['name']}  {one['link']}"
