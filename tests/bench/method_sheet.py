"""A contact sheet of one prompt, made by each method.

    python -m tests.bench.method_sheet OUT.jpg [--home DIR]

Makes the three films by `reel make` on the stand-ins, in a home of their own, and puts the same moments of
each in a row. What is finished in that home is found again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from activities.media.frames import picture_at
from activities.media.probing import count_frames

PROMPT = "A 30 second film about a ceramic coffee mug"
#: By the row's name, what is asked for beside the prompt.
METHODS = {
    "beats, chained": (),
    "beats, anchored": ("--continuity", "anchored"),
    # A stand-in plans people into the scenes, whom nobody asked for, and others draw them as paper figures.
    "keyframes": ("--method", "keyframes", "--model", "planner=animatic-planner"),
}
COLUMNS, SIZE, GAP, LEFT = 6, (192, 108), 4, 112
#: How far into each column's share of the film, which is a scene of keyframes, its moment lies. Halfway there
#: stand-ins show both keyframes of a clip through each other, which no model does.
_INTO = 0.2
_QUALITY = 80
# Nothing is looked at but some frames.
_CHEAPLY = ["--profile", "draft", "--size", "360p", "--fps", "8", "--no-music", "--no-preview"]


def asked(home: Path, method: str) -> list[str]:
    """What follows `reel make`; last of all, where the film is left."""
    out = home / f"{method.replace(', ', '-')}.mp4"
    return [PROMPT, *_CHEAPLY, *METHODS[method], "--home", str(home), "--output", str(out)]


def made(home: Path, method: str) -> Path:
    """The film, as `reel make` leaves it."""
    line = [sys.executable, "-m", "starter.cli", "make", *asked(home, method)]
    subprocess.run(line, env=os.environ | {"REEL_STANDINS": "1"}, check=True, stdout=sys.stderr)
    return Path(line[-1])


def row(film: Path) -> list[Image.Image]:
    """Its moments, at even distances, the first one `_INTO` of one away from the beginning."""
    frames = count_frames(film)
    at = [round((number + _INTO) * frames / COLUMNS) for number in range(COLUMNS)]
    return [Image.fromarray(np.asarray(picture_at(film, each, SIZE))) for each in at]


def sheet(rows: dict[str, list[Image.Image]]) -> Image.Image:
    """The rows below each other, their names beside them."""
    width = LEFT + COLUMNS * (SIZE[0] + GAP)
    whole = Image.new("RGB", (width, len(rows) * (SIZE[1] + GAP) - GAP), "white")
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(size=15)
    for number, (name, pictures) in enumerate(rows.items()):
        top = number * (SIZE[1] + GAP)
        draw.multiline_text((2, top + SIZE[1] // 2), name.replace(", ", ",\n"), "black", font, "lm")
        for place, picture in enumerate(pictures):
            whole.paste(picture, (LEFT + place * (SIZE[0] + GAP), top))
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        home.mkdir(exist_ok=True)
        films = {method: made(home, method) for method in METHODS}
        drawn = sheet({name: row(film) for name, film in films.items()})
        drawn.save(given.out, quality=_QUALITY, optimize=True)
    print(f"{given.out}: {given.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
