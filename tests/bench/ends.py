"""Which clips are noticed not to keep to the images that they were made between, on the stand-ins.

Every model that takes a last frame makes clips of several shapes and seeds, in the form that its request
gets, between an image and one that was drawn from it, as keyframes and anchors are. Of good clips few may
warn; the same clips with other ends are to be noticed. `python -m tests.bench.joins` prints the table.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from activities.media.colour_match import SIZE
from activities.media.frames import first_picture, form, last_pictures
from activities.media.kept_ends import likeness
from infra.standins.pictures.films import film
from infra.standins.pictures.making import delivered
from infra.standins.pictures.pictures import image
from infra.standins.spec import Spec
from infra.standins.wire import fal_models, google_models, replicate_models
from infra.standins.wire.schema import Published
from workflows.film.ends import MISSES

#: Of images, as their models draw them: clips of them are cut or squeezed.
_SHAPES = ((1344, 768), (768, 1344), (1024, 1024), (896, 1088))
_MOVES = ("dolly in", "pan, lively", "orbit", "tilt", "handheld", "static", "pull back, lively", "pan")
_THINGS = ("ceramic mug", "sneaker", "perfume bottle", "headphones", "watch", "handbag", "candle")
_FIRST_SEED = 500
#: Frames by which an end is off.
_OFF = (4, 12, 24)
#: By the names of the table's rows, what is compared.
GOOD = ("a good clip, its beginning", "a good clip, its end")
IGNORED, ELSEWHERE = "its last image is ignored", "its end shows another scene"
ROWS = (*GOOD, IGNORED, ELSEWHERE, *(f"its end is off by {off} frames" for off in _OFF))


def models() -> Mapping[str, Published]:
    """The stand-ins that take a last frame."""
    listed = {**fal_models.MODELS, **replicate_models.MODELS}
    takes = {name: one for name, one in listed.items() if "last_frame" in one.inputs}
    # Of these the schema lies within the request.
    return takes | {name: one for name, one in google_models.MODELS.items() if one.makes == "video"}


def clips(count: int, seconds: int = 5, smaller: int = 1) -> Iterator[dict[str, float]]:
    """Of so many, by the models in turn, how like their ends are to their images, by the table's rows; all
    of it so many times `smaller` than it is sold."""
    with tempfile.TemporaryDirectory() as folder:
        for at, (name, model) in enumerate(itertools.islice(itertools.cycle(models().items()), count)):
            yield _told(Path(folder), *_asked(at, name, model, seconds, smaller))


def shares(told: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """By the table's rows, the share of clips of which people are warned."""
    return {row: sum(one[row] < MISSES for one in told) / len(told) for row in ROWS}


def _told(folder: Path, spec: Spec, end: bytes, other: bytes) -> dict[str, float]:
    clip, astray = folder / "clip.mp4", folder / "astray.mp4"
    first, last, elsewhere = (folder / f"{name}.png" for name in ("first", "last", "elsewhere"))
    for path, data in ((first, spec.inputs["image"]), (last, end), (elsewhere, other)):
        path.write_bytes(data)
    asked = replace(spec, inputs={**spec.inputs, "last_frame": end})
    film(delivered(asked, None), clip)
    film(delivered(asked, "no_last_frame"), astray)
    found = form(clip)
    shape, shown = (found.width, found.height), last_pictures(clip, _OFF[-1] + 1, SIZE)
    alike = [
        likeness(first_picture(clip, SIZE), shape, first),
        likeness(shown[-1], shape, last),
        likeness(last_pictures(astray, 1, SIZE)[0], shape, last),
        likeness(shown[-1], shape, elsewhere),
        *(likeness(shown[-1 - off], shape, last) for off in _OFF),
    ]
    return dict(zip(ROWS, alike, strict=True))


def _asked(at: int, name: str, model: Published, seconds: int, smaller: int) -> tuple[Spec, bytes, bytes]:
    """A clip with its first image; the image that it ends with, drawn from that; one of something else."""
    seed, (width, height) = _FIRST_SEED + at, (side // smaller for side in _SHAPES[at % len(_SHAPES)])
    thing, move = _THINGS[at % len(_THINGS)], at % len(_MOVES)
    still = Spec("image", "m", f"A {thing} on a table", width=width, height=height, seed=seed)
    first = image(still)
    later = replace(still, prompt=_MOVES[(move + 3) % len(_MOVES)], inputs={"image": first}, seed=seed + 1)
    other = replace(still, prompt="A lighthouse at night")
    scale = Fraction(model.short or 720, smaller * min(width, height))
    fps = Fraction((16, 24)[at % 2])
    asked = Spec(
        "video",
        name,
        f"A {thing}: {_MOVES[move]}",
        {"image": first},
        seconds * int(fps) + 1,
        fps,
        round(width * scale / 2) * 2,
        round(height * scale / 2) * 2,
        seed + 2,
    )
    return asked, image(later), image(other)
