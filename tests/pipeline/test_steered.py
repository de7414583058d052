"""What a person types about shots is sent to a pipeline in its own words, and to no other kind; and what is
said where one is asked for that runs already."""

from __future__ import annotations

from typing import Any

import pytest

from starter.directing import Update, as_sent
from starter.errors import InvalidAnswer
from starter.pipeline_running import attached, ended_as
from starter.waits import updates_on, ways_on
from tests.pipeline.drafts import parsed, step
from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import PIPELINE, PipelineResult
from workflows.pipeline.contract import StepResult
from workflows.studio import Production, Progress, RowProgress, VersionProgress, Wait


def test_shots_are_a_pipelines_steps() -> None:
    update = Update("an-id", "approve", {"shots": ["draw"]})
    assert as_sent(PIPELINE, update).value == {"steps": ["draw"]}
    assert as_sent(FILM, update) == as_sent(BATCH, update) == update
    retake = Update("an-id", "retake", {"shot": "draw", "words": "In red"})
    assert as_sent(PIPELINE, retake).value == {"step": "draw", "words": "In red"}


@pytest.mark.parametrize(
    ("production", "name", "value", "words"),
    [
        (PIPELINE, "retake", {"shot": "draw", "chunk": 2}, "has no chunks"),
        (PIPELINE, "use", {"plan": 1}, "has no plans"),
        (PIPELINE, "retake", {}, "Name the step"),
        (FILM, "retake", {"step": "hero_shot", "prompt": "A mug"}, "`--words`"),
        (FILM, "approve", {"keys": ["5e5e5e5e"]}, "`--key`"),
        (FILM, "retake", {"shot": "hero_shot", "model": "fal-flux-dev"}, "models.video"),
    ],
)
def test_what_only_the_other_kind_is_sent_is_refused(
    production: Production[Any, Any], name: str, value: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidAnswer, match=words):
        as_sent(production, Update("an-id", name, value))


def test_what_waits_and_what_has_ended_are_answered_in_a_pipelines_words() -> None:
    sent: Any = {"approve": {"steps": ["draw"]}, "retake": {"step": "draw"}}
    wait = Wait(step="review:draw", reason="review", words="", answers=("approve", "retake"), updates=sent)
    versions = (VersionProgress(name="take-1", state="finished"),)
    row = RowProgress(id="draw", versions=versions)
    asked = Progress(status="rendering", beats=(row,), waits=(wait,))
    assert ways_on("a-pipeline", asked) == ["reel approve a-pipeline", "reel retake a-pipeline draw"]
    # Of what was looked at, and of no later take.
    sent = {**sent, "approve": {"steps": ["draw"], "keys": ["5e" * 32]}}
    (named,) = (wait.model_copy(update={"updates": sent}) for wait in asked.waits)
    ways = ways_on("a-pipeline", asked.model_copy(update={"waits": (named,)}))
    assert ways[0] == "reel approve a-pipeline draw --key 5e5e5e5e"
    ended = Progress(status="completed", beats=(row,))
    (way,) = updates_on("a-pipeline", ended, PIPELINE.workflow, {"steps": []})
    assert '{"step": "draw", "version": "take-1"}' in way


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
    assert PIPELINE.differs(asked("0.90"), running) == ()
    differs = PIPELINE.differs(asked("0.40", budget_usd=2, labels=["a"]), running)
    assert sorted(differs) == ["budget_usd", "labels", "steps[1].ceiling_usd"]
    said = attached("an-id", differs)
    assert (
        "steps[1].ceiling_usd" in said and "`reel budget an-id USD`" in said and "`reel stop an-id`" in said
    )
    assert attached("an-id", ()) == "an-id runs already: following it"


def test_a_pipeline_that_lacks_a_step_has_completed_in_part() -> None:
    made, left = (StepResult(id=id, kind="text_to_image") for id in ("one", "two"))
    made, left = made.model_copy(update={"object": "videos/1"}), left.model_copy(update={"why": "given up"})
    told = {"status": "completed", "made": 1, "reused": 0, "cost_usd": 0}
    assert ended_as(PipelineResult(**told, steps=(made,), whole=True)) == "completed"
    assert ended_as(PipelineResult(**told, steps=(left,))) == "completed, partial: 0 of 1 steps as asked"
    assert ended_as(PipelineResult(**told, steps=(made, left))).endswith("partial: 1 of 2 steps as asked")
    assert ended_as(PipelineResult(**told | {"status": "stopped"}, steps=(left,))) == "stopped"
