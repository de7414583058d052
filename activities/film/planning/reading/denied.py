"""What a prompt says that its film is not about, or shall not show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.text import Word

_PARTS = frozenset(",،，:：()")
# They may stand before what denies: "and please do not", "but this is not".
_LIGHT = ("ask", "det", "with", "verbs", "film")


def denied(
    tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon, hidden: Collection[int]
) -> Iterator[int]:
    """Tokens of a clause that deny something; `hidden` are no words of it. A fact is none: "no sugar"."""
    # In a row of them one that is said to the maker tells what all are: "no people, no boats".
    is_row = any(_is_told(tokens, p, q, lexicon) for p, q in _parts(tokens, first, end))
    for begin, stop in _parts(tokens, first, end):
        if begin in hidden:
            continue
        at = _denies(tokens, begin, stop, lexicon)
        if at is not None and _is_negative(tokens, at, stop, lexicon):
            yield from range(begin, _contrast(tokens, at, stop, lexicon))
        elif at is not None and lexicon.has("no", tokens[at].plain) and (is_row or begin == 0):
            yield from range(begin, stop)


def is_unshown(words: Sequence[str], lexicon: Lexicon) -> bool:
    """ "no people": how to film it; "no sugar" is a fact, and "no people left behind" too."""
    own = [word for word in words if not lexicon.has("with", word) or lexicon.has("no", word)]
    if not own or not lexicon.has("no", own[0]):
        return False
    unshown = (at for at, word in enumerate(own) if at and lexicon.is_any(("unshown", "being"), word))
    last = max(unshown, default=0)
    return last > 0 and (last == len(own) - 1 or lexicon.is_any(("at", "ask"), own[last + 1]))


def _parts(tokens: Sequence[Word], first: int, end: int) -> Iterator[tuple[int, int]]:
    begin = first
    for at in range(first, end + 1):
        if at == end or tokens[at].text in _PARTS:
            if at > begin:
                yield begin, at
            begin = at + 1


def _is_told(tokens: Sequence[Word], begin: int, stop: int, lexicon: Lexicon) -> bool:
    words = [word.plain for word in tokens[begin:stop] if word.is_word]
    return is_unshown(words, lexicon) or bool(words and lexicon.has("nobody", words[0]))


def _denies(tokens: Sequence[Word], begin: int, stop: int, lexicon: Lexicon) -> int | None:
    """The word that denies, where nothing of its own stands before it."""
    for at in range(begin, stop):
        word = tokens[at].plain
        if lexicon.is_any(("not", "dont", "no", "nobody"), word):
            return None if _is_name(tokens, at, stop, lexicon) else at
        if tokens[at].is_word and not lexicon.is_any(_LIGHT, word):
            return None
    return None


def _is_name(tokens: Sequence[Word], at: int, stop: int, lexicon: Lexicon) -> bool:
    """ "No Name Café", "Nothing But Thieves": in German every noun is large."""
    if lexicon.language == "de" or at + 1 >= stop:
        return False
    return tokens[at].is_large and tokens[at + 1].is_large and not tokens[at].text[1:].isupper()


def _is_negative(tokens: Sequence[Word], at: int, stop: int, lexicon: Lexicon) -> bool:
    """Whether the word at `at` says what the film is not, and no fact of a thing."""
    word, after = tokens[at].plain, tokens[at + 1].plain if at + 1 < stop else ""
    if lexicon.has("nobody", word):
        return True
    if lexicon.has("dont", word):
        # "Don't miss it" is for whoever watches.
        return lexicon.is_any(("dont_show", "ask"), after)
    if not after or not lexicon.has("not", word) or lexicon.has("only", after):
        return False
    if lexicon.language == "en":
        # "not tested on animals" is a fact.
        return not after.endswith("ed") and not lexicon.has("month", after)
    # Elsewhere it denies verbs as well, and they tell of the thing.
    return lexicon.is_any(("about", "det", "of", "to", "at"), after)


def _contrast(tokens: Sequence[Word], at: int, stop: int, lexicon: Lexicon) -> int:
    """Where what is denied ends: at "but" in the same part."""
    return next((each + 1 for each in range(at, stop) if lexicon.has("but", tokens[each].plain)), stop)
