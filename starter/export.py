"""`reel export`: a cut for another editor, as OpenTimelineIO, FCP XML or EDL, with its media beside it."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.errors import NoSuchCut
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Cut, FilmId, Home, settings_of
from starter.outcome import MADE, line, print_json, run
from workflows.studio import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    # Slow imports, for commands that export nothing.
    from starter.exporting import Exported

app = typer.Typer()


def _file(kind: str) -> Any:
    return typer.Option(metavar="FILE", help=f"The cut as {kind}.")


@app.command(epilog="Example: reel export film-ceramic-coffee-mug-3f9a2c --otio mug.otio --xml mug.xml")
def export(
    film: FilmId,
    otio: Annotated[str | None, _file("OpenTimelineIO")] = None,
    xml: Annotated[str | None, _file("FCP XML")] = None,
    edl: Annotated[str | None, _file("an EDL, CMX 3600; without the sound")] = None,
    cut: Cut = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write the newest cut of a film for another editor, with a folder of its media beside the first FILE."""
    typed = {"otio": otio, "xml": xml, "edl": edl}
    named = {kind: file for kind, file in typed.items() if file is not None}
    run(lambda: _export(home, film, named, cut, as_json), as_json)


async def _export(home: str | None, id: str, named: dict[str, str], cut: int | None, as_json: bool) -> int:
    with interruptible():
        if not named:
            problem = FieldProblem(
                field="otio", problem="no file is named", suggestion="such as --otio cut.otio"
            )
            raise InvalidRequest((problem,))
        from activities.film import listed_cut
        from activities.storage import FactsUnreadable
        from starter import exporting
        from starter.delivered import delivered, open_bucket
        from starter.session import open_session

        # Before any server is started for it.
        places: Any = {kind: exporting.place_of(kind, file) for kind, file in named.items()}  # type: ignore[arg-type]
        async with open_session(settings_of(home, id)) as session, open_bucket(session) as store:
            found = await delivered(session, store, id, cut)
            if found.cut is None:
                instead = f"`reel save {quote(id)}` saves it as it is"
                raise NoSuchCut(
                    f"{found.object} is no cut of a film, and has no shots to be edited: {instead}."
                )
            try:
                listed = await listed_cut(await session.open_studio(), id, found.cut)
            except FactsUnreadable as error:
                raise NoSuchCut(f"{error}.") from error
            done = await exporting.export(listed, store, places)
    if as_json:
        print_json(_as_json(done))
    else:
        _print(done)
    return MADE


def _as_json(done: Exported) -> dict[str, Any]:
    cut, start, shots = done.cut, 0, []
    for shot in cut.shots:
        versions = [one.name for one in shot.versions]
        said = {"id": shot.id, "start": start, "frames": shot.frames, "dissolve": shot.fade}
        shots.append({**said, "shows": versions[0], "versions": versions, "joins": shot.versions[0].joins})
        start += shot.frames
    return {
        "id": cut.film,
        "cut": cut.number,
        "fps": cut.format.fps,
        "frames": cut.frames,
        "shots": shots,
        "files": [str(path.absolute()) for path in done.timelines],
        "media": str(done.media.absolute()),
    }


def _print(done: Exported) -> None:
    cut = done.cut
    for path in done.timelines:
        line(str(path))
    sound = "with the sound" if cut.sound else "without sound"
    shots = "1 shot" if len(cut.shots) == 1 else f"{len(cut.shots)} shots"
    length = f"{cut.frames} frames at {cut.format.fps} fps"
    line(f"cut {cut.number} of {plain(cut.film)}: {shots}, {length}, {sound}")
    line(f"media in {done.media}")
