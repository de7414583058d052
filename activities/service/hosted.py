"""Knows all services that there are."""

from __future__ import annotations

from activities.service.batches import BatchService
from activities.service.films import FilmService
from activities.service.pipelines import PipelineService
from activities.service.steered import Steered


def services() -> list[Steered]:
    """One of each, for one worker; they keep nothing."""
    return [FilmService(), PipelineService(), BatchService()]
