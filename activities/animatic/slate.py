"""The slate: the viewfinder's corners, the word ANIMATIC in every frame, and what the beat is."""

from __future__ import annotations

from dataclasses import dataclass

from activities.animatic.ink import Ground
from activities.animatic.layer import Caption
from activities.animatic.lettering import capitals, clipped
from activities.animatic.stage import GUTTER, NARROW
from activities.animatic.vector import Box, text, text_width
from workflows.film import Shot

MARK = "ANIMATIC"
#: The beat's own part of the slate keeps out of both cross-fades (0.4 s), or two slates would overprint.
SLATE_IN = 0.42
#: Its baseline, units.
SLATE_LINE = -42.6
#: Letter spacing, of the size: small capitals want air.
TRACK = 0.13
#: From the beat's number to its name, units.
INDENT = 5.2
#: Between the facts and the mark, units.
GAP = 1.3
#: How soft the edge of a veil under it is, units.
SOFT = 1.5


@dataclass(frozen=True, eq=False)
class Slate:
    """The slate of one beat over its ground."""

    shot: Shot
    ground: Ground

    @property
    def narrow(self) -> bool:
        return self.ground.width < NARROW

    @property
    def size(self) -> float:
        return 2.1 if self.narrow else 2.5

    @property
    def right(self) -> float:
        """Where it ends; it begins as far to the left."""
        return self.ground.width / 2 - GUTTER

    def captions(self) -> list[Caption]:
        """The viewfinder's corners and ANIMATIC, at one place in every frame of a film; between the
        cross-fades also the beat's number and name and, where there is room, the move and the length."""
        return [*(self._tick(sx, sy) for sx in (-1, 1) for sy in (-1, 1)), *self._mark(), *self._name()]

    def _mark(self) -> list[Caption]:
        size, wide, told = self.size, self._wide(MARK), self._told
        box = Box(self.right - wide - told, SLATE_LINE - size, wide + told, size * 1.3)
        ink = self.ground.ink(box)
        made = self.ground.veil(ink, box, SOFT, -10.0, 1e6)
        # The last letter's spacing lies beyond the margin, so that the letter itself stands on it.
        end = self.right + TRACK * size
        mark = text(MARK, end, SLATE_LINE, size, "SemiBold", ink.text.hex, "end", TRACK * size, 0.9)
        made.append(self.ground.caption(mark, Box(end - wide, box.y, wide, box.height)))
        if self._facts:
            facts = text(
                self._facts,
                end - wide - GAP,
                SLATE_LINE,
                size,
                "Medium",
                ink.text.hex,
                "end",
                TRACK * size,
                0.72,
            )
            made.append(self.ground.caption(facts, Box(box.x, box.y, told, box.height), *self._stays))
        return made

    def _name(self) -> list[Caption]:
        size, line, left = self.size, SLATE_LINE, -self.right
        room = 2 * self.right - self._wide(MARK) - self._told - INDENT - 3
        name = capitals(self.shot.beat.id.replace("_", " "))
        if self.narrow and self._wide(name) > room:
            line, room = SLATE_LINE + size * 1.7, 2 * self.right - INDENT
        size *= min(1.0, max(0.7, room / self._wide(name)))
        name = clipped(name, size, room, "SemiBold", TRACK * size)
        box = Box(left, line - size, INDENT + text_width(name, size, "SemiBold", TRACK * size), size * 1.3)
        ink = self.ground.ink(box)
        body = text(
            f"{self.shot.number:02d}", left, line, self.size, "Bold", ink.text.hex, track=TRACK * size
        )
        body += text(
            name, left + INDENT, line, size, "SemiBold", ink.text.hex, track=TRACK * size, opacity=0.9
        )
        return [*self.ground.veil(ink, box, SOFT, *self._stays), self.ground.caption(body, box, *self._stays)]

    @property
    def _facts(self) -> str:
        beat = self.shot.beat
        return "" if self.narrow else f"{beat.camera.replace('_', ' ').upper()}  ·  {beat.lasts_s:.3g} s  ·"

    @property
    def _told(self) -> float:
        """Room that the facts take."""
        return self._wide(self._facts) + GAP if self._facts else 0.0

    @property
    def _stays(self) -> tuple[float, float]:
        """From when to when all but the mark shows. Nothing fades into the first beat or after the last."""
        since = -10.0 if self.shot.number == 1 else SLATE_IN
        return since, 1e6 if self.shot.number >= self.shot.count else float(self.shot.beat.lasts_s)

    def _wide(self, words: str) -> float:
        return text_width(words, self.size, "SemiBold", TRACK * self.size)

    def _tick(self, sx: int, sy: int) -> Caption:
        x, y = sx * (self.ground.width / 2 - 2.6), sy * 47.4
        box = Box(min(x, x - sx * 3) - 0.2, min(y, y - sy * 3) - 0.2, 3.4, 3.4)
        ink = self.ground.ink(box).text.hex
        body = f'<path d="M{x},{y - sy * 3} v{sy * 3} h{-sx * 3}" fill="none" stroke="{ink}" '
        return self.ground.caption(f'{body} stroke-opacity="0.6" stroke-width="0.28"/>', box)
