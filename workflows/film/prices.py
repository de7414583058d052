"""Knows what a shot costs on a rung, by what the plan tells of its models."""

from __future__ import annotations

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


def price_of(planned: PlannedFilm, rung: Profile, shot: str) -> Price:
    """What one version of the shot of that id costs where nothing of it is there. Raises `StopIteration` and
    `IndexError` for a shot, or a rung, that the plan does not know."""
    beat = next(beat for beat in planned.plan.beats if beat.id == shot)
    image = planned.drawing(rung, beat)[0]
    video, fps = planned.offered_by(rung, "video")[0], planned.format.fps
    if beat.span:
        clip = clips.length_of(planned.plan.beats.index(beat), planned, video)
        return Price(image.price_usd, clip.price_usd)
    lengths = timeline.choose_lengths(beat.frames(fps), fps, video)
    chunks = sum((length.price_usd for length in lengths), Decimal(0))
    anchors = [model.price_usd for model in planned.anchors(rung)[:1]]
    return Price(image.price_usd, chunks + (len(lengths) - 1) * sum(anchors, Decimal(0)))
