"""How phrases are built, by language: the data of `grammar.toml`, and what follows from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from activities.film.planning.reading.text import Word

# They stand around a name, and are no part of it.
_QUOTES = frozenset('"“”«»„`「」『』《》')


@dataclass(frozen=True)
class Grammar:
    """Sets of words in small letters, and of languages."""

    articles: frozenset[str]
    before_noun: frozenset[str]
    wishes: frozenset[str]
    asking: frozenset[str]
    who: frozenset[str]
    base_verbs: frozenset[str]
    commands: frozenset[str]
    ours: frozenset[str]
    speakers: frozenset[str]
    news: frozenset[str]
    topics: frozenset[str]
    listed: frozenset[str]
    viewer: frozenset[str]
    numerals: frozenset[str]
    objects: frozenset[str]
    head_first: frozenset[str]
    verb_last: frozenset[str]
    noun_inside: frozenset[str]
    asks_late: frozenset[str]
    joints: Mapping[str, frozenset[str]]
    means: Mapping[str, frozenset[str]]
    after: Mapping[str, Sequence[str]]
    before: Mapping[str, Sequence[str]]


@cache
def grammar() -> Grammar:
    table = tomllib.loads(files(__package__).joinpath("grammar.toml").read_text(encoding="utf-8"))
    joints, after, before = table.pop("joints"), table.pop("after"), table.pop("before")
    means = table.pop("means")
    return Grammar(
        joints={language: frozenset(words.split()) for language, words in joints.items()},
        means={language: frozenset(words.split()) for language, words in means.items()},
        after={language: words.split() for language, words in after.items()},
        before={language: words.split() for language, words in before.items()},
        **{name: frozenset(words.split()) for name, words in table.items()},
    )


def head_of(phrase: str, language: str) -> str:
    """The word that names the thing: "cafetera italiana" is a cafetera, "coffee table" a table."""
    words, rules = phrase.split(), grammar()
    if not words:
        return ""
    if language in rules.head_first:
        return next((word for word in words if word.casefold() not in rules.before_noun), words[0])
    joints = rules.joints.get(language, frozenset())
    joint = next((at for at, word in enumerate(words) if at > 0 and word in joints), len(words))
    return words[joint - 1]


def text_of(tokens: Sequence[Word], first: int, end: int, prompt: str, language: str) -> str:
    """Words `first` to `end`, exclusive, as the prompt writes them, without quotes and stray particles."""
    text = prompt[tokens[first].start : tokens[end - 1].end]
    if text.count('"') % 2:
        # An odd one is of inches.
        text = regex.sub(r'(?<=[0-9])"', "″", text)
    text = "".join(character for character in text if character not in _QUOTES).strip()
    for particle in grammar().before.get(language, ()):
        text = text.removeprefix(particle) if len(text) > len(particle) + 1 else text
    for particle in grammar().after.get(language, ()):
        # A word of one letter is left: a particle longer than what it stands on is a word itself.
        if text.endswith(particle) and len(text.rpartition(" ")[2]) > len(particle) + 1:
            text = text.removesuffix(particle)
    return " ".join(text.split())
