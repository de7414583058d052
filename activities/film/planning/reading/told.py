"""What a prompt tells beside its subject: facts, for whom, where, when, in which light. Nothing is added."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from activities.film.planning.reading.denied import is_unshown
from activities.film.planning.reading.grammar import grammar, text_of
from activities.film.planning.reading.heard import is_sign
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.text import UNSPACED, Word, is_address
from workflows.film import Told

# A fact that is set on screen; what is longer is a sentence, and stands in the prompt of the models alone.
_LONGEST_FACT = 60
#: As many as three beats can point at, three each.
MOST_FACTS = 9
# Alone these tell nothing.
_SILENT = ("film", "kinds", "det", "ask", "of", "at", "with", "mood", "about", "shape", "label")
_MARKS = frozenset(",;.!?:：()[]、，。！？؛،–—|/\n·•")
# Without them a number tells something else: "$450,000", "-30 °C", "15 %".
_SIGNS_BEFORE, _SIGNS_AFTER = frozenset("-−+#@~≈<>"), frozenset("%°+®™")
_PAIRS = {'"': '"', "'": "'", "“": "”", "„": "“", "‘": "’", "«": "»", "「": "」", "『": "』"}


def told_of(
    prompt: str,
    tokens: Sequence[Word],
    lexicon: Lexicon,
    timed: frozenset[int],
    subject: tuple[int, int],
    *,
    before: Sequence[tuple[int, int]] = (),
) -> Told:
    """`subject` are the tokens of the subject and its name, which are told already; of what stands before it
    `before` tells as well."""
    facts: list[str] = []
    fields = {"occasion": _occasion(tokens, lexicon, timed, subject)}
    quotes = _quotes(tokens)
    spans = [*before, (subject[1], len(tokens))]
    for first, end in (found for span in spans for found in _segments(tokens, lexicon, timed, span, quotes)):
        kind = _kind(tokens, first, end, lexicon)
        if kind and _is_labelled(tokens, first, end, lexicon, quotes):
            kind = "callouts"
        # "how do vaccines work": one word right after the subject is its verb.
        loose = first == subject[1] and end == first + 1 and kind == "callouts"
        kind = "" if loose else kind
        said = _quoted(tokens, first, end, lexicon, quotes) if kind == "callouts" else None
        text = _text(prompt, tokens, *(said or (first, end)), lexicon, kind)
        if kind == "callouts":
            facts += [text] if 0 < len(text) <= _LONGEST_FACT else []
        elif kind and text:
            fields.setdefault(kind, text)
    return Told(callouts=tuple(dict.fromkeys(facts))[:MOST_FACTS], **fields)


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


def _quotes(tokens: Sequence[Word]) -> list[tuple[int, int]]:
    """What stands in quotation marks, as its tokens; an apostrophe and the mark of inches are none."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens) - 1:
        shut = _PAIRS.get(tokens[at].text)
        opens = shut and (shut != tokens[at].text or _opens(tokens, at))
        end = next((each for each in range(at + 2, len(tokens)) if tokens[each].text == shut), None)
        if opens and end is not None and tokens[end].start - tokens[at].end <= _LONGEST_FACT:
            found.append((at + 1, end))
            at = end
        at += 1
    return found


def _opens(tokens: Sequence[Word], at: int) -> bool:
    """Whether a mark that opens and shuts stands right before a word and right behind none."""
    apart = at == 0 or tokens[at - 1].end < tokens[at].start or not tokens[at - 1].is_word
    return apart and tokens[at].end == tokens[at + 1].start


def _quoted(
    tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon, quotes: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The slogan of "with the slogan 'Sip slowly'": it stands on screen, and what announces it does not."""
    for begin, shut in quotes:
        before = tokens[first : begin - 1] if first < begin and shut <= end else ()
        if any(lexicon.has("label", word.plain) for word in before):
            return begin, shut
    return None


def _is_labelled(
    tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon, quotes: Sequence[tuple[int, int]]
) -> bool:
    """The slogan of "Slogan: 'Light up the night'", whatever it tells of."""
    for begin, shut in quotes:
        if begin <= first and end <= shut + 1:
            before = tokens[max(0, begin - 3) : begin - 1]
            return any(lexicon.has("label", word.plain) for word in before)
    return False


def _segments(
    tokens: Sequence[Word],
    lexicon: Lexicon,
    timed: frozenset[int],
    span: tuple[int, int],
    quotes: Sequence[tuple[int, int]],
) -> Iterator[tuple[int, int]]:
    """Runs of words that a mark or a preposition begins or ends, within the span; a quotation is whole."""
    if lexicon.language in UNSPACED:
        return
    first = None
    inside = {at for begin, shut in quotes for at in range(begin, shut)}
    for at in range(span[0], span[1] + 1):
        if first is not None and at in inside and at not in timed:
            continue
        ends = at == span[1] or at in timed or (_is_mark(tokens[at]) and not _is_ordinal(tokens, at))
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
    if lexicon.has("to", tokens[at].plain) and at + 1 < len(tokens) and tokens[at + 1].has_digit:
        # "up to 60 km"
        return True
    if lexicon.has("of", tokens[at].plain) or (at + 1 < len(tokens) and is_address(tokens[at + 1])):
        return True
    if at == first + 2 and tokens[first].plain in ("is", "are") and tokens[first + 1].plain.endswith("ed"):
        # "is roasted in small batches"
        return at + 1 < len(tokens) and not tokens[at + 1].is_large
    if at == first + 1:
        return not lexicon.has("verbs", tokens[first].plain)
    # "keeps drinks cold for 24 hours" is one fact.
    return lexicon.is_any(("that", "verbs"), tokens[first].plain)


def _is_mark(word: Word) -> bool:
    return word.text in _MARKS or is_sign(word)


def _is_ordinal(tokens: Sequence[Word], at: int) -> bool:
    """The point of "3. Mai"."""
    return tokens[at].text == "." and at > 0 and tokens[at - 1].text.isdecimal() and at + 1 < len(tokens)


def _kind(tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon) -> str:
    """The field of `Told` that a segment belongs to; empty where it tells nothing of its own."""
    words = [token.plain for token in tokens[first:end] if token.is_word]
    lead, rest = words[0], words[1:]
    silent = all(lexicon.is_any(_SILENT, word) for word in words) or is_unshown(words, lexicon)
    # "for Instagram" is for nobody.
    spoken = rest and lexicon.has("to", lead) and not all(lexicon.has("film", word) for word in rest)
    if (silent and not spoken) or (not rest and lexicon.has("verbs", lead)):
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
        # "for you" is for everybody.
        return "" if set(rest) <= grammar().viewer else "audience"
    if lexicon.has("from", lead) and rest and not lexicon.has("of", lead):
        return "sender"
    if lexicon.has("at", lead) and rest and is_address(tokens[first + 1]):
        return "callouts"
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
    while end > first and not tokens[end - 1].is_word and not _is_sign(tokens[end - 1], _SIGNS_AFTER):
        end -= 1
    if 0 < first < end and _is_sign(tokens[first - 1], _SIGNS_BEFORE) and _opens(tokens, first - 1):
        first -= 1
    return text_of(tokens, first, end, prompt, lexicon.language) if end > first else ""


def _is_sign(word: Word, known: frozenset[str]) -> bool:
    return word.text in known or unicodedata.category(word.text[0]) == "Sc"
