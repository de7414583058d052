"""Links to what lies in the bucket: made when they are asked for, kept nowhere, ended by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from workflows.studio import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    # Slow imports, for commands that make none.
    from activities.storage import ObjectStore

#: S3 signs for a week at most.
LONGEST = timedelta(days=7)


class Link(NamedTuple):
    """Whoever has the `url` may fetch the `object`, until `ends_at`, UTC. `cut` is the number of the cut,
    where it is one."""

    url: str
    ends_at: datetime
    object: str
    cut: int | None = None


def lifetime(asked: timedelta, said: str) -> int:
    """In seconds. Raises `InvalidRequest`, in which what was asked for is told as it was `said`."""
    if timedelta(seconds=1) <= asked <= LONGEST:
        return int(asked.total_seconds())
    problem = f"{said} is longer than S3 signs a link" if asked > LONGEST else f"{said} is no time to watch"
    raise InvalidRequest((FieldProblem(field="for", problem=problem, suggestion="7d at most"),))


def signed(store: ObjectStore, object: str, seconds: int, name: str, cut: int | None = None) -> Link:
    """A link under which a browser saves the object as `name`; asks nothing of the server."""
    url, lives = store.handed_out(object, seconds, name)
    return Link(url, datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=lives), object, cut)
