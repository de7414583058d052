"""Which home and settings a command works with, checked before anything is started."""

from __future__ import annotations

from pathlib import Path

from infra.embedded import PostgresServer, StandinServer, TemporalServer
from infra.errors import SettingsError
from infra.private import private_folder
from infra.settings import Settings
from infra.temporal import configured_address
from starter.errors import NoSuchFilm

# The server makes a URI of the path as it stands, in which these mean something else: it would write
# another file than it looks for at its next start.
_ODD = frozenset("#?%")


def check_sellers(settings: Settings, sells: bool) -> None:
    """What a stand-in made is found in its home's ledger, and would pass for bought; `sells` says whether a
    real provider is at hand. Raises `SettingsError` where the two would share an embedded ledger."""
    if settings.database_url is not None:
        return
    begun = (settings.home / PostgresServer.name).exists()
    stood_in = (settings.home / StandinServer.name).exists()
    if settings.standins and begun and not stood_in:
        raise SettingsError(
            f"{settings.home} was begun without stand-ins, and what they make would pass for bought there. "
            "Name a home of their own with --home."
        )
    if sells and stood_in and not settings.standins:
        raise SettingsError(
            f"{settings.home} holds what stand-ins made, which would pass for bought. Name another home with "
            "--home, or set REEL_STANDINS=1."
        )


def stands_in(settings: Settings) -> bool:
    """Whether stand-ins make and bill what is paid for here, now or when it was made."""
    stood_in = settings.database_url is None and (settings.home / StandinServer.name).exists()
    return settings.standins or stood_in


def _check_faults(settings: Settings) -> None:
    if not (settings.standins and settings.standins_faults):
        return
    # As slow an import as the stand-ins themselves.
    from infra.standins import Faults

    try:
        Faults.rates_of(settings.standins_faults)
    except ValueError as error:
        raise SettingsError(
            f"REEL_STANDINS_FAULTS cannot be used ({error}): write lively, or rates such as "
            "submit:drop_after=0.02,poll:503=0.05."
        ) from error


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
        _check_faults(settings)
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
