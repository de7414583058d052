"""What a person types about shots is sent to a pipeline in its own words, and to no other kind."""

from __future__ import annotations

from starter.directing import Update, as_sent
from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import PIPELINE


def test_shots_are_a_pipelines_steps() -> None:
    update = Update("an-id", "approve", {"shots": ["draw"]})
    assert as_sent(PIPELINE, update).value == {"steps": ["draw"]}
    assert as_sent(FILM, update) == as_sent(BATCH, update) == update
