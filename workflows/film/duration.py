"""How long a film is asked to be: the legal steps, and what a prompt says aloud.

Workflow ids and seeds follow from what is read here, and a workflow refuses by it: it stays as it is. Other
ways to say a length are read in planning, before a film is begun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.film.contract import VideoRequest
from workflows.film.methods import LONGEST_S as LONGEST_S
from workflows.film.methods import SHORTEST_S as SHORTEST_S
from workflows.film.methods import is_length, nearest_length
from workflows.film.scenes import USUAL_SCENE_S, USUAL_SCENES, film_of_scenes
from workflows.studio import Token, folded, tokens_of, word_set

#: The usual length of an online spot, when nobody says another.
DEFAULT_S = 15

#: What people call a film, in the languages whose letters the studio can set.
FILM_WORDS = word_set(
    """film films movie video videos clip ad ads advertisement commercial spot teaser trailer reel promo
    advert story tale
    animation animatic ταινία ταινίας ταινιάκι βίντεο διαφήμιση διαφημιστικό σποτ κλιπ τρέιλερ φιλμ
    фильм фильма видео ролик ролика видеоролик реклама рекламу клип тизер трейлер відео фільм
    werbespot werbung película anuncio publicité"""
)
_SECONDS = re.compile(
    r"s|secs?|seconds?|δευτερολεπτα|δευτερολεπτων|δευτερολεπτο|δευτ|секунд\w*|сек|sekunden?|segundos?|secondes?"
)
_MINUTES = re.compile(r"mins?|minutes?|λεπτο|λεπτα|λεπτων|λεπτου|минут\w*|мин|хвилин\w*|minuten?|minutos?")
_HALF = word_set("half μισό μισού пол половина halbe")
_WHOLE = {
    "полминуты": 30,
    "полуминутныи": 30,
    "минутныи": 60,
    "минутная": 60,
    "half-minute": 30,
    "минутку": 60,
}
_MINUTE_AND_HALF = word_set("полторы полутора")

_NUMBERS: dict[str, int] = {
    folded(word): value
    for value, words in {
        1: "one a ένα ενός одна одну один eine",
        2: "two δύο две двух",
        3: "three τρία τριών три трёх",
        4: "four τέσσερα τεσσάρων четыре четырёх",
        5: "five πέντε пять пяти",
        6: "six έξι шесть шести",
        7: "seven επτά εφτά семь семи",
        8: "eight οκτώ οχτώ восемь восьми",
        9: "nine εννέα εννιά девять девяти",
        10: "ten δέκα десять десяти",
        12: "twelve δώδεκα двенадцать двенадцати",
        15: "fifteen δεκαπέντε пятнадцать пятнадцати",
        20: "twenty είκοσι двадцать двадцати",
        30: "thirty τριάντα тридцать тридцати",
        40: "forty σαράντα сорок сорока",
        50: "fifty πενήντα пятьдесят пятидесяти",
        60: "sixty εξήντα шестьдесят шестидесяти",
        90: "ninety ενενήντα девяносто",
        100: "hundred εκατό εκατόν сто",
    }.items()
    for word in words.split()
}
# "0 to 100 in 3 seconds" speaks of a car, not of the film.
_OF_SOMETHING_ELSE = word_set("in within under every after per than to by until with σε μέσα за через каждые")
# "an 80s style commercial" speaks of a decade.
_DECADE = word_set(
    "style styled look retro vibe vibes inspired aesthetic vhs era vintage themed the late early"
)
# What may stand between the film and its length: "a film of about 30 seconds", "фильм на 15 секунд".
_BETWEEN = word_set(
    "of for at lasting lasts length duration long runtime that is about exactly only a διάρκειας για μήκους "
    "длиной длительностью на в von de"
)
_OPENERS = word_set("a an make it create me give us about please")


@dataclass(frozen=True)
class Spoken:
    """A length of time named in a prompt: tokens `first` to `end`, exclusive."""

    first: int
    end: int
    seconds: int


def _spelt(word: str) -> float | None:
    if word in _NUMBERS:
        return _NUMBERS[word]
    # Six digits are more than any length; what is longer is no length at all.
    if re.fullmatch(r"[0-9]{1,6}(?:[.,][0-9]{1,3})?", word):
        return float(word.replace(",", "."))
    parts = [_NUMBERS.get(part) for part in word.split("-")]
    return None if None in parts else float(sum(part or 0 for part in parts))


def _number(words: Sequence[str]) -> tuple[int, float] | None:
    """(words used, number) of a number in figures or words, such as `twenty five`."""
    first = _spelt(words[0])
    if first is None:
        return None
    second = _NUMBERS.get(words[1]) if words[0] in _NUMBERS and first >= 20 else None
    if second is not None and second < first:
        return 2, first + second
    return 1, first


def _unit(word: str) -> int | None:
    if _SECONDS.fullmatch(word):
        return 1
    return 60 if _MINUTES.fullmatch(word) else None


def _glued(word: str) -> float | None:
    """`30s`, `15-second`, `15-секундный`, `forty-five-second`: number and unit in one word."""
    word = word.removesuffix("-long")
    apart = re.fullmatch(r"([0-9]{1,6})(?:-?)([^\W\d_]+)", word)
    number, unit = (apart[1], apart[2]) if apart else (word.rpartition("-")[0], word.rpartition("-")[2])
    if not number:
        number, unit = next(
            ((each, word[len(each) :]) for each in _NUMBERS if len(each) > 3 and word.startswith(each)),
            ("", ""),
        )
    value, scale = _spelt(number), 1 if unit == "с" else _unit(unit)
    return value * scale if value is not None and scale else None


def _read(tokens: Sequence[Token], at: int) -> tuple[int, float] | None:
    """(tokens used, seconds) of a length that begins at `at`."""
    words = [token.plain for token in tokens[at : at + 6]] + [""] * 6
    if words[0] in _WHOLE:
        return 1, _WHOLE[words[0]]
    if words[0] in _HALF:
        used = 2 if words[1] in ("a", "-", "одну") else 1
        return (used + 1, 30.0) if _MINUTES.fullmatch(words[used]) else None
    if words[0] in _MINUTE_AND_HALF and _MINUTES.fullmatch(words[1]):
        return 2, 90.0
    glued = _glued(words[0])
    if glued is not None:
        return 1, glued
    return _counted(words)


def _counted(words: Sequence[str]) -> tuple[int, float] | None:
    number = _number(words)
    if number is None:
        return None
    used, value = number
    used += words[used] == "-"
    unit = _unit(words[used])
    # "a second film" is the one after the first.
    if unit is None or (words[0] == "a" and unit == 1):
        return None
    if unit == 60 and list(words[used + 1 : used + 4]) == ["and", "a", "half"]:
        return used + 4, value * 60 + 30
    return used + 1, value * unit


def spans_of(tokens: Sequence[Token]) -> list[Spoken]:
    """Every length named, in order; minutes followed by seconds are one."""
    spans: list[Spoken] = []
    at = 0
    while at < len(tokens):
        read = _read(tokens, at)
        if read is None:
            at += 1
            continue
        used, seconds = read
        joint = at + used
        joint += joint < len(tokens) and tokens[joint].plain in ("and", "και", "и")
        more = _read(tokens, joint) if seconds >= 60 else None
        if more and more[1] < 60:
            used, seconds = joint + more[0] - at, seconds + more[1]
        spans.append(Spoken(first=at, end=at + used, seconds=round(seconds)))
        at += used
    return spans


def words_before(tokens: Sequence[Token], span: Spoken) -> int:
    """Where the words that lead to a length begin, such as the `lasting` of "lasting 20 seconds"."""
    first = span.first
    while first > 0 and tokens[first - 1].plain in _BETWEEN:
        first -= 1
    return first


def _is_decade(tokens: Sequence[Token], span: Spoken) -> bool:
    if span.end - span.first > 1 or not re.fullmatch(r"[0-9]+s", tokens[span.first].plain):
        return False
    around = [*tokens[max(0, span.first - 1) : span.first], *tokens[span.end : span.end + 2]]
    return any(token.plain in _DECADE for token in around)


def _follows_film(before: Sequence[str]) -> bool:
    """Whether nothing but words of length stands between the film and what comes next."""
    for back, word in enumerate(reversed(before)):
        if word in FILM_WORDS:
            return True
        # "a film about 30 seconds long", but not "a film about a 30 second timer".
        if (word == "about" and back > 0) or (word not in _BETWEEN and word not in ",:(-–—"):
            return False
    return False


def _is_of_the_film(tokens: Sequence[Token], span: Spoken) -> bool:
    before = [token.plain for token in tokens[: span.first]]
    after = [token.plain for token in tokens[span.end : span.end + 4]]
    if _is_decade(tokens, span) or (before and before[-1] in _OF_SOMETHING_ELSE):
        return False
    if not FILM_WORDS.isdisjoint(after) or all(word in _OPENERS for word in before):
        return True
    if _follows_film(before[-6:]) or before[-2:] == ["make", "it"]:
        return True
    # At the end of a phrase: "ceramic mug, 30s", "lasting 20 seconds".
    closes = not after or after[0] == "long" or not tokens[span.end].is_word
    return closes and before[-1] not in {"a", "an", "the", "of"}


def spoken_span(tokens: Sequence[Token]) -> Spoken | None:
    """The length that the prompt asks of the film, the first if it names several."""
    return next((span for span in spans_of(tokens) if _is_of_the_film(tokens, span)), None)


def spoken_duration(prompt: str) -> int | None:
    """Seconds that the prompt asks for, legal or not; None when it asks for none.

    >>> spoken_duration("A 15 second film about a ceramic coffee mug")
    15
    """
    span = spoken_span(tokens_of(prompt))
    return span.seconds if span else None


def is_legal(seconds: int) -> bool:
    return is_length(seconds, "beats")


def nearest_legal(seconds: float) -> int:
    """The nearest legal length; the longer one when two are equally near."""
    return nearest_length(seconds, "beats")


def plan_seconds(request: VideoRequest) -> int | None:
    """The sum of the caller's plan; None without one, or where a built-in library fills in a length."""
    if request.plan is None or request.method == "keyframes":
        return None
    defaults = {template.id: template.seconds for template in request.library or ()}
    seconds = [beat.seconds or defaults.get(beat.id) for beat in request.plan.beats]
    return None if None in seconds else sum(each or 0 for each in seconds)


def _of_scenes(request: VideoRequest) -> int:
    """Of a film of keyframes: of the scenes that it brings, as the prompt says, or of four scenes."""
    scene_s = request.scene_s or USUAL_SCENE_S
    if request.plan is not None:
        return film_of_scenes(len(request.plan.scenes), scene_s)
    return spoken_duration(request.prompt) or film_of_scenes(USUAL_SCENES, scene_s)


def resolved_duration(request: VideoRequest) -> int | None:
    """Seconds of the film: as given, else the plan's sum, else as the prompt says, else 15.

    None only for a plan that leaves a length to the built-in library: its planner tells.
    """
    if request.duration_s is not None:
        return request.duration_s
    if request.method == "keyframes":
        return _of_scenes(request)
    if request.plan is not None:
        return plan_seconds(request)
    return spoken_duration(request.prompt) or DEFAULT_S
