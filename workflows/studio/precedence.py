"""Which of the steps that wait in a queue goes first: its stage, whose it is, whether a batch asks."""

from __future__ import annotations

from enum import IntEnum

from temporalio import workflow
from temporalio.common import Priority

#: Temporal has five: up to this one they are a person's productions, beyond it a batch's.
LAST_OF_A_PERSON = 3
# Temporal takes fairness keys of 64 bytes.
_KEY_BYTES = 64


class Stage(IntEnum):
    """How far a production has come with a step. What is nearly done goes first, so that productions end one
    after another and not all at the end."""

    LATE = 1
    MIDDLE = 2
    EARLY = 3


def priority_of(stage: Stage) -> Priority:
    """Of a step of the run that calls it. The run's own priority, which its starter chose, says whether a
    batch asks; its fairness key, or else the production's user, whose turn it is."""
    own = workflow.info().priority
    band = int(stage)
    if (own.priority_key or 0) > LAST_OF_A_PERSON:
        # Two bands are left: what is bought of a batch's item is finished before the next is begun.
        band = LAST_OF_A_PERSON + (2 if stage == Stage.EARLY else 1)
    return Priority(priority_key=band, fairness_key=own.fairness_key or _user() or None)


def _user() -> str:
    user = getattr(workflow.instance(), "user", "")
    return user.encode()[:_KEY_BYTES].decode(errors="ignore") if isinstance(user, str) else ""
