"""What a prompt tells beside its subject: facts, for whom, where, when, in which light. Nothing is added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from activities.film.planning.reading.grammar import grammar, text_of
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.text import UNSPACED, Word
from workflows.film import Told

# A fact that is set on screen; what is longer is a sentence, and stands in the prompt of the models alone.
_LONGEST_FACT = 60
# As many as three beats can point at, three each.
_MOST_FACTS = 9
# Alone these tell nothing.
_SILENT = ("film", "kinds", "det", "ask", "of", "at", "with", "mood", "about")
_MARKS = frozenset(",;.!?:：()[]、，。！？؛،–—|/\n")


def told_of(
    prompt: str, tokens: Sequence[Word], lexicon: Lexicon, timed: frozenset[int], subject: tuple[int, int]
) -> Told:
    """`subject` are the tokens of the subject and its name, which are told already."""
    facts: list[str] = []
    fields = {"occasion": _occasion(tokens, lexicon, timed, subject)}
    for first, end in _segments(tokens, lexicon, timed, subject):
        kind = _kind(tokens, first, end, lexicon)
        # "how do vaccines work": one word right after the subject is its verb.
        loose = first == subject[1] and end == first + 1 and kind == "callouts"
        kind = "" if loose else kind
        text = _text(prompt, tokens, first, end, lexicon, kind)
        if kind == "callouts":
            facts += [text] if 0 < len(text) <= _LONGEST_FACT else []
        elif kind and text:
            fields.setdefault(kind, text)
    return Told(callouts=tuple(dict.fromkeys(facts))[:_MOST_FACTS], **fields)


def _occasion(
    tokens: Sequence[Word], lexicon: Lexicon, timed: frozenset[int], subject: tuple[int, int]
) -> str:
    """What is wished for, where the subject is for whom: the birthday of "birthday greeting for Anna"."""
    words: list[str] = []
    for at in range(subject[0]):
        mark = at in timed or lexicon.is_any(("film", "kinds", "det", "ask", "about", "to"), tokens[at].plain)
        if not mark and lexicon.has("greeting", tokens[at].plain):
            words.append(tokens[at].text)
    return " ".join(words)


def _segments(
    tokens: Sequence[Word], lexicon: Lexicon, timed: frozenset[int], subject: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Runs of words that a mark or a preposition begins or ends, after the subject."""
    if lexicon.language in UNSPACED:
        return
    first = None
    for at in range(subject[1], len(tokens) + 1):
        ends = at == len(tokens) or at in timed or (tokens[at].text in _MARKS and not _is_ordinal(tokens, at))
        begins = not ends and lexicon.is_any(("at", "to", "from", "with", "that", "verbs"), tokens[at].plain)
        if first is not None and (ends or (begins and not _goes_on(tokens, first, at, lexicon))):
            yield first, at
            first = None
        if not ends and first is None and tokens[at].is_word:
            # "message from our company": the kind of film is no news.
            kind = lexicon.is_any(("film", "kinds"), tokens[at].plain)
            first = None if kind else at


def _goes_on(tokens: Sequence[Word], first: int, at: int, lexicon: Lexicon) -> bool:
    """Whether a preposition or a verb at `at` belongs to the run that began at `first`."""
    if lexicon.has("of", tokens[at].plain):
        return True
    if at == first + 1:
        return not lexicon.has("verbs", tokens[first].plain)
    # "keeps drinks cold for 24 hours" is one fact.
    return lexicon.is_any(("that", "verbs"), tokens[first].plain)


def _is_ordinal(tokens: Sequence[Word], at: int) -> bool:
    """The point of "3. Mai"."""
    return tokens[at].text == "." and at > 0 and tokens[at - 1].text.isdecimal() and at + 1 < len(tokens)


def _kind(tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon) -> str:
    """The field of `Told` that a segment belongs to; empty where it tells nothing of its own."""
    words = [token.plain for token in tokens[first:end] if token.is_word]
    lead, rest = words[0], words[1:]
    silent = all(lexicon.is_any(_SILENT, word) for word in words)
    if (silent and not (rest and lexicon.has("to", lead))) or (not rest and lexicon.has("verbs", lead)):
        return ""
    if any(lexicon.has("light", word) for word in words) and not _is_time(words, lexicon):
        return "light"
    if any(lexicon.has("month", word) for word in words) and (_has_digit(words) or len(words) <= 3):
        return "date"
    if lexicon.has("mood", words[-1]) or lexicon.has("mood", lead):
        return ""
    if lexicon.has("named", lead) or (lexicon.has("that", lead) and not rest):
        return ""
    if lexicon.language in grammar().verb_last and any(
        lexicon.has(role, lead) for role in ("to", "at", "from")
    ):
        # There such words stand behind what they belong to.
        return "setting" if lexicon.language == "ar" and rest else ""
    if lexicon.has("at", lead) and rest and tokens[first + 1].is_large and lexicon.language != "de":
        return "place"
    if lexicon.has("to", lead) and rest:
        return "audience"
    if lexicon.has("from", lead) and rest and not lexicon.has("of", lead):
        return "sender"
    if lexicon.has("at", lead) and rest:
        return "place" if _is_place(tokens[first + 1 : end], lexicon) else "setting"
    # "bold": how it is to be told; "energía y velocidad" are words for the screen as well.
    mood = not rest and lexicon.is_any(("lively", "calm"), lead)
    return "" if mood else "callouts"


def _is_place(words: Sequence[Word], lexicon: Lexicon) -> bool:
    large = [word for word in words if word.is_large and not lexicon.has("month", word.plain)]
    if lexicon.language != "de" and large:
        return True
    return any(lexicon.tells("place", word.plain) for word in words)


def _is_time(words: Sequence[str], lexicon: Lexicon) -> bool:
    return _has_digit(words) and any(lexicon.has("month", word) for word in words)


def _has_digit(words: Sequence[str]) -> bool:
    return any(character.isdigit() for word in words for character in word)


def _text(prompt: str, tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon, kind: str) -> str:
    """The segment as the prompt says it; a clause without the word that ties it to its noun."""
    if kind == "callouts":
        while first < end and any(lexicon.has(role, tokens[first].plain) for role in ("that", "det")):
            first += 1
        while first < end and lexicon.has("with", tokens[first].plain) and len(tokens[first].plain) <= 3:
            first += 1
    while end > first and not tokens[end - 1].is_word:
        end -= 1
    return text_of(tokens, first, end, prompt, lexicon.language) if end > first else ""
