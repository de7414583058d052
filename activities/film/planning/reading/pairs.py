"""Several subjects in one prompt: "a kettle and a teapot", "shoes for runners and a watch for climbers"."""

from __future__ import annotations

from activities.film.planning.reading.grammar import grammar
from activities.film.planning.reading.phrase import Phrase, Reader

# "for professional trail runners" is for whom; what is longer tells a story of its own.
_QUALIFIER_WORDS = 5
# A list of more is no subject.
_MOST = 4
_COMMAS = frozenset(",،")


def others(reader: Reader, phrase: Phrase) -> tuple[Phrase, ...]:
    """What a film is about beside its first thing, in order; nothing where that does something."""
    if phrase.doing:
        return ()
    listed = _listed(reader, phrase)
    if listed:
        return listed
    found: list[Phrase] = []
    last: Phrase | None = phrase
    while last is not None and len(found) < _MOST:
        last = _next(reader, last)
        found += [last] if last is not None else []
    return tuple(found)


def qualified(reader: Reader, phrase: Phrase) -> int:
    """Where what a thing is for, or from, ends: right behind the thing where nothing is said of it."""
    at = phrase.end
    if at >= len(reader.tokens) or not _qualifies(reader, at):
        return at
    end = at + 1
    while end < len(reader.tokens) and reader.tokens[end].is_word and end not in reader.timed:
        # "for cooks" is for people.
        verb = end > at + 1 and reader.is_("verbs", end)
        if _is_and(reader, end) or verb or reader.is_("film", end) or reader.is_("that", end):
            break
        end += 1
    return end if end - at <= _QUALIFIER_WORDS else at


def _qualifies(reader: Reader, at: int) -> bool:
    return any(reader.is_(job, at) for job in ("to", "at", "from")) and reader.tokens[at].is_word


def _next(reader: Reader, phrase: Phrase) -> Phrase | None:
    """The thing after "and", right behind a thing or behind what that is for."""
    at = qualified(reader, phrase)
    if at + 1 >= len(reader.tokens) or not _is_and(reader, at):
        return None
    # "for runners and climbers" are both what one thing is for.
    return _thing(reader, at + 1, phrase, needs_article=at > phrase.end)


def _listed(reader: Reader, phrase: Phrase) -> tuple[Phrase, ...]:
    """ "a bike, a helmet and a lock": each with its article, or a comma only adds a word on the first."""
    found: list[Phrase] = []
    last = phrase
    while last.end + 1 < len(reader.tokens) and len(found) < _MOST:
        at = last.end
        is_last = _is_and(reader, at)
        if not is_last and reader.tokens[at].text not in _COMMAS:
            return ()
        is_last = is_last or _is_and(reader, at + 1)
        after = at + 2 if is_last and not _is_and(reader, at) else at + 1
        item = _thing(reader, after, phrase, needs_article=True)
        if item is None:
            return ()
        found, last = [*found, item], item
        if is_last:
            return tuple(found) if phrase.first > 0 and reader.is_("det", phrase.first - 1) else ()
    return ()


def _is_and(reader: Reader, at: int) -> bool:
    return at < len(reader.tokens) and reader.is_("and", at)


def _thing(reader: Reader, start: int, first: Phrase, *, needs_article: bool) -> Phrase | None:
    """The thing that begins at `start`, with whose it is: "its keeper"."""
    if start >= len(reader.tokens) or not reader.tokens[start].is_word or start in reader.timed:
        return None
    with_article = reader.is_("det", start)
    if (needs_article and not with_article) or not (with_article or reader.is_content(start)):
        return None
    # "and feel the power", "and discover more" are said to whoever watches.
    if (
        any(reader.is_(job, start) for job in ("ask", "explainer", "lively", "calm", "mood"))
        and not with_article
    ):
        return None
    found = reader.phrase(start, first.governed)
    if found is None or found.doing or found.first - start > 1 or not _is_noun(reader, found, with_article):
        return None
    owned = with_article and reader.tokens[start].plain not in grammar().articles
    return Phrase(start if owned else found.first, found.end, found.governed, 0, found.asked)


def _is_noun(reader: Reader, phrase: Phrase, with_article: bool) -> bool:
    words = reader.tokens[phrase.first : phrase.end]
    if any(word.has_digit for word in words[:1]) or words[0].plain in grammar().commands:
        return with_article
    # A verb of German is written small.
    return reader.lexicon.language != "de" or with_article or words[0].is_large
