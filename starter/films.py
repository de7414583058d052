"""The typed client of films:

    films = Films(await connect())
    film = await films.start(VideoRequest(prompt="A 15 second film about a ceramic coffee mug"))
    print(await film.result())

It needs no worker's dependencies. Every other language does the same with its own Temporal client: start
`VideoWorkflow` on the task queue `reel` with one JSON object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temporalio.client import Client

from infra.errors import Unreachable
from starter.errors import (
    Away,
    FilmEnded,
    FilmFailed,
    InvalidAnswer,
    NoAnswer,
    NoSuchFilm,
    NotDone,
    NotWaiting,
)
from starter.productions import Productions, request_of
from starter.run import Run
from workflows.film import FILM, VideoRequest, VideoResult
from workflows.studio import Production

__all__ = [
    "Away",
    "Film",
    "FilmEnded",
    "FilmFailed",
    "Films",
    "InvalidAnswer",
    "NoAnswer",
    "NoSuchFilm",
    "NotDone",
    "NotWaiting",
    "Unreachable",
    "differences",
]


@dataclass(frozen=True)
class Film(Run[VideoResult]):
    """One run of `VideoWorkflow`. `started` is False where it was running already."""

    production: Production[Any, VideoResult] = FILM

    @classmethod
    def of(cls, run: Run[VideoResult]) -> Film:
        return cls(run.id, run.started, run.handle)


class Films:
    """All films of one Temporal namespace."""

    def __init__(self, client: Client) -> None:
        self._productions = Productions(client)

    async def start(self, request: VideoRequest, id: str | None = None) -> Film:
        """Starts the film, or attaches to it where it runs; its id follows from the request.

        Starting one that has ended begins a new run, which pays for nothing that is finished. Raises
        `Unreachable`.
        """
        return Film.of(await self._productions.start(FILM, request, id))

    def film(self, id: str) -> Film:
        """The latest run of this id; asks nothing of the server yet."""
        return Film.of(self._productions.run(FILM, id))

    async def request_of(self, film: Film) -> VideoRequest | None:
        """What a running film was asked for; None where it was started with something else."""
        request: VideoRequest | None = await request_of(film)
        return request


def differences(asked: VideoRequest, running: VideoRequest) -> tuple[str, ...]:
    """The fields in which a request differs from the film it was attached to. One that names no budget does
    not ask for another."""
    named = [
        name for name in VideoRequest.model_fields if name != "budget_usd" or asked.budget_usd is not None
    ]
    return tuple(name for name in named if getattr(asked, name) != getattr(running, name))
