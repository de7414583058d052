"""What the tests of the drawn object share: a palette, a size, a digest of pixels, and a photographed cup."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np

from activities.animatic.palette import Palette
from activities.animatic.subject import subject_for

SMALL = 120
WARM = Palette.of(("warm", "minimal"))
ROOT = Path(__file__).parents[2]


def digest(noun: str, photo_path: Path | None) -> str:
    image, height = subject_for(noun, photo_path, WARM, SMALL).get(key=0.9)
    return hashlib.sha256(image.tobytes() + height.tobytes()).hexdigest()


def red_cup(folder: Path) -> Path:
    """A red cup on a grey sweep, with the noise of a camera."""
    picture = np.full((360, 480, 3), 190.0)
    picture -= np.linspace(0, 30, 360)[:, None, None]
    cv2.ellipse(picture, (330, 190), (44, 54), 0, 0, 360, (40, 50, 200), 20)
    cv2.rectangle(picture, (160, 90), (320, 290), (40, 50, 200), -1)
    picture += np.random.default_rng(1).normal(0, 4, picture.shape)
    path = folder / "cup.png"
    cv2.imwrite(str(path), picture.clip(0, 255).astype(np.uint8))
    return path
