"""A film as its report tells it, of a few shots and jobs, in anybody's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from activities.film.reported import Reported, ReportedShot
from activities.studio.ran import Bar
from activities.studio.spending import Bought
from starter.reviewed import Reviewed

BEGAN = datetime(2026, 11, 27, 9, tzinfo=UTC)


def report_of(film: Reviewed, words: str) -> Reported:
    def bar(number: int, **facts: object) -> Bar:
        at = BEGAN + timedelta(seconds=4 * number)
        told = {"work": "bought", "ended": at + timedelta(seconds=30), "how": "ended", **facts}
        return Bar(f"{words} {number}", began=at, **told)  # type: ignore[arg-type]

    bars = (bar(1), bar(2, work="computed"), bar(3, how="failed", tries=3), bar(4, how="let go"))
    bought = (
        Bought(
            "a-provider-wan-2.2-fast-of-a-long-name",
            "chunks",
            words,
            "stored",
            Decimal("0.10"),
            Decimal("0.12"),
            True,
        ),
        Bought(
            "a-provider-wan-2.2-fast-of-a-long-name", "chunks", words, "held", Decimal("0.10"), None, False
        ),
        Bought("a-provider-flux-schnell", "images", "", "failed", Decimal("0.003"), Decimal(0), True),
    )
    shots = tuple(ReportedShot(one.number, one.row, one.pictures[-1]) for one in film.shots)
    return Reported(film.id, film.prompt, film.progress, shots, film.frame, bars, bought)
