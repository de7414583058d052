"""What a person types about shots is sent to a pipeline in its own words, and to no other kind; and what is
said where one is asked for that runs already."""

from __future__ import annotations

from typing import Any

from starter.directing import Update, as_sent
from starter.pipeline_running import attached, differing
from tests.pipeline.drafts import parsed, step
from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import PIPELINE


def test_shots_are_a_pipelines_steps() -> None:
    update = Update("an-id", "approve", {"shots": ["draw"]})
    assert as_sent(PIPELINE, update).value == {"steps": ["draw"]}
    assert as_sent(FILM, update) == as_sent(BATCH, update) == update


def test_who_asks_for_one_that_runs_is_told_what_is_not_as_asked() -> None:
    def asked(ceiling: str, **more: Any) -> Any:
        steps = [
            step("draw", "text_to_image", "A mug"),
            step("turn", "image_to_video", inputs={"image": "draw"}),
        ]
        steps[1] |= {"prompt": "It turns", "model": "fal-kling-2.6-pro", "ceiling_usd": ceiling}
        return parsed({"steps": steps, **more})

    running = asked("0.90", budget_usd=3)
    assert PIPELINE.id_of(running) == PIPELINE.id_of(asked("0.40", budget_usd=2)), "it attaches"
    assert differing(asked("0.90"), running) == () == differing(running, None)
    differs = differing(asked("0.40", budget_usd=2, labels=["a"]), running)
    assert sorted(differs) == ["budget_usd", "labels", "steps[1].ceiling_usd"]
    said = attached("an-id", differs)
    assert (
        "steps[1].ceiling_usd" in said and "`reel budget an-id USD`" in said and "`reel stop an-id`" in said
    )
    assert attached("an-id", ()) == "an-id runs already: following it"
