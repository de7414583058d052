"""Which object stands for a noun: a drawn prop, a shape, an icon, or none.

A wrong object is worse than none. So only words of the table count, each in its own language, and of a
phrase only its head: an espresso machine is no coffee bean.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

_TABLES: Final = Path(__file__).with_name("nouns")
_HOLES: Final = "holes"

# What follows one of these describes the thing; what stands before it is the thing ("mug for coffee").
_PREPOSITIONS: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "for of with from in on at by to and without about that which who through into over under",
        "de": "für von mit aus in im am an auf zu zum zur und ohne über bei vom das die der",
        "nl": "voor van met uit in op bij te en zonder over",
        "sv": "för av med från i på och utan om till",
        "da": "for af med fra i på og uden om til",
        "nb": "for av med fra i på og uten om til",
        "el": "για με απο σε χωρισ και του τησ των στο στη στην",
        "ru": "для из с со от без и на в о об",
    }.items()
}
# Here what a thing is stands last, and what qualifies it before: "coffee table". Elsewhere its first noun is
# the thing ("taza de café"); adjectives before it are no nouns of the table.
_HEAD_LAST: Final = frozenset(
    ("en", "de", "nl", "sv", "da", "nb", "fi", "hu", "tr", "hi", "bn", "ta", "ja", "ko", "zh")
)
# Here the first noun is the thing as well, but adjectives come before it.
_ADJECTIVES_FIRST: Final = frozenset(("ru", "uk", "pl", "cs", "el"))
# Letters of their own, not accents, there: "über" is not "uber".
_OWN_LETTERS: Final = frozenset(["de", "sv", "da", "nb", "fi", "hu", "tr"])
# Languages so near to each other that a detector takes one for the other, and their names of things agree.
_KIN: Final = {"da": ("nb", "sv"), "nb": ("da", "sv"), "no": ("nb", "da"), "sv": ("nb", "da"), "sk": ("cs",)}
# Languages whose words carry over: the name of a thing may be English in all of them.
_LENT: Final = "en"
_ENDINGS: Final = {"el": "αειουηωσν", "ru": "аеиоуыэюяйь"}
_SHORTEST_STEM = 3
# The longest name of a thing in words, such as a "sac à main".
_LONGEST = 4
_SCRIPTS: Final = {"GREEK": "el", "CYRILLIC": "ru", "HEBREW": "he", "ARABIC": "ar", "DEVANAGARI": "hi"}
# Vowel signs and the like, which belong to their letters and are no letters to `re`.
_MARKS: Final = "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e]"
# A dog walking app is an app.
_TOOLS: Final = frozenset(("phone", "laptop", "game-controller"))


def match(noun: str, language: str = "") -> str | None:
    """What the object is called that stands for a thing, None where none is certain.

    `language` is a tag of ISO 639-1, guessed from the script where it is empty.

    A word counts only as a whole, or as the end of a compound that the table allows: "shoe" is never a
    shovel. Longer names are tried before shorter ones, a plural before its singular.
    """
    own = language or _by_script(noun)
    if any(0x1F600 <= ord(char) < 0x1F650 for char in noun) and not any(map(str.isalpha, noun)):
        # A face, and nothing else: it says what it looks like.
        return "smiley"
    for each in dict.fromkeys((own, *_KIN.get(own, ()), _LENT)):
        words = [fold(word, each) for word in head(noun, each)]
        for phrase in _phrases(words, each):
            found = _found(phrase, each)
            if found:
                return None if found == "none" else found
    return None


def head(noun: str, language: str = "en") -> list[str]:
    """The words that name the thing itself: "mug" of "mug for coffee"."""
    words = re.findall(r"[^\W_](?:[\w'’ʼ-]|[^\W\d_]|" + _MARKS + r")*", unicodedata.normalize("NFC", noun))
    ends = _PREPOSITIONS.get(language, frozenset())
    end = next((at for at, word in enumerate(words) if at and fold(word, language) in ends), len(words))
    words = words[:end]
    if not words:
        return []
    # What it does is not what it is: "electric car driving", "cat playing piano".
    doing = (at for at in range(1, len(words)) if words[at].endswith("ing") and _found(words[at - 1], "en"))
    return words[: next(doing, end)] if language == "en" and _found(words[-1], "en") not in _TOOLS else words


def principal(noun: str, language: str = "en") -> str:
    """The one word that says what the thing is: its last one, or its first where that comes first."""
    words = head(noun, language)
    known = [word for word in words if _found(fold(word, language), language)]
    if language in _HEAD_LAST or language in _ADJECTIVES_FIRST:
        return (known or words)[-1] if words else ""
    return (known or words)[0] if words else ""


def _phrases(words: Sequence[str], language: str) -> Iterator[str]:
    """Candidates for the name, best first: of the head's place only, or of each place from the first on."""
    if language in _HEAD_LAST:
        for length in range(min(_LONGEST, len(words)), 0, -1):
            yield "-".join(words[-length:])
        return
    for start in range(len(words)):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            yield "-".join(words[start : start + length])


def _found(phrase: str, language: str) -> str | None:
    exact, ends = _table(language)
    for form in _forms(phrase, language):
        if form in exact:
            return exact[form]
    return next((name for end, name in ends.items() if phrase.endswith(end)), None)


def fold(word: str, language: str = "") -> str:
    """Lower case; without accents where they are no letters of their own: "Κούπα" is "κουπα"."""
    plain = unicodedata.normalize("NFC", word.casefold()).replace("’", "'")
    if language in _OWN_LETTERS:
        return plain
    decomposed = unicodedata.normalize("NFD", plain)
    # Marks of other scripts are vowels: without them a word is another word.
    kept = (c for c in decomposed if not 0x0300 <= ord(c) <= 0x036F)
    return unicodedata.normalize("NFC", "".join(kept)).replace("ς", "σ")


def _forms(word: str, language: str) -> list[str]:
    """The word and what it may be a form of."""
    forms = [word]
    if language == "en":
        if word.endswith("ies"):
            forms.append(word[:-3] + "y")
        forms += [word[: -len(end)] for end in ("es", "s") if word.endswith(end) and len(word) > 3]
    elif language in _ENDINGS:
        forms.append(_stem(word, language))
    return forms


def _stem(word: str, language: str) -> str:
    stem = word.rstrip(_ENDINGS[language])
    return "~" + stem if len(stem) >= _SHORTEST_STEM else word


def _by_script(noun: str) -> str:
    letters = [unicodedata.name(char, "").partition(" ")[0] for char in noun if char.isalpha()]
    if any(name in ("HIRAGANA", "KATAKANA") for name in letters):
        return "ja"
    scripts = _SCRIPTS | {"HANGUL": "ko", "CJK": "zh", "THAI": "th", "BENGALI": "bn", "TAMIL": "ta"}
    return next((scripts[name] for name in letters if name in scripts), _LENT)


@cache
def _table(language: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Words of a language to the names of objects; and ends of compounds, the longest first."""
    path = _TABLES / f"{language}.toml"
    # A code comes from a detector; one without a table has none.
    if not re.fullmatch("[a-z]{2}", language) or not path.is_file():
        return {}, {}
    exact: dict[str, str] = {}
    ends: dict[str, str] = {}
    for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for word in words.split():
            plain = fold(word.removeprefix("-"), language)
            exact.setdefault(plain, name)
            if word.startswith("-"):
                ends.setdefault(plain, name)
            if language in _ENDINGS:
                exact.setdefault(_stem(plain, language), name)
    # What is none is none, whatever else ends like it.
    ends |= {word: "none" for word, name in exact.items() if name == "none"}
    return exact, dict(sorted(ends.items(), key=lambda item: -len(item[0])))


def tables() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every language that has a table, and the words in it."""
    for path in sorted(_TABLES.glob("??.toml")):
        yield path.stem, _table(path.stem)[0]


@cache
def icons_with(gaps: Literal["filled", "open"]) -> frozenset[str]:
    """The icons whose enclosed gaps belong to the body, or those that are nothing but lines around gaps."""
    path = _TABLES / f"{_HOLES}.toml"
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))[gaps])
