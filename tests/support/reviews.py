"""A film as its review shows it, in anybody's words."""

from __future__ import annotations

from decimal import Decimal

import cv2
import numpy as np

from activities.studio.stills import Picture
from starter.reviewed import Reviewed, ReviewedShot
from workflows.studio.report import Progress, RowProgress, VersionProgress, Wait

#: Ends an attribute, a tag, a comment and a script, and would load and run.
EVIL = "\"'><img src=//evil.test/x onerror=alert(1)></script><script>alert(2)</script>--><!--"


def jpeg(size: tuple[int, int] = (320, 180)) -> bytes:
    picture = np.full((size[1], size[0], 3), (60, 90, 160), np.uint8)
    cv2.circle(picture, (size[0] // 2, size[1] // 2), size[1] // 3, (200, 220, 240), -1)
    return cv2.imencode(".jpg", picture)[1].tobytes()


def shot(number: int, words: str, asks: str | None, shown: str = "animatic-1") -> ReviewedShot:
    versions = (
        VersionProgress(name="animatic-1", state="finished", shown=shown == "animatic-1"),
        VersionProgress(
            name="draft-1",
            state="finished" if shown == "draft-1" else "making",
            wanted=True,
            shown=shown == "draft-1",
            models=(words,),
            usd=Decimal("0.113"),
            words=words,
        ),
    )
    id = ("hero_shot", "detail_showcase", "call_to_action")[number - 1]
    why = "" if shown == "draft-1" else "it waits to be approved"
    row = RowProgress(id=id, title=words, seconds=5, camera="dolly_in", versions=versions, why=why)
    pictures = (Picture("storyboard", jpeg()), Picture(shown, jpeg()))
    price = None if asks is None else Decimal(asks)
    return ReviewedShot(number, 5 * (number - 1), row, None, pictures, price, {"final": Decimal("0.45")})


def told(words: str = EVIL, cut: int | None = 2, count: int = 3) -> Reviewed:
    shots = (
        shot(1, words, None, "draft-1"),
        shot(2, words, "0.11"),
        shot(3, words, "0.11"),
    )[:count]
    wait = Wait(step="review", reason="review", words=words, answers=("approve",), rows=("detail_showcase",))
    progress = Progress(
        status="rendering",
        title=words,
        beats=tuple(one.row for one in shots),
        waits=(wait,),
        warnings=(words,),
        cut=cut,
        spent_usd=Decimal("0.116"),
        budget_usd=Decimal(5),
    )
    return Reviewed("film-mug-3f9a2c", words, progress, shots, "videos/x/film.mp4", (1280, 720))
