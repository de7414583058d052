"""How a set becomes frames: every layer warped by the camera, blended in 8 bits, type laid over the lot.

Everything stays premultiplied BGRA of 8 bits, and each warp covers only the pixels a layer can reach: that is
what makes a frame cost milliseconds. Any number of threads may draw with one `Compositor`: each frame has
memory of its own, and the scene is only read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.camera import Pose, pose, progress
from activities.animatic.framing import LABELLED, Framing, framing_at
from activities.animatic.layer import Caption, Image, Layer, Panel
from activities.animatic.legs import Leg
from workflows.film import Camera
from workflows.studio import FrameFormat

#: Units that what is infinitely far slides in a full orbit.
ORBIT_SLIDE = 5.2
#: Units that an object's nearest point slides in an orbit; at 3.4 the straight rims of a photo lean.
ORBIT_BEND = 2.6
#: The height that an orbit turns about: a third of the way to the nearest point.
ORBIT_PIVOT = 0.35
#: Streaks come round again after this many widths of the frame: a long beat would run out of them.
STREAK_PERIOD = 1.9
#: Share of the frame by which what keeps pace with the camera gains on it in a beat.
PACE = 0.09
#: Shares of the beat between which a wipe crosses the object.
SWEEP = (0.14, 0.74)
#: Seconds from one thing that enters to the next.
ENTER_EVERY = 0.35
#: Light lost in the corners of the frame.
VIGNETTE = 0.24
#: Under this a layer cannot be told from nothing in 8 bits.
INVISIBLE = 0.004

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scene:
    """One beat, ready to be filmed. `duration` in seconds; `holds` where it is the film's last."""

    format: FrameFormat
    duration: float
    move: Camera
    energy: float
    seed: int
    holds: bool
    layers: tuple[Layer, ...]
    captions: tuple[Caption, ...] = ()
    framings: tuple[Framing, ...] = ()
    #: Of a scene between keyframes; `duration` is then the film's.
    leg: Leg | None = None

    @property
    def width(self) -> float:
        """Of the frame, in world units."""
        return 100 * self.format.width / self.format.height

    def pose(self, seconds: float) -> Pose:
        """Where the camera stands: in the framing of that second, where there are several."""
        if self.leg is not None:
            return self.leg.pose(seconds, self.width)
        if not self.framings:
            return self.steady_pose(seconds)
        return framing_at(self.framings, seconds).pose(seconds, self.energy, self.width, self.seed)

    def steady_pose(self, seconds: float) -> Pose:
        """The beat's one move from end to end, as over a picture that cannot be framed anew."""
        return pose(self.move, seconds, self.duration, self.energy, self.width, self.seed)


@dataclass(eq=False)
class Compositor:
    """Draws the frames of one scene, in any order."""

    scene: Scene
    _vignette: Image = field(init=False)
    _relief: dict[int, NDArray[np.float32]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._width, self._height = self.scene.format.width, self.scene.format.height
        self._scale = self._height / 100
        self._vignette = _vignette(self._width, self._height)

    def frame(self, seconds: float, captions: bool = True) -> Image:
        """The picture at `seconds` of the beat: BGRA, shape (height, width, 4), opaque."""
        canvas = self.picture(seconds)
        if captions:
            self.letter(canvas, seconds)
        return canvas

    def picture(self, seconds: float) -> Image:
        """The same without any type."""
        camera = self.scene.pose(seconds)
        # What moves by itself does so in the time of the film, where a whole film is filmed in one set.
        seconds += self.scene.leg.since if self.scene.leg else 0.0
        canvas = np.zeros((self._height, self._width, 4), np.uint8)
        for layer in self.scene.layers:
            streaks = layer.behaviour is not None and layer.behaviour.kind == "streak"
            for turn in (-1, 0, 1) if streaks else (0,):
                self._draw(canvas, layer, camera, seconds, turn * STREAK_PERIOD * self.scene.width)
        cv2.multiply(canvas, self._vignette, canvas, scale=1 / 255)
        return canvas

    def _draw(self, canvas: Image, layer: Layer, camera: Pose, seconds: float, aside: float) -> None:
        presence = layer.opacity * self._presence(layer, seconds)
        if presence < INVISIBLE:
            return
        matrix = self._matrix(layer, camera, seconds, aside)
        left, top, right, bottom = self._reach(layer, matrix)
        if right <= left or bottom <= top:
            return
        matrix[:, 2] -= (left, top)
        size = (right - left, bottom - top)
        target = canvas[top:bottom, left:right]
        if layer.kind == "backdrop":
            # Replicated edges: whatever the camera does, there is no hole behind the set.
            target[:] = cv2.warpAffine(layer.image, matrix, size, borderMode=cv2.BORDER_REPLICATE)
            return
        if layer.kind == "subject" and layer.height is not None and camera.swing:
            source = self._bend(layer, matrix, size, camera.swing)
        else:
            source = np.asarray(cv2.warpAffine(layer.image, matrix, size), np.uint8)
        source = self._mask(source, layer, seconds, (left, top))
        if presence < 1 - INVISIBLE:
            source = np.asarray(cv2.convertScaleAbs(source, alpha=presence), np.uint8)
        blend(target, source)

    def _matrix(self, layer: Layer, camera: Pose, seconds: float, aside: float) -> Matrix:
        """From the layer's pixels to the frame's: depth scales the zoom and the camera's way."""
        if isinstance(layer, Panel) and not layer.z:
            camera = Pose()
        across, down = self._slide(layer, camera, seconds, aside)
        x = layer.x + across - camera.x * layer.z + camera.swing * ORBIT_SLIDE * (1 - layer.z)
        y = layer.y + down - camera.y * layer.z
        unit, turn = self._scale * camera.zoom**layer.z, math.radians(camera.roll)
        cos, sin = math.cos(turn), math.sin(turn)
        a, b = unit / layer.ppu * cos, unit / layer.ppu * sin
        matrix = np.array(
            [
                [a, -b, unit * (x * cos - y * sin) + self._width / 2],
                [b, a, unit * (x * sin + y * cos) + self._height / 2],
            ]
        )
        if layer.behaviour is not None and layer.behaviour.kind == "spin":
            return _spun(matrix, layer.image.shape, layer.behaviour.reach * seconds)
        return matrix

    def _reach(self, layer: Layer, matrix: Matrix) -> tuple[int, int, int, int]:
        if layer.kind == "backdrop":
            return 0, 0, self._width, self._height
        rows, columns = layer.image.shape[:2]
        corners = matrix @ np.array([[0, columns, 0, columns], [0, 0, rows, rows], [1, 1, 1, 1]])
        (left, top), (right, bottom) = corners.min(1), corners.max(1)
        return (
            max(0, math.floor(left) - 1),
            max(0, math.floor(top) - 1),
            min(self._width, math.ceil(right) + 1),
            min(self._height, math.ceil(bottom) + 1),
        )

    def _slide(self, layer: Layer, camera: Pose, seconds: float, aside: float) -> tuple[float, float]:
        duration = self.scene.duration
        if isinstance(layer, Panel):
            return layer.offset(seconds, duration)
        if layer.behaviour is None:
            return 0.0, 0.0
        kind, order = layer.behaviour.kind, layer.behaviour.order
        if kind == "streak":
            gone, period = seconds * (7 + 9 * self.scene.energy) * layer.z, STREAK_PERIOD * self.scene.width
            across = (period / 2 - gone) % period - period / 2 + aside
            return across, across * math.tan(math.radians(layer.behaviour.turn))
        if kind == "beam":
            return layer.behaviour.reach * (_swept(progress(seconds, duration)) - 0.5), 0.0
        if kind == "enter":
            lacking, way = layer.behaviour.reach * (1 - _entered(seconds, order)), layer.behaviour.turn
            return lacking * math.cos(math.radians(way)), lacking * math.sin(math.radians(way))
        if kind in ("pace", "trail"):
            done = progress(seconds, duration)
            gained = PACE * self.scene.width * (done - 0.5)
            # The ghosts fall behind a little as the beat goes on.
            behind = order * 1.6 * done if kind == "trail" else 0.0
            return camera.x * layer.z + gained - behind, 0.0
        return 0.0, 0.0

    def _presence(self, layer: Layer, seconds: float) -> float:
        if isinstance(layer, Panel):
            return float(layer.since <= seconds < layer.until)
        if layer.behaviour is None:
            return 1.0
        if layer.behaviour.kind == "beam":
            swept = _swept(progress(seconds, self.scene.duration))
            return min(1.0, max(0.0, 12 * min(swept, 1 - swept)))
        if layer.behaviour.kind == "enter":
            return _entered(seconds, layer.behaviour.order)
        if layer.behaviour.kind != "appear":
            return 1.0
        if self.scene.framings and framing_at(self.scene.framings, seconds).zoom > LABELLED:
            # From near by, half of a label would be out of the frame.
            return 0.0
        # After the cross-fade from the beat before, and gone before the one into the next.
        since = 0.45 + layer.behaviour.order * 0.22 * self.scene.duration
        until = math.inf if self.scene.holds else self.scene.duration - 0.35
        return min(1.0, max(0.0, (seconds - since) / 0.4), max(0.0, (until - seconds) / 0.3))

    def _bend(self, layer: Layer, matrix: Matrix, size: tuple[int, int], swing: float) -> Image:
        """The object seen from the side: what stands nearer slides further."""
        inverse = cv2.invertAffineTransform(matrix)
        relief = self._relief.get(id(layer))
        if relief is None:
            assert layer.height is not None
            blurred = cv2.GaussianBlur(layer.height, (0, 0), max(1.0, layer.height.shape[1] / 60))
            relief = self._relief[id(layer)] = np.asarray(blurred - ORBIT_PIVOT, np.float32)
        near = cv2.warpAffine(relief, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        columns = np.arange(size[0], dtype=np.float32)[None] * inverse[0, 0] + inverse[0, 2]
        rows = np.arange(size[1], dtype=np.float32)[:, None] * inverse[1, 1] + inverse[1, 2]
        across = near * np.float32(swing * layer.ppu * ORBIT_BEND) + columns.astype(np.float32)
        down = np.ascontiguousarray(np.broadcast_to(rows.astype(np.float32), across.shape))
        return np.asarray(cv2.remap(layer.image, across, down, cv2.INTER_LINEAR), np.uint8)

    def _mask(self, source: Image, layer: Layer, seconds: float, corner: tuple[int, int]) -> Image:
        left, top = corner
        rows, columns = source.shape[:2]
        if isinstance(layer, Panel) and layer.matte is not None:
            matte = layer.matte[top : top + rows, left : left + columns]
        elif layer.behaviour is not None and layer.behaviour.kind in ("reveal", "wipe"):
            done = progress(seconds, self.scene.duration)
            if layer.behaviour.kind == "reveal":
                at = np.asarray(np.arange(left, left + columns) / self._width, np.float32)
                light = _travelling_light(at, done)
            else:
                light = _edge(np.linspace(0, 1, columns, dtype=np.float32), _swept(done))
                # A negative order is what the edge has yet to pass: the drawing under the object.
                light = light if layer.behaviour.order >= 0 else 1 - light
            matte = np.broadcast_to((255 * light).astype(np.uint8), (rows, columns))
        else:
            return source
        return np.asarray(cv2.multiply(source, cv2.merge([matte] * 4), scale=1 / 255), np.uint8)

    def letter(self, canvas: Image, seconds: float) -> None:
        """Lays the type of that second of the beat over a picture."""
        for caption in self.scene.captions:
            presence = caption.presence(seconds)
            if presence < INVISIBLE:
                continue
            rows, columns = caption.image.shape[:2]
            top = min(caption.y + round((1 - min(1.0, presence)) * caption.rise), self._height - rows)
            source = caption.image
            if presence < 1 - INVISIBLE:
                source = np.asarray(cv2.convertScaleAbs(source, alpha=presence), np.uint8)
            blend(canvas[top : top + rows, caption.x : caption.x + columns], source)


def blend(target: Image, source: Image) -> None:
    """`source` over `target`, both premultiplied, in place: 1 ms for a frame of 1280 x 720."""
    clear = cv2.bitwise_not(cv2.extractChannel(source, 3))
    cv2.multiply(target, cv2.merge((clear, clear, clear, clear)), target, scale=1 / 255)
    cv2.add(target, source, target)


def _entered(seconds: float, order: int) -> float:
    """0 to 1, cubic out over 0.6 s; the first is there when the beat begins."""
    if not order:
        return 1.0
    done = min(1.0, max(0.0, (seconds - ENTER_EVERY * order) / 0.6))
    return 1 - (1 - done) ** 3


def _spun(matrix: Matrix, shape: tuple[int, ...], degrees: float) -> Matrix:
    """The same place, the picture turned about its middle."""
    about = np.vstack((cv2.getRotationMatrix2D((shape[1] / 2, shape[0] / 2), -degrees, 1), (0, 0, 1)))
    return np.asarray(matrix @ about, np.float64)


def _travelling_light(at: NDArray[np.float32], done: float) -> NDArray[np.float32]:
    """A lobe of light that crosses from right to left; toward the end half of it stays on everything."""
    lobe = np.exp(-(((at - (1.02 - done * 0.95)) / 0.17) ** 2)) + min(0.5, max(0.0, (done - 0.6) * 1.6))
    return np.asarray(np.clip(lobe, 0, 1), np.float32)


def _swept(done: float) -> float:
    """How far across the object the edge of a wipe stands: time enough to see the drawing, and the object."""
    return (done - SWEEP[0]) / (SWEEP[1] - SWEEP[0])


def _edge(at: NDArray[np.float32], swept: float) -> NDArray[np.float32]:
    return np.asarray(np.clip((swept - at) / 0.03, 0, 1), np.float32)


def _vignette(width: int, height: int) -> Image:
    x = (np.arange(width, dtype=np.float32)[None] / width - 0.5) * 1.05
    y = np.arange(height, dtype=np.float32)[:, None] / height - 0.5
    light = 1 - VIGNETTE * np.clip((np.sqrt(x * x + y * y) - 0.32) / 0.45, 0, 1) ** 1.6
    return np.asarray(cv2.merge([np.round(light * 255).astype(np.uint8)] * 4))
