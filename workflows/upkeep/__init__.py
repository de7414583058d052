"""The sweep as a workflow: what no production looks after is finished, and no history of it grows long; and
notices, which no production waits for."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.upkeep.notice import NoticeWorkflow as NoticeWorkflow
    from workflows.upkeep.sweep import LASTS as LASTS
    from workflows.upkeep.sweep import SWEEPER as SWEEPER
    from workflows.upkeep.sweep import SweepLedger as SweepLedger
    from workflows.upkeep.sweep import SweepWorkflow as SweepWorkflow
    from workflows.upkeep.sweep import Swept as Swept
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "notice": "NoticeWorkflow",
            "sweep": "LASTS SWEEPER SweepLedger SweepWorkflow Swept",
        },
    )
