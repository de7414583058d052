"""Contact sheets of the films of a table of prompts, and how still, how alike and how slow to draw they are.

    python -m tests.bench.sheets prompts.tsv out/        # one PNG a film; the figures as JSON on stdout

The table's first column is a prompt; more columns are left alone. Films are drawn at 360p as the animatic
draws them, without servers, six pictures of each on a sheet.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.compositor import Compositor
from activities.animatic.scenes import build
from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from workflows.film.contract import Plan, Shot, VideoRequest
from workflows.studio.facts import FrameFormat

#: Pictures on a sheet, and those looked at in a second to see what changes.
PICTURES, A_SECOND = 6, 6
#: Levels of grey by which a picture differs from that of a second ago, on average, unless it stands still.
STILL = 3.0

Grey = NDArray[np.uint8]


@dataclass
class Film:
    """One film as it was looked at; `still` is the share of its seconds in which hardly anything changes."""

    plan: Plan
    pictures: list[NDArray[np.uint8]]
    changes: list[float]
    build_s: float = 0.0
    frame_s: float = 0.0
    frames: int = field(default=0)

    @property
    def still(self) -> float:
        return sum(change < STILL for change in self.changes) / max(1, len(self.changes))


def drawn(request: VideoRequest) -> Film:
    """The film of a request, a few pictures a second."""
    plan, format = compose(request, Library.default()), FrameFormat.of(request)
    film, greys = Film(plan, [], []), list[Grey]()
    shown = {round((at + 0.5) * plan.seconds * A_SECOND / PICTURES) for at in range(PICTURES)}
    for at, picture in enumerate(_frames(plan, format, film)):
        greys.append(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2GRAY), np.uint8))
        if at in shown:
            film.pictures.append(np.asarray(picture[..., :3], np.uint8))
    film.changes = [
        float(cv2.absdiff(one, other).mean()) for one, other in zip(greys, greys[A_SECOND:], strict=False)
    ]
    return film


def _frames(plan: Plan, format: FrameFormat, film: Film) -> Iterator[NDArray[np.uint8]]:
    for beat in plan.beats:
        began = time.monotonic()
        compositor = Compositor(build(Shot.of(plan, beat, format), None))
        film.build_s += time.monotonic() - began
        for at in range(beat.seconds * A_SECOND):
            began = time.monotonic()
            picture = compositor.frame(at / A_SECOND)
            film.frame_s += time.monotonic() - began
            film.frames += 1
            yield picture


def sheet(film: Film, across: int = 3) -> NDArray[np.uint8]:
    """The film's pictures side by side, half as large."""
    small = [cv2.resize(each, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for each in film.pictures]
    rows = [np.hstack(small[at : at + across]) for at in range(0, len(small), across)]
    return np.asarray(np.vstack(rows), np.uint8)


def figures(films: Sequence[Film]) -> dict[str, object]:
    """What the films have in common: the largest shares of one archetype, one opening and one ending, and of
    still seconds, and the mean cost of drawing."""

    def most(names: Sequence[str]) -> dict[str, float]:
        name, count = Counter(names).most_common(1)[0]
        return {name: round(count / len(names), 3)}

    return {
        "films": len(films),
        "most common archetype": most([film.plan.archetype for film in films]),
        "most common opening": most([film.plan.beats[0].id for film in films]),
        "most common ending": most([film.plan.beats[-1].id for film in films]),
        "stillest film": most_still(films),
        "still on average": round(float(np.mean([film.still for film in films])), 3),
        "build s a film": round(float(np.mean([film.build_s for film in films])), 2),
        "frame ms": round(1000 * sum(f.frame_s for f in films) / sum(f.frames for f in films), 1),
    }


def most_still(films: Sequence[Film]) -> dict[str, float]:
    stillest = max(films, key=lambda film: film.still)
    return {stillest.plan.title: round(stillest.still, 3)}


def prompts_of(table: Path) -> list[str]:
    """The first column, without its heading."""
    return [
        line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()[1:] if line.strip()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--aspect", default="16:9")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    films = []
    for number, prompt in enumerate(prompts_of(asked.table), 1):
        film = drawn(VideoRequest(prompt=prompt, size="360p", aspect=asked.aspect))
        cv2.imwrite(str(asked.out / f"{number:02d}.png"), sheet(film))
        film.pictures.clear()
        films.append(film)
    print(json.dumps(figures(films), indent=1))


if __name__ == "__main__":
    main()
