"""Which phrase can be what a film is about."""

from __future__ import annotations

from activities.film.planning.reading.language import is_stop_word
from activities.film.planning.reading.lexicon import film_words
from activities.film.planning.reading.phrase import Phrase, Reader
from activities.film.planning.reading.text import Word


def is_safe(reader: Reader, phrase: Phrase) -> bool:
    """Neither a stop word, nor a word for film, nor a unit or number, nor what says nothing."""
    words = [reader.tokens[at] for at in range(phrase.first, phrase.end) if reader.tokens[at].is_word]
    if not words or reader.lexicon.has("vague", words[0].plain):
        return False
    telling = [
        word
        for word in words
        if not word.text.isnumeric()
        and any(character.isalpha() for character in word.text)
        and word.plain not in film_words()
        and not reader.lexicon.is_any(("vague", "shape"), word.plain)
    ]
    # "two line cooks" are people: a verb would have ended the phrase.
    own = [
        word
        for word in telling
        if not is_stop_word(word.plain, reader.lexicon.language) or reader.lexicon.has("verbs", word.plain)
    ]
    # Lists for search engines hold "mug", "ring" and "novel": a word after an article is a thing.
    after_article = phrase.first > 0 and reader.is_("det", phrase.first - 1)
    return bool(own) or (bool(telling) and after_article) or any(_is_thing(reader, word) for word in telling)


def _is_thing(reader: Reader, word: Word) -> bool:
    roles = ("place", "service", "being", "announcement", "greeting", "story")
    return any(reader.lexicon.tells(role, word.plain) for role in roles)
