"""How a prompt is read: its language, length, subject and name, genre, and all else that it tells.

Ids and seeds of films follow from an older reading (`workflows/film/naming/v1.py`), which stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from activities.film.planning.reading.genre import genre_of
from activities.film.planning.reading.grammar import text_of
from activities.film.planning.reading.heard import Heard, heard
from activities.film.planning.reading.language import language_of
from activities.film.planning.reading.length import Length, length_of
from activities.film.planning.reading.lexicon import Lexicon, lexicon
from activities.film.planning.reading.subject import Subject, subject_of, with_wish
from activities.film.planning.reading.text import Word, composed
from activities.film.planning.reading.told import MOST_FACTS, told_of
from workflows.film import Genre, Told

# As many prompts as one process plans at a time; each is read by several steps.
_KEPT = 64


@dataclass(frozen=True)
class Reading:
    """What a prompt says. `subject`, `name` and `head` are empty where nothing could be understood; `seconds`
    is None where it asks for no length; `things` are the several that it is about, none where it is one;
    `lively` is above 0 for energy, below it for calm. A name that `is_proper` is somebody's own, and takes no
    article."""

    language: str
    genre: Genre
    subject: str
    name: str
    head: str
    is_proper: bool
    things: tuple[str, ...]
    seconds: int | None
    told: Told
    lively: int


@lru_cache(_KEPT)
def read(prompt: str) -> Reading:
    """Reads a prompt, whatever is in it; raises nothing."""
    text, language = composed(prompt), language_of(prompt)
    words = lexicon(language)
    length = length_of(prompt, language)
    found, timed = _tokens(text, words, length)
    said = heard(found, words, timed)
    tokens = said.tokens
    subject = subject_of(text, said, words)
    genre = genre_of(text, tokens, words, subject)
    if genre == "greeting":
        subject = with_wish(text, tokens, words, subject)
    # How it is to be told counts here as well: "Tone: calm".
    plain = [token.plain for token in found if token.is_word]
    return Reading(
        language=language,
        genre=genre,
        subject=subject.subject,
        name=subject.name,
        head=subject.head,
        is_proper=subject.is_proper,
        things=subject.things,
        seconds=length.seconds if length else None,
        told=_told(text, said, words, subject) if subject.name else Told(),
        lively=sum(words.has("lively", word) for word in plain)
        - sum(words.has("calm", word) for word in plain),
    )


def _told(text: str, said: Heard, words: Lexicon, subject: Subject) -> Told:
    # Of a form all tells.
    before = ((0, subject.first),) if said.is_form else subject.listed
    told = told_of(text, said.tokens, words, said.timed, (subject.first, subject.end), before=before)
    more: dict[str, object] = {"callouts": (*subject.facts, *told.callouts)[:MOST_FACTS]}
    if said.setting and not told.setting:
        more["setting"] = text_of(said.setting, 0, len(said.setting), text, words.language)
    return told.model_copy(update=more)


def seconds_of(prompt: str) -> int | None:
    """The length alone, legal or not: nothing else of the prompt has to be understood for it."""
    length = length_of(prompt, language_of(prompt))
    return length.seconds if length else None


def _tokens(text: str, words: Lexicon, length: Length | None) -> tuple[list[Word], frozenset[int]]:
    """The words of a prompt, and which of them are its length, which may be glued to others ("30秒の")."""
    if length is None:
        return words.words(text), frozenset()
    before, after = words.words(text[: length.start]), words.words(text[length.end :])
    span = Word(text[length.start : length.end], "", length.start, length.end)
    moved = [replace(each, start=each.start + length.end, end=each.end + length.end) for each in after]
    return [*before, span, *moved], frozenset({len(before)})
