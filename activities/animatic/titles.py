"""The title and the button: fitted by measuring, and inked by the ground they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from activities.animatic.colour import Oklch
from activities.animatic.fonts import Weight, is_right_to_left
from activities.animatic.ink import Ground, Ink
from activities.animatic.layer import Caption
from activities.animatic.lettering import fit, legible
from activities.animatic.stage import GUTTER, NARROW
from activities.animatic.vector import Box, text, text_width
from workflows.film import Shot

#: A title comes while the cross-fade from the beat before clears, and is gone before the next one.
TITLE_IN, TITLE_OUT, STAGGER = 0.25, 0.35, 0.12
#: Baselines, units.
TITLE_LINE, CENTRED_LINE = 44.2, 20.5
LEADING = 1.12
#: Nothing ends lower, units.
LOWEST = 45.4
#: Where the button stands alone, units.
BUTTON_LINE = 33.0
#: The largest that a title of two lines is set, units.
TWO_LINES = 5.4
#: Width of the accent bar, and how soft the edge of a veil under the title is, units.
BAR, SOFT = 6.5, 4.0
BUTTON_WORDS = "Make it yours"
#: A button, or the bar in its place, comes after the title.
BUTTON_IN = 0.7


def leave(shot: Shot) -> float:
    """When a beat's words go, in its seconds; the film's last ones stay to the end."""
    return 1e6 if shot.number >= shot.count else shot.beat.lasts_s - TITLE_OUT


def callout_times(shot: Shot, order: int) -> tuple[float, float]:
    """From when to when a call-out shows: after the cross-fade from the beat before, one after the other."""
    return 0.45 + order * 0.22 * shot.beat.lasts_s, leave(shot)


def button_words(shot: Shot) -> str:
    """The plan's own; plans of earlier releases, which tell no language, leave it to us. Empty: no button."""
    own = next((word for word in map(legible, shot.beat.callouts) if word), "")
    return own or (BUTTON_WORDS if shot.language == "en" else "")


@dataclass(frozen=True)
class Block:
    """A title as it is set: its lines, their size, the baseline of the first, how wide the widest is, and
    where that begins."""

    lines: list[str]
    size: float
    first: float
    widest: float
    left: float

    @property
    def box(self) -> Box:
        """From the top of its first line to the foot of its last."""
        tall = (len(self.lines) - 1) * self.size * LEADING
        return Box(self.left, self.first - self.size, self.widest, tall + self.size * 1.3)


def block_of(words: str, width: float) -> Block:
    """The title `words` at its place in a frame `width` units wide: at the lower left, at the lower right
    where it is read from the right."""
    narrow = width < NARROW
    room = width * (0.84 if narrow else 0.56)
    lines, size = fit(words, 5.6 if narrow else 6.6, room, "SemiBold")
    if len(lines) > 1:
        # The upper line would reach the object.
        lines, size = fit(words, min(size, TWO_LINES), room, "SemiBold")
    widest = max(text_width(line, size, "SemiBold") for line in lines)
    margin = width / 2 - GUTTER
    left = margin - widest if is_right_to_left(words) else -margin
    return Block(lines, size, TITLE_LINE - (len(lines) - 1) * size * LEADING, widest, left)


class Centred(NamedTuple):
    """A title in the middle: where it stands, its lines, their size, and the baseline of the first."""

    box: Box
    lines: list[str]
    size: float
    top: float


def centred_of(words: str, width: float, button: bool) -> Centred:
    """The title `words` in the middle of a frame `width` units wide, with room for what stands below it."""
    lines, size = fit(words, 8.2, width * 0.8, "Bold") if words else ([], 8.2)
    widest = max((text_width(line, size, "Bold") for line in lines), default=width * 0.4)
    tall = max(0, len(lines) - 1) * size * 1.1 + size * 1.3
    # Below the last line: the button, or the bar.
    below = size * 0.3 + 12.8 if button else size * 1.1
    top = min(CENTRED_LINE, LOWEST - below - max(0, len(lines) - 1) * size * 1.1)
    return Centred(Box(-widest / 2, top - size, widest, tall), lines, size, top)


def places_of(shot: Shot, width: float, centred: bool, button: bool) -> tuple[Box, ...]:
    """Where the words of a beat stand that no object may lie under."""
    words = legible(shot.beat.title)
    if not words or not shot.titles:
        return ()
    return (centred_of(words, width, button).box if centred else block_of(words, width).box,)


@dataclass(frozen=True, eq=False)
class Typesetter:
    """Sets the words of one beat over its set."""

    shot: Shot
    ground: Ground

    def title(self) -> list[Caption]:
        """The title at the lower left, its accent bar above it; at the lower right where it is read from the
        right. Nothing for words that no font has."""
        words = legible(self.shot.beat.title)
        if not words:
            return []
        block = block_of(words, self.ground.width)
        size, first, left = block.size, block.first, block.left
        margin, mirrored = self.ground.width / 2 - GUTTER, is_right_to_left(words)
        ink = self.ground.ink(Box(left, first - size, block.widest, TITLE_LINE - first + size * 1.2), size)
        made = self.ground.veil(ink, block.box, SOFT, TITLE_IN, leave(self.shot))
        made.append(self._bar(margin - BAR if mirrored else left, first - size * 1.42, ink, TITLE_IN))
        at: tuple[float, Literal["start", "end"]] = (margin, "end") if mirrored else (left - 0.2, "start")
        for i, line in enumerate(block.lines):
            y = first + i * size * LEADING
            made.append(self._line(line, at[0], y, size, "SemiBold", ink.text, i, at[1]))
        return made

    def centred(self, button: bool) -> list[Caption]:
        """The title in the middle, under the object, and a button below it."""
        block, lines, size, top = centred_of(legible(self.shot.beat.title), self.ground.width, button)
        ink = self.ground.ink(block, size)
        made = self.ground.veil(ink, block, SOFT, TITLE_IN, leave(self.shot)) if lines else []
        made += [
            self._line(line, 0, top + i * size * 1.1, size, "Bold", ink.text, i, "middle")
            for i, line in enumerate(lines)
        ]
        if button and button_words(self.shot):
            made.append(self._button(top + (max(1, len(lines)) - 1) * size * 1.1 + size * 0.3 + 4.4, ink))
        elif lines:
            y = top + len(lines) * size * 1.1 - 1.2
            made.append(self._bar(-BAR / 2, y, ink, BUTTON_IN))
        return made

    def button(self) -> list[Caption]:
        """A button low in the middle, under words that are part of the set."""
        if not button_words(self.shot):
            return []
        ink = self.ground.ink(Box(-self.ground.width * 0.3, BUTTON_LINE, self.ground.width * 0.6, 8.4))
        return [self._button(BUTTON_LINE, ink)]

    def _bar(self, x: float, y: float, ink: Ink, since: float) -> Caption:
        body = f'<rect x="{x}" y="{y:.3f}" width="{BAR}" height="0.7" fill="{ink.accent.hex}"/>'
        return self.ground.caption(body, Box(x, y, BAR, 0.7), since, leave(self.shot))

    def _button(self, y: float, ink: Ink) -> Caption:
        words = button_words(self.shot)
        _, size = fit(words, 3.3, self.ground.width * 0.66, "Bold", lines=1)
        wide = text_width(words, size, "Bold", 0.1) + 9
        pill = (
            f'<rect x="{-wide / 2:.3f}" y="{y:.3f}" width="{wide:.3f}" height="8.4" rx="4.2" '
            f'fill="{ink.accent.hex}"/>'
            + text(words, 0, y + 4.2 + size * 0.36, size, "Bold", ink.on_accent.hex, "middle", 0.1)
        )
        return self.ground.caption(pill, Box(-wide / 2, y, wide, 8.4), BUTTON_IN, leave(self.shot), rise=1.4)

    def _line(
        self,
        line: str,
        x: float,
        y: float,
        size: float,
        weight: Weight,
        ink: Oklch,
        order: int,
        anchor: Literal["start", "middle", "end"] = "start",
    ) -> Caption:
        wide = text_width(line, size, weight) + size * 0.4
        body = text(line, x, y, size, weight, ink.hex, anchor, -0.018 * size)
        before = {"start": size * 0.1, "middle": wide / 2, "end": wide - size * 0.1}[anchor]
        # Marks of other scripts stand higher and hang lower than ours.
        above, tall = (1.1, 1.5) if line.isascii() else (1.3, 1.9)
        box = Box(x - before, y - size * above, wide, size * tall)
        return self.ground.caption(body, box, TITLE_IN + STAGGER * order, leave(self.shot), rise=1.8)
