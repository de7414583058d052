"""How a camera moves over one image: the move that a prompt asks for, and a guess of what is near."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, Pixels, f32

# A second of the slowest move that is still seen to be one, in parts of the frame.
_ZOOM_A_SECOND, _ZOOM_MOST = 0.016, 0.13
_SLIDE_A_SECOND, _SLIDE_MOST = 0.009, 0.05
#: What the words of a motion prompt call for, the first found wins.
_WORDS = (
    ("out", ("moves slowly out", "pull back", "pulls back", "dolly out", "zoom out")),
    ("in", ("moves slowly in", "push in", "pushes in", "dolly in", "zoom in", "moves in")),
    ("orbit", ("orbit", "circles", "around the subject")),
    ("pan", ("pan", "sideways", "lateral", "tracking", "drifts past")),
    ("tilt", ("tilt", "vertical travel", "crane")),
    ("hand", ("handheld", "hand-held", "restless")),
    ("still", ("stands still", "static", "locked", "almost still")),
)


@dataclass(frozen=True)
class Move:
    """A steady move. Shares are of the frame's width or height, over the whole clip: `zoom` (above 0:
    closer), `across` and `down` for the frame, `side` and `lift` for how much further the near moves."""

    zoom: float = 0.0
    across: float = 0.0
    down: float = 0.0
    side: float = 0.0
    lift: float = 0.0
    shake: float = 0.0
    phase: float = 0.0

    def at(self, t: float) -> tuple[float, float, float, float, float, float]:
        """Zoom, across, down, side, lift and roll at `t`, 0 where nothing has moved; `t` may be below 0."""
        # Set off gently and then keep the pace: a next clip that begins here must not seem to stop first.
        way = t * (0.6 + 0.4 * min(1.0, abs(t) * 6))
        sway = self.shake * min(1.0, abs(t) * 8)
        x = sway * (np.sin(t * 31 + self.phase) - np.sin(self.phase)) * 0.6 + sway * np.sin(t * 71)
        y = sway * (np.cos(t * 27 + self.phase) - np.cos(self.phase)) * 0.5
        # Room to move in: what the frame would show beyond the image's edge is cut off by coming closer.
        room = 2 * (abs(self.across * way) + abs(self.side * way) * 0.5 + abs(float(x)))
        room = max(room, 2 * (abs(self.down * way) + abs(self.lift * way) * 0.5 + abs(float(y))))
        zoom = 1 + self.zoom * way + room
        return (
            zoom,
            self.across * way + float(x),
            self.down * way + float(y),
            self.side * way,
            self.lift * way,
            0.0,
        )


def move_of(prompt: str, seconds: float, chance: np.random.Generator) -> Move:
    """The move that a prompt asks for, a slow push where it asks for none, over so many seconds."""
    text = prompt.lower()
    kind = next((kind for kind, words in _WORDS if any(word in text for word in words)), "in")
    way = float(chance.choice([-1.0, 1.0]))
    zoom, slide = min(_ZOOM_MOST, _ZOOM_A_SECOND * seconds), min(_SLIDE_MOST, _SLIDE_A_SECOND * seconds)
    brisk = 1.6 if "lively" in text else 1.0
    zoom, slide = zoom * brisk, slide * brisk
    return {
        "in": Move(zoom=zoom, side=way * slide * 0.25),
        "out": Move(zoom=-zoom * 0.55, side=way * slide * 0.2),
        "orbit": Move(zoom=zoom * 0.3, across=way * slide * 0.5, side=-way * slide * 0.9),
        "pan": Move(zoom=zoom * 0.2, across=way * slide, side=-way * slide * 0.5),
        "tilt": Move(zoom=zoom * 0.25, down=way * slide, lift=-way * slide * 0.5),
        "hand": Move(
            zoom=zoom * 0.6, side=way * slide * 0.4, shake=0.0016, phase=float(chance.uniform(0, 6))
        ),
        "still": Move(zoom=zoom * 0.18, side=way * slide * 0.12),
    }[kind]


def depth_of(picture: Pixels) -> Array:
    """How near each pixel may be, 0 to 1: what differs from its row's ends stands before them, and what is
    lower in the frame is closer. Smooth, so that nothing tears."""
    height, width = picture.shape[:2]
    small = f32(cv2.resize(picture, (96, 54), interpolation=cv2.INTER_AREA))
    small = f32(cv2.GaussianBlur(small, (0, 0), 1.5))
    ends = np.stack([small[:, :5].mean(1), small[:, -5:].mean(1)], 1)
    t = np.linspace(0, 1, 96, dtype=np.float32)[None, :, None]
    behind = ends[:, :1] * (1 - t) + ends[:, 1:] * t
    apart = np.sqrt(((small - behind) ** 2).sum(2))
    y, x = np.mgrid[-1:1:54j, -1:1:96j]
    near = np.clip(apart / max(float(np.percentile(apart, 92)), 12.0), 0, 1) * np.exp(
        -(x * x * 0.9 + y * y * 0.5)
    )
    # Flat on top: a product must not bulge like a balloon as the camera comes round.
    near = np.clip(near * 2.2, 0, 1)
    near = cv2.GaussianBlur(cv2.dilate(f32(near), np.ones((7, 7), np.uint8)), (0, 0), 6)
    depth = 0.72 * near / max(float(near.max()), 1e-3) + 0.28 * f32((y + 1) / 2)
    full = cv2.resize(f32(depth), (width, height), interpolation=cv2.INTER_CUBIC)
    return f32(np.clip(full, 0, 1))
