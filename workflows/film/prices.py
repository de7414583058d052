"""Knows what a shot costs on a rung, by what the plan tells of its models."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from workflows.film import clips, timeline
from workflows.film.contract import Profile
from workflows.film.planned import PlannedFilm


class Price(NamedTuple):
    """USD of a shot's image, and of its chunks with the images between them, if models return what their
    facts promise."""

    image: Decimal
    chunks: Decimal

    @property
    def all(self) -> Decimal:
        return self.image + self.chunks


def price_from(planned: PlannedFilm, rung: Profile, shot: str, number: int, alone: bool = False) -> Decimal:
    """What the chunk of that number, from 1, and those after it cost, or it `alone`. Raises as `price_of`."""
    beat = next(beat for beat in planned.plan.beats if beat.id == shot)
    video, fps = planned.offered_by(rung, "video")[0], planned.format.fps
    lengths = timeline.choose_lengths(beat.frames(fps), fps, video)
    # Models may have returned less than they promise, and made more of them needed.
    left = lengths[number - 1 : number if alone else None] or lengths[-1:]
    return sum((length.price_usd for length in left), Decimal(0))


def price_of(planned: PlannedFilm, rung: Profile, shot: str) -> Price:
    """What one version of the shot of that id costs where nothing of it is there. Raises `StopIteration` and
    `IndexError` for a shot, or a rung, that the plan does not know."""
    beat = next(beat for beat in planned.plan.beats if beat.id == shot)
    image = planned.drawing(rung, beat)[0]
    video, fps = planned.offered_by(rung, "video")[0], planned.format.fps
    if beat.span:
        return _of_scene(planned, rung, planned.plan.beats.index(beat), image.price_usd)
    lengths = timeline.choose_lengths(beat.frames(fps), fps, video)
    chunks = sum((length.price_usd for length in lengths), Decimal(0))
    anchors = [model.price_usd for model in planned.anchors(rung)[:1]]
    return Price(image.price_usd, chunks + (len(lengths) - 1) * sum(anchors, Decimal(0)))


def price_of_shots(planned: PlannedFilm, rung: Profile, shots: Collection[str]) -> Decimal:
    """USD of one version of each of these shots, where nothing of them is there: of scenes, with the whole
    chain of keyframes up to the last of them. Raises as `price_of`."""
    beats = planned.plan.beats
    among = [number for number, beat in enumerate(beats) if beat.id in shots]
    total = sum((price_of(planned, rung, beats[number].id).all for number in among), Decimal(0))
    if among and beats[among[-1]].span:
        between = [beat.id for beat in beats[: among[-1]] if beat.id not in shots]
        total += sum((price_of(planned, rung, shot).image for shot in between), Decimal(0))
        total += _later_keyframe(planned, rung) if among[-1] + 1 < len(beats) else 0
    return total


def _of_scene(planned: PlannedFilm, rung: Profile, number: int, first: Decimal) -> Price:
    """Its clip and the keyframe that it begins with; the last scene also has what the film ends with."""
    clip = clips.length_of_clip(number, planned, planned.offered_by(rung, "video")[0])
    image = _later_keyframe(planned, rung) if number else first
    is_last = number == len(planned.plan.beats) - 1
    return Price(image + (_later_keyframe(planned, rung) if is_last else 0), clip.price_usd)


def _later_keyframe(planned: PlannedFilm, rung: Profile) -> Decimal:
    """Of any but the first, which is drawn from words."""
    by_part = (planned.offered_by(rung, part) for part in ("edit", "image"))
    return next((models[0].price_usd for models in by_part if models), Decimal(0))
