"""What the type of a beat stands on where the picture was not drawn here: footage, whose light is measured.

The animatic's sets keep a quiet place for their type. Footage keeps none, so type over it gets as thick a
veil as its contrast needs in the worst of the frames, and none where it reads without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from activities.animatic.colour import Oklch
from activities.animatic.ink import WORTH_IT, Ground, Ink
from activities.animatic.layer import Caption, Image
from activities.animatic.vector import Box

#: Contrast that WCAG 2 asks of type, small and large, and of what is no type (AA: 1.4.3, 1.4.11). Large are
#: 24 px of a page; of a screen 800 px high that is three units, and bold type is seldom all that a line has.
SMALL_TYPE, LARGE_TYPE, NO_TYPE, LARGE = 4.5, 3.0, 3.0, 4.0
#: Share of the ground, in every picture, that may be worse: single sparks cross it, no letter does.
EXCEPTED = 0.03
#: Encoding moves a level or two: so much better than needed is what is drawn.
SPARE = 1.04
#: Opacities are found to a hundredth, which no eye tells apart.
STEPS = 7
#: Even a white wall needs no more than two thirds under small type in paper.
THICKEST = 0.85
#: A veil is whole from so far before its type on, and begins so far before that, units.
RIM, FADE = 2.0, 18.0
# Linear light of an 8-bit sRGB level.
_LINEAR = np.array(
    [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in np.arange(256) / 255], np.float32
)
_LUMINANCE = np.array([0.0722, 0.7152, 0.2126], np.float32)


class Choice(NamedTuple):
    """An ink that was chosen for a box, and the contrast that it must have there."""

    box: Box
    ink: Ink
    bound: float


@dataclass(frozen=True, eq=False)
class Footage(Ground):
    """`plates` are frames of the footage, BGR or BGRA, small ones: type is wider than what they leave out.

    `margin` is how much more contrast is asked for than needed, where the plates are few of many frames.
    `tone` is what type is allowed, where not whichever reads best.
    """

    margin: float = SPARE
    tone: Literal["paper", "ink"] | None = None
    chosen: list[Choice] = field(default_factory=list)

    def ink(self, box: Box, size: float = 0.0) -> Ink:
        """What reads in `box` on every plate, for type of `size` units."""
        bound = LARGE_TYPE if size >= LARGE else SMALL_TYPE
        seen = [self._patch(plate, box) for plate in self.plates]
        palette, wanted = self.palette, bound * self.margin
        # Without hue: a tinted shade over colours that nobody chose looks like a stain.
        night, day = Oklch(0.14, 0.0, 0.0), Oklch(0.97, 0.0, 0.0)
        paper = _inked(seen, palette.paper, palette.accent, palette.ink, night, wanted)
        ink = _inked(seen, palette.ink, palette.accent_dark, palette.paper, day, wanted)
        # Over footage people expect light type.
        tone = self.tone or ("ink" if ink.veil + WORTH_IT < paper.veil else "paper")
        best = ink if tone == "ink" else paper
        self.chosen.append(Choice(box, best, bound))
        return best

    def reads_on(self, plates: Sequence[Image]) -> bool:
        """Whether all that was chosen reads on these as well."""
        return all(
            _contrast([self._patch(plate, box) for plate in plates], ink.text, ink.shade, ink.veil) >= bound
            for box, ink, bound in self.chosen
        )

    def veil(self, ink: Ink, box: Box, soft: float, since: float, until: float) -> list[Caption]:
        """A shadow (or a light) that rises from the lower edge of the frame over type in `box`: a patch with
        corners would look stuck on."""
        top, wide = box.y - RIM - FADE, self.width
        along = "x1='0' y1='0' x2='0' y2='1'"
        return self._shaded(ink, Box(-wide / 2, top, wide, 50 - top), along, since, until)

    def side_veil(self, ink: Ink, box: Box, since: float, until: float) -> list[Caption]:
        """The same from the nearer side of the frame."""
        reach = self.width / 2 + RIM + FADE
        if box.x < -box.width / 2:
            left, along = -self.width / 2, "x1='1' y1='0' x2='0' y2='0'"
            return self._shaded(ink, Box(left, -50, reach + box.x + box.width, 100), along, since, until)
        left = box.x - RIM - FADE
        return self._shaded(ink, Box(left, -50, reach - RIM - FADE - left, 100), "", since, until)

    def _shaded(self, ink: Ink, box: Box, along: str, since: float, until: float) -> list[Caption]:
        """Clear where the gradient begins, whole from `FADE` on."""
        if not ink.veil:
            return []
        across = box.height if "y2='1'" in along else box.width
        stops = "".join(
            f'<stop offset="{FADE / across * i / 8:.4f}" stop-color="{ink.shade.hex}" '
            f'stop-opacity="{ink.veil * (i / 8) ** 2 * (3 - i / 4):.4f}"/>'
            for i in range(9)
        )
        body = f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" fill="url(#veil)"/>'
        defs = f'<linearGradient id="veil" {along}>{stops}</linearGradient>'
        return [self.caption(body, box, since, until, defs=defs)]

    @property
    def cost(self) -> float:
        """What its veils hide of the picture, one with the other, in the measure of `WORTH_IT`."""
        return sum(choice.ink.veil for choice in self.chosen) + (WORTH_IT if self.tone == "ink" else 0.0)

    def quieter_side(self, boxes: tuple[Box, Box]) -> Box:
        """The one of two boxes with less to look at: type there hides less."""

        def busy(box: Box) -> float:
            return sum(float(self._patch(plate, box).std(axis=0).mean()) for plate in self.plates)

        first, second = boxes
        return first if busy(first) <= busy(second) else second

    def _patch(self, plate: Image, box: Box) -> NDArray[np.uint8]:
        """The plate's pixels in `box`: n x 3."""
        rows, columns = plate.shape[:2]
        scale = rows / 100
        left, top = int((box.x + self.width / 2) * scale), int((box.y + 50) * scale)
        left, top = min(max(0, left), columns - 2), min(max(0, top), rows - 2)
        right, bottom = left + max(2, round(box.width * scale)), top + max(2, round(box.height * scale))
        return np.asarray(plate[top:bottom, left:right, :3].reshape(-1, 3), np.uint8)


def _inked(
    seen: Sequence[NDArray[np.uint8]],
    text: Oklch,
    accent: Oklch,
    on_accent: Oklch,
    shade: Oklch,
    bound: float,
) -> Ink:
    veil = _veil(seen, text, shade, bound)
    if _contrast(seen, accent, shade, veil, lighter=text.light > 0.5) < NO_TYPE:
        accent = text
    return Ink(text, accent, on_accent, shade, veil)


def _veil(seen: Sequence[NDArray[np.uint8]], text: Oklch, shade: Oklch, bound: float) -> float:
    """The thinnest veil with which `text` reads; the thickest where none is enough."""
    if _contrast(seen, text, shade, 0.0) >= bound:
        return 0.0
    low, high = 0.0, THICKEST
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if _contrast(seen, text, shade, middle) >= bound else (middle, high)
    return high


def _contrast(
    seen: Sequence[NDArray[np.uint8]], text: Oklch, shade: Oklch, veil: float, lighter: bool | None = None
) -> float:
    """WCAG contrast of `text` against the worst picture under a veil of that opacity, but for `EXCEPTED`."""
    lighter = text.light > 0.5 if lighter is None else lighter
    under = np.array(shade.bgr, np.float32) * veil
    share = 1 - EXCEPTED if lighter else EXCEPTED
    grounds = (_LINEAR[(patch * (1 - veil) + under).round().astype(np.uint8)] @ _LUMINANCE for patch in seen)
    worst = [float(np.quantile(ground, share)) for ground in grounds]
    if lighter:
        return (text.luminance + 0.05) / (max(worst) + 0.05)
    return (min(worst) + 0.05) / (text.luminance + 0.05)
