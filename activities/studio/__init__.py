"""What every wing works with: the studio of one process, accounts, memory, references, cuts, who serves
which provider, and how a wing says where its stages are hosted."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.studio import account as account
    from activities.studio.account import AccountSteps as AccountSteps
    from activities.studio.caps import Caps as Caps
    from activities.studio.caps import Standing as Standing
    from activities.studio.cuts import Cuts as Cuts
    from activities.studio.estimate import Estimate as Estimate
    from activities.studio.estimate import EstimatedArtifact as EstimatedArtifact
    from activities.studio.estimate import EstimatedStep as EstimatedStep
    from activities.studio.estimate import Estimator as Estimator
    from activities.studio.estimate import Way as Way
    from activities.studio.estimate import compared as compared
    from activities.studio.html import A_REPORT as A_REPORT
    from activities.studio.html import document as document
    from activities.studio.html import heading as heading
    from activities.studio.html import text as text
    from activities.studio.measures import measuring as measuring
    from activities.studio.memory import USED_MODELS as USED_MODELS
    from activities.studio.memory import FilmMemory as FilmMemory
    from activities.studio.namespace import register as register
    from activities.studio.ran import Bar as Bar
    from activities.studio.ran import bars as bars
    from activities.studio.references import ImportedReference as ImportedReference
    from activities.studio.references import References as References
    from activities.studio.references import named_by as named_by
    from activities.studio.report_parts import bought_facts as bought_facts
    from activities.studio.report_parts import costs_part as costs_part
    from activities.studio.report_parts import data_of as data_of
    from activities.studio.report_parts import figure_of as figure_of
    from activities.studio.report_parts import notes_part as notes_part
    from activities.studio.report_parts import ran_part as ran_part
    from activities.studio.report_parts import report_style as report_style
    from activities.studio.reported import Reported as Reported
    from activities.studio.reported import Sum as Sum
    from activities.studio.reported import bought_by as bought_by
    from activities.studio.spending import SPENT_ON as SPENT_ON
    from activities.studio.spending import Bought as Bought
    from activities.studio.spending import Figures as Figures
    from activities.studio.spending import Spending as Spending
    from activities.studio.spending import Spent as Spent
    from activities.studio.stages import EVERY_PROVIDER as EVERY_PROVIDER
    from activities.studio.stages import MODELS as MODELS
    from activities.studio.stages import Stage as Stage
    from activities.studio.stills import Picture as Picture
    from activities.studio.stills import any_still as any_still
    from activities.studio.stills import still as still
    from activities.studio.studio import Given as Given
    from activities.studio.studio import Studio as Studio
    from activities.studio.studio import paid_by as paid_by
    from activities.studio.studio import warned as warned
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "account",
            "account": "AccountSteps",
            "caps": "Caps Standing",
            "cuts": "Cuts",
            "estimate": "Estimate EstimatedArtifact EstimatedStep Estimator Way compared",
            "html": "A_REPORT document heading text",
            "measures": "measuring",
            "memory": "FilmMemory USED_MODELS",
            "namespace": "register",
            "ran": "Bar bars",
            "references": "ImportedReference References named_by",
            "report_parts": "bought_facts costs_part data_of figure_of notes_part ran_part report_style",
            "reported": "Reported Sum bought_by",
            "spending": "Bought Figures SPENT_ON Spending Spent",
            "stages": "EVERY_PROVIDER MODELS Stage",
            "stills": "Picture any_still still",
            "studio": "Given Studio paid_by warned",
        },
    )
