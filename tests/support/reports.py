"""A film and a pipeline as their reports tell them, of a few shots and jobs, in anybody's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from activities.film.reported import ReportedFilm, ReportedShot
from activities.pipeline.reported import ReportedPipeline, ReportedStep
from activities.studio.ran import Bar
from activities.studio.spending import Bought
from activities.studio.stills import Picture
from starter.reviewed import Reviewed
from tests.support.reviews import jpeg, told
from workflows.pipeline import PipelineStep
from workflows.studio import RowProgress, StepProgress, VersionProgress
from workflows.studio.report import StepState

BEGAN = datetime(2026, 11, 27, 9, tzinfo=UTC)


def pipeline_report(words: str) -> ReportedPipeline:
    """A picture and a judgement of it, whose model is asked for in vain."""
    steps = (
        PipelineStep(
            id="draw", kind="text_to_image", prompt=words, negative_prompt=words, params={"size": words}
        ),
        PipelineStep(id="judge", kind="text", prompt=words, inputs={"images": ("draw",)}, take=2),
    )
    states: tuple[StepState, ...] = ("made", "failed")
    rows = [
        RowProgress(
            id=one.id,
            words=words,
            note=words,
            steps=(StepProgress(name=one.id, label=f"{words} 1", state=state, weight=1),),
        )
        for one, state in zip(steps, states, strict=True)
    ]
    versions = (
        VersionProgress(name="take-1", state="finished", words=words),
        VersionProgress(name="take-2", state="failed", wanted=True, why=words),
    )
    rows[1] = rows[1].model_copy(update={"versions": versions})
    film = report_of(told(words), words)
    shown = (
        ReportedStep(
            1,
            steps[0],
            rows[0],
            words,
            Picture(words, jpeg()),
            params=steps[0].params,
            seconds=3.0,
            unwanted=f"No {words}",
        ),
        ReportedStep(
            2,
            steps[1],
            rows[1],
            words,
            None,
            {words: words},
            {},
            {"images": (words,)},
            film.bought,
            price_usd=Decimal("0.25"),
        ),
    )
    return ReportedPipeline(words, film.progress, film.bars, film.bought, shown)


def report_of(film: Reviewed, words: str) -> ReportedFilm:
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
    return ReportedFilm(film.id, film.progress, bars, bought, film.prompt, shots, film.frame)
