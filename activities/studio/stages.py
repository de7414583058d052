"""How a wing says which of its activities there are, and on which queues each is hosted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from workflows.studio import GENERATION_QUEUE, MEDIA_QUEUE

#: Stands for the queue of each paid provider whose key a worker has.
EVERY_PROVIDER = f"{GENERATION_QUEUE}.*"
#: Where a model's work is hosted: on a core of ours, or behind its provider's limit.
MODELS = (MEDIA_QUEUE, EVERY_PROVIDER)


class Stage(NamedTuple):
    """An activity, as the class that has it names it, and its queues."""

    activity: Callable[..., Any]
    queues: tuple[str, ...]

    def of(self, made: Iterable[object]) -> Callable[..., Any]:
        """The activity of the one among these that has it. Raises `LookupError` unless one has."""
        name = self.activity.__name__
        owners = [one for one in made if getattr(type(one), name, None) is self.activity]
        if len(owners) != 1:
            raise LookupError(f"{len(owners)} objects have the activity {name}: make one")
        bound: Callable[..., Any] = getattr(owners[0], name)
        return bound
