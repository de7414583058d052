"""What the steps of a production's account are given: types alone."""

from __future__ import annotations

from decimal import Decimal

from pydantic import JsonValue

from workflows.studio.edits import Edit, KeptVersion
from workflows.studio.facts import Facts
from workflows.studio.money import Choice


class OpenAccount(Facts):
    """`film` is the id of a production of any kind, here and below. `run` is the run that begins, and
    `budget_usd`, `user` and `labels` what its request names; without a run the account is only read, and
    without the request nobody looks where it is planned. `user` is None in runs of an earlier release. An
    `is_item` runs in the place of its batch."""

    film: str
    run: str = ""
    budget_usd: Decimal | None = None
    request: dict[str, JsonValue] | None = None
    user: str | None = None
    labels: tuple[str, ...] = ()
    is_item: bool = False


class RecordChoice(Facts):
    film: str
    choice: Choice


class RecordBudget(Facts):
    """`update` is the id of the update that set it: sent twice, it counts once. `run` and `asked_usd` are
    the run's own and what its request named, which is older than the update, whichever is written first."""

    film: str
    update: str
    usd: Decimal
    run: str = ""
    asked_usd: Decimal | None = None


class RecordEdit(Facts):
    """`run` is the run's own id: another run may be sent an update of the same id."""

    film: str
    run: str
    edit: Edit


class RecordVersion(Facts):
    film: str
    version: KeptVersion


class AcceptRisk(Facts):
    """`attempt` is the ledger's name of what is in doubt, `<recipe key>:<n>`."""

    attempt: str


class AwaitRoom(Facts):
    """`usd` is what the next submit to the `provider` costs."""

    film: str
    provider: str
    usd: Decimal


class AwaitPlace(Facts):
    film: str


class Recorded(Facts):
    """It is written down."""
