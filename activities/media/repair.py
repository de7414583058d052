"""Knows what is done about a file that a model returned before it is used, and what people are told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from pydantic import JsonValue, ValidationError

from activities.media.film_form import covering
from activities.media.form import Form
from activities.media.inspection import Seen
from workflows.studio import FrameFormat, Media

#: Under which name an artifact's facts hold what was seen when it arrived, and what people are told of it.
SEEN, WARNINGS = "seen", "warnings"
# A quarter less at the edges still shows what was asked for; more is another picture than the one paid for.
_MOST_CUT_AWAY = Fraction(1, 4)


class Repair(NamedTuple):
    """How a chunk is copied before it is used: to a rate, by counting its frames or by its own clock, and to
    its first `end` frames where not to all."""

    rate: Fraction
    end: int | None = None
    own_clock: bool = False


def seen_in(facts: Mapping[str, JsonValue]) -> Seen | None:
    """What was seen when the file arrived. None of what was bought before anybody looked: it is used as it
    always was, for what was bought from it names it as it was."""
    try:
        return Seen.model_validate(facts[SEEN])
    except (KeyError, ValidationError):
        return None


def repair_for(media: Media, seen: Seen | None, rate: Fraction | None, fps: int) -> Repair | None:
    """What a chunk needs that should have come at `rate` (None: the film's, `fps`); None where nothing."""
    own_clock = seen is not None and not seen.constant_rate
    end = seen.ends.shown if seen is not None and seen.ends.shown < (media.frames or 0) else None
    if not own_clock and end is None and rate in (None, media.fps):
        return None
    # The average of an uneven clock is no rate to go on with.
    own_rate = None if own_clock else media.fps
    return Repair(rate or own_rate or Fraction(fps), end, own_clock)


def said_of_chunk(media: Media, seen: Seen | None, format: FrameFormat) -> list[str]:
    """What people are told of a chunk, sentence by sentence."""
    said = list(_cut_away(seen.form if seen else _form(media), format))
    return [*said, *_said_of_ends(media, seen)] if seen else said


def said_of_image(media: Media, format: FrameFormat) -> list[str]:
    """What people are told of an image."""
    return list(_cut_away(_form(media), format))


def _form(media: Media) -> Form:
    return Form(width=media.width or 1, height=media.height or 1, pixel_aspect=Fraction(1))


def _cut_away(form: Form, format: FrameFormat) -> Iterator[str]:
    across, down = covering(form, format.width, format.height)
    gone = 1 - Fraction(across * down, form.width * form.height)
    if gone > _MOST_CUT_AWAY:
        yield (
            f"{round(100 * gone)} % of the picture is cut away: it came in {form.width} x {form.height}, "
            f"the film is {format.width} x {format.height}."
        )


def _said_of_ends(media: Media, seen: Seen) -> Iterator[str]:
    ends, frames, rate = seen.ends, media.frames or 0, media.fps or Fraction(1)
    if ends.blank:
        yield f"It shows nothing but {ends.blank}."
        return
    if ends.opening:
        yield f"Its first {_seconds(ends.opening, rate)} show nothing."
    if ends.shown < frames:
        yield f"It ends in {ends.end}; it is cut at {_seconds(ends.shown, rate)}, where it shows its scene."
    elif ends.end:
        yield f"Most of it ends in {ends.end}; it is used as it is."
    if ends.still and not ends.end:
        yield f"It stands still from {_seconds(frames - ends.still, rate)} to its end."


def _seconds(frames: int, rate: Fraction) -> str:
    return f"{float(frames / rate):.1f} s"
