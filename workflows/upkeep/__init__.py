"""The sweep as a workflow: what no production looks after is finished, and no history of it grows long;
notices, which no production waits for; what a day's job of a model says of its entry in the catalogue; and
deletion, which whoever asks for it needs no key of ours for."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.upkeep.deletion import DELETE as DELETE
    from workflows.upkeep.deletion import DELETING as DELETING
    from workflows.upkeep.deletion import NO_PRODUCTION as NO_PRODUCTION
    from workflows.upkeep.deletion import RESTORED as RESTORED
    from workflows.upkeep.deletion import STILL_RUNS as STILL_RUNS
    from workflows.upkeep.deletion import Deleted as Deleted
    from workflows.upkeep.deletion import DeleteProduction as DeleteProduction
    from workflows.upkeep.deletion import DeleteWorkflow as DeleteWorkflow
    from workflows.upkeep.deletion import Going as Going
    from workflows.upkeep.deletion import Staying as Staying
    from workflows.upkeep.notice import NoticeWorkflow as NoticeWorkflow
    from workflows.upkeep.sweep import LASTS as LASTS
    from workflows.upkeep.sweep import SWEEPER as SWEEPER
    from workflows.upkeep.sweep import SweepLedger as SweepLedger
    from workflows.upkeep.sweep import SweepWorkflow as SweepWorkflow
    from workflows.upkeep.sweep import Swept as Swept
    from workflows.upkeep.verify import VERIFIER as VERIFIER
    from workflows.upkeep.verify import ChooseJobs as ChooseJobs
    from workflows.upkeep.verify import ChosenJobs as ChosenJobs
    from workflows.upkeep.verify import Finding as Finding
    from workflows.upkeep.verify import ModelJob as ModelJob
    from workflows.upkeep.verify import State as State
    from workflows.upkeep.verify import Verdict as Verdict
    from workflows.upkeep.verify import Verdicts as Verdicts
    from workflows.upkeep.verify import VerifyModel as VerifyModel
    from workflows.upkeep.verify import VerifyModels as VerifyModels
    from workflows.upkeep.verify import VerifyWorkflow as VerifyWorkflow
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "deletion": "DELETE DELETING DeleteProduction DeleteWorkflow Deleted Going NO_PRODUCTION "
            "RESTORED STILL_RUNS Staying",
            "notice": "NoticeWorkflow",
            "sweep": "LASTS SWEEPER SweepLedger SweepWorkflow Swept",
            "verify": (
                "ChooseJobs ChosenJobs Finding ModelJob State VERIFIER Verdict Verdicts VerifyModel "
                "VerifyModels VerifyWorkflow"
            ),
        },
    )
