"""What a start image is: a frame of this scene, then the camera goes on from there; or a foreign picture,
then it becomes a flat plate under the same camera."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.camera import Pose
from activities.animatic.compositor import ORBIT_SLIDE, Compositor, Scene, blend
from activities.animatic.layer import Caption, Image
from activities.animatic.vector import Box, render, text, text_width
from activities.faults import InvalidInput

#: Pictures are compared at this width: over it x264's noise weighs more than the camera's way.
COMPARED_AT = 320
#: Mean squared difference, levels: a frame of this scene that went through x264 stays under it.
SAME = 4.0
#: With a moving camera the right frame differs by under a fifth of the median of the beat's frames.
FAR_BETTER = 0.2
#: Beyond its own end a beat is searched for as long as its handles may be, seconds.
HANDLE_S = 2.0
#: Enlarged further, a plate shows its pixels.
LARGEST_ZOOM = 1.25
#: Distance of its badge from the frame's edges, units: that of the slate, in whose place it stands.
MARGIN = 5.2
#: Seconds until a plate's badge has come; the first frame is the given picture and nothing else.
BADGE_S = 0.4


def read_picture(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """The picture in BGR, cut to cover `width` x `height`; raises `InvalidInput` where it is none."""
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise InvalidInput("the chunk's start image is not a picture that can be read")
    rows, columns = picture.shape[:2]
    if (columns, rows) == (width, height):
        return np.asarray(picture, np.uint8)
    grow = max(width / columns, height / rows)
    size = max(width, round(columns * grow)), max(height, round(rows * grow))
    way = cv2.INTER_AREA if grow < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(picture, size, interpolation=way)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(picture[top : top + height, left : left + width])


def find_frame(
    compositor: Compositor, start: NDArray[np.uint8], expected: int, lettered: bool = True
) -> int | None:
    """The frame of the beat that `start` shows, `expected` if that is it; None for a foreign picture.

    Analysis by synthesis: 0.2 to 0.4 s where the expected frame is not it.
    """
    scene, wanted = compositor.scene, _small(start)
    fps = scene.format.fps
    errors: dict[int, float] = {}

    def error(frame: int) -> float:
        if frame not in errors:
            shown = _small(compositor.frame(frame / fps, captions=lettered))
            errors[frame] = cv2.norm(shown, wanted, cv2.NORM_L2SQR) / shown.size
        return errors[frame]

    if error(expected) < SAME:
        return expected
    last = round((scene.duration + HANDLE_S) * fps)
    coarse = [error(frame) for frame in range(0, last + 1, 8)]
    best = min(errors, key=error)
    for reach, step in ((8, 2), (2, 1)):
        best = min((f for f in range(best - reach, best + reach + 1, step) if f >= 0), key=error)
    limit = SAME if scene.move == "static" else max(SAME, FAR_BETTER * float(np.median(coarse)))
    if error(best) >= limit:
        return None
    return expected if error(expected) <= error(best) * 1.1 else best


def _small(picture: cv2.typing.MatLike) -> NDArray[np.float32]:
    rows, columns = picture.shape[:2]
    size = COMPARED_AT, max(2, round(rows * COMPARED_AT / columns))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    if small.shape[2] == 4:
        small = cv2.cvtColor(small, cv2.COLOR_BGRA2BGR)
    return np.asarray(small, np.float32) - np.asarray(cv2.mean(small)[:3], np.float32)


@dataclass(eq=False)
class Plate:
    """A foreign picture under the scene's camera. It begins as it is, at the second `since` of the beat, and
    goes on with the velocity that the beat's move has there, so that plate follows plate without a jolt.

    The picture may carry any type of its own, so the honest word stands on an opaque badge that no picture
    can be confused with. Where `picture` ends an earlier plate, the badge is in it: it is lifted off and
    stands still from the first frame on.
    """

    scene: Scene
    picture: NDArray[np.uint8]
    since: float
    _badge: Caption = field(init=False)
    _worn: bool = field(init=False)

    def __post_init__(self) -> None:
        self._badge = badge(self.scene)
        self._image = np.asarray(cv2.cvtColor(self.picture, cv2.COLOR_BGR2BGRA), np.uint8)
        self._worn = _wears(self._image, self._badge)
        if self._worn:
            _lift(self._image, self._badge)
        self._origin = self.scene.steady_pose(self.since)

    def frame(self, seconds: float, marked: bool = True) -> Image:
        """The plate at `seconds` of the beat: BGRA; without its badge where it is not to be `marked`."""
        frame = self.scene.format
        matrix = self._matrix(self.scene.steady_pose(seconds))
        size = frame.width, frame.height
        warped = cv2.warpAffine(self._image, matrix, size, borderMode=cv2.BORDER_REFLECT_101)
        canvas = np.asarray(warped, np.uint8)
        presence = 1.0 if self._worn else min(1.0, max(0.0, (seconds - self.since) / BADGE_S))
        if presence and marked:
            rows, columns = self._badge.image.shape[:2]
            x, y = self._badge.x, self._badge.y
            shown = np.asarray(cv2.convertScaleAbs(self._badge.image, alpha=presence), np.uint8)
            blend(canvas[y : y + rows, x : x + columns], shown)
        return canvas

    def _matrix(self, now: Pose) -> NDArray[np.float64]:
        """From the picture to the frame: how the camera stands now, seen from where it stood at the start."""
        then, frame = self._origin, self.scene.format
        unit = frame.height / 100
        zoom = min(LARGEST_ZOOM, now.zoom / then.zoom)
        x = (now.x - then.x) - (now.swing - then.swing) * ORBIT_SLIDE / 2
        centre = frame.width / 2, frame.height / 2
        matrix = np.asarray(cv2.getRotationMatrix2D(centre, then.roll - now.roll, zoom), np.float64)
        matrix[:, 2] -= np.array([x, now.y - then.y]) * unit * zoom
        return matrix


#: Seconds that one plate takes to become the other.
DISSOLVE_S = 0.8


@dataclass(frozen=True, eq=False)
class Dissolve:
    """From one foreign picture to another, which it shows as it is at its own second: each under the scene's
    camera, the one fading into the other before that."""

    first: Plate
    last: Plate

    def frame(self, seconds: float) -> Image:
        """What shows at `seconds` of the beat: BGRA."""
        begins = max(self.first.since, self.last.since - DISSOLVE_S)
        done = (seconds - begins) / max(self.last.since - begins, 1e-9)
        share = min(1.0, max(0.0, done))
        share = share * share * (3 - 2 * share)
        if not share:
            return self.first.frame(seconds)
        last = self.last.frame(seconds)
        mixed = cv2.addWeighted(self.first.frame(seconds), 1 - share, last, share, 0.0) if share < 1 else last
        return np.asarray(mixed, np.uint8)


def badge(scene: Scene) -> Caption:
    """ANIMATIC on an opaque pill, where the slate has it: words may lie over the rest of the frame."""
    frame = scene.format
    unit = frame.height / 100
    size = 2.2
    wide, tall = text_width("ANIMATIC", size, "Bold", 0.3) + 4, 4.6
    left, top = int(frame.width - (MARGIN + wide) * unit), int(MARGIN * unit)
    columns, rows = max(8, round(wide * unit)), max(4, round(tall * unit))
    body = f'<rect width="{wide}" height="{tall}" rx="{tall / 2}" fill="#16161a"/>' + text(
        "ANIMATIC", wide / 2 + 0.15, tall / 2 + size * 0.36, size, "Bold", "#f4f2ee", "middle", 0.3
    )
    return Caption(render(body, Box(0, 0, wide, tall), columns, rows), left, top)


def _wears(picture: Image, worn: Caption) -> bool:
    """Whether the badge is in the picture, where this scene would put it."""
    rows, columns = worn.image.shape[:2]
    there = cv2.cvtColor(picture[worn.y : worn.y + rows, worn.x : worn.x + columns], cv2.COLOR_BGRA2GRAY)
    own = cv2.cvtColor(worn.image, cv2.COLOR_BGRA2GRAY)
    solid = worn.image[..., 3] > 250
    a, b = there[solid].astype(np.float32), own[solid].astype(np.float32)
    # The letters' pattern, and the pill's own darkness: both must be there.
    return (
        float(np.std(a)) > 1
        and float(np.corrcoef(a, b)[0, 1]) > 0.85
        and abs(float(a.mean() - b.mean())) < 16
    )


def _lift(picture: Image, worn: Caption) -> None:
    """Fills the badge's place from around it: the picture is about to move, and the badge is not."""
    rows, columns = worn.image.shape[:2]
    edge = 6
    top, bottom = max(0, worn.y - edge), min(picture.shape[0], worn.y + rows + edge)
    left, right = max(0, worn.x - edge), min(picture.shape[1], worn.x + columns + edge)
    window = np.ascontiguousarray(picture[top:bottom, left:right, :3])
    mask = np.zeros(window.shape[:2], np.uint8)
    mask[worn.y - top - 1 : worn.y - top + rows + 1, worn.x - left - 1 : worn.x - left + columns + 1] = 255
    picture[top:bottom, left:right, :3] = cv2.inpaint(window, mask, 5, cv2.INPAINT_TELEA)
