"""The words of a beat over footage: title, button and call-outs as on the animatic's own sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

from activities.animatic.compositor import INVISIBLE
from activities.animatic.fonts import lacks_extra
from activities.animatic.footage import SPARE, Footage
from activities.animatic.layer import Caption, Image, presence
from activities.animatic.lettering import fit, legible
from activities.animatic.palette import Palette
from activities.animatic.scenes import named_colour
from activities.animatic.sets import CALLOUTS, Set, set_for
from activities.animatic.stage import GUTTER, NARROW, thing_of
from activities.animatic.subject import is_drawn
from activities.animatic.titles import (
    BUTTON_IN,
    SOFT,
    TITLE_IN,
    Typesetter,
    button_words,
    callout_times,
    leave,
)
from activities.animatic.vector import Box, text, text_width
from workflows.film import Shot

#: Raised by hand whenever the same words over the same footage give other pictures.
ENGINE = "words 1"
#: Of few frames one is seldom the brightest: so much more contrast than needed, where they are all there is.
UNSEEN = 1.35
#: Call-outs: where the column begins, of the frame's width; its first baseline and the next; the size of
#: their type and of their numbers; units. In a narrow frame they stand between the subject and the title.
COLUMN, ROW, PITCH, SIZE = 0.20, -25.0, 18.0, 5.6
NARROW_ROW, NARROW_PITCH, NARROW_SIZE = 9.0, 7.0, 4.4
NUMBER = 2.6
_TONES: Final[tuple[Literal["paper", "ink"], ...]] = ("paper", "ink")
#: How far a call-out rises into place, units.
RISE = 1.2


class Said(NamedTuple):
    """Words on screen, from when to when, in seconds of their beat."""

    words: str
    since: float
    until: float

    def frames(self, fps: int, count: int) -> range:
        """The frames of the beat's `count` in which something of them shows."""
        times = ((frame, presence(self.since, self.until, frame / fps)) for frame in range(count))
        shown = [frame for frame, there in times if there >= INVISIBLE]
        return range(shown[0], shown[-1] + 1) if shown else range(0)


def said_over_footage(shot: Shot) -> tuple[Said, ...]:
    """What `lettered` sets."""
    return _said(shot, set_for(shot.beat), len(shot.beat.callouts))


def said_by_set(shot: Shot) -> tuple[Said, ...]:
    """What the animatic's own set of the beat says."""
    chosen = set_for(shot.beat)
    if chosen.typed and not shot.beat.references and not is_drawn(thing_of(shot), shot.language, shot.things):
        chosen = chosen.typed
    callouts = CALLOUTS.get(chosen.build, 0)
    if not chosen.lettered:
        return _said(shot, chosen, callouts)
    # What is part of a set stays as long as the set does.
    words = (shot.beat.title, *shot.beat.callouts[:callouts])
    said = [Said(legible(word), 0.0, 1e6) for word in words]
    if chosen.button:
        said.append(Said(button_words(shot), BUTTON_IN, leave(shot)))
    return tuple(one for one in said if one.words)


def _said(shot: Shot, chosen: Set, callouts: int) -> tuple[Said, ...]:
    beat = shot.beat
    said = [Said(legible(beat.title), TITLE_IN, leave(shot))]
    if chosen.button:
        said.append(Said(button_words(shot), BUTTON_IN, leave(shot)))
    elif not chosen.centred:
        told = enumerate(beat.callouts[:callouts])
        said += [Said(legible(word), *callout_times(shot, order)) for order, word in told]
    return tuple(one for one in said if one.words)


@dataclass(frozen=True, eq=False)
class Lettered:
    """Captions, and the ground they were inked for."""

    captions: tuple[Caption, ...]
    ground: Footage

    def reads_on(self, plates: Sequence[Image]) -> bool:
        """Whether they read on these frames as well."""
        return self.ground.reads_on(plates)


def what_is_set(shot: Shot) -> dict[str, JsonValue]:
    """All that the words of a shot follow from, but for its format, its photo and the footage; empty where it
    has none."""
    beat, chosen = shot.beat, set_for(shot.beat)
    if not (beat.title or beat.callouts or chosen.button):
        return {}
    # A photo's colour goes before what is said.
    named = None if beat.references else named_colour(shot)
    return {
        "engine": ENGINE,
        "title": beat.title,
        "callouts": list(beat.callouts),
        "centred": chosen.centred,
        "button": chosen.button,
        "seconds": beat.lasts_s,
        "last": shot.number >= shot.count,
        "language": shot.language,
        "style": list(shot.style),
        "product": shot.product,
        **({"colour": list(named)} if named else {}),
        **what_lacks(shot),
    }


def what_lacks(shot: Shot) -> dict[str, JsonValue]:
    """That words of the shot are left out for want of the fonts of East Asia, so that nothing made without
    them is taken for what is made with them; empty where nothing lacks."""
    beat = shot.beat
    words = (beat.title, *beat.callouts, shot.name, shot.product, shot.subject)
    return {"unset": True} if any(map(lacks_extra, words)) else {}


def lettered(shot: Shot, palette: Palette, plates: Sequence[Image], whole: bool) -> Lettered:
    """The words of `shot` over footage that shows these plates, BGR; `whole` where no other frame is to come
    that they do not stand for."""
    made = _lettered(shot, Footage(shot.format, palette, plates, SPARE if whole else UNSEEN))
    if len({choice.ink.text for choice in made.ground.chosen}) < 2:
        return made
    # A shadow under light type would fall on dark type as well: a picture has one or the other.
    grounds = (replace(made.ground, tone=tone, chosen=[]) for tone in _TONES)
    return min((_lettered(shot, ground) for ground in grounds), key=lambda each: each.ground.cost)


def _lettered(shot: Shot, ground: Footage) -> Lettered:
    chosen, setter = set_for(shot.beat), Typesetter(shot, ground)
    if chosen.centred:
        return Lettered(tuple(setter.centred(chosen.button)), ground)
    return Lettered((*setter.title(), *_callouts(shot, ground)), ground)


def _callouts(shot: Shot, ground: Footage) -> list[Caption]:
    """Numbered, one after the other, on the side where there is less to see: nobody knows where the product
    is, so nothing points at it."""
    words = [legible(word) for word in shot.beat.callouts]
    if not any(words):
        return []
    narrow, width = ground.width < NARROW, ground.width
    row, pitch, size = (NARROW_ROW, NARROW_PITCH, NARROW_SIZE) if narrow else (ROW, PITCH, SIZE)
    room = width - 2 * GUTTER - 9.5 if narrow else width * (0.5 - COLUMN) - GUTTER
    size = min(fit(word, size, room, "SemiBold", lines=1)[1] for word in words if word)
    widest = max(text_width(word, size, "SemiBold") for word in words) + (9.5 if narrow else 0)
    box = Box(
        -width / 2 + GUTTER, row - size, widest, pitch * (len(words) - 1) + size * (1.4 if narrow else 2)
    )
    if not narrow:
        box = ground.quieter_side((box._replace(x=width * COLUMN), box))
    ink = ground.ink(box, NUMBER)
    times = callout_times(shot, 0)
    made = ground.veil(ink, box, SOFT, *times) if narrow else ground.side_veil(ink, box, *times)
    for order, word in enumerate(words):
        number, y = f"{order + 1:02d}" if len(words) > 1 else "", row + pitch * order
        across, down = (9.5, 0.4) if narrow else (0.0, size * 0.82)
        body = text(number, box.x, y if narrow else y - 1.2, NUMBER, "Bold", ink.accent.hex, track=0.3)
        body += text(word, box.x + across, y + down, size, "SemiBold", ink.text.hex)
        place = Box(box.x - 1, y - size, widest + 2, size * 2.4)
        made.append(ground.caption(body, place, *callout_times(shot, order), rise=RISE))
    return made
