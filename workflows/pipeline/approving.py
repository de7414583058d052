"""What a person's approval means: which of the steps that wait go on, and of which take of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from temporalio.exceptions import ApplicationError

from workflows.pipeline.contract import Approval
from workflows.studio import Edit


def meant(asked: Approval, steps: Sequence[str], waiting: Mapping[str, str]) -> tuple[str, ...]:
    """The steps that are approved, of all `steps` in their order; `waiting` has the key of what there is to
    be looked at, for each that waits. Raises `ApplicationError` where one of them does not wait, or has been
    made anew since it was looked at."""
    if not waiting:
        raise ApplicationError("nothing waits for approval", type="NotWaiting", non_retryable=True)
    named = tuple(_named(one, steps) for one in asked.steps)
    for one in named:
        if one not in waiting:
            words = f"{one[:64]} does not wait for approval; waiting: {', '.join(waiting)}"
            raise ApplicationError(words, type="NotWaiting")
    seen = [one for one, key in waiting.items() if _is_one(key, asked.keys)]
    if not asked.keys:
        return named or tuple(waiting)
    missed = [one for one in named or waiting if one not in seen]
    if missed and (named or not seen):
        others = ", ".join(f"{one} ({waiting[one][:8]})" for one in missed)
        words = f"what waits for approval is not what was looked at: look at {others}, then approve that"
        raise ApplicationError(words, type="NotWaiting", non_retryable=True)
    return named or tuple(seen)


def approved(edits: Iterable[Edit]) -> set[str]:
    """The keys of what people have approved in earlier runs; the ids of steps, where no key was kept."""
    found = [one.value.get("keys", one.value.get("steps")) for one in edits if one.kind == "approve"]
    return {str(key) for each in found if isinstance(each, list) for key in each}


def _named(name: str, steps: Sequence[str]) -> str:
    """The id of the step of that id, or of that number from 1."""
    is_number = len(name) < 4 and name.isascii() and name.isdecimal() and 0 < int(name) <= len(steps)
    return steps[int(name) - 1] if is_number else name


def _is_one(key: str, looked_at: Collection[str]) -> bool:
    return any(key.startswith(one) for one in looked_at)
