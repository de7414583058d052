"""The studio as Nexus services: what another team's workflow, in a namespace of its own, asks of it.

A caller imports this module, which needs nothing but Pydantic, the Temporal SDK and nexusrpc:

    studio = workflow.create_nexus_client(service=ReelFilms, endpoint=ENDPOINT)
    result = await studio.execute_operation(ReelFilms.make, VideoRequest(prompt="…"))

Inputs and outputs are plain JSON, so that a caller in any language may name service and operations itself.
"""

from __future__ import annotations

from typing import Annotated

import nexusrpc
from pydantic import Field
from temporalio.exceptions import ApplicationError

from workflows.batch import BatchProgress, BatchRequest, BatchResult, Selection
from workflows.film import Approve, Retake, Upgrade, Use, VideoRequest, VideoResult
from workflows.pipeline import Approval, PipelineRequest, PipelineResult, RetakeStep, UseTake
from workflows.studio import Asked, Decision, Facts, Progress, SetBudget, Text

#: Under which an endpoint is created for it, where nobody has chosen another name.
ENDPOINT = "reel"
SERVICE, PIPELINES, BATCHES = "reel.films", "reel.pipelines", "reel.batches"

#: One by the id of its workflow. Temporal refuses ids over 1,000 bytes.
FilmId = Annotated[Text, Field(min_length=1, max_length=1000)]
#: What the SDK calls the failure that it puts around the one that says something.
_WRAPPED = "OperationError"


class OfFilm(Asked):
    """Which film is meant: that of which `make`, or whoever started it otherwise, knows the id."""

    film: FilmId


class BudgetOf(OfFilm, SetBudget):
    """What `set_budget` takes."""


class StepOf(OfFilm, Decision):
    """What `accept_risk` and `give_up` take."""


class RetakeOf(OfFilm, Retake):
    """What `retake` takes."""


class UseOf(OfFilm, Use):
    """What `use` takes."""


class UpgradeOf(OfFilm, Upgrade):
    """What `upgrade` takes."""


class ApprovalOf(OfFilm, Approve):
    """What `approve` takes."""


class OfPipeline(Asked):
    """Which pipeline is meant, as `OfFilm`."""

    pipeline: FilmId


class BudgetOfPipeline(OfPipeline, SetBudget):
    """What `set_budget` takes."""


class StepOfPipeline(OfPipeline, Decision):
    """What `accept_risk` and `give_up` take."""


class ApprovalOfPipeline(OfPipeline, Approval):
    """What `approve` takes."""


class RetakeOfPipeline(OfPipeline, RetakeStep):
    """What `retake` takes."""


class UseOfPipeline(OfPipeline, UseTake):
    """What `use` takes."""


class OfBatch(Asked):
    """Which batch is meant, as `OfFilm`."""

    batch: FilmId


class BudgetOfBatch(OfBatch, SetBudget):
    """What `set_budget` takes."""


class StepOfBatch(OfBatch, Decision):
    """What `accept_risk` and `give_up` take."""


class ItemsOfBatch(OfBatch, Selection):
    """What `approve` and `retry` take."""


class Decided(Facts):
    """What became of a decision about a film, a pipeline or a batch."""

    words: str = Field(description="One sentence.")
    begun: bool = Field(
        default=False,
        description="Whether it began another run, because the film had ended: `make`, or `run`, with the "
        "same request attaches to it, and tells its result.",
    )


class Found(Facts):
    """Which production a request is for, and whether to ask for it would attach to what runs."""

    id: str = Field(description="By which everything else is asked of it.")
    runs: bool = Field(default=False, description="Whether it runs by now.")
    differs: tuple[str, ...] = Field(
        default=(),
        description="The fields in which the request differs from that of what runs, by which it is made. "
        "`set_budget` changes its budget; the same request again, once it has ended, all else.",
    )


@nexusrpc.service(name=SERVICE)
class ReelFilms:
    """`make` is durable: it lasts as long as its film, and outlives both sides' workers. Its result is the
    film's, also of one that was stopped, which says so. It attaches where the film runs already. To cancel it
    cancels the film, whoever else waits for that: what is finished is kept, and delivered as its best cut.

    All others answer at once, also of films that nobody started by Nexus. `find` tells the film of a request,
    and how that differs from what runs, of which `make` says nothing. `retake`, `use`, `upgrade` and
    `approve` begin another run of a film that has ended, and `set_budget` does where it was left for want of
    money.

    A failure is an `ApplicationError` with the type that every client sees: `InvalidRequest` with every
    wrong field in its details, that of the step that failed, `NoSuchFilm`, `FilmEnded`, `InDoubt`,
    `NotWaiting`, `InvalidAnswer`, `NoSuchShot`, `NoSuchVersion`, `CannotUpgrade`, `NotPlanned`. `failure_of`
    finds it.
    """

    make: nexusrpc.Operation[VideoRequest, VideoResult]
    find: nexusrpc.Operation[VideoRequest, Found]
    progress: nexusrpc.Operation[OfFilm, Progress]
    pause: nexusrpc.Operation[OfFilm, None]
    resume: nexusrpc.Operation[OfFilm, None]
    stop: nexusrpc.Operation[OfFilm, None]
    set_budget: nexusrpc.Operation[BudgetOf, Decided]
    accept_risk: nexusrpc.Operation[StepOf, Decided]
    give_up: nexusrpc.Operation[StepOf, Decided]
    retake: nexusrpc.Operation[RetakeOf, Decided]
    use: nexusrpc.Operation[UseOf, Decided]
    upgrade: nexusrpc.Operation[UpgradeOf, Decided]
    approve: nexusrpc.Operation[ApprovalOf, Decided]


@nexusrpc.service(name=PIPELINES)
class ReelPipelines:
    """`run` is for a pipeline what `make` is for a film: durable, it attaches where the same one runs, and to
    cancel it cancels the pipeline. What it was told lasts: what is finished is found by the next `run`.

    All others answer at once. `retake` and `use` begin another run of a pipeline that has ended; in all else
    it goes on by `run`, with the same request or with a changed one. Failures are those of films,
    `NoSuchFilm` and `FilmEnded` too.
    """

    run: nexusrpc.Operation[PipelineRequest, PipelineResult]
    find: nexusrpc.Operation[PipelineRequest, Found]
    progress: nexusrpc.Operation[OfPipeline, Progress]
    pause: nexusrpc.Operation[OfPipeline, None]
    resume: nexusrpc.Operation[OfPipeline, None]
    stop: nexusrpc.Operation[OfPipeline, None]
    set_budget: nexusrpc.Operation[BudgetOfPipeline, Decided]
    accept_risk: nexusrpc.Operation[StepOfPipeline, Decided]
    give_up: nexusrpc.Operation[StepOfPipeline, Decided]
    approve: nexusrpc.Operation[ApprovalOfPipeline, Decided]
    retake: nexusrpc.Operation[RetakeOfPipeline, Decided]
    use: nexusrpc.Operation[UseOfPipeline, Decided]


@nexusrpc.service(name=BATCHES)
class ReelBatches:
    """`run` is for a batch, of films or of pipelines, what `make` is for a film; its items are found and
    directed as what they are, by their own ids.

    `approve` and `retry` begin another run of a batch that has ended where any of its items waits for that,
    and `set_budget` does where one was over budget. Failures are those of films.
    """

    run: nexusrpc.Operation[BatchRequest, BatchResult]
    find: nexusrpc.Operation[BatchRequest, Found]
    progress: nexusrpc.Operation[OfBatch, BatchProgress]
    pause: nexusrpc.Operation[OfBatch, None]
    resume: nexusrpc.Operation[OfBatch, None]
    stop: nexusrpc.Operation[OfBatch, None]
    set_budget: nexusrpc.Operation[BudgetOfBatch, Decided]
    accept_risk: nexusrpc.Operation[StepOfBatch, Decided]
    give_up: nexusrpc.Operation[StepOfBatch, Decided]
    approve: nexusrpc.Operation[ItemsOfBatch, Decided]
    retry: nexusrpc.Operation[ItemsOfBatch, Decided]


#: All that callers are told of.
SERVICES = (ReelFilms, ReelPipelines, ReelBatches)


def failure_of(error: BaseException | None) -> ApplicationError | None:
    """What the studio says of a failed operation: of a `NexusOperationError`, the failure in it that has a
    type; None where it was cancelled, ran out of time, or never reached the studio."""
    while error is not None:
        if isinstance(error, ApplicationError) and error.type != _WRAPPED:
            return error
        error = error.__cause__
    return None
