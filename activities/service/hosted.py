"""Knows all services that there are."""

from __future__ import annotations

from activities.service.batches import BatchService
from activities.service.films import FilmService
from activities.service.pipelines import PipelineService
from activities.service.steered import Steered
from activities.studio import Studio

#: The class of each.
SERVED: tuple[type[Steered], ...] = (FilmService, PipelineService, BatchService)


def services(studio: Studio) -> list[Steered]:
    """One of each, for one worker; they keep nothing."""
    return [service(studio) for service in SERVED]
