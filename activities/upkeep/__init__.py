"""The sweep: what no production looks after is finished, found or closed, by a Schedule that keeps it
running; notices, brought to who asked for them; models, verified by a job of each; and deletion, of what
nothing else needs."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.upkeep import deletion as deletion
    from activities.upkeep import notices as notices
    from activities.upkeep import sweep as sweep
    from activities.upkeep import verify as verify
    from activities.upkeep.deletion import Deletion as Deletion
    from activities.upkeep.jobs import CheapestJob as CheapestJob
    from activities.upkeep.jobs import cheapest_jobs as cheapest_jobs
    from activities.upkeep.notices import Tell as Tell
    from activities.upkeep.notices import event_of as event_of
    from activities.upkeep.sweep import Sweep as Sweep
    from activities.upkeep.sweep import ensure_sweeper as ensure_sweeper
    from activities.upkeep.verdicts import LastVerified as LastVerified
    from activities.upkeep.verdicts import VerdictRows as VerdictRows
    from activities.upkeep.verify import Verify as Verify
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "deletion notices sweep verify",
            "deletion": "Deletion",
            "jobs": "CheapestJob cheapest_jobs",
            "notices": "Tell event_of",
            "sweep": "Sweep ensure_sweeper",
            "verdicts": "LastVerified VerdictRows",
            "verify": "Verify",
        },
    )
