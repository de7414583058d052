"""The words by which prompts are read: data, one file a language, each checked when it is loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from activities.film.planning.reading.text import UNSPACED, Word, plain, unaccented, words_of

#: What a word does in a prompt; the same names stand in every file.
ROLES = (
    "film", "kinds", "about", "det", "ask", "of", "at", "to", "from", "with", "that", "verbs", "named",
    "things_in_ing",
)  # fmt: skip
#: What a word tells of the film; `make` are verbs of those who sell things. Of words for whoever makes it,
#: `shape` says the frame, `label` that what is quoted stands on screen, `brief` that what follows its colon
#: does not; `no` and `unshown` are "no people". `trade` is what services are named after that somebody does.
#: Of labels `topic` names the subject, `naming` what it is called, `scenery` where it is set. `not`, `nobody`
#: and `dont` with `dont_show` deny; `only` and `but` say what is not denied.
#: `and` stands between two things that a film is about.
TELLING = (
    "explainer", "greeting", "announcement", "story", "scene", "being", "place", "land", "idea", "service",
    "make", "light", "mood", "lively", "calm", "month", "vague",
    "shape", "label", "brief", "no", "unshown", "trade",
    "topic", "naming", "scenery", "not", "nobody", "dont", "dont_show", "only", "but", "and",
)  # fmt: skip
#: Nouns of many parts are written as one word, and end in what they are: "Onlinekurs" is a Kurs.
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "nb", "fi", "hu"})
# A shorter word ends too many others by chance.
_SHORTEST_PART = 4
# Words of a phrase that a list writes with `_` between them.
_LONGEST_PHRASE = 4


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language by what they do, in small letters."""

    language: str
    exact: Mapping[str, frozenset[str]]
    starts: Mapping[str, tuple[str, ...]]
    ends: Mapping[str, tuple[str, ...]]
    phrases: frozenset[str]

    def has(self, role: str, word: str) -> bool:
        """Whether a word, in small letters, has a role."""
        if word in self.exact[role]:
            return True
        if self.language == "el" and unaccented(word) in _unaccented(self, role):
            return True
        return word.startswith(self.starts[role]) or (word.endswith(self.ends[role]) and len(word) > 3)

    def is_any(self, roles: tuple[str, ...], word: str) -> bool:
        return any(self.has(role, word) for role in roles)

    def is_trade(self, words: Sequence[str]) -> bool:
        """ "dog grooming salon": what ends in a house or a service does nothing itself; but who comes before
        "exploring an old temple" does, with or without its article."""
        if len(words) < 3 or not self.is_any(("place", "service"), words[-1]):
            return False
        acts = (at for at in range(1, len(words) - 1) if words[at].endswith("ing"))
        return all(
            self.is_any(("trade", "service"), words[at]) and at == len(words) - 2
            for at in acts
            if self.has("being", words[at - 1])
        )

    def tells(self, role: str, word: str) -> bool:
        """As `has`, also of a compound that ends in such a word."""
        if self.has(role, word):
            return True
        if self.language not in COMPOUNDING:
            return False
        return any(
            len(part) >= _SHORTEST_PART and len(word) > len(part) and word.endswith(part)
            for part in self.exact[role]
        )

    def words(self, text: str) -> list[Word]:
        """Words and marks of a composed prompt; what a list holds as one phrase is one word."""
        if self.language in UNSPACED:
            return list(self._cut(text))
        found = words_of(text, self.language)
        return list(self._joined(found, text)) if self.phrases else found

    def _joined(self, words: list[Word], text: str) -> Iterator[Word]:
        at = 0
        while at < len(words):
            for count in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
                phrase = "_".join(word.plain for word in words[at : at + count])
                if phrase in self.phrases:
                    start, end = words[at].start, words[at + count - 1].end
                    yield Word(text[start:end], phrase, start, end)
                    at += count
                    break
            else:
                yield words[at]
                at += 1

    def _cut(self, text: str) -> Iterator[Word]:
        """Words of a script without spaces: what the lists know is cut out, the rest stays whole."""
        known = _cuts(self)
        for word in words_of(text, self.language):
            begun = at = word.start
            while at < word.end:
                found = next((each for each in known if plain(text[at : word.end]).startswith(each)), None)
                if found is None:
                    at += 1
                    continue
                if begun < at:
                    yield Word(text[begun:at], plain(text[begun:at]), begun, at)
                yield Word(text[at : at + len(found)], found, at, at + len(found))
                begun = at = at + len(found)
            if begun < word.end:
                yield Word(text[begun : word.end], plain(text[begun : word.end]), begun, word.end)


@cache
def languages() -> frozenset[str]:
    """The languages that prompts are read in."""
    folder = files(__package__).joinpath("languages")
    return frozenset(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


@cache
def lexicon(language: str) -> Lexicon:
    """The words of one of the `languages`."""
    path = files(__package__).joinpath("languages").joinpath(f"{language}.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = table.pop("genres", {}) | table
    unknown = lists.keys() - {*ROLES, *TELLING}
    if unknown:
        raise ValueError(f"{language}.toml: {sorted(unknown)} are no roles")
    words = {role: plain(lists.get(role, "")).split() for role in (*ROLES, *TELLING)}
    return Lexicon(
        language=language,
        exact={role: frozenset(w for w in of if "*" not in w) for role, of in words.items()},
        starts={role: tuple(w[:-1] for w in of if w.endswith("*")) for role, of in words.items()},
        ends={role: tuple(w[1:] for w in of if w.startswith("*")) for role, of in words.items()},
        phrases=frozenset(w for of in words.values() for w in of if "_" in w),
    )


@cache
def film_words() -> frozenset[str]:
    """What people call a film, in every language that is read."""
    return frozenset[str]().union(*(lexicon(each).exact["film"] for each in languages()))


@cache
def _cuts(words: Lexicon) -> tuple[str, ...]:
    """What is cut out of unspaced text, longest first. Single characters are parts of too many words; the
    particles among them are taken off at the edges of a phrase."""
    roles = ("film", "about", "det", "ask", "explainer")
    return tuple(
        sorted({w for role in roles for w in words.exact[role] if len(w) > 1}, key=len, reverse=True)
    )


@cache
def _unaccented(words: Lexicon, role: str) -> frozenset[str]:
    return frozenset(map(unaccented, words.exact[role]))
