"""The nominative of a phrase: "о деревянных наручных часах" is about "деревянные наручные часы".

A dictionary does it for a whole phrase or not at all: half-inflected words are worse than the prompt's own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

# Languages whose nouns change after a preposition, by what knows their words.
_PARSED = frozenset({"ru", "uk"})
_SINGLE = frozenset({"pl", "cs", "sk", "sl", "hr", "sr", "fi", "hu", "el", "bg"})
# Every word of a phrase has its own nominative here, or the last one alone has a case.
_EACH_WORD, _LAST_WORD = frozenset({"fi"}), frozenset({"hu"})
# How an adjective ends after an article, and without it; where the article leaves two genders open, nowhere.
_STRONG = (
    ("en", frozenset({"einen", "unseren", "meinen", "deinen", "seinen", "ihren", "diesen"}), "er"),
    ("en", frozenset({"die", "unsere", "meine", "deine", "seine", "ihre", "diese", "alle"}), "e"),
    ("e", frozenset({"der", "dieser"}), "er"),
    ("e", frozenset({"das", "dieses"}), "es"),
)
# A tenth as likely as the best reading is a surname, or a word that nobody uses.
_UNLIKELY = 0.1
# Serbian and Croatian share a dictionary.
_DICTIONARY = {"hr": "hbs", "sr": "hbs"}


def nominative(phrase: str, language: str, *, governed: bool = True) -> str:
    """The phrase in the nominative, in its own number; as it stands where no dictionary knows all of it. Not
    `governed` by a preposition or a noun, it is a verb's object, in a case that may look like the
    nominative."""
    words = phrase.split()
    if language in _PARSED:
        return _parsed(words, language, governed) or phrase
    if language not in _SINGLE:
        return phrase
    if language in _EACH_WORD:
        found = [_lemma(word, language) for word in words]
        return phrase if None in found else " ".join(word for word in found if word)
    if language in _LAST_WORD:
        last = _lemma(words[-1], language)
        return " ".join([*words[:-1], last]) if last else phrase
    if len(words) == 1:
        return _lemma(words[0], language) or phrase
    return phrase


def without_article(article: str, phrase: str) -> str:
    """A German phrase as it stands alone: "einen kleinen Hund" is "kleiner Hund", "das neue Auto" "neues
    Auto"."""
    adjective, space, rest = phrase.partition(" ")
    if not space or not adjective.islower():
        return phrase
    for weak, of, strong in _STRONG:
        if adjective.endswith(weak) and article in of:
            return f"{adjective.removesuffix(weak)}{strong}{space}{rest}"
    return phrase


def is_word(word: str, language: str) -> bool:
    """Whether a dictionary has it: what it has not is a name."""
    import simplemma

    return bool(simplemma.is_known(word, lang=language))


def _lemma(word: str, language: str) -> str | None:
    # Two seconds the first time that a language's dictionary is read.
    import simplemma

    code = _DICTIONARY.get(language, language)
    if not simplemma.is_known(word, lang=code):
        return None
    return str(simplemma.lemmatize(word, lang=code))


def _parsed(words: list[str], language: str, governed: bool) -> str | None:
    """Adjectives and their noun, up to the first word that depends on the noun, as the genitive after it."""
    parses = [_morph(language).parse(word) for word in words]
    noun = next((at for at, of in enumerate(parses) if "NOUN" in of[0].tag), None)
    if noun is None:
        return None
    thing = _case_of(parses[noun], parses[:noun], governed)
    # The Ukrainian dictionary marks no singular.
    number = {"plur"} if "plur" in thing.tag else {"sing"} if "sing" in thing.tag else set()
    made: list[str] = []
    for at, of in enumerate(parses[: noun + 1]):
        each = thing if at == noun else _adjective(of, thing)
        wanted = {"nomn", *number}
        if "plur" not in number and thing.tag.gender:
            wanted.add(thing.tag.gender)
        inflected = each.inflect(wanted) if each is not None else None
        if inflected is None:
            return None
        made.append(_cased(inflected.word, words[at]))
    return " ".join([*made, *words[noun + 1 :]])


def _case_of(parses: list[Any], before: list[list[Any]], governed: bool) -> Any:
    """The likeliest reading of a noun: one that its adjectives agree with, and, where something governs the
    phrase, in another case than the nominative and the accusative that looks like it."""
    nouns = [each for each in parses if "NOUN" in each.tag]
    likely = [each for each in nouns if each.score >= _UNLIKELY * max(other.score for other in nouns)]

    def agrees(noun: Any) -> bool:
        return all(
            any(each.tag.case == noun.tag.case and each.tag.number == noun.tag.number for each in adjective)
            for adjective in before
        )

    def is_oblique(noun: Any) -> bool:
        return noun.tag.case not in ("nomn", "accs")

    return max(likely, key=lambda each: (agrees(each), is_oblique(each) == governed, each.score))


def _adjective(parses: list[Any], thing: Any) -> Any:
    fitting = [each for each in parses if "ADJF" in each.tag or "PRTF" in each.tag]
    agreeing = [each for each in fitting if each.tag.case == thing.tag.case]
    return next(iter(agreeing or fitting), None)


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


@cache
def _morph(language: str) -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang=language)
