"""Which object stands for a noun: a drawn prop, an icon, or none."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from py_phosphor_icons import all_icons

_TABLE: Final = Path(__file__).with_name("nouns.toml")

# What follows one of these describes the product; what stands before it is the product ("mug for coffee").
_PREPOSITIONS = frozenset(
    (
        *("for", "of", "with", "from", "in", "by", "to", "and", "without"),
        *("για", "με", "απο", "σε", "χωρισ", "και", "του", "τησ", "των"),
        *("для", "из", "с", "со", "от", "без", "и", "на"),
    )
)
# Icons of things, as against signs: a product is never an arrow, a logo or a bar chart.
_THINGS, _SIGNS = (
    frozenset(("Objects", "Nature", "Games")),
    frozenset(("Arrows", "Brand", "Editor", "Finance")),
)
_SIGN_NAME = re.compile(r"logo|slash|circle|square|arrow|^(chart|number|text|person|user|hand|smiley|file)-")
# Tags name moods and uses as well as things; under this length they are mostly abbreviations.
_SHORTEST_TAG = 4
# A tag on more icons than these names a field ("insurance", "market"), not a thing.
_MOST_SHARING = 2
_GREEK_AND_RUSSIAN_ENDINGS = "αειουηωςσνаеиоуыэюяйь"
_SHORTEST_STEM = 3


class Match(NamedTuple):
    """At most one of the two is set; neither where nothing fits and an abstract form must do."""

    prop: str | None = None
    icon: str | None = None


def match(noun: str) -> Match:
    """The object for a product noun, from the last word of its head backwards.

    A word counts only as a whole: "shoe" is never a shovel. Pairs of words are tried before single ones, a
    plural before its singular, the table of nouns before the icons' own names and tags.
    """
    words = [fold(word) for word in head(noun)]
    for end in range(len(words), 0, -1):
        pair = ["-".join(words[end - 2 : end])] if end > 1 else []
        for word in (*pair, words[end - 1]):
            for form in _forms(word):
                found = _table().get(form)
                if found is None:
                    icon = _named().get(form)
                    found = Match(icon=icon) if icon else None
                if found is not None:
                    return found
    return Match()


def head(noun: str) -> list[str]:
    """The words that name the product itself: "mug" of "mug for coffee"."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", noun))
    end = next((at for at, word in enumerate(words) if at and fold(word) in _PREPOSITIONS), len(words))
    return words[:end]


def fold(word: str) -> str:
    """Lower case without accents, so that "Κούπα" is "κουπα" and "чёрный" is "черныи"."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("ς", "σ")


def _forms(word: str) -> list[str]:
    """The word and what it may be a form of."""
    forms = [word]
    if word.isascii():
        if word.endswith("ies"):
            forms.append(word[:-3] + "y")
        forms += [word[: -len(end)] for end in ("es", "s") if word.endswith(end) and len(word) > 3]
    else:
        forms.append(_stem(word))
    return forms


def _stem(word: str) -> str:
    stem = word.rstrip(fold(_GREEK_AND_RUSSIAN_ENDINGS))
    return "~" + stem if len(stem) >= _SHORTEST_STEM else word


@cache
def _table() -> dict[str, Match]:
    """Every word of the table of nouns, and the stems of those that are not Latin."""
    kinds = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    table: dict[str, Match] = {}
    for kind, key in (("props", "prop"), ("icons", "icon")):
        for name, words in kinds[kind].items():
            if key == "icon" and name not in _icon_names():
                continue
            for word in map(fold, words.split()):
                table.setdefault(word, Match(**{key: name}))
                if not word.isascii():
                    table.setdefault(_stem(word), Match(**{key: name}))
    return table


@cache
def icons_with(gaps: Literal["filled", "open"]) -> frozenset[str]:
    """The icons whose enclosed gaps belong to the body, or those that are nothing but lines around gaps."""
    return frozenset(tomllib.loads(_TABLE.read_text(encoding="utf-8"))["holes"][gaps])


@cache
def _icon_names() -> frozenset[str]:
    return frozenset(icon.name for icon in all_icons())


@cache
def _named() -> dict[str, str]:
    """The icons' names, and those of their tags that few share, to the icon. A name outranks a tag; no part
    of a name counts: a coffee machine is no washing machine."""
    things = {icon.name for icon in all_icons() if _is_thing(icon.name, icon.categories)}
    tagged: dict[str, list[str]] = {}
    for icon in all_icons():
        if icon.name in things:
            for tag in icon.tags:
                if len(tag) >= _SHORTEST_TAG and tag.isalpha():
                    tagged.setdefault(fold(tag), []).append(icon.name)
    tags = {
        tag: min(names, key=lambda name: (len(name), name))
        for tag, names in tagged.items()
        if len(names) <= _MOST_SHARING
    }
    return tags | {name: name for name in things}


def _is_thing(name: str, categories: tuple[str, ...]) -> bool:
    kinds = set(categories)
    return bool(_THINGS & kinds) and not _SIGNS & kinds and not _SIGN_NAME.search(name)
