"""Knows how caps are written: what productions together may spend a day, and how many may run at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

Scope = Literal["studio", "user", "label", "provider"]
Kind = Literal["day", "once"]

#: What a person may write instead.
HOW = (
    "write such as studio=50/day, studio=20, user=10/day, user:anna=2, label:acme=30/day, provider:fal=40/day"
)
_WHAT = re.compile(r"(studio|user|label|provider)(?::(.+))?", re.DOTALL)
_MOST = re.compile(r"(?:\$?(\d{1,6}(?:\.\d{1,6})?)/day|(\d{1,6})|(none)(/day)?)")


@dataclass(frozen=True)
class Cap:
    """`most` is USD a day (of UTC) or productions at once, by its kind; None: lifted. Without a `name` it
    holds for each user, label or provider that has none of its own."""

    scope: Scope
    name: str
    kind: Kind
    most: Decimal | None

    @property
    def what(self) -> str:
        """Of what it is, as a person writes it."""
        return f"{self.scope}:{self.name}" if self.name else self.scope

    @property
    def limit(self) -> str:
        """How much it is, as a person writes it."""
        return ("none" if self.most is None else f"{self.most.normalize():f}") + (
            "/day" if self.kind == "day" else ""
        )

    def __str__(self) -> str:
        return f"{self.what}={self.limit}"


def cap_of(what: str, limit: str) -> Cap:
    """The cap that a person writes as `user:anna` and `10/day`. Raises ValueError in words."""
    named, most = _WHAT.fullmatch(what.strip()), _MOST.fullmatch(limit.strip())
    if named is None or most is None:
        raise ValueError(f"'{f'{what}={limit}'[:60]}' is no cap: {HOW}")
    scope, name = cast(Scope, named[1]), named[2] or ""
    usd, many, none, of_day = most.groups()
    if scope == "studio" and name:
        raise ValueError("there is one studio: write studio=50/day")
    if scope == "provider" and not (usd or of_day):
        raise ValueError("no production runs at a provider: write provider:fal=40/day")
    amount = None if none else Decimal(usd or many)
    return Cap(scope, name, "day" if usd or of_day else "once", amount)


def caps_of(text: str) -> tuple[Cap, ...]:
    """All that a setting names, between commas. Raises ValueError, also where one is there twice."""
    caps: dict[tuple[str, str], Cap] = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        what, _, limit = each.rpartition("=")
        one = cap_of(what, limit)
        if caps.setdefault((one.what, one.kind), one) is not one:
            raise ValueError(f"it says twice what {one.what} may do: leave one out")
    return tuple(caps.values())
