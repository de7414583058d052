"""What something is called in a prompt: by a word such as "called", in quotation marks, before a mark."""

from __future__ import annotations

from activities.film.planning.reading.grammar import text_of
from activities.film.planning.reading.phrase import Phrase, Reader, within
from activities.film.planning.reading.text import is_address
from activities.film.planning.reading.things import is_safe

_OPEN, _SHUT = "\"“«„「『《‘'", "\"”»“」』》’'"


def named(reader: Reader, prompt: str, end: int) -> str:
    """What follows "called"."""
    if end >= len(reader.tokens) or not reader.is_("named", end):
        return ""
    last = end + 1
    while last < len(reader.tokens) and (
        reader.tokens[last].is_large or reader.tokens[last].text in "\"'“”«»&"
    ):
        last += 1
    return text_of(reader.tokens, end + 1, last, prompt, reader.lexicon.language) if last > end + 1 else ""


def quoted(reader: Reader, prompt: str, first: int, end: int) -> str:
    """A name in quotes inside or right before the phrase."""
    # "The Glass Garden": its article stands before the phrase.
    for at in range(max(0, first - 2), end):
        if reader.tokens[at].text in _OPEN and at + 1 < end:
            shut = next((each for each in range(at + 2, end + 1) if _text(reader, each) in _SHUT), None)
            if shut is not None and reader.tokens[at + 1].is_large:
                return text_of(reader.tokens, at + 1, shut, prompt, reader.lexicon.language)
    return ""


def _text(reader: Reader, at: int) -> str:
    return reader.tokens[at].text if at < len(reader.tokens) else "\0"


def apposed(reader: Reader, phrase: Phrase) -> Phrase | None:
    """The thing after a name, a mark and an article: "Nova, the smart ring". In German every noun is large,
    and "die" may be "which": there only an indefinite article tells."""
    tokens, at = reader.tokens, phrase.end
    words = [token for token in tokens[phrase.first : at] if token.is_word]
    # "Slow mornings" in quotes is a name, and so is an address.
    in_quotes = phrase.first > 0 and tokens[phrase.first - 1].text in _OPEN and _text(reader, at) in _SHUT
    if not in_quotes and not all(token.is_large or is_address(token) for token in words):
        return None
    at += in_quotes
    if _text(reader, at) not in {",", "–", "—", "-", "،", ":"} or at + 2 >= len(tokens):
        return None
    article = tokens[at + 1].plain
    indefinite = article in {"ein", "eine", "unser", "unsere", "mein", "meine"}
    if not reader.is_("det", at + 1) or (reader.lexicon.language == "de" and not indefinite):
        return None
    found = reader.phrase(at + 1, governed=False)
    return found if found is not None and is_safe(reader, found) else None


def kind_of(reader: Reader, prompt: str, phrase: Phrase) -> str:
    """ "A day in the life of a baker": the film's name, of which the baker is the subject."""
    kinds = (at for at in range(phrase.first) if reader.is_("kinds", at) and "_" in reader.tokens[at].plain)
    first = next((at for at in kinds if reader.is_("story", at)), None)
    if first is None or any(reader.is_content(at) for at in range(first + 1, phrase.first)):
        return ""
    first -= first > 0 and reader.is_("det", first - 1)
    return within(text_of(reader.tokens, first, phrase.end, prompt, reader.lexicon.language))
