"""Knows how alike the structure of two pictures is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.media.film_form import Picture


def ssim(one: Picture, other: Picture) -> float:
    """Structural similarity of the greys of two pictures of one size, RGB (Wang et al. 2004, with its windows
    of 11 pixels, sigma 1.5, and its constants): 1 of the same picture, about 0 of unrelated ones."""
    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float32) for p in (one, other))

    def mean(of: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(of, (11, 11), 1.5))

    mx, my = mean(x), mean(y)
    vx, vy, xy = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = (2 * mx * my + c1) * (2 * xy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(similar.mean())
