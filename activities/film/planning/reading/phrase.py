"""The phrase of a prompt that says what its film is about.

Everything else has a known job: a word for film, what leads from it to its subject, a length, an article, a
preposition that begins a circumstance. What is left over, in one piece, is the subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.film.planning.reading.grammar import grammar
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.text import Word, ends_sentence
from activities.film.planning.reading.verbs import Clauses

#: A name on screen is set in lines, but never longer than a title may be.
LONGEST = 80
_QUOTES = frozenset("'\"‘’“”«»„`「」『』《》")
# Between these a phrase goes on: a hyphen, an apostrophe, an ampersand.
_INSIDE = frozenset("-‐‑–&+/'’")


@dataclass(frozen=True)
class Phrase:
    """Words `first` to `end`, exclusive, of the tokens; the last `doing` of them say what the thing does.
    `governed` and `asked`: what stands before it asks for another case than the nominative."""

    first: int
    end: int
    governed: bool = False
    doing: int = 0
    asked: bool = False


def within(text: str) -> str:
    """At most as long as a title, cut between words."""
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]


class Reader(Clauses):
    """Finds phrases among the tokens of one prompt."""

    def __init__(self, tokens: Sequence[Word], lexicon: Lexicon, timed: frozenset[int]) -> None:
        super().__init__(tokens, lexicon, timed)
        self._skips: dict[int, tuple[int, bool, bool]] = {}

    def is_content(self, at: int) -> bool:
        """A word without a job of its own."""
        if at in self.timed or not self.tokens[at].is_word:
            return False
        jobs = ("film", "about", "det", "at", "to", "from", "with", "that", "verbs", "named")
        if any(self.is_(job, at) for job in jobs):
            return False
        return not self.is_("ask", at) or self._is_a_thing_here(at)

    def anchors(self) -> list[tuple[int, bool]]:
        """Where a subject may begin, best first, and whether it is governed there."""
        found: list[tuple[int, bool]] = []
        led = self._led()
        if led is not None:
            found.append((led, True))
        found.append((0, False))
        for at, token in enumerate(self.tokens[:-1]):
            if not token.is_word and token.text not in _QUOTES and token.text not in _INSIDE:
                found.append((at + 1, False))
        return found

    def _led(self) -> int | None:
        """After the first word that leads from a film to its subject."""
        seen = -1
        for at in range(len(self.tokens)):
            if self.is_("about", at) and (seen >= 0 or self._opens(at)):
                between = sum(self.is_content(each) for each in range(seen + 1, at))
                if between == 0 and at + 1 < len(self.tokens):
                    return self._topic_behind(at) or at + 1
            if self.is_film(at) or (seen >= 0 and at in self.timed) or self.is_("story", at):
                seen = at
            elif self.is_content(at) and seen >= 0 and self.tokens[at].is_word and not self._is_film_like(at):
                # A word of its own before anything leads on: the film was that word's.
                seen = -1 if not self.is_("explainer", at) else seen
        return None

    def _topic_behind(self, at: int) -> int | None:
        """After "for new employees about": who a film is for stands before its subject. One thing may be
        about another: "for a novel about dragons"."""
        if not self.is_("to", at):
            return None
        end = next((each for each in range(at, len(self.tokens)) if not self.tokens[each].is_word), None)
        words = range(at + 1, len(self.tokens) if end is None else end)
        led = next((each for each in words[1:-1] if self.tokens[each].plain in grammar().topics), None)
        if led is None or self.tokens[at + 1].plain in (
            "a",
            "an",
            "ein",
            "eine",
            "einen",
            "un",
            "une",
            "una",
            "en",
        ):
            return None
        many = self.tokens[led - 1].plain.endswith("s") or self.is_("being", led - 1)
        return led + 1 if many or self.lexicon.language != "en" else None

    def _opens(self, at: int) -> bool:
        """Whether nothing but a length, an article or a request stands before it."""
        return all(
            each in self.timed
            or not self.tokens[each].is_word
            or self.is_("det", each)
            or self.is_("ask", each)
            for each in range(at)
        )

    def _is_film_like(self, at: int) -> bool:
        return self.lexicon.is_any(("explainer", "announcement", "greeting", "story"), self.tokens[at].plain)

    def phrase(self, start: int, governed: bool) -> Phrase | None:
        """The first phrase from `start` on; None where there is none."""
        at, asked, leads = self._skip(start)
        governed = governed or leads
        if at >= len(self.tokens) or not self.tokens[at].is_word:
            return None
        end = self._trimmed(at, self._end(at, started_by_about=governed))
        if end - at > 1 and (self.ends_in_verb(at, end) or self.acts(at, end)):
            end -= 1
        return Phrase(at, end, governed, self.doing_of(at, end), asked) if end > at else None

    def _skip(self, start: int) -> tuple[int, bool, bool]:
        """Behind what has no job in a phrase from `start` on; whether that asks, and governs what follows."""
        at, passed = start, list[int]()
        # Of two thousand marks in a row each may begin a phrase: none of them is passed twice.
        while at < len(self.tokens) and at not in self._skips and self._is_skipped(at):
            passed.append(at)
            at += 1
        end, asked, governs = self._skips.get(at, (at, False, False))
        for each in reversed(passed):
            asked = asked or self.is_("ask", each)
            # What follows a film directly is of that film: "реклама кофейни".
            governs = governs or self.is_("film", each) or self.is_("about", each)
            # So is whose day it is: "день из жизни врача".
            governs = governs or (self.is_("kinds", each) and "_" in self.tokens[each].plain)
            self._skips[each] = end, asked, governs
        return end, asked, governs

    def _is_skipped(self, at: int) -> bool:
        token = self.tokens[at]
        if at in self.timed or not token.is_word:
            return at in self.timed or not ends_sentence(token)
        if any(self.is_(job, at) for job in ("film", "about", "det")):
            return True
        if self.is_("ask", at):
            return not self._is_a_thing_here(at)
        if self._is_listing(at) or self._is_infinitive(at):
            return True
        if at > 0 and self.tokens[at - 1].plain in grammar().speakers:
            # "we sell mugs", "I run a studio"
            # "we carry pianos"
            owns = at + 1 < len(self.tokens) and self.tokens[at + 1].is_word
            if self.is_("make", at) or (owns and self.tokens[at].text.islower()):
                return True
        if self.is_("explainer", at) or self.is_("verbs", at):
            return self._asks(at)
        if self.is_("kinds", at) and self._leads_on(at):
            return True
        return any(self.is_(job, at) for job in ("of", "to", "at", "with", "that"))

    def _is_listing(self, at: int) -> bool:
        """ "Top 5 reasons to": what they are of comes behind."""
        rest = [token.plain for token in self.tokens[at : at + 3]]
        while rest and (rest[0] == "top" or rest[0].isdecimal()):
            rest.pop(0)
        counted = at > 0 and self.tokens[at - 1].text.isdecimal()
        return bool(rest) and rest[0] in grammar().listed and (len(rest) < 3 or counted)

    def _is_infinitive(self, at: int) -> bool:
        """ "reasons to visit Slovenia"."""
        after_list = (
            at > 1 and self.tokens[at - 1].plain == "to" and self.tokens[at - 2].plain in grammar().listed
        )
        return after_list and at + 1 < len(self.tokens) and self.tokens[at + 1].is_word

    def _is_a_thing_here(self, at: int) -> bool:
        """After an article a verb is a noun: "une montre" is no request to show; "a quick film" is."""
        after_article = at > 0 and (self.is_("det", at - 1) or self.is_("of", at - 1))
        return after_article and not (at + 1 < len(self.tokens) and self.is_film(at + 1))

    def _asks(self, at: int) -> bool:
        """A question word, or a verb of it: "how do", "what is", "explain"; not the history of something."""
        if self.is_("explainer", at):
            # "a science fiction series" asks nothing.
            of_something = at + 1 < len(self.tokens) and self.is_("of", at + 1)
            noun = at > 0 and self.is_("det", at - 1) and not self.is_("that", at)
            return not of_something and not noun
        return at > 0 and self._is_skipped(at - 1)

    def _leads_on(self, at: int) -> bool:
        """A kind of film, such as a tour, is no subject where one follows: after a leading word, a colon, or
        another word for film."""
        if "_" in self.tokens[at].plain:
            # "a day in the life" has a noun behind it, in whichever case.
            return True
        after = at + 1
        while after < len(self.tokens) and after in self.timed:
            after += 1
        if after >= len(self.tokens):
            return False
        return self.is_("about", after) or self.is_film(after) or self.tokens[after].text == ":"

    def _end(self, at: int, started_by_about: bool) -> int:
        first = at
        at += 1
        while at < len(self.tokens):
            token = self.tokens[at]
            if at in self.timed:
                break
            if not token.is_word:
                inside = token.text in _INSIDE and at + 1 < len(self.tokens) and not self._is_apart(at)
                if token.text in _QUOTES or inside:
                    at += 1
                    continue
                break
            if self._joins(at, first):
                at += 1
                while at < len(self.tokens) - 1 and self.is_("det", at):
                    at += 1
                at += 1
                continue
            if self._stops(at, first, started_by_about):
                break
            at += 1
        return min(at, len(self.tokens))

    def _is_apart(self, at: int) -> bool:
        """A dash with room on both sides parts what it stands between."""
        mark = self.tokens[at]
        dash = mark.text in "-‐‑–"
        return dash and self.tokens[at - 1].end < mark.start and mark.end < self.tokens[at + 1].start

    def _joins(self, at: int, first: int) -> bool:
        """A word that holds a phrase together, such as `of`, with something of the phrase after it."""
        after = at + 1
        if after >= len(self.tokens) or after in self.timed or not self.tokens[after].is_word:
            return False
        if self.lexicon.language == "en" and self.tokens[at].plain == "between":
            # "the difference between tea and coffee"
            return any(self.is_("and", each) for each in range(after, min(after + 4, len(self.tokens))))
        if self.is_("and", at) and any(self.tokens[each].plain == "between" for each in range(first, at)):
            return True
        if self.is_("with", at):
            # "Tom and Lisa" are one; "fast and bold" are not.
            names = self.tokens[at - 1].is_large and self.tokens[after].is_large
            return names and self.lexicon.language != "de" and len(self.tokens[at].plain) <= 3
        if not self.is_("of", at):
            return False
        if any(self.is_(job, at) for job in ("at", "to", "from")) and self._is_circumstance(after):
            return False
        possessed = self.is_("det", after) and not self.is_article(after)
        return (
            not possessed and not self.is_film(after) and (self.is_content(after) or self.is_article(after))
        )

    def _is_circumstance(self, after: int) -> bool:
        """A place by its name, or a thing that is pointed at: not what a phrase goes on with."""
        if self.lexicon.language == "de":
            return self.is_("det", after)
        return (
            self.tokens[after].is_large
            or self.tokens[after].has_digit
            or (self.is_("det", after) and not self.is_article(after))
        )

    def _stops(self, at: int, first: int, started_by_about: bool) -> bool:
        if any(self.is_(job, at) for job in ("at", "to", "from", "with", "that", "named")):
            return True
        if self.is_("verbs", at) and not self.is_plural(at, first):
            return True
        if self.is_("det", at) or (self.is_("about", at) and not self.is_("of", at)):
            return True
        if self.is_verb(at, first):
            return True
        if self.is_film(at):
            # "a horror movie" is about the movie where something leads to it, and no film word follows.
            after_about = started_by_about and self.is_content(at - 1) and not self.is_("film", first)
            return not (after_about and self.is_("story", at))
        late = self.lexicon.language in grammar().verb_last
        return self.is_("of", at) or (late and (self.is_("ask", at) or self.is_("explainer", at)))

    def _trimmed(self, first: int, end: int) -> int:
        """Without what cannot end a phrase."""
        while end > first:
            last = end - 1
            loose = any(self.is_(job, last) for job in ("of", "det", "about", "with", "at"))
            if self.tokens[last].is_word and not loose:
                break
            end -= 1
        return end
