"""Which home and settings a command works with, checked before anything is started."""

from __future__ import annotations

from pathlib import Path

from infra.embedded.keys import private_folder
from infra.embedded.servers import TemporalServer
from infra.errors import SettingsError
from infra.settings import Settings
from infra.temporal import configured_address
from starter.errors import NoSuchFilm

# The server makes a URI of the path as it stands, in which these mean something else: it would write
# another file than it looks for at its next start.
_ODD = frozenset("#?%")


def settings_for(home: Path | None, film_id: str | None = None) -> Settings:
    """The settings in force; the home exists then, and can be written.

    With `film_id`, of a command about a film that must be there: raises `NoSuchFilm` where no film was ever
    made in that home, without starting anything.
    """
    if film_id is not None and not film_id.strip():
        raise NoSuchFilm("A film's id is not empty; `reel make` prints it.")
    try:
        settings = Settings.load(home)
        address = configured_address()
        if film_id is not None and address is None and not TemporalServer(settings.home).data.exists():
            raise NoSuchFilm(f"There is no film {film_id}: none was ever made in {settings.home}.")
        if address is None and (odd := _ODD & set(str(settings.home))):
            raise SettingsError(
                f"The data directory {settings.home} cannot be used: Temporal's database takes no path "
                f"with {' or '.join(sorted(odd))} in it. Name another with --home or REEL_HOME."
            )
        private_folder(settings.home)
        private_folder(settings.logs)
    except OSError as error:
        raise SettingsError(
            f"The data directory {error.filename} cannot be used: {error.strerror}"
        ) from error
    except (RuntimeError, ValueError) as error:
        # A home such as ~nobody-here, or a Temporal configuration file that is none.
        raise SettingsError(f"The settings cannot be used: {error}") from error
    return settings
