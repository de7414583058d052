"""How words are made to fit: what the font can draw of them, on how many lines, at which size."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import accumulate

import budoux

from activities.animatic.fonts import Weight, is_joined
from activities.animatic.vector import has_glyphs, text_width

#: Under this a title is hard to read on a telephone: it gets another line instead.
SMALLEST = 3.8
#: The largest that a title of more lines than its place has is set, units.
MANY_LINES = 4.4
#: What parts two sayings of a title: where it is set on lines, their ends do.
_PARTING = frozenset("·•|｜")
# Invisible, and part of how Persian, Hindi and others are spelt.
_JOINERS = frozenset("\u200c\u200d")
# Acute, grave, circumflex and the breathings, of which only old Greek has more than the first.
_GREEK_ACCENTS = frozenset("\u0301\u0300\u0342\u0313\u0314")


def legible(words: str) -> str:
    """`words` without emoji and invisible marks; empty where a letter of them is not in the font, since a
    title with letters missing is worse than none."""
    decorative = {"So", "Sk", "Cf", "Cs", "Co", "Cn"}
    joins = is_joined(words)
    kept = "".join(
        char
        for char in unicodedata.normalize("NFC", words)
        if has_glyphs(char)
        or (joins and char in _JOINERS)
        or not (unicodedata.category(char) in decorative or 0xFE00 <= ord(char) <= 0xFE0F)
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
    """`words` on lines of `room` units, and their size. Nothing is left out but a dot at a line's end, which
    parts what the lines part: what does not fit `lines` lines is shrunk, what would be too small to read gets
    more of them, and one line alone as small as needed."""
    parts, joint = pieces_of(words)
    most = max(1, sum(part not in _PARTING for part in parts))
    for count in range(1, most + 1):
        broken = _broken(parts, joint, count, weight)
        fitting = min(size, room / max(1e-6, *(text_width(line, 1, weight) for line in broken)))
        shrinks = count >= lines and (fitting >= SMALLEST or lines == 1)
        if fitting >= size or shrinks or count == most:
            return broken, min(fitting, size if count <= lines else MANY_LINES)
    return [words], size


def clipped(words: str, size: float, room: float, weight: Weight, track: float = 0.0) -> str:
    """`words`, or as much of them as fits `room` with an ellipsis."""
    if text_width(words, size, weight, track) <= room:
        return words
    while words and text_width(words + "…", size, weight, track) > room:
        words = words[:-1]
    return words.rstrip() + "…"


def _broken(parts: list[str], joint: str, count: int, weight: Weight) -> list[str]:
    """The parts on `count` lines, the widest of which is as narrow as can be."""
    widths = [text_width(part, 1, weight) for part in parts]
    gap = text_width(joint, 1, weight) if joint else 0.0
    sums = [0.0, *accumulate(widths)]

    def wide(start: int, end: int) -> float:
        start, end = _within(parts, start, end)
        return sums[end] - sums[start] + gap * (end - start - 1) if start < end else float("inf")

    # The best way to set the first `end` parts: how wide, and where its last line begins.
    ways: list[list[tuple[float, int]]] = [[(wide(0, end), 0) for end in range(len(parts) + 1)]]
    for line in range(1, count):
        ways.append(
            [
                min((max(ways[-1][cut][0], wide(cut, end)), cut) for cut in range(line, end))
                if end > line
                else (float("inf"), 0)
                for end in range(len(parts) + 1)
            ]
        )
    lines, end = list[str](), len(parts)
    for way in reversed(ways):
        start = way[end][1]
        first, last = _within(parts, start, end)
        lines.insert(0, joint.join(parts[first:last] or parts))
        end = start
    return lines


def _within(parts: list[str], start: int, end: int) -> tuple[int, int]:
    """Where these parts begin and end without the dots at their ends."""
    while start < end and parts[start] in _PARTING:
        start += 1
    while start < end and parts[end - 1] in _PARTING:
        end -= 1
    return start, end
