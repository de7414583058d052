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


def is_of_a_batch() -> bool:
    """Whether a batch asks for the run that calls this: its own priority says so, which its starter chose."""
    return (workflow.info().priority.priority_key or 0) > LAST_OF_A_PERSON


def priority_of(stage: Stage) -> Priority:
    """Of a step of the run that calls it, of a person's or a batch's; the run's fairness key, or else the
    production's user, says whose turn it is."""
    own = workflow.info().priority
    band = int(stage)
    if is_of_a_batch():
        # Two bands are left: what is bought of a batch's item is finished before the next is begun.
        band = LAST_OF_A_PERSON + (2 if stage == Stage.EARLY else 1)
    return Priority(priority_key=band, fairness_key=own.fairness_key or _user() or None)


def _user() -> str:
    user = getattr(workflow.instance(), "user", "")
    return user.encode()[:_KEY_BYTES].decode(errors="ignore") if isinstance(user, str) else ""
