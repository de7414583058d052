"""The arguments that several commands share, and the settings that follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from infra.settings import Settings

Home = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", help="Where data lives; else REEL_HOME, else your data folder."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, nothing else.")]
FilmId = Annotated[str, typer.Argument(help="The film's id, such as film-ceramic-coffee-mug-3f9a2c.")]
AnyId = Annotated[
    str, typer.Argument(help="Of a film, a pipeline or a batch, such as film-ceramic-coffee-mug-3f9a2c.")
]
Directable = Annotated[
    str, typer.Argument(help="Of a film or a pipeline, such as film-ceramic-coffee-mug-3f9a2c.")
]
FilmFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="A film's file, which is replaced, or a folder; default here."),
]
Cut = Annotated[
    int | None, typer.Option("--cut", metavar="N", min=1, help="The cut of that number; else the newest.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="SPAN", help="Only what is as new, such as 7d or 12h.")
]
StepName = Annotated[str, typer.Argument(help="The step's name, such as chunk:hero_shot:2.")]


def settings_of(home: str | None, film_id: str | None = None) -> Settings:
    """The settings in force. Raises `SettingsError`, and `NoSuchFilm` where no film was ever made there."""
    from infra.errors import SettingsError
    from starter.homes import settings_for

    if home is not None and not home.strip():
        # As a path it would mean the folder that happens to be the current one.
        raise SettingsError("--home is empty: name a folder, or leave it out.")
    return settings_for(Path(home) if home is not None else None, film_id)
