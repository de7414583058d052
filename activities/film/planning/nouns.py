"""Whether a noun that a model chose is the caller's: it is set on screen, where nobody else's words may
stand."""

from __future__ import annotations

import difflib

from activities.film.planning.reading.lexicon import ROLES, film_words, lexicon
from activities.film.planning.reading.text import UNSPACED, composed, plain
from workflows.studio import folded

# Two forms of one word share most of their letters: "Fahrrad" and "Fahrräder", "кружка" and "кружке".
_ALIKE = 0.7
# Shorter words are alike by chance.
_SHORTEST = 4


def is_callers(noun: str, prompt: str, language: str) -> bool:
    """Whether every word of `noun` is one of the prompt's, in whichever form; and it names a thing."""
    words, said = lexicon(language), composed(prompt)
    if "{" in noun:
        return False
    if language in UNSPACED:
        return bool(noun) and plain(noun) in plain(said) and noun not in film_words()
    own = [word.plain for word in words.words(said) if word.is_word]
    named = [word.plain for word in words.words(composed(noun)) if word.is_word]
    # Not by the full list of stop words: lists for search engines hold "mug", "ring" and "novel".
    things = [word for word in named if word not in film_words() and not words.is_any(ROLES, word)]
    return bool(things) and all(word in own or _is_form(word, own) for word in named)


def _is_form(word: str, own: list[str]) -> bool:
    """Whether one of the prompt's words is the same in another case or number, or has it as a part."""
    if len(word) < _SHORTEST:
        return False
    # Marks change with the number of a word ("Fahrräder"): what is compared for likeness is without them.
    bare = folded(word)
    for other in map(folded, own):
        if len(other) < _SHORTEST:
            continue
        alike = difflib.SequenceMatcher(None, bare, other).ratio() >= _ALIKE
        if (alike and bare[:3] == other[:3]) or (len(other) > len(bare) and other.endswith(bare)):
            return True
    return False
