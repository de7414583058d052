"""Pipelines as workflows: any chain of model calls, declared as steps."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.pipeline.checks import problems as problems
    from workflows.pipeline.contract import Approval as Approval
    from workflows.pipeline.contract import PipelineRequest as PipelineRequest
    from workflows.pipeline.contract import PipelineResult as PipelineResult
    from workflows.pipeline.contract import PipelineStep as PipelineStep
    from workflows.pipeline.contract import RetakeStep as RetakeStep
    from workflows.pipeline.contract import UseTake as UseTake
    from workflows.pipeline.deciding import DECIDE as DECIDE
    from workflows.pipeline.deciding import Decided as Decided
    from workflows.pipeline.direction import Decision as Decision
    from workflows.pipeline.direction import Direction as Direction
    from workflows.pipeline.direction import causes_of as causes_of
    from workflows.pipeline.direction import decisions as decisions
    from workflows.pipeline.direction import paid_for as paid_for
    from workflows.pipeline.direction import version_name as version_name
    from workflows.pipeline.graph import following as following
    from workflows.pipeline.graph import is_outside as is_outside
    from workflows.pipeline.graph import ordered as ordered
    from workflows.pipeline.kinds import KINDS as KINDS
    from workflows.pipeline.kinds import Kind as Kind
    from workflows.pipeline.kinds import Medium as Medium
    from workflows.pipeline.kinds import Params as Params
    from workflows.pipeline.kinds import Takes as Takes
    from workflows.pipeline.kinds import is_foreign as is_foreign
    from workflows.pipeline.production import PIPELINE as PIPELINE
    from workflows.pipeline.step_facts import ANSWER as ANSWER
    from workflows.pipeline.step_facts import UNFIT as UNFIT
    from workflows.pipeline.step_facts import DeliveredPipeline as DeliveredPipeline
    from workflows.pipeline.step_facts import DeliverPipeline as DeliverPipeline
    from workflows.pipeline.step_facts import Given as Given
    from workflows.pipeline.step_facts import PlannedPipeline as PlannedPipeline
    from workflows.pipeline.step_facts import PlannedStep as PlannedStep
    from workflows.pipeline.step_facts import PlanPipeline as PlanPipeline
    from workflows.pipeline.step_facts import RunStep as RunStep
    from workflows.pipeline.variables import Value as Value
    from workflows.pipeline.variables import answers_in as answers_in
    from workflows.pipeline.variables import filled as filled
    from workflows.pipeline.variables import kept as kept
    from workflows.pipeline.variables import meant as meant
    from workflows.pipeline.variables import names_in as names_in
    from workflows.pipeline.variables import parts_of as parts_of
    from workflows.pipeline.workflow import PipelineWorkflow as PipelineWorkflow
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "contract": "Approval PipelineRequest PipelineResult PipelineStep RetakeStep UseTake",
            "deciding": "DECIDE Decided",
            "direction": "Decision Direction causes_of decisions paid_for version_name",
            "graph": "following is_outside ordered",
            "checks": "problems",
            "kinds": "KINDS Kind Medium Params Takes is_foreign",
            "production": "PIPELINE",
            "step_facts": (
                "ANSWER DeliverPipeline DeliveredPipeline Given PlanPipeline PlannedPipeline PlannedStep "
                "RunStep UNFIT"
            ),
            "variables": "Value answers_in filled kept meant names_in parts_of",
            "workflow": "PipelineWorkflow",
        },
    )
