"""The arguments that several commands share, and the settings that follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from infra.settings import Settings

Home = Annotated[Path | None, typer.Option(help="Data directory; else REEL_HOME, else your data folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, nothing else.")]
FilmId = Annotated[str, typer.Argument(help="The film's id, such as film-ceramic-coffee-mug-3f9a2c.")]
StepName = Annotated[str, typer.Argument(help="The step's name, such as chunk:hero_shot:2.")]


def settings_of(home: Path | None, film_id: str | None = None) -> Settings:
    """The settings in force. Raises `SettingsError`, and `NoSuchFilm` where no film was ever made there."""
    from starter.homes import settings_for

    return settings_for(home, film_id)
