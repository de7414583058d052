"""Which words of a prompt are verbs, and whose: what a thing does is no part of its name."""

from __future__ import annotations

from collections.abc import Sequence

from activities.film.planning.reading.grammar import grammar
from activities.film.planning.reading.inflect import is_word
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.text import Word


class Clauses:
    """The tokens of one prompt by what they do; tokens of a length are given, and are no words here."""

    def __init__(self, tokens: Sequence[Word], lexicon: Lexicon, timed: frozenset[int]) -> None:
        self.tokens, self.lexicon, self.timed = tokens, lexicon, timed

    def is_(self, role: str, at: int) -> bool:
        return at not in self.timed and self.lexicon.has(role, self.tokens[at].plain)

    def is_film(self, at: int) -> bool:
        return self.is_("film", at) or self.is_("kinds", at)

    def is_name(self, at: int) -> bool:
        """Of somebody's own: large in English, and in no dictionary."""
        word = self.tokens[at]
        return self.lexicon.language == "en" and word.is_large and not is_word(word.plain, "en")

    def asks_who(self) -> bool:
        """ "Who invented the telephone?" """
        asks = self.tokens[0].plain in grammar().who
        return asks and any(token.text in ("?", "？", "؟") for token in self.tokens)

    def ends_in_verb(self, at: int, end: int) -> bool:
        """ "how do vaccines work", "how solar panels work"."""
        if not any(self.is_("explainer", each) for each in range(at)):
            return False
        rest = range(end, len(self.tokens))
        is_last = not any(self.tokens[each].is_word and each not in self.timed for each in rest)
        asks = is_last and self._is_do_question(at)
        return asks or self.tokens[end - 1].plain in grammar().base_verbs

    def acts(self, at: int, end: int) -> bool:
        """ "friends open a shop": a word in small letters between several and an article is their verb."""
        if self.lexicon.language != "en" or end >= len(self.tokens) or not self.is_article(end):
            return False
        before, verb = self.tokens[end - 2], self.tokens[end - 1]
        several = before.plain.endswith("s") and not before.plain.endswith("ss")
        joined = at > 0 and self.is_("and", at - 1) and self.is_("being", end - 2)
        return verb.text.islower() and verb.is_word and (several or joined)

    def _is_do_question(self, at: int) -> bool:
        before = {self.tokens[each].plain for each in range(at)}
        if not self.is_("explainer", 0):
            return False
        # "why is the sky blue" asks about the sky.
        why = self.tokens[0].plain in ("why", "how") and not before.isdisjoint(("is", "are", "was", "were"))
        return why or not before.isdisjoint(grammar().asking)

    def is_article(self, at: int) -> bool:
        return self.tokens[at].plain in grammar().articles

    def is_plural(self, at: int, first: int) -> bool:
        """ "two line cooks": several do not "cook-s"."""
        counted = self.tokens[first].plain in grammar().numerals or self.tokens[first].text.isdecimal()
        return self.lexicon.language == "en" and counted and self.tokens[at].plain.endswith("s")

    def is_verb(self, at: int, first: int) -> bool:
        """ "a knight fights a dragon": after "a" no plural may follow. In German a noun is large, and what
        follows it in small letters, its verb."""
        language, word = self.lexicon.language, self.tokens[at]
        if language == "de":
            return self.tokens[at - 1].is_large and word.text.islower() and not self.is_("of", at)
        if language != "en" or at + 1 >= len(self.tokens):
            return False
        acts = word.plain.endswith("s") and not word.plain.endswith("ss") and at > first
        if acts and (
            self.tokens[at + 1].plain in grammar().objects or (self.is_name(first) and at == first + 1)
        ):
            # "InboxZero sorts it for you"
            return True
        if first == 0:
            return False
        if self.tokens[first - 1].plain in ("a", "an"):
            return acts and self.is_("det", at + 1)
        # "our dining table seats eight", "the cream firms your skin"; "our garden chairs" are many.
        said_to = {*grammar().viewer, *grammar().numerals}
        return acts and self.is_("det", first - 1) and self.tokens[at + 1].plain in said_to

    def _is_trade(self, first: int, end: int) -> bool:
        """ "dog grooming salon": what ends in a house or a service does nothing itself."""
        if any(self.is_("det", at) or self.is_("of", at) for at in range(first, end)):
            return False
        return self.lexicon.is_trade([token.plain for token in self.tokens[first:end]])

    def doing_of(self, first: int, end: int) -> int:
        """How many words before `end` say what the thing does: "a sneaker running", "a cat playing piano"."""
        if self.lexicon.language != "en" or self._is_trade(first, end):
            return 0
        for at in range(first + 1, end):
            word = self.tokens[at].plain
            # "J. K. Rowling" does nothing.
            # Nor does "Bob's Plumbing".
            is_name = self.tokens[at - 1].text.endswith((".", "'s", "’s"))
            if len(word) <= 4 or not word.endswith("ing") or is_name:
                continue
            # "a robot painting a portrait" paints; "an oil painting" is one.
            does = self.is_("being", at - 1) and at + 1 < len(self.tokens) and self.is_("det", at + 1)
            if does or not self.is_("things_in_ing", at):
                return end - at
        return 0
