"""The facts of a notice: what services that asked for it are told of a production."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.studio.facts import Facts
from workflows.studio.report import Failure, Progress, Status, Wait

#: Under which name the workflow that delivers a notice is registered.
NOTICE = "NoticeWorkflow"
#: Stands for the address that the studio's own settings name, which no history holds.
STUDIO = "studio"

News = Literal["waits", "cut", "completed", "stopped", "canceled", "failed"]
_ENDS: tuple[News, ...] = ("completed", "stopped", "canceled", "failed")


class Notice(Facts):
    """What has happened to a production, and how it stands then. No link is in it: those end by themselves,
    and are made when somebody asks for one."""

    id: str = Field(description="Of the notice: what comes twice has the same.")
    news: News
    at: datetime
    production: str = Field(description="The workflow id.")
    run: str
    kind: str = Field(description="What kind of production it is, such as film.")
    user: str = ""
    labels: tuple[str, ...] = ()
    status: Status
    waits: tuple[Wait, ...] = ()
    cut: int | None = None
    delivered: str | None = Field(default=None, description="Object key of the newest cut.")
    report: str | None = Field(default=None, description="Object key of the page that tells of it, if any.")
    spent_usd: Decimal = Decimal(0)
    budget_usd: Decimal | None = None
    error: Failure | None = None


class TellNotice(Facts):
    """`to` is the address as the request names it, or `STUDIO`."""

    notice: Notice
    to: str


class TellAll(Facts):
    """What the workflow of a notice is given."""

    notice: Notice
    to: tuple[str, ...]


class Heard(Facts):
    """How many of those that it went to have taken it."""

    heard: int = 0
    refused: tuple[str, ...] = Field(default=(), description="Hosts that never did.")


class Newsroom:
    """What of one run has been told. `repeats` says whether a step that has waited at a cap tells it again
    when it comes back to it."""

    def __init__(self, repeats: Callable[[], bool] = lambda: False) -> None:
        self._cut, self._waits, self._ended = 0, frozenset[tuple[str, str]](), False
        self._repeats = repeats
        self._at_caps = frozenset[tuple[str, str]]()

    def had(self, cut: int) -> None:
        """This cut is an earlier run's, and no news."""
        self._cut = max(self._cut, cut)

    def news(self, progress: Progress) -> list[News]:
        """What has happened since it was asked last. Somebody's pause is no news to him."""
        found: list[News] = []
        waits = frozenset((one.step, one.reason) for one in progress.waits if one.reason != "paused")
        new = waits - self._waits
        # A step that loses the room to others waits at the same cap as often as they are quicker.
        if new - self._at_caps or (new and self._repeats()):
            found.append("waits")
        self._waits = waits
        self._at_caps |= {one for one in waits if one[1] == "cap"}
        if (progress.cut or 0) > self._cut:
            self._cut = progress.cut or 0
            found.append("cut")
        end = next((one for one in _ENDS if one == progress.status), None)
        if end and not self._ended:
            found.append(end)
        # One that went on after its end, for somebody had decided more meanwhile, ends once more.
        self._ended = end is not None
        return found
