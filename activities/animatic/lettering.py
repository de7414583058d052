"""How words are made to fit: what the font can draw of them, on how many lines, at which size."""

from __future__ import annotations

import unicodedata
from functools import cache

import budoux

from activities.animatic.fonts import Weight
from activities.animatic.vector import has_glyphs, text_width

#: Under this a title cannot be read on a telephone.
SMALLEST = 2.9
# Acute, grave, circumflex and the breathings, of which only old Greek has more than the first.
_GREEK_ACCENTS = frozenset("\u0301\u0300\u0342\u0313\u0314")


def legible(words: str) -> str:
    """`words` without emoji and invisible marks; empty where a letter of them is not in the font, since a
    title with letters missing is worse than none."""
    decorative = {"So", "Sk", "Cf", "Cs", "Co", "Cn"}
    kept = "".join(
        char
        for char in unicodedata.normalize("NFC", words)
        if has_glyphs(char) or not (unicodedata.category(char) in decorative or 0xFE00 <= ord(char) <= 0xFE0F)
    )
    kept = " ".join(kept.split())
    return kept if has_glyphs(kept) else ""


def pieces_of(words: str) -> tuple[list[str], str]:
    """What a line of `words` may be broken between, and what joins it again: words and spaces, or the
    phrases of a script that has none."""
    if len(words.split()) > 1:
        return words.split(), " "
    parser = _parser(words)
    return (parser.parse(words), "") if parser else (words.split(), " ")


def _parser(words: str) -> budoux.Parser | None:
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in words}
    if scripts & {"HIRAGANA", "KATAKANA"}:
        return _parsers()["ja"]
    if "CJK" in scripts:
        return _parsers()["zh"]
    return _parsers()["th"] if "THAI" in scripts else None


@cache
def _parsers() -> dict[str, budoux.Parser]:
    return {
        "ja": budoux.load_default_japanese_parser(),
        "zh": budoux.load_default_simplified_chinese_parser(),
        "th": budoux.load_default_thai_parser(),
    }


def capitals(words: str) -> str:
    """`words` in capitals. Greek ones carry no accent ("ΕΛΑΙΟΛΑΔΟ"), but keep the two dots that part vowels
    ("ΠΡΟΪΟΝ"); the marks of other scripts belong to their letters (Й, Ё, É)."""
    made = ""
    for char in unicodedata.normalize("NFD", unicodedata.normalize("NFC", words).upper()):
        if char in _GREEK_ACCENTS and _base_is_greek(made):
            continue
        made += char
    return unicodedata.normalize("NFC", made)


def _base_is_greek(before: str) -> bool:
    base = next((char for char in reversed(before) if not unicodedata.combining(char)), "")
    return "GREEK" in unicodedata.name(base, "") if base else False


def fit(words: str, size: float, room: float, weight: Weight, lines: int = 2) -> tuple[list[str], float]:
    """`words` on at most `lines` lines of `room` units, shrunk as needed, then clipped; and the size."""
    while True:
        broken = _broken(words, size, room, weight, lines)
        if broken:
            return broken, size
        if size <= SMALLEST:
            return [clipped(words, size, room, weight)], size
        size = max(SMALLEST, size * 0.94)


def clipped(words: str, size: float, room: float, weight: Weight, track: float = 0.0) -> str:
    """`words`, or as much of them as fits `room` with an ellipsis."""
    if text_width(words, size, weight, track) <= room:
        return words
    while words and text_width(words + "…", size, weight, track) > room:
        words = words[:-1]
    return words.rstrip() + "…"


def _broken(words: str, size: float, room: float, weight: Weight, lines: int) -> list[str]:
    """One line if it fits; else the two that are nearest in width; empty where neither fits."""
    if text_width(words, size, weight) <= room:
        return [words]
    parts = words.split()
    splits = [(" ".join(parts[:i]), " ".join(parts[i:])) for i in range(1, len(parts))] if lines > 1 else []
    best = min(splits, key=lambda pair: max(text_width(line, size, weight) for line in pair), default=None)
    if best is None or max(text_width(line, size, weight) for line in best) > room:
        return []
    return list(best)
