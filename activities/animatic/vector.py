"""How drawings and type become pixels: SVG through resvg, our own fonts alone, premultiplied at once."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic import fonts
from activities.animatic.fonts import CSS_WEIGHT, MAIN, Run, Weight, is_drawable, is_right_to_left, runs
from activities.animatic.layer import Image
from activities.animatic.raster import Drawing, png_of

# Noise of this side is repeated over a picture; the eye finds no repeat in grain this fine.
_GRAIN_TILE_PX = 1024


class Box(NamedTuple):
    """A window on the drawing, in its own units."""

    x: float
    y: float
    width: float
    height: float


def render(body: str, box: Box, width: int, height: int, defs: str = "") -> Image:
    """Draws the SVG elements `body` (with `defs`) seen through `box` into `width` x `height` pixels.

    Returns premultiplied BGRA. `body` is markup: user text enters it through `text` or `escape` only.
    Raises `ValueError` where it is not well formed.
    """
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'preserveAspectRatio="none" '
        f'viewBox="{box.x:.4f} {box.y:.4f} {box.width:.4f} {box.height:.4f}"><defs>{defs}</defs>{body}</svg>'
    )
    # A drawing without type loads no fonts.
    files = fonts.files_for(body) if "<text" in body else []
    png = png_of(Drawing(svg_string=svg, font_files=files, font_family=MAIN, skip_system_fonts=True))
    straight = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if straight is None:
        raise ValueError("the drawing gave no picture")
    return premultiplied(straight)


def premultiplied(straight: cv2.typing.MatLike) -> Image:
    """Straight BGRA (or opaque BGR) of 8 bits to premultiplied BGRA."""
    if straight.shape[2] == 3:
        return np.asarray(cv2.cvtColor(straight, cv2.COLOR_BGR2BGRA), np.uint8)
    alpha = cv2.extractChannel(straight, 3)
    # Colour by alpha, alpha by one.
    by = cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGRA)
    return np.asarray(cv2.multiply(straight, by, scale=1 / 255), np.uint8)


def escape(content: str) -> str:
    """`content` as character data: no markup, no entities, nothing that XML forbids."""
    kept = "".join(" " if char in "\t\r\n" else char for char in content if _is_xml(char))
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        kept = kept.replace(char, entity)
    return kept


def _is_xml(char: str) -> bool:
    code = ord(char)
    if code < 0x20:
        return char in "\t\r\n"
    return not (0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE)


def text(
    content: str,
    x: float,
    y: float,
    size: float,
    weight: Weight = "Medium",
    fill: str = "#ffffff",
    anchor: Literal["start", "middle", "end"] = "start",
    track: float = 0.0,
    opacity: float = 1.0,
) -> str:
    """One line of type as SVG: `y` is its baseline, `track` the spacing, in drawing units.

    Each run of a script is an element of its own: within one element, letters of one family would be drawn
    by another, or not at all.
    """
    shown = runs(content)
    style = (
        f'font-family="{{}}" font-weight="{CSS_WEIGHT[weight]}" font-size="{size:.3f}" '
        f'letter-spacing="{{:.4f}}" fill="{fill}" fill-opacity="{opacity:.3f}"'
    )
    if len(shown) < 2:
        run = shown[0] if shown else Run(MAIN, "")
        how = style.format(run.family, spacing(run, track))
        return f'<text x="{x:.3f}" y="{y:.3f}" {how} text-anchor="{anchor}">{escape(content)}</text>'
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * text_width(content, size, weight, track)
    made, mirrored = "", is_right_to_left(content)
    for run in reversed(shown) if mirrored else shown:
        core = run.words.rstrip()
        wide = text_width(run.words, size, weight, track)
        # What follows a word stands on its left where lines run that way.
        at = left + (wide - text_width(core, size, weight, track) if mirrored else 0.0)
        how = style.format(run.family, spacing(run, track))
        made += f'<text x="{at:.3f}" y="{y:.3f}" {how}>{escape(core)}</text>'
        left += wide
    return made


def text_along(path: str, content: str, size: float, weight: Weight, fill: str) -> str:
    """A line of type along the path of that id, in the family of its first run."""
    family = next((run.family for run in runs(content)), MAIN)
    return (
        f'<text font-family="{family}" font-weight="{CSS_WEIGHT[weight]}" font-size="{size:.3f}" '
        f'fill="{fill}">'
        f'<textPath href="#{path}">{escape(content)}</textPath></text>'
    )


def spacing(run: Run, track: float) -> float:
    """The spacing of a run: it would tear joined letters apart, and marks from their letters."""
    return 0.0 if run.joined else track


def text_width(content: str, size: float, weight: Weight = "Medium", track: float = 0.0) -> float:
    """The advance of one line in drawing units: resvg cannot measure, so the same font files are asked."""
    return fonts.width(content, size, weight, track)


def has_glyphs(content: str) -> bool:
    """Whether there is a font for all of `content`; what has none would show as boxes."""
    return is_drawable(content)


def grain_sigma(frame_height: int) -> float:
    """How strong grain may be at that height: 1.7 levels at 720 lines look like paper, at 360 like sand."""
    return min(2.0, max(0.9, 1.0 + 0.7 * (frame_height - 360) / 360))


def texture(image: Image, sigma: float) -> Image:
    """Bakes paper grain of `sigma` levels into the artwork, weighted by its alpha, and returns a new picture.

    Grain that moves with the layer hides banding and costs the encoder nothing; grain over the frame, new in
    every picture, makes H.264 twenty times larger.
    """
    height, width = image.shape[:2]
    grain = cv2.copyMakeBorder(
        _grain(), 0, max(0, height - _GRAIN_TILE_PX), 0, max(0, width - _GRAIN_TILE_PX), cv2.BORDER_WRAP
    )
    *colours, alpha = cv2.split(image)
    weighted = cv2.multiply(alpha, grain[:height, :width], scale=sigma / 255, dtype=cv2.CV_32F)
    # Plane by plane: the same with all four of them in floats would be the largest picture of a scene.
    noisy = (cv2.min(cv2.add(one, weighted, dtype=cv2.CV_8U), alpha) for one in colours)
    return np.asarray(cv2.merge((*noisy, alpha)), np.uint8)


@cache
def _grain() -> NDArray[np.float32]:
    """A seamless square of noise of unit deviation, a touch softer than a pixel, alike in every process."""
    noise = np.random.default_rng(11).normal(0, 1, (_GRAIN_TILE_PX, _GRAIN_TILE_PX)).astype(np.float32)
    soft = cv2.GaussianBlur(np.pad(noise, 8, mode="wrap"), (0, 0), 0.7)[8:-8, 8:-8]
    return np.ascontiguousarray(soft / soft.std(), np.float32)
