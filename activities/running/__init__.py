"""How an activity talks to Temporal: its heartbeats, why it was cancelled, what is told of each failure."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.running.attempt import ActivityAttempt as ActivityAttempt
    from activities.running.attempt import CarriedJob as CarriedJob
    from activities.running.attempt import production as production
    from activities.running.attempt import underway as underway
    from activities.running.failures import finishing as finishing
    from activities.running.failures import translated as translated
    from activities.running.metrics import errors_of as errors_of
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "attempt": "ActivityAttempt CarriedJob production underway",
            "failures": "finishing translated",
            "metrics": "errors_of",
        },
    )
