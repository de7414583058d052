"""How long a prompt asks the film to be, in the languages of `length.toml`.

What `workflows/film/duration.py` can read is read by it, because ids, seeds and refusals of a workflow follow
from that; here are all the other ways to say it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from activities.film.planning.reading.lexicon import film_words
from activities.film.planning.reading.text import composed, plain
from workflows.film import Spoken, spans_of, spoken_span
from workflows.studio import Token, tokens_of

# The numbers that a list of `length.toml` spells, in its order.
_VALUES = (*range(1, 21), 25, 30, 35, 40, 45, 50, 55, 60, 75, 90, 100, 120)
# Six digits are more than any length; a letter before them makes it a name, such as "EX30" or "B2".
_NUMBER = regex.compile(r"(?<![\p{N}\p{Latin}\p{Cyrillic}\p{Greek}][.,:]?)[0-9]{1,6}(?:[.,][0-9]{1,3})?")
_CLOCK = regex.compile(r"(?<![\p{N}\p{L}:.,])([0-9]{1,2}):([0-5][0-9])(?![\p{N}:.,]\p{N}|\p{N}|\p{L})")
# "9:16" is a frame, and "at 1:30 pm" an hour.
_FRAMES = frozenset(
    {"16:9", "9:16", "21:09", "4:05", "3:04", "2:03", "10:16", "16:10", "1:85", "2:35", "2:39"}
)
_HOUR = regex.compile(r"\s*(?:[ap]\.?m\b|uhr|h\b|heures|ore|horas|hod|godz|часов|год)", regex.I)
_AT_HOUR = regex.compile(r"(?:\bat|\bum|à|a las|alle|às|\bom|\bkl\.?|\bo|\bв|\bо|saat|@)\s*$", regex.I)
_FIRST = frozenset({"en", "el", "ru", "uk"})
_GAP = regex.compile(r"[\s\-‐‑]*(?:de\s+)?")
_UNIT = regex.compile(r"[\p{L}\p{M}\u200c]+\.?")
_JOINT = regex.compile(r"\s*(?:and|und|et|y|e|i|og|och|en|és|ve|и|і|και|و|[,+])?\s*")
_DIGITS = {
    digit: at for row in ("一二三四五六七八九", "일이삼사오육칠팔구") for at, digit in enumerate(row, 1)
}
_DIGITS["两"] = 2
_ORIENTAL = regex.compile(r"([一二三四五六七八九两十百]+|[일이삼사오육칠팔구십백]+)\s*(秒|分|초|분)")


@dataclass(frozen=True)
class Length:
    """A length that a prompt asks of its film; `start` and `end` are places in the composed prompt."""

    start: int
    end: int
    seconds: int


@dataclass(frozen=True)
class _Tables:
    exact: Mapping[str, tuple[int, frozenset[str]]]
    prefixes: Sequence[tuple[str, int, frozenset[str]]]
    numbers: Mapping[str, Mapping[str, int]]
    half: Sequence[str]
    more: Sequence[str]
    and_half: Sequence[str]
    alone: Sequence[tuple[str, int]]
    between: frozenset[str]
    another: frozenset[str]

    def unit(self, word: str) -> tuple[int, frozenset[str]] | None:
        """Seconds of a unit, and the languages that say it so."""
        word = plain(word)
        if found := self.exact.get(word) or self.exact.get(word.rstrip(".")):
            return found
        return next(((scale, of) for stem, scale, of in self.prefixes if word.startswith(stem)), None)


def length_of(prompt: str, language: str) -> Length | None:
    """The length asked for, legal or not; None where the prompt asks for none."""
    text, tokens = composed(prompt), tokens_of(prompt)
    known = spoken_span(tokens)
    if known is not None:
        return _placed(text, tokens, known)
    # In its own languages the first reading knows what is the length of something else.
    spans = spans_of(tokens) if language in _FIRST else []
    others = [_placed(text, tokens, span) for span in spans]
    for found in _joined(text, sorted(_found(text), key=lambda each: (each.start, -each.end))):
        if any(found.start < other.end and other.start < found.end for other in others):
            continue
        if _is_of_the_film(text, found):
            return found
    return None


def _placed(text: str, tokens: Sequence[Token], span: Spoken) -> Length:
    """A length of the first reading, found again in the composed prompt."""
    at, places = 0, []
    for token in tokens:
        begin = text.find(composed(token.text), at)
        at = (begin if begin >= 0 else at) + len(token.text)
        places.append((at - len(token.text), at))
    return Length(places[span.first][0], places[span.end - 1][1], span.seconds)


def _found(text: str) -> Iterator[Length]:
    tables = _tables()
    for number in _NUMBER.finditer(text):
        yield from _with_unit(text, number.start(), number.end(), float(number[0].replace(",", ".")))
    for match in _UNIT.finditer(text):
        yield from _spelt(text, match.start(), match[0])
        word = plain(match[0])
        for stem, seconds in tables.alone:
            if word == stem or (stem.endswith("*") and word.startswith(stem[:-1])):
                yield Length(match.start(), match.end(), seconds)
    # "minute-long" is one word of two parts.
    for stem, seconds in tables.alone:
        if "-" in stem and (place := plain(text).find(stem)) >= 0:
            yield Length(place, place + len(stem), seconds)
    yield from _clocks(text)
    for match in _ORIENTAL.finditer(text):
        scale = 60 if match[2] in "分분" else 1
        yield Length(match.start(), match.end(), _oriental(match[1]) * scale)


def _with_unit(text: str, start: int, end: int, value: float) -> Iterator[Length]:
    gap = _GAP.match(text, end)
    unit = _UNIT.match(text, gap.end() if gap else end)
    known = _tables().unit(unit[0]) if unit else None
    if unit and known:
        # A unit of a script without spaces ends before the next word: "30秒の".
        last = unit.start() + 1 if unit[0][0] in "秒分초분" else unit.end()
        yield _with_half(text, Length(start, last, round(value * known[0])), known[0])


def _spelt(text: str, at: int, word: str) -> Iterator[Length]:
    """A number in words, or a half, that ends before a unit; in Thai it is of one word with the unit."""
    tables = _tables()
    thai = next((unit for unit in ("วินาที", "นาที") if unit in word), None)
    cut = word.find(thai) if thai else 0
    known = tables.unit(word[cut:])
    if known is None:
        return
    scale, languages = known
    before = plain(text[: at + cut]).rstrip(" -‐")
    if scale == 60:
        for spelt, value in (*((each, 30) for each in tables.half), *((each, 90) for each in tables.more)):
            if before.endswith(spelt) and not before[: -len(spelt)][-1:].isalnum():
                yield Length(len(before) - len(spelt), at + len(word), value)
    for language in languages:
        for spelt, value in tables.numbers.get(language, {}).items():
            # "un segundo vídeo" is the one after the first; no film lasts a second.
            if value * scale == 1 or not before.endswith(spelt):
                continue
            if language == "th" or not before[: -len(spelt)][-1:].isalnum():
                end = at + (cut + len(thai) if thai else len(word))
                yield _with_half(text, Length(len(before) - len(spelt), end, value * scale), scale)


def _with_half(text: str, found: Length, scale: int) -> Length:
    """With the half minute that may follow: "un minuto e mezzo"."""
    rest = text[found.end :].lstrip()
    half = next((each for each in _tables().and_half if scale == 60 and plain(rest).startswith(each)), None)
    if half is None or rest[len(half) :][:1].isalpha():
        return found
    return Length(found.start, len(text) - len(rest) + len(half), found.seconds + 30)


def _clocks(text: str) -> Iterator[Length]:
    for match in _CLOCK.finditer(text):
        if match[0] in _FRAMES or _HOUR.match(text, match.end()) or _AT_HOUR.search(text, 0, match.start()):
            continue
        yield Length(match.start(), match.end(), int(match[1]) * 60 + int(match[2]))


def _oriental(numeral: str) -> int:
    """Of Chinese, Japanese and Sino-Korean numerals up to 999."""
    total, last = 0, 0
    for character in numeral:
        if character in "十십百백":
            total += max(last, 1) * (10 if character in "十십" else 100)
            last = 0
        else:
            last = _DIGITS[character]
    return total + last


def _joined(text: str, found: Sequence[Length]) -> list[Length]:
    """Each length once, the longest reading of a place; minutes followed by seconds are one."""
    made: list[Length] = []
    for each in found:
        if made and each.start < made[-1].end:
            continue
        if (
            made
            and made[-1].seconds % 60 == 0
            and each.seconds < 60
            and _JOINT.fullmatch(text, made[-1].end, each.start)
        ):
            made[-1] = Length(made[-1].start, each.end, made[-1].seconds + each.seconds)
        else:
            made.append(each)
    return made


def _is_of_the_film(text: str, span: Length) -> bool:
    """Where it opens or closes the prompt or a part of it, or nothing but words of length stands between it
    and a word for film."""
    tables, films = _tables(), film_words()
    before = [plain(word) for word in regex.findall(r"[\p{L}\p{M}\p{N}'’\-]+|[^\s]", text[: span.start])]
    after = [plain(word) for word in regex.findall(r"[\p{L}\p{M}\p{N}'’\-]+|[^\s]", text[span.end :])]
    if before and before[-1] in tables.another and not (len(before) > 1 and before[-2] in films):
        return False
    if not before or not after or not after[0][0].isalnum() or after[0] in ("long", "lang"):
        return True
    if any(word in films for word in after[:3]) or _is_oriental(text[span.start : span.end]):
        return True
    while before and before[-1] in tables.between:
        before.pop()
    return not before or before[-1] in films


def _is_oriental(span: str) -> bool:
    # Scripts that are written without spaces, or with what belongs to a word glued to it: no neighbour tells.
    return bool(regex.search(r"[秒分초분]|\p{Thai}", span))


@cache
def _tables() -> _Tables:
    table = tomllib.loads(files(__package__).joinpath("length.toml").read_text(encoding="utf-8"))
    units: dict[str, tuple[int, frozenset[str]]] = {}
    for scale, kind in ((1, "seconds"), (60, "minutes")):
        for language, words in table[kind].items():
            for word in words.split():
                units[word] = (scale, units.get(word, (scale, frozenset[str]()))[1] | {language})
    stems = [(word[:-1], *of) for word, of in units.items() if word.endswith("*")]
    alone = [entry.strip().partition("=") for entry in table["alone"]["words"].split(";")]
    return _Tables(
        exact={word: of for word, of in units.items() if not word.endswith("*")},
        prefixes=sorted(stems, key=lambda stem: -len(stem[0])),
        numbers={language: _numbers(words) for language, words in table["numbers"].items()},
        half=_listed(table["half"]["words"].replace("|", ";")),
        more=_listed(table["half_more"]["before"]),
        and_half=_listed(table["half_more"]["after"]),
        alone=[(word, int(seconds or 60)) for word, _, seconds in alone],
        between=frozenset(table["between"]["words"].split()),
        another=frozenset(table["another"]["words"].split()),
    )


def _listed(words: str) -> list[str]:
    # Longest first: "une demi" ends in "demi".
    return sorted((word.strip() for word in words.split(";")), key=len, reverse=True)


def _numbers(words: str) -> dict[str, int]:
    lists = zip(words.split(";"), _VALUES, strict=True)
    pairs = ((form.strip(), value) for forms, value in lists for form in forms.split("|"))
    # Longest first: "twenty-five" ends in "five".
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))
