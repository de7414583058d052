"""Counts what goes of a production and what stays, by what it is and why."""

from __future__ import annotations

from decimal import Decimal

from activities.ledger import Need
from workflows.upkeep import Deleted, DeleteProduction, Going, Staying

_UNDER_WAY = "a job or a worker is at it: delete again once that has ended"


class Tally:
    """Of one deletion; `before` says whether there was another one before it."""

    def __init__(self, before: bool) -> None:
        self._before = before
        self._gone: dict[str, Going] = {}
        self._stays: dict[tuple[str, str], Staying] = {}

    def artifact(self, need: Need, said: str) -> None:
        """What became, or would become, of an artifact; nothing is said of what was never made."""
        what = need.what.replace("_", " ")
        if said == "under way":
            self.stays(what, need.bytes, _UNDER_WAY)
        elif not need.made:
            return
        elif said == "needed":
            self.stays(what, need.bytes, _needed_by(need.others))
        else:
            self.goes(what, need.bytes, need.usd)

    def upload(self, bytes: int, why: str) -> None:
        """`why` it stays; empty where it goes."""
        if why:
            self.stays("uploads", bytes, why)
        else:
            self.goes("uploads", bytes)

    def goes(self, what: str, bytes: int, paid_usd: Decimal = Decimal(0)) -> None:
        one = self._gone.get(what, Going(what=what, count=0, bytes=0))
        self._gone[what] = Going(
            what=what, count=one.count + 1, bytes=one.bytes + bytes, paid_usd=one.paid_usd + paid_usd
        )

    def stays(self, what: str, bytes: int, why: str, count: int = 1) -> None:
        one = self._stays.get((what, why), Staying(what=what, count=0, bytes=0, why=why))
        self._stays[what, why] = Staying(what=what, count=one.count + count, bytes=one.bytes + bytes, why=why)

    def told(self, step: DeleteProduction) -> Deleted:
        return Deleted(
            production=step.production,
            dry_run=step.dry_run,
            before=self._before,
            gone=tuple(self._gone.values()),
            stays=tuple(self._stays.values()),
        )


def _needed_by(others: tuple[str, ...]) -> str:
    # The third tells only that there are more.
    named = ", ".join(others[:2]) or "another production"
    return f"needed by {named}{' and others' if len(others) > 2 else ''}"
