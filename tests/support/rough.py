"""Knows how the stand-ins draw where nobody looks: less is fine in their stills, and their clips are small.

`python -m tests.support.rough` takes the place of `python -m infra.standins` in a home of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from infra.embedded import StandinServer
from infra.standins.__main__ import main
from infra.standins.pictures import films, making, photo, pictures
from infra.standins.pictures.arrays import Array, f32
from infra.standins.pictures.photo import photograph
from infra.standins.spec import Spec

# A still is drawn in a quarter of its size, and below this a set has no room for what stands on it.
_COARSE, _LEAST = 4, 32
# As many rays as such a still has pixels of the product.
_RAYS = 24_000


@contextmanager
def roughly_drawn() -> Iterator[None]:
    """Pictures show the same things at the same places, and clips last as long, move, gleam and join alike.
    Drawing them as models would, and reading them, takes half of all that a small film takes, and what it
    costs and how it ends is the same. So do the stand-ins of homes whose servers are started meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "photograph", _photograph)
        patch.setattr(photo, "_RAYS", _RAYS)
        patch.setattr(making, "film", _film)
        patch.setattr(StandinServer, "module", "tests.support.rough")
        yield


def _photograph(prompt: str, seed: int, width: int, height: int) -> Array:
    small = photograph(prompt, seed, max(_LEAST, width // _COARSE), max(_LEAST, height // _COARSE))
    # A curve between them would leave 0 to 1.
    return f32(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def _film(spec: Spec, path: Path) -> None:
    films.film(replace(spec, width=spec.width // 8 * 2, height=spec.height // 8 * 2), path)


if __name__ == "__main__":
    with roughly_drawn():
        main()
