"""Which joins are noticed, by kind of fault, on material that no limit was chosen on.

    python -m tests.bench.joins            # 24 joins of the stand-ins' clips, 24 of the animatic, 30 clips
    python -m tests.bench.joins --quick    # 4, 4 and 3

Clips go through the encoder as models deliver them; of each join the same faults are made of the pictures
behind it. A fault counts as noticed where people would be warned of it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from activities.animatic.compositor import Compositor
from activities.animatic.scenes import build
from activities.media.colour_offset import corrected
from activities.media.film_form import Picture
from activities.media.frames import first_pictures, last_frame, last_pictures
from activities.media.matching import matched
from activities.media.seams import BESIDE, SIZE, seam_score
from infra.standins.pictures.films import film
from infra.standins.pictures.pictures import image
from infra.standins.spec import Spec
from tests.bench import ends
from tests.bench.tables import table
from tests.support.shots import shot
from workflows.film.seams import SHOWS

_MOVES = ("dolly in", "pan, lively", "orbit", "tilt", "handheld", "static", "pull back, lively", "pan")
_THINGS = (
    "ceramic mug",
    "sneaker",
    "perfume bottle",
    "headphones",
    "watch",
    "smartphone",
    "handbag",
    "candle",
)
_BEATS = ("hero_shot", "detail_showcase", "product_in_motion", "atmospheric_setup", "lifestyle_context")
#: The limits were chosen on what earlier seeds gave.
_FIRST_SEED = 100
# Behind a join: what is compared with it, and as much as any fault leaves out.
_BEHIND = BESIDE + 2 + 12


class Join(NamedTuple):
    """The last pictures of a chunk, and the first of the next, which begin with the one that is dropped."""

    before: list[Picture]
    after: list[Picture]


Fault = Callable[[Join, Join], Sequence[Picture]]


def _behind(first: int) -> Fault:
    return lambda join, other: join.after[first : first + BESIDE + 1]


def _tinted(red: float, blue: float) -> Fault:
    def tint(join: Join, other: Join) -> Sequence[Picture]:
        shown = [picture * np.array([red, 1.0, blue]) for picture in _behind(1)(join, other)]
        return [np.asarray(one.round().clip(0, 255), np.uint8) for one in shown]

    return tint


def _zoomed(join: Join, other: Join) -> Sequence[Picture]:
    by = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), 0, 1.03)
    shown = _behind(1)(join, other)
    return [
        np.asarray(cv2.warpAffine(one, by, SIZE, borderMode=cv2.BORDER_REFLECT), np.uint8) for one in shown
    ]


#: By the name of the table's row, what is shown behind the join; the first is as it should be.
FAULTS: Mapping[str, Fault] = {
    "none: a good join": _behind(1),
    "a frame shown twice": _behind(0),
    "1 frame left out": _behind(2),
    "4 frames left out": _behind(5),
    "12 frames left out": _behind(13),
    "colours off by 3 %": _tinted(1.03, 0.98),
    "colours off by 8 %": _tinted(1.08, 0.95),
    "closer by 3 %": _zoomed,
    "another scene": lambda join, other: _behind(1)(other, join),
}


def bought(count: int) -> Iterator[Join]:
    """Joins of clips that the stand-ins made, slow and lively, at both rates that models have."""
    with tempfile.TemporaryDirectory() as folder:
        one, other, last = (Path(folder) / name for name in ("one.mp4", "other.mp4", "last.png"))
        for at in range(count):
            seed, fps = _FIRST_SEED + at, Fraction((16, 24)[at % 2])
            words = f"Hero shot of a {_THINGS[(3 * at + 1) % 8]}: {_MOVES[at % 8]}. warm"
            spec = Spec(
                "video", "m", words, frames=5 * int(fps) + 1, fps=fps, width=640, height=360, seed=seed
            )
            film(spec, one)
            last_frame(one, last)
            film(replace(spec, inputs={"image": last.read_bytes()}), other)
            yield Join(last_pictures(one, BESIDE + 1, SIZE), first_pictures(other, _BEHIND, SIZE))


def drawn(count: int) -> Iterator[Join]:
    """Joins within what the animatic draws, in the middle of its moves."""
    for at in range(count):
        of = shot(_BEATS[at % len(_BEATS)], size=SIZE)
        compositor, fps = Compositor(build(of, None)), 24
        middle = fps * 2 + 5 * at
        frames = [compositor.frame((middle + n) / fps) for n in range(-BESIDE, _BEHIND)]
        pictures = [np.ascontiguousarray(np.asarray(frame, np.uint8)[..., 2::-1]) for frame in frames]
        yield Join(pictures[: BESIDE + 1], pictures[BESIDE:])


def rates(joins: Sequence[Join]) -> dict[str, float]:
    """By fault, the share of joins that are noticed."""
    others = [joins[(at + len(joins) // 2 + 1) % len(joins)] for at in range(len(joins))]
    return {
        name: float(
            np.mean([seam_score(a.before, fault(a, b)) > SHOWS for a, b in zip(joins, others, strict=True)])
        )
        for name, fault in FAULTS.items()
    }


class Drifted(NamedTuple):
    """How far the end of a chain of chunks is from what it would be without drift, in CIE Lab: as it came,
    with each chunk matched to the one before, and with all of them matched to the shot's first image."""

    came: float
    pairwise: float
    anchored: float


def drifted(scenes: int, fault: str = "drifts") -> list[Drifted]:
    """Of chains of six chunks whose colours drift, as they come or by this `fault` of the stand-ins."""
    with tempfile.TemporaryDirectory() as folder:
        return [_drifted(Path(folder), at, fault) for at in range(scenes)]


def _drifted(folder: Path, at: int, fault: str) -> Drifted:
    words = f"Hero shot of a {_THINGS[(3 * at + 2) % 8]}: {_MOVES[at % 8]}. warm"
    spec = Spec(
        "image", "m", words, width=320, height=180, frames=41, fps=Fraction(16), seed=_FIRST_SEED + at
    )
    (folder / "first.png").write_bytes(image(spec))
    spec = replace(spec, kind="video", inputs={"image": (folder / "first.png").read_bytes()})
    true = chain(folder / "true", spec)
    chunks = chain(folder / fault, replace(spec, astray=fault)) if fault else true
    last, meant = (last_pictures(chain[-1], 1, SIZE)[0] for chain in (chunks, true))
    ways = [matched(chunks, folder / "first.png", anchored, lambda _: None) for anchored in (False, True)]
    shown = [last, *(corrected(last, way.courses[-1].end) for way in ways)]
    return Drifted(*(_lab_apart(one, meant) for one in shown))


def chain(folder: Path, spec: Spec, count: int = 6) -> list[Path]:
    """So many clips of the spec, each from the last frame of the one before."""
    folder.mkdir(exist_ok=True)
    chunks = []
    for number in range(count):
        chunks.append(folder / f"{number}.mp4")
        film(spec, chunks[-1])
        last_frame(chunks[-1], folder / "last.png")
        spec = replace(spec, inputs={"image": (folder / "last.png").read_bytes()})
    return chunks


def _lab_apart(one: Picture, other: Picture) -> float:
    labs = [cv2.cvtColor(each.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for each in (one, other)]
    return float(np.linalg.norm(labs[0] - labs[1], axis=2).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    count = 4 if quick else 24
    sides = [rates(list(joins(count))) for joins in (bought, drawn)]
    rows = [[name, *(f"{side[name]:.0%}" for side in sides)] for name in FAULTS]
    print(table(["behind the join", f"{count} of stand-ins", f"{count} of the animatic"], rows))
    kinds, scenes = (("drifts", "drifts"), ("does not", "")), 1 if quick else 6
    chains = {name: drifted(scenes, fault) for name, fault in kinds}
    means = {name: np.mean(each, axis=0) for name, each in chains.items()}
    rows = [[f"a chain that {name}", *(f"{value:.1f}" for value in mean)] for name, mean in means.items()]
    print(table(["after 6 chunks", "as it came", "pair by pair", "anchored"], rows))
    told = list(ends.clips(3, seconds=2, smaller=3) if quick else ends.clips(30))
    rows = [[name, f"{share:.0%}"] for name, share in ends.shares(told).items()]
    print(table(["between two images", f"{len(told)} clips"], rows), end="")


if __name__ == "__main__":
    main()
