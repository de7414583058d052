"""The sweep: what no production looks after is finished, found or closed, by a Schedule that keeps it
running."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.upkeep import sweep as sweep
    from activities.upkeep.sweep import Sweep as Sweep
    from activities.upkeep.sweep import ensure_sweeper as ensure_sweeper
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "sweep",
            "sweep": "Sweep ensure_sweeper",
        },
    )
