"""What no film can be made of here, told before it is started: models without keys, images from nowhere."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from temporalio.client import WorkflowExecutionStatus

from activities.film import FilmStudio, unheard_length
from activities.models import Miscast, cast, catalogue_of, hosted
from infra.embedded import PostgresServer
from infra.settings import Settings
from infra.temporal import configured_address
from starter.errors import NoSuchFilm
from starter.session import Session
from workflows.film import VideoRequest, is_paid
from workflows.studio import InvalidRequest


def check_cast(request: VideoRequest, settings: Settings) -> None:
    """Raises `InvalidRequest` for models that cannot make the film here. Where Temporal is somebody else's,
    its workers have the keys, and they say so. So they do of a profile's models where films have been made
    before: one of them keeps those of then."""
    if configured_address() is not None or not is_paid(request):
        return
    try:
        catalogue, today = catalogue_of(settings), datetime.now(UTC).date()
        # What a film has bought from is in the ledger alone: whether a retired model may go on, workers say.
        retired = [one.id for one in catalogue.models.values() if one.retired(today)]
        cast(request, catalogue, hosted(settings), today, retired)
    except Miscast as error:
        named = {f"models.{role}" for role in request.models.model_dump(exclude_none=True)}
        fields = [field for field in error.fields if _is_new(settings) or field.field in named]
        if fields:
            raise InvalidRequest(fields) from error


def check_length(request: VideoRequest, settings: Settings) -> None:
    """Raises `InvalidRequest` for a length that only planning can read and no film has. Where films have been
    made before, this may be one of them, which keeps its plan: planning looks, and refuses the others."""
    if configured_address() is None and _is_new(settings) and (problem := unheard_length(request)):
        raise InvalidRequest([problem])


def _is_new(settings: Settings) -> bool:
    """Whether nothing was ever made in this home."""
    return settings.database_url is None and not (settings.home / PostgresServer.name).exists()


async def check_film(session: Session, request: VideoRequest, film_id: str) -> None:
    """Raises `InvalidRequest` for what the film would fail of at its first step. Says nothing where other
    processes work on films as well, who may have other keys, and nothing of a film that runs already."""
    if not (session.stack.temporal_embedded and session.stack.alone):
        return
    with suppress(NoSuchFilm):
        if (await session.films.film(film_id).describe()).status == WorkflowExecutionStatus.RUNNING:
            return
    problems = await session.studio.references.unreachable(request)
    try:
        if is_paid(request):
            studio = FilmStudio.of(session.studio)
            await studio.keeping.cast(film_id, request, studio.providers)
    except Miscast as error:
        problems.extend(error.fields)
    if problems:
        raise InvalidRequest(problems)
