"""What a scene's version is said to stand at while keyframes are drawn."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.joining import Joining
from workflows.film.rows import rows_of, with_versions
from workflows.film.spending import Spending

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_scene_is_being_made_while_a_keyframe_is_drawn_that_it_lies_behind() -> None:
    """Also where that is told of with another scene, or is drawn anew; not while it waits for a person, nor
    for another chain of keyframes."""
    crew = Joining({})
    film = crew.scenes("warn")
    scenes = [beat.id for beat in film.planned.plan.beats]
    names = [*(f"storyboard:{scene}" for scene in scenes), f"storyboard:{scenes[-1]}:last"]
    crew.board.rows, crew.board.status = rows_of(film.planned.plan), "rendering"

    def states() -> list[str]:
        told = with_versions(crew.board.snapshot(NOW, NOW), film, Spending(1, ()))
        return [one.state for row in told.beats for one in row.versions if one.wanted]

    waiting = ["waiting"] * len(scenes)
    assert states() == waiting
    for place, name in enumerate(names):
        row = scenes[min(place, len(scenes) - 1)]
        for step, is_its_own in ((name, True), (f"{name}:softened", True), (f"{name}@final-1", False)):
            crew.board.expect(step, step, 1, row)
            crew.board.start(step, NOW)
            making = ["making" if place <= number + 1 else "waiting" for number in range(len(scenes))]
            assert states() == (making if is_its_own else waiting), step
            crew.board.hold(step)
            assert states() == waiting
