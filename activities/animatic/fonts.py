"""Which font file draws which letter: Manrope for Latin, Greek and Cyrillic, Noto for the other scripts.

No font falls back to another by itself: words are cut into runs of one family each. These files and no
others are used: with a system's own fonts the same film would differ between machines.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, NamedTuple

import font_manrope
from PIL import ImageFont

Weight = Literal["Light", "Regular", "Medium", "SemiBold", "Bold", "ExtraBold"]

CSS_WEIGHT: Final[dict[Weight, int]] = {
    "Light": 300,
    "Regular": 400,
    "Medium": 500,
    "SemiBold": 600,
    "Bold": 700,
    "ExtraBold": 800,
}
MAIN: Final = "Manrope"
_MANROPE = Path(font_manrope.font_directory)
# Widths are measured at this size and scaled: large enough that hinting rounds nothing away.
MEASURE_PX: Final = 200
#: What to install for the scripts whose fonts are too large to come by default (50 MB).
CJK_EXTRA: Final = "reelwright[cjk]"


class _Noto(NamedTuple):
    """A family of Noto: the package and folder that hold its one variable file. `joined` where letters hang
    together or carry marks, so that none may be spaced."""

    package: str
    folder: str
    joined: bool


# By the first word of its letters' Unicode names.
_SCRIPTS: Final[Mapping[str, tuple[str, _Noto]]] = {
    "ARABIC": ("Noto Sans Arabic", _Noto("justmytype_intl_rtl", "notosansarabic", True)),
    "HEBREW": ("Noto Sans Hebrew", _Noto("justmytype_intl_rtl", "notosanshebrew", False)),
    "THAI": ("Noto Sans Thai", _Noto("justmytype_intl_sea", "notosansthai", True)),
    "DEVANAGARI": ("Noto Sans Devanagari", _Noto("justmytype_intl_south_asia", "notosansdevanagari", True)),
    "BENGALI": ("Noto Sans Bengali", _Noto("justmytype_intl_south_asia", "notosansbengali", True)),
    "TAMIL": ("Noto Sans Tamil", _Noto("justmytype_intl_south_asia", "notosanstamil", True)),
    "HIRAGANA": ("Noto Sans JP", _Noto("justmytype_intl_cjk", "notosansjp", False)),
    "KATAKANA": ("Noto Sans JP", _Noto("justmytype_intl_cjk", "notosansjp", False)),
    "KATAKANA-HIRAGANA": ("Noto Sans JP", _Noto("justmytype_intl_cjk", "notosansjp", False)),
    "HANGUL": ("Noto Sans KR", _Noto("justmytype_intl_cjk", "notosanskr", False)),
    "CJK": ("Noto Sans SC", _Noto("justmytype_intl_cjk", "notosanssc", False)),
    "FULLWIDTH": ("Noto Sans SC", _Noto("justmytype_intl_cjk", "notosanssc", False)),
    "IDEOGRAPHIC": ("Noto Sans SC", _Noto("justmytype_intl_cjk", "notosanssc", False)),
}
_NOTO: Final[Mapping[str, _Noto]] = dict(_SCRIPTS.values())
_EAST_ASIAN: Final = frozenset(name for name, font in _NOTO.items() if font.package == "justmytype_intl_cjk")


class Run(NamedTuple):
    """Neighbouring letters that one family draws."""

    family: str
    words: str

    @property
    def joined(self) -> bool:
        return self.family in _NOTO and _NOTO[self.family].joined


def runs(words: str) -> list[Run]:
    """`words` cut by family. What belongs to no script, such as a dot, stays with its neighbour."""
    if words.isascii():
        return [Run(MAIN, words)] if words else []
    japanese = any(unicodedata.name(char, "").startswith(("HIRAGANA", "KATAKANA")) for char in words)
    made: list[Run] = []
    for char in words:
        family = _family(char, japanese)
        if family is None:
            stays = made and (ord(char) in _coverage(made[-1].family) or char in "\u200c\u200d")
            family = made[-1].family if stays else MAIN
        if made and made[-1].family == family:
            made[-1] = Run(family, made[-1].words + char)
        else:
            made.append(Run(family, char))
    return made


def _family(char: str, japanese: bool) -> str | None:
    script = unicodedata.name(char, "").partition(" ")[0]
    if script not in _SCRIPTS:
        return MAIN if char.isalpha() else None
    # Japanese writes with Chinese letters, in forms of its own.
    family = _SCRIPTS[script][0]
    return "Noto Sans JP" if japanese and family == "Noto Sans SC" else family


def is_drawable(words: str) -> bool:
    """Whether there is a font for every letter of `words`; without one it would show as a box."""
    return all(
        ord(char) in _coverage(run.family) or (run.joined and char in "\u200c\u200d")
        for run in runs(words)
        for char in run.words
        if not char.isspace()
    )


def is_joined(words: str) -> bool:
    """Whether letters of `words` hang together, so that no spacing and no cut may part them."""
    return any(run.joined for run in runs(words))


def lacks_extra(words: str) -> bool:
    """Whether `words` cannot be drawn only because the fonts of `CJK_EXTRA` are not installed."""
    return not is_drawable(words) and any(
        run.family in _EAST_ASIAN and not _files(run.family) for run in runs(words)
    )


def is_right_to_left(words: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    ways = (unicodedata.bidirectional(char) for char in words)
    return next((way in ("R", "AL") for way in ways if way in ("L", "R", "AL")), False)


def files_for(words: str) -> list[str]:
    """The font files that text in `words` is drawn with. A family of East Asia takes 0.2 s to load."""
    families = dict.fromkeys((MAIN, *(run.family for run in runs(words))))
    return [file for family in families for file in _files(family)]


def width(words: str, size: float, weight: Weight, track: float = 0.0) -> float:
    """The advance of one line, shaped as resvg shapes it; joined scripts take no `track`."""
    made = 0.0
    for run in runs(words):
        face = _face(run.family, weight)
        made += face.getlength(run.words) * size / MEASURE_PX if face else size * len(run.words)
        made += 0.0 if run.joined else track * len(run.words)
    return made


@cache
def _files(family: str) -> tuple[str, ...]:
    if family == MAIN:
        return tuple(str(_MANROPE / f"Manrope-{weight}.ttf") for weight in CSS_WEIGHT)
    font = _NOTO[family]
    spec = find_spec(font.package)
    homes: Sequence[str] = (spec.submodule_search_locations or ()) if spec else ()
    return tuple(str(path) for home in homes for path in Path(home).glob(f"fonts/*/{font.folder}/*.ttf"))


@cache
def _face(family: str, weight: Weight) -> ImageFont.FreeTypeFont | None:
    if family == MAIN:
        # Plain advances, as resvg sets them where letters are spaced.
        path = str(_MANROPE / f"Manrope-{weight}.ttf")
        return ImageFont.truetype(path, MEASURE_PX, layout_engine=ImageFont.Layout.BASIC)
    for file in _files(family):
        face = ImageFont.truetype(file, MEASURE_PX, layout_engine=ImageFont.Layout.RAQM)
        axes = face.get_variation_axes()
        face.set_variation_by_axes(
            [
                CSS_WEIGHT[weight] if b"eight" in bytes(axis["name"]) else float(axis["default"] or 0)
                for axis in axes
            ]
        )
        return face
    return None


@cache
def _coverage(family: str) -> frozenset[int]:
    """The code points of a family, from the Unicode table (format 4) of its file; empty where it is not
    installed."""
    file = _MANROPE / "Manrope-Medium.ttf" if family == MAIN else next(map(Path, _files(family)), None)
    if file is None:
        return frozenset()
    data = file.read_bytes()
    tables = {
        data[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">I", data, 12 + 16 * i + 8)[0]
        for i in range(struct.unpack_from(">H", data, 4)[0])
    }
    cmap = tables[b"cmap"]
    offsets = (struct.unpack_from(">I", data, cmap + 8 + 8 * i)[0] for i in range(_u16(data, cmap + 2)))
    table = next(cmap + offset for offset in offsets if _u16(data, cmap + offset) == 4)
    segments = _u16(data, table + 6) // 2
    covered: set[int] = set()
    for i in range(segments):
        end = _u16(data, table + 14 + 2 * i)
        start = _u16(data, table + 16 + 2 * segments + 2 * i)
        covered.update(range(start, end + 1))
    return frozenset(covered - {0xFFFF})


def _u16(data: bytes, at: int) -> int:
    value: int = struct.unpack_from(">H", data, at)[0]
    return value
