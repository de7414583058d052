"""The sweep: what no production looks after is finished, found or closed, by a Schedule that keeps it
running; and notices, brought to who asked for them."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.upkeep import notices as notices
    from activities.upkeep import sweep as sweep
    from activities.upkeep.notices import Tell as Tell
    from activities.upkeep.sweep import Sweep as Sweep
    from activities.upkeep.sweep import ensure_sweeper as ensure_sweeper
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "notices sweep",
            "notices": "Tell",
            "sweep": "Sweep ensure_sweeper",
        },
    )
