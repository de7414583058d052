"""The typed client of films:

    films = Films(await connect())
    film = await films.start(VideoRequest(prompt="A 15 second film about a ceramic coffee mug"))
    print(await film.result())

It needs no worker's dependencies. Every other language does the same with its own Temporal client: start
`VideoWorkflow` on the task queue `reel` with one JSON object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from shlex import quote
from typing import Any, Literal

from temporalio.client import Client

from infra.errors import Unreachable
from starter.errors import (
    Away,
    CannotUpgrade,
    FilmEnded,
    FilmFailed,
    InDoubt,
    InvalidAnswer,
    NoAnswer,
    NoSuchFilm,
    NoSuchShot,
    NoSuchVersion,
    NotDone,
    NotPlanned,
    NotWaiting,
)
from starter.productions import Productions, request_of
from starter.run import Run
from workflows.batch import BATCH
from workflows.film import FILM, VideoRequest, VideoResult
from workflows.pipeline import PIPELINE
from workflows.studio import Production, differences

__all__ = [
    "Away",
    "CannotUpgrade",
    "Directed",
    "Film",
    "FilmEnded",
    "FilmFailed",
    "Films",
    "InDoubt",
    "InvalidAnswer",
    "NoAnswer",
    "NoSuchFilm",
    "NoSuchShot",
    "NoSuchVersion",
    "NotDone",
    "NotPlanned",
    "NotWaiting",
    "Unreachable",
    "differences",
]


@dataclass(frozen=True)
class Film(Run[VideoResult]):
    """One run of `VideoWorkflow`. `started` is False where it was running already."""

    production: Production[Any, VideoResult] = FILM
    productions: Productions = field(kw_only=True)

    @classmethod
    def of(cls, run: Run[VideoResult], productions: Productions) -> Film:
        return cls(run.id, run.started, run.handle, productions=productions)

    # ---- directing -------------------------------------------------------------------------------

    async def retake(
        self, shot: str | None = None, chunk: int | None = None, words: str = "", sheet: str | None = None
    ) -> Directed:
        """Another take: of a shot, or of a chunk of it, from 1, and those after it, with `words` as a
        note beside its own; of the `sheet` that was drawn of somebody, by name, and of all that shows it;
        without either of the whole film, by another plan."""
        said = {"shot": shot, "chunk": chunk, "words": words, "sheet": sheet}
        return await self._directed("retake", {name: each for name, each in said.items() if each})

    async def use(self, shot: str, version: str) -> Directed:
        """Shows a finished version, such as `draft-1`, or the newest of a rung, such as `animatic`. Of
        that shot nothing is bought."""
        return await self._directed("use", {"shot": shot, "version": version})

    async def use_plan(self, plan: int) -> Directed:
        """Goes back to an earlier plan, by its number from 1, as it was left. Nothing that it lacks is bought
        before somebody asks for it."""
        return await self._directed("use", {"plan": plan})

    async def upgrade(
        self,
        shots: Sequence[str] = (),
        profile: Literal["draft", "final"] = "draft",
        spend_usd: Decimal | None = None,
    ) -> Directed:
        """These shots, by default all, on a higher rung; or as many as an amount pays for."""
        said: dict[str, object] = {"shots": list(shots), "profile": profile}
        return await self._directed(
            "upgrade", said | ({} if spend_usd is None else {"spend_usd": str(spend_usd)})
        )

    async def approve(self, shots: Sequence[str] = ()) -> Directed:
        """These shots, by default all, go on after a review.

        All five work while it runs, while it waits and after it has ended: then they begin another run,
        which makes what is wanted and not there. Shots are named by their ids, or by their numbers. Raise
        `NoSuchShot`, `NoSuchVersion`, `CannotUpgrade`, `NotPlanned`, `NotWaiting`, `InvalidAnswer`,
        `NotDone`, `NoSuchFilm`, `InDoubt`, `Unreachable`.
        """
        return await self._directed("approve", {"shots": list(shots)})

    async def budget(self, usd: Decimal) -> Directed:
        """What the film may cost in all, as `set_budget`; what it ended without for want of money, another
        run makes. Raises what these raise, `FilmEnded` where it lacked none, `NoAnswer`."""
        return await self._directed("set_budget", {"usd": str(usd)})

    async def _directed(self, name: str, value: Mapping[str, object]) -> Directed:
        words, run = await self.productions.ask(self, name, value)
        return Directed(words, Film.of(run, self.productions))


@dataclass(frozen=True)
class Directed:
    """What became of a person's decision: in words, and the run that makes it. `film.started` says that it
    began one, because the film had ended."""

    words: str
    film: Film


class Films:
    """All films of one Temporal namespace."""

    def __init__(self, client: Client) -> None:
        self._productions = Productions(client)

    async def start(self, request: VideoRequest, id: str | None = None) -> Film:
        """Starts the film, or attaches to it where it runs; its id follows from the request, and is the
        film's alone. Under an `id` of your own it attaches to whatever film runs there.

        Starting one that has ended begins a new run, which pays for nothing that is finished. Raises
        `Unreachable`.
        """
        return Film.of(await self._productions.start(FILM, request, id), self._productions)

    def film(self, id: str) -> Film:
        """The latest run of this id; asks nothing of the server yet."""
        return Film.of(self._productions.run(FILM, id), self._productions)

    async def request_of(self, film: Film) -> VideoRequest | None:
        """What a running film was asked for; None where it was started with something else."""
        request: VideoRequest | None = await request_of(film)
        return request


def check_film(run: Run[Any]) -> None:
    """Raises `NoSuchFilm` for a batch or a pipeline, with what to do instead."""
    if run.production is PIPELINE:
        raise NoSuchFilm(
            f"{run.id} is a pipeline, and no film: `reel report {quote(run.id)}` writes a page of it, and "
            f"`reel retake {quote(run.id)} STEP` makes a step anew, and what follows from it; or change its "
            "file (a model, a take, words), and `reel run` that."
        )
    if run.production is BATCH:
        raise NoSuchFilm(
            f"{run.id} is a batch, and no film: name one of its items, as `reel batch results "
            f"{quote(run.id)}` lists them; `reel batch --help` tells what is done with a batch."
        )


async def film_request(run: Run[Any], to_be: str) -> VideoRequest:
    """What a film was asked for that is `to_be` forked, reviewed or directed. Raises `NoSuchFilm` where it is
    another kind of production, was started with something else, or its history has expired; `Unreachable`."""
    check_film(run)
    request = await request_of(run)
    if not isinstance(request, VideoRequest):
        raise NoSuchFilm(f"{run.id} cannot be {to_be}: it was not started with a film's request.")
    return request
