"""Which words of a prompt are said of its film: labels of a brief, what is for its maker, and what it is not
about are none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from activities.film.planning.reading.denied import denied
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.text import Word, ends_sentence

# "Key message" is a label; more words before a colon are a sentence.
_LABEL_WORDS = 3
# From so many labels on a prompt is a form, and none of them is for the screen.
_FORM = 2
# Stands for what is left out: no phrase goes over it.
_GAP = ";"


@dataclass(frozen=True)
class Heard:
    """The words that count, `timed` among them. `topic` is where a label says that the subject begins, and
    `name` the tokens that a label says it is called; `setting` is a place that one names. `is_form` where the
    prompt is one label after the other."""

    tokens: Sequence[Word]
    timed: frozenset[int]
    topic: int | None = None
    name: Sequence[Word] = ()
    setting: Sequence[Word] = ()
    is_form: bool = False


@dataclass(frozen=True)
class _Label:
    """Tokens `first` to `colon` are a label, and those to `end`, exclusive, its value; `job` is a role, or
    empty where nobody knows the label."""

    first: int
    colon: int
    end: int
    job: str


def heard(tokens: Sequence[Word], lexicon: Lexicon, timed: frozenset[int]) -> Heard:
    """`timed` are the tokens of its length."""
    hidden = {*_numbering(tokens), *_bracketed(tokens), *_tags(tokens)}
    clauses = list(_clauses(tokens, hidden))
    labels = [label for first, end in clauses for label in _labels(tokens, first, end, lexicon, timed)]
    is_form = len(labels) >= _FORM and any(label.job for label in labels)
    topic = _first(labels, "topic") or _first(labels, "naming")
    named, where = _first(labels, "naming"), _first(labels, "scenery")
    for label in labels:
        aside = label.job in ("brief", "scenery") or (label is named and label is not topic)
        if aside or label.job or is_form:
            hidden.update(range(label.first, label.end if aside else label.colon + 1))
    for first, end in clauses:
        hidden.update(denied(tokens, first, end, lexicon, hidden))
    if not any(_is_said(tokens, at, lexicon, timed) for at in range(len(tokens)) if at not in hidden):
        # Nothing but asides is about what they say.
        return Heard(tokens, timed)
    kept, place = _without(tokens, hidden)
    return Heard(
        tokens=kept,
        timed=frozenset(place[at] for at in timed if at in place),
        topic=place.get(topic.colon + 1) if topic else None,
        name=_value(tokens, named) if named is not topic else (),
        setting=_value(tokens, where),
        is_form=is_form,
    )


def is_sign(word: Word) -> bool:
    """An emoji, or another picture between words: it parts them as a mark does."""
    return unicodedata.category(word.text[0]) == "So" and word.text not in "°®©™"


def _first(labels: Sequence[_Label], job: str) -> _Label | None:
    return next((label for label in labels if label.job == job and label.end > label.colon + 1), None)


def _value(tokens: Sequence[Word], label: _Label | None) -> Sequence[Word]:
    return tokens[label.colon + 1 : label.end] if label else ()


def _is_said(tokens: Sequence[Word], at: int, lexicon: Lexicon, timed: frozenset[int]) -> bool:
    silent = lexicon.is_any(("film", "about", "det", "ask", "of", "at", "to", "with"), tokens[at].plain)
    return tokens[at].is_word and at not in timed and not silent


def _numbering(tokens: Sequence[Word]) -> Iterator[int]:
    """The "1)" of a list."""
    is_open = False
    for at, word in enumerate(tokens[:-1]):
        is_open = word.text == "(" or (is_open and word.text != ")")
        if not is_open and word.text.isdecimal() and len(word.text) < 3 and tokens[at + 1].text == ")":
            yield from (at, at + 1)


def _bracketed(tokens: Sequence[Word]) -> Iterator[int]:
    """The "[BRIEF]" of a form."""
    opened = next((at for at, word in enumerate(tokens) if word.text == "["), len(tokens))
    shut = next((at for at in range(opened, len(tokens)) if tokens[at].text == "]"), opened)
    yield from range(opened, shut)


def _tags(tokens: Sequence[Word]) -> Iterator[int]:
    """ "#summer #new" at either end; inside a sentence such a word is one of its words."""
    tags = [at for at, word in enumerate(tokens[:-1]) if word.text == "#" and not tokens[at + 1].has_digit]
    opening = [at for number, at in enumerate(tags) if at == 2 * number]
    closing = [at for number, at in enumerate(reversed(tags), 1) if at == len(tokens) - 2 * number]
    for at in {*opening, *closing}:
        yield from (at, at + 1)


def _clauses(tokens: Sequence[Word], hidden: set[int]) -> Iterator[tuple[int, int]]:
    first = 0
    for at in range(len(tokens) + 1):
        if at == len(tokens) or at in hidden or _ends(tokens, at):
            if at > first:
                yield first, at
            first = at + 1


def _ends(tokens: Sequence[Word], at: int) -> bool:
    word = tokens[at]
    if word.text == ":" or word.text == "：":
        return False
    # A dash with room on both sides; the point of "3. Mai" ends nothing.
    dash = word.text in "—–-" and 0 < at < len(tokens) - 1
    apart = dash and tokens[at - 1].end < word.start and word.end < tokens[at + 1].start
    ordinal = word.text == "." and at > 0 and tokens[at - 1].text.isdecimal() and len(tokens[at - 1].text) < 3
    return apart or word.text in "[]" or is_sign(word) or (ends_sentence(word) and not ordinal)


def _labels(
    tokens: Sequence[Word], first: int, end: int, lexicon: Lexicon, timed: frozenset[int]
) -> Iterator[_Label]:
    """Of a clause: one that opens it, and known ones behind a comma."""
    # Behind a mark begins nothing but what begins behind the next one.
    starts = [
        at
        for at in range(first, end)
        if at == first or (tokens[at - 1].text in ",،，" and tokens[at].text not in ",،，")
    ]
    found: list[_Label] = []
    for order, start in enumerate(starts):
        while start < end and not tokens[start].is_word:
            start += 1
        colon = next((at for at in range(start, end) if not tokens[at].is_word or at in timed), end)
        if not 0 < colon - start <= _LABEL_WORDS or colon == end or tokens[colon].text not in ":：":
            continue
        job = _job(tokens[start:colon], lexicon)
        if job or order == 0:
            found.append(_Label(start, colon, end, job))
    ends = [*(label.first for label in found[1:]), end]
    yield from (replace(label, end=until) for label, until in zip(found, ends, strict=False))


def _job(label: Sequence[Word], lexicon: Lexicon) -> str:
    last = label[-1].plain
    if any(lexicon.is_any(("label", "film", "greeting"), word.plain) for word in label):
        return ""
    if any(lexicon.has("brief", word.plain) for word in label) or lexicon.has("unshown", last):
        return "brief"
    return next((job for job in ("naming", "topic", "scenery") if lexicon.has(job, last)), "")


def _without(tokens: Sequence[Word], hidden: set[int]) -> tuple[list[Word], dict[int, int]]:
    """What is left, and where each token of it went."""
    kept: list[Word] = []
    place: dict[int, int] = {}
    for at, word in enumerate(tokens):
        if at not in hidden:
            place[at] = len(kept)
            kept.append(word)
        elif kept and kept[-1].text != _GAP:
            kept.append(Word(_GAP, _GAP, word.start, word.end))
    return kept, place
