"""The wing of pipelines: their steps and files, planned, done, priced and delivered."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.pipeline import stages as stages
    from activities.pipeline.estimate import estimated_pipeline as estimated_pipeline
    from activities.pipeline.estimate import estimated_pipeline_edit as estimated_pipeline_edit
    from activities.pipeline.estimate import refuse_pipeline_edit as refuse_pipeline_edit
    from activities.pipeline.kind_plugs import KindJob as KindJob
    from activities.pipeline.kind_plugs import OwnKind as OwnKind
    from activities.pipeline.kind_plugs import known_kinds as known_kinds
    from activities.pipeline.kind_plugs import own_kinds as own_kinds
    from activities.pipeline.planning import planned_steps as planned_steps
    from activities.pipeline.report_page import LOADS as LOADS
    from activities.pipeline.report_page import output_part as output_part
    from activities.pipeline.report_page import page as page
    from activities.pipeline.reported import ReportedPipeline as ReportedPipeline
    from activities.pipeline.reported import ReportedStep as ReportedStep
    from activities.pipeline.reported import steps_of as steps_of
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "stages",
            "estimate": "estimated_pipeline estimated_pipeline_edit refuse_pipeline_edit",
            "kind_plugs": "KindJob OwnKind known_kinds own_kinds",
            "planning": "planned_steps",
            "report_page": "LOADS output_part page",
            "reported": "ReportedPipeline ReportedStep steps_of",
        },
    )
