"""What reads on a picture: inks chosen by measuring the ground, a veil where no ink alone would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from activities.animatic.colour import Oklch
from activities.animatic.layer import Caption, Image
from activities.animatic.palette import Palette
from activities.animatic.vector import Box, render
from workflows.studio import FrameFormat

#: A ground (0 to 1, gamma-encoded) over this is too bright for paper ink, and one under it too dark for dark
#: ink: either reads at 3 : 1 there, and better beyond.
LIMIT = 0.50
#: Weights of BT.709 for BGRA: those of BT.601 take a red ground for a light one.
LUMA = np.array([[0.0722, 0.7152, 0.2126, 0.0]], np.float32)
#: Share of the ground that may be worse than that: single letters cross it, no word does.
EXCEPTED = 0.08
#: The ink that the ground's mean does not suggest must save this much of a veil.
WORTH_IT = 0.2
#: A veil this thin cannot be seen, and one that is thicker hides the set.
THINNEST, THICKEST = 0.12, 0.72


@dataclass(frozen=True)
class Ink:
    """Colours for type on one ground. `veil` is how opaque a soft patch of `shade` must lie under it."""

    text: Oklch
    accent: Oklch
    on_accent: Oklch
    shade: Oklch
    veil: float


@dataclass(frozen=True, eq=False)
class Ground:
    """What the type of one beat stands on; `plates` are frames of the beat without type."""

    format: FrameFormat
    palette: Palette
    plates: Sequence[Image]

    @property
    def width(self) -> float:
        """Of the frame, in world units."""
        return 100 * self.format.width / self.format.height

    def ink(self, box: Box, size: float = 0.0) -> Ink:
        """What reads on the ground that the beat shows in `box`, judged over its whole length; a set's ground
        is quiet enough for type of any `size`."""
        grey = np.concatenate([self._seen(plate, box).ravel() for plate in self.plates]) / 255
        darkest, brightest = np.quantile(grey, (EXCEPTED, 1 - EXCEPTED))
        palette, night, day = (
            self.palette,
            Oklch(0.16, 0.03, self.palette.hue),
            Oklch(0.95, 0.02, self.palette.hue),
        )
        under_paper = _veil(float(brightest) - LIMIT, LIMIT - _grey(night))
        under_ink = _veil(LIMIT - float(darkest), _grey(day) - LIMIT)
        bright = palette.accent.shift(0.0 if palette.accent.light > 0.7 else 0.04)
        paper = Ink(palette.paper, bright, palette.ink, night, under_paper)
        ink = Ink(palette.ink, palette.accent_dark, palette.paper, day, under_ink)
        expected, other = (paper, ink) if float(grey.mean()) < LIMIT else (ink, paper)
        return other if other.veil + WORTH_IT < expected.veil else expected

    def _seen(self, plate: Image, box: Box) -> Image:
        scale = self.format.height / 100
        rows, columns = plate.shape[:2]
        left, top = int((box.x + self.width / 2) * scale), int((box.y + 50) * scale)
        right, bottom = left + max(2, int(box.width * scale)), top + max(2, int(box.height * scale))
        left, top = min(max(0, left), columns - 2), min(max(0, top), rows - 2)
        return np.asarray(cv2.transform(plate[top:bottom, left:right], LUMA), np.uint8)

    def veil(self, ink: Ink, box: Box, soft: float, since: float, until: float) -> list[Caption]:
        """A soft patch under type in `box`, its edge `soft` units wide; none where the ink reads without."""
        if not ink.veil:
            return []
        # The blur takes light from the edge of the patch: it starts beyond the type.
        x, y, width, height = box.x - soft, box.y - soft, box.width + 2 * soft, box.height + 2 * soft
        body = (
            f'<rect x="{x:.3f}" y="{y:.3f}" width="{width:.3f}" height="{height:.3f}" rx="{soft}" '
            f'fill="{ink.shade.hex}" fill-opacity="{ink.veil:.3f}" filter="url(#soft)"/>'
        )
        spread = Box(x - 2 * soft, y - 2 * soft, width + 4 * soft, height + 4 * soft)
        blur = (
            f'<filter id="soft" filterUnits="userSpaceOnUse" x="{spread.x:.3f}" y="{spread.y:.3f}" '
            f'width="{spread.width:.3f}" height="{spread.height:.3f}">'
            f'<feGaussianBlur stdDeviation="{soft * 0.7:.3f}"/></filter>'
        )
        return [self.caption(body, spread, since, until, defs=blur)]

    def caption(
        self,
        body: str,
        box: Box,
        since: float = -10.0,
        until: float = 1e6,
        rise: float = 0.0,
        defs: str = "",
    ) -> Caption:
        """Draws `body` within `box`, on whole pixels and within the frame."""
        frame = self.format
        scale = frame.height / 100
        left = max(0, int((box.x + self.width / 2) * scale) - 1)
        top = max(0, int((box.y + 50) * scale) - 1)
        right = min(frame.width, int((box.x + box.width + self.width / 2) * scale) + 2)
        bottom = min(frame.height, int((box.y + box.height + 50) * scale) + 2)
        columns, rows = max(1, right - left), max(1, bottom - top)
        window = Box(left / scale - self.width / 2, top / scale - 50, columns / scale, rows / scale)
        return Caption(render(body, window, columns, rows, defs), left, top, since, until, rise * scale)


def _veil(lacking: float, room: float) -> float:
    """How opaque a patch `room` on the good side of the limit must be for a ground `lacking` before it."""
    needed = lacking / (lacking + room) if lacking > 0 else 0.0
    return 0.0 if needed < THINNEST else min(THICKEST, needed)


def _grey(colour: Oklch) -> float:
    return float(LUMA[0, :3] @ np.array(colour.bgr)) / 255
