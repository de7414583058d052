"""What kind of film a prompt asks for: by what it says outright, else by what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from activities.film.planning.reading.grammar import grammar
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.places import is_named
from activities.film.planning.reading.subject import Subject
from activities.film.planning.reading.text import UNSPACED, Word
from workflows.film import Genre

# So many words from its beginning a prompt comes to the point: a question word later is part of a sentence.
_OPENING_WORDS = 4


def genre_of(prompt: str, tokens: Sequence[Word], lexicon: Lexicon, subject: Subject) -> Genre:
    """The genre; `other` where nothing could be understood."""
    if not subject.name:
        return "other"
    rules = _Rules(prompt, tokens, lexicon, subject)
    if rules.explains():
        return "explainer"
    if rules.says("greeting") and (rules.only_invites() or not rules.says("announcement")):
        return "greeting"
    if rules.says("announcement"):
        return "announcement"
    if rules.tells_a_story() or rules.is_of_a_land():
        return "story"
    return "other" if rules.is_idea() else rules.thing()


class _Rules:
    def __init__(self, prompt: str, tokens: Sequence[Word], lexicon: Lexicon, subject: Subject) -> None:
        self.prompt, self.tokens, self.lexicon, self.subject = prompt, tokens, lexicon, subject
        self.words = [token.plain for token in tokens if token.is_word]
        self.own = [token.plain for token in tokens[subject.first : subject.end] if token.is_word]

    def has(self, role: str, words: Sequence[str]) -> bool:
        if self.lexicon.language in UNSPACED:
            return any(
                known in word for word in words for known in self.lexicon.exact[role] if len(known) > 1
            )
        return any(self.lexicon.has(role, word) for word in words)

    def explains(self) -> bool:
        """A question, a request to explain, or a label such as "Tutorial:"."""
        if self.lexicon.language in grammar().asks_late:
            said = [word for word in self.words if word not in self.own]
        else:
            before = self.tokens[self.subject.begun : self.subject.first]
            said = [token.plain for token in before if token.is_word][:_OPENING_WORDS]
        # "Photosynthesis explained": a kind of film, wherever it stands.
        said += [word for word in self.words if self.lexicon.has("kinds", word)]
        # "the history of Rome", but no science fiction.
        # "tea vs coffee" asks which.
        said += [word for word in self.own if self.lexicon.has("and", word)]
        said += self.own[:1] if len(self.own) > 1 and self.lexicon.has("of", self.own[1]) else []
        first = [token.plain for token in self.tokens[self.subject.begun :] if token.is_word][:1]
        return self.subject.asks or self.has("explainer", [*said, *first])

    def says(self, genre: str) -> bool:
        """Whether a word of the genre is said of the film, and not of a thing that is only named after an
        occasion, such as a birthday cake."""
        if genre == "greeting" and self._is_thing_of_an_occasion():
            return False
        outside = [word for word in self.words if word not in self.own]
        # "tênis de corrida" are shoes, whatever they are for: there the first word names the thing.
        head_first = genre == "announcement" and self.lexicon.language in grammar().head_first
        named = [self.subject.head.casefold()] if head_first else self.own
        return self.has(genre, named) or self.has(genre, outside)

    def only_invites(self) -> bool:
        """Whether nothing is announced but the film itself: "wedding invitation"."""
        said = [word for word in self.words if self.lexicon.has("announcement", word)]
        return all(self.lexicon.has("kinds", word) for word in said)

    def _is_thing_of_an_occasion(self) -> bool:
        """ "birthday cake": the occasion before a thing in the same phrase."""
        if self.lexicon.language != "en" or len(self.own) < 2 or not self.has("greeting", self.own[:-1]):
            return False
        last = self.own[-1]
        known = self.lexicon.is_any(("greeting", "kinds", "film", "month"), last)
        return not known and self.own[0] not in grammar().wishes

    def tells_a_story(self) -> bool:
        outside = [word for word in self.words if word not in self.own and not self.lexicon.has("film", word)]
        if self.has("story", self.own) or self.has("story", outside) or self.has("scene", self.words):
            return True
        head = [self.subject.head.casefold()]
        if self.lexicon.language not in grammar().head_first:
            head += self.subject.subject.casefold().split()[-1:]
        if self.lexicon.language in UNSPACED:
            return any(self.subject.subject.endswith(being) for being in self.lexicon.exact["being"])
        # "grandmother baking bread" is about her, and not about bread.
        acts = self.lexicon.language == "en" and any(word.endswith("ing") for word in self.own[1:2])
        acts = acts and not self.lexicon.is_trade(self.own)
        doing = self.subject.doing or acts
        # "Meet Lena. She is 82".
        if self.subject.is_proper and not {"she", "he"}.isdisjoint(self.words):
            return True
        return any(self.lexicon.has("being", word) for word in head) or (
            bool(doing) and self.has("being", self.own)
        )

    def is_of_a_land(self) -> bool:
        """Nothing that is made and nowhere that is entered: a town, a season, a week, what once happened."""
        if self.lexicon.language in UNSPACED:
            return False
        said = self.tokens[self.subject.first : self.subject.end]
        # "Paris au printemps": its season may be read with it.
        timed = ("at", "det", "month")
        end = next((at for at, word in enumerate(said) if self.lexicon.is_any(timed, word.plain)), len(said))
        rest = all(self.lexicon.is_any(timed, word.plain) for word in said[end:])
        named = (is_named(said[:end]) and rest) or (self.subject.is_proper and self._is_at_a_time())
        return named or any(self.lexicon.is_any(("land", "month"), head) for head in self._heads())

    def _is_at_a_time(self) -> bool:
        """ "Lisbon in spring": of what has a season its name alone need not be known."""
        after = self.tokens[self.subject.end : self.subject.end + 3]
        led = bool(after) and self.lexicon.has("at", after[0].plain)
        return led and any(self.lexicon.has("month", word.plain) for word in after)

    def is_idea(self) -> bool:
        """What nobody can see: its word is what is shown."""
        return any(self.lexicon.has("idea", head) for head in self._heads())

    def _heads(self) -> list[str]:
        """What the subject is, in a word; "the passing of time" is what stands first."""
        of = len(self.own) > 2 and self.lexicon.has("of", self.own[1])
        return [self.own[0] if of else self.subject.head.casefold()]

    def thing(self) -> Genre:
        """By the head of the subject: a bakery is a place, an app a service, the rest is sold."""
        language = self.lexicon.language
        if language in UNSPACED:
            for role in ("place", "service"):
                if any(self.subject.subject.endswith(each) for each in self.lexicon.exact[role]):
                    return "place" if role == "place" else "service"
            return "product"
        # Where a genitive may follow the noun and adjectives come before it, any word may be the noun.
        any_word = language in grammar().noun_inside or self.subject.is_proper
        heads = self.own if any_word else [self.subject.head.casefold()]
        if self._is_done() or any(self.lexicon.tells("service", head) for head in heads):
            return "service"
        return "place" if any(self.lexicon.tells("place", head) for head in heads) else "product"

    def _is_done(self) -> bool:
        """ "we clean windows": what somebody does, unless it is to make or sell something."""
        if self.lexicon.language != "en" or self.words[:1] != ["we"] or len(self.words) < 3:
            return False
        verb = self.words[1]
        return not self.lexicon.is_any(("make", "ask", "verbs", "with", "film"), verb)
