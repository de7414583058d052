"""Knows where a moving camera sees each pixel of one image."""

from __future__ import annotations

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, Pixels, f32
from infra.standins.pictures.motion import Move, depth_of


class Camera:
    """One move over one image, (height, width, 3)."""

    def __init__(self, picture: Pixels, move: Move) -> None:
        height, width = picture.shape[:2]
        self._move, self._depth, self._size = move, depth_of(picture), (width, height)
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        self._x, self._y = f32(x), f32(y)
        # What is near grows faster than what is far as the camera comes closer.
        self._far_x = (self._x - width / 2) * (self._depth - 0.5)
        self._far_y = (self._y - height * 0.55) * (self._depth - 0.5)

    def sees(self, t: float) -> tuple[Array, Array]:
        """Where each pixel of the frame at `t` lies in the image, across and down, (height, width) each; at 0
        the camera stands in the image itself."""
        (zoom, across, down, side, lift, roll), (width, height) = self._move.at(t), self._size
        keep = 1 / zoom
        x = cv2.addWeighted(self._x, keep, self._depth, side * width, (1 - keep) * width / 2 + across * width)
        y = cv2.addWeighted(
            self._y, keep, self._depth, lift * height, (1 - keep) * height * 0.55 + down * height
        )
        x = cv2.addWeighted(x, 1, self._far_x, (keep - 1) * 0.35, 0)
        y = cv2.addWeighted(y, 1, self._far_y, (keep - 1) * 0.35, 0)
        if roll:
            x = cv2.addWeighted(x, 1, self._y, roll, -roll * height / 2)
        return f32(x), f32(y)


def shown(picture: Pixels, x: Array, y: Array) -> Pixels:
    """What is seen of an image, or of one plane of it, where a camera looks."""
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), np.uint8)
