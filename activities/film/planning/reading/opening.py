"""Where a prompt comes to its point: behind a question to whoever watches, a slogan, a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.film.planning.reading.grammar import grammar
from activities.film.planning.reading.heard import is_sign
from activities.film.planning.reading.phrase import Reader
from activities.film.planning.reading.text import ends_sentence

# "Müde Beine?" is asked of somebody; what is longer asks about something, unless it says "you".
_SHORT_QUESTION = 3
# So far into a sentence it says whose the thing is: "Then you will love our".
_OPENING_WORDS = 6
# So early somebody is addressed: "Reserva tu mesa".
_ADDRESSED_WORDS = 3
# One of these alone before "!" is what the film is about: "Paris!"
_TELLING = ("being", "place", "land", "idea", "service", "story", "kinds")
_ASKING = ("?", "？", "؟")
_OCCASIONS = ("announcement", "greeting")


@dataclass(frozen=True)
class _Sentence:
    """The words of a sentence, as tokens, and the mark that ends it; `headed` stand before a colon."""

    words: Sequence[int]
    mark: str
    commas: int = 0
    headed: int = 0

    @property
    def is_list(self) -> bool:
        return 0 < self.headed < len(self.words) and self.commas > 0


def is_question(reader: Reader) -> bool:
    """Whether a prompt begins with what is to be explained: "Why do we sleep? A video for children"."""
    said = _sentences(reader)
    return bool(said) and said[0].mark in _ASKING and reader.is_("explainer", said[0].words[0])


@dataclass(frozen=True)
class Point:
    """Where the subject begins, and the tokens of what is listed before it: "Three flavours: lemon, mint"."""

    at: int
    listed: tuple[tuple[int, int], ...] = ()


def point_of(reader: Reader) -> Point | None:
    """Where a prompt comes to its point, behind what only calls for attention; None where nothing does."""
    said = _sentences(reader)
    row = behind = _row(said)
    while behind < len(said) - 1 and _calls(reader, said[behind], said[behind + 1]):
        behind += 1
    if not said:
        return None
    sentence = said[behind]
    shown = _shown(reader, sentence)
    if not behind:
        return Point(shown) if shown is not None else None
    found = shown if shown is not None else _ours(reader, sentence)
    listed = [each for at, each in enumerate(said[:behind]) if at < row or each.is_list]
    # "Colours:" alone heads nothing.
    told = [each for each in listed if each.headed < len(each.words)]
    spans = tuple((each.words[each.headed], each.words[-1] + 1) for each in told)
    return Point(sentence.words[0] if found is None else found, spans)


def _sentences(reader: Reader) -> list[_Sentence]:
    made: list[_Sentence] = []
    words: list[int] = []
    commas, headed = 0, 0
    for at, token in enumerate(reader.tokens):
        if token.is_word and at not in reader.timed:
            words.append(at)
        commas += token.text in ",،，、"
        headed = headed or (len(words) if token.text in ":：" else 0)
        is_end = is_sign(token) or (ends_sentence(token) and token.text not in ":：")
        if words and (is_end or at == len(reader.tokens) - 1):
            made.append(_Sentence(tuple(words), token.text if is_end else "", commas, headed))
            words = []
        if is_end:
            commas, headed = 0, 0
    return made


def _row(said: Sequence[_Sentence]) -> int:
    """ "Fresh. Local. Organic.": of so many sentences that are one word each; one alone may be the thing."""
    count = next((at for at, each in enumerate(said[:-1]) if len(each.words) > 1), max(0, len(said) - 1))
    return count if count > 1 else 0


def _calls(reader: Reader, said: _Sentence, after: _Sentence) -> bool:
    """Whether a sentence only calls for attention to what is shown in the next one."""
    if any(reader.is_film(at) or reader.is_("topic", at) for at in said.words):
        return False
    told = any(reader.is_(role, at) for at in said.words for role in _OCCASIONS)
    is_command = _is_command(reader, said)
    if all(reader.is_("ask", at) for at in said.words):
        # "Did you know?"
        return True
    if said.mark in _ASKING:
        return not any(reader.is_("explainer", at) for at in said.words) and _is_asked(reader, said, after)
    if told and not is_command:
        return False
    if said.mark in ("!", "！"):
        if len(said.words) == 1:
            return not any(reader.is_(role, said.words[0]) for role in _TELLING)
        if reader.is_("explainer", said.words[0]):
            # "What a view!"
            return True
        is_row = said.commas == len(said.words) - 1
        owned = any(reader.is_("det", at) for at in said.words) and not is_command
        return is_row or (not owned and (_presents(reader, after) or reader.is_("det", after.words[0])))
    addressed = is_command or reader.tokens[said.words[0]].plain in grammar().viewer
    return (addressed or said.is_list) and _presents(reader, after)


def _is_asked(reader: Reader, said: _Sentence, after: _Sentence) -> bool:
    """Whether a question is put to whoever watches, and the next sentence answers it."""
    if _presents(reader, after):
        return True
    viewer = any(reader.tokens[at].plain in grammar().viewer for at in said.words)
    short = len(said.words) <= _SHORT_QUESTION and not any(reader.is_("with", at) for at in said.words)
    return (viewer or short) and reader.is_("det", after.words[0])


def _presents(reader: Reader, said: _Sentence) -> bool:
    """ "Our lamp", "Meet Nova", "We sell mugs", "Try it", "Reserva tu mesa", "InboxZero sorts it"."""
    first = said.words[0]
    if reader.is_("ask", first) or _is_command(reader, said) or _ours(reader, said) is not None:
        return True
    viewed = any(reader.tokens[at].plain in grammar().viewer for at in said.words[:_ADDRESSED_WORDS])
    return viewed or reader.is_name(first)


def _is_command(reader: Reader, said: _Sentence) -> bool:
    word = reader.tokens[said.words[0]].plain
    return reader.lexicon.language == "en" and word in grammar().commands and word not in ("learn", "be")


def _ours(reader: Reader, said: _Sentence) -> int | None:
    """Where it says whose the thing is."""
    words = said.words[:_OPENING_WORDS]
    return next((at for at in words if reader.tokens[at].plain in grammar().ours), None)


def _shown(reader: Reader, said: _Sentence) -> int | None:
    """What a sentence to whoever watches is about: "Protect your phone with ArmorCase", "Try our tea"."""
    tokens, rules = reader.tokens, grammar()
    means = rules.means.get(reader.lexicon.language, frozenset())
    if any(reader.is_film(at) for at in said.words):
        return None
    is_command = _is_command(reader, said)
    viewers = [at for at in said.words if tokens[at].plain in rules.viewer]
    first = said.words[0]
    if not is_command and not viewers:
        return None
    begun = viewers[0] if viewers else first
    if said.mark in _ASKING and viewers:
        # "Have you ever wondered how bees make honey?"
        asked = (at for at in said.words if at > begun and reader.is_("explainer", at))
        if (how := next(asked, None)) is not None:
            return how
    for at in said.words[:-1]:
        named = reader.is_("det", at + 1) or tokens[at + 1].is_large
        if at > begun and tokens[at].plain in means and named:
            return at + 1
    if not is_command and viewers[0] != first:
        return None
    ours = _ours(reader, said)
    if ours is not None or not is_command or len(said.words) < 2:
        return ours
    second = said.words[1]
    return second if reader.is_("det", second) or tokens[second].is_large else None
