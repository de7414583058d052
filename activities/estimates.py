"""How every kind of production is priced. Who asks what one would cost looks here, and at no wing."""

from __future__ import annotations

from collections.abc import Mapping

from activities.batch import Admission
from activities.film import estimated
from activities.pipeline import estimated_pipeline
from activities.studio import Estimate, Estimator, Studio
from workflows.batch import BATCH, BatchRequest
from workflows.film import FILM, VideoRequest
from workflows.pipeline import PIPELINE, PipelineRequest
from workflows.studio import InvalidRequest


async def _film(
    studio: Studio, request: VideoRequest, id: str, former: VideoRequest | None = None
) -> Estimate:
    # The address of an image is asked for its name alone: what is there may be gone when the film is made.
    if problems := await studio.references.unreachable(request):
        raise InvalidRequest(problems)
    return await estimated(studio, request, id, former)


async def _batch(studio: Studio, request: BatchRequest, id: str, former: object = None) -> Estimate:
    budget = BATCH.budget_of(request, await studio.accounts.account(id))
    return await Admission(studio, ESTIMATES).estimated(request, budget)


async def _pipeline(studio: Studio, request: PipelineRequest, id: str, former: object = None) -> Estimate:
    return await estimated_pipeline(studio, request, id)


#: By the registered name of the workflow, as in `workflows.productions`.
ESTIMATES: Mapping[str, Estimator] = {
    FILM.workflow: _film,
    BATCH.workflow: _batch,
    PIPELINE.workflow: _pipeline,
}
