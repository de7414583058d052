"""A prompt's words as they are written: letters keep their marks, and nothing is folded but the case."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

# A prompt has 2,000 characters at most; the bound holds for callers that skip validation.
READ_CHARACTERS = 2000
# A combining mark belongs to its letter: without it Devanagari, Bengali, Tamil and Thai fall apart. The
# joiners stand inside words of Persian and Hindi.
_LETTER = r"[\p{L}\p{M}\p{N}\u200c\u200d]"
_WORD = rf"(?:\p{{N}}+(?:[.,:/]\p{{N}}+)+[%°]?|{_LETTER}+(?:[.'’ʼ׳״·&\-‐‑]{_LETTER}+)*[%°]?)"
# Their point ends no sentence: "St. Mary's", "J. K. Rowling", "est. 1923", "tea vs. coffee".
# That of a street may, and that of a country: "at 12 Main St. Open daily".
_SHORT = (
    r"(?:St|Dr)(?<!\p{N}\s(?:\S{1,30}\s){1,3}(?:St|Dr))\.(?=\s+\p{Lu})"
    r"|(?:Ste|Sta|Mr|Mrs|Ms|Mme|Mlle|Prof|Mt|Ft|Sra)\.(?=\s+\p{Lu})"
    r"|(?!U\.\s?[SK]\.)(?:\p{Lu}\.\s?)+\p{Lu}\.(?=\s?\p{Lu})"
    r"|(?i:vs)\.(?=\s)"
    r"|(?i:est|ca|approx|tel|nr|no|vol)\.(?=\s?\p{N})"
)
# Of an address of the web its host is what people say.
_URL = r"(?i:https?://)(?:www\.)?([^\s/?#:,]+)\S*"
_TOKEN = regex.compile(rf"{_URL}|(?<!{_LETTER})(?:{_SHORT})|{_WORD}|\n|[^\s]")
# "d'une montre": the article is a word of its own; "children's" and "дерев'яний" are one.
_ELIDED = regex.compile(
    r"(?:[cdjlmnstv]|qu|jusqu|lorsqu|puisqu|all|dall|dell|nell|sull|coll|un|quest|quell|gl|dov|com)['’]",
    regex.I,
)
_ELIDING = frozenset({"fr", "it", "ca"})
#: Written without spaces between words.
UNSPACED = frozenset({"zh", "ja", "th"})
# A line that ends ends what it says, and so does what stands between the entries of a list.
_SENTENCE_ENDS = frozenset(".!?;:…。！？؟।\n·•|｜")
# Of a line that is as long as this, or ends in a small word, the next is the rest.
_FULL_LINE = 48


# A break after a full line without a mark, before a small letter: the window's, and not the writer's.
_WRAPPED = regex.compile(rf"(?<=[^\n]{{{_FULL_LINE}}}[\p{{L}}\p{{N}},])[ \t]*\r?\n(?=[ \t]*\p{{Ll}})")
# They choose how an emoji is drawn, and are no letters.
_VARIANTS = regex.compile("[\ufe0e\ufe0f\u20e3]")


@dataclass(frozen=True)
class Word:
    """A word or a mark; `plain` is in small letters. `start` and `end` are places in the composed prompt."""

    text: str
    plain: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum() or unicodedata.category(self.text[0])[0] in "LMN"

    @property
    def is_large(self) -> bool:
        """Written with a capital, as names are."""
        return self.text[0].isupper() or self.text[0].istitle()

    @property
    def has_digit(self) -> bool:
        return any(character.isdigit() for character in self.text)


def composed(prompt: str) -> str:
    """The prompt as it is read: composed letters, one kind of digits, no more than is read."""
    text = unicodedata.normalize("NFC", prompt[:READ_CHARACTERS])
    text = _WRAPPED.sub(" ", _VARIANTS.sub("", text))
    return "".join(_digit(character) for character in text)


def plain(text: str) -> str:
    """In small letters, whatever its apostrophes. Greek capitals carry no accent: what is shouted is found by
    `unaccented`."""
    return text.casefold().replace("’", "'").replace("ʼ", "'").replace("‐", "-").replace("‑", "-")


def unaccented(word: str) -> str:
    """Greek without its accents, which capitals leave out; every other script as it is."""
    if not regex.search(r"\p{Greek}", word):
        return word
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", apart.replace("\u0301", ""))


def words_of(text: str, language: str) -> list[Word]:
    """Words and marks of a composed prompt, in order."""
    found: list[Word] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span(1) if match[1] else match.span()
        while language in _ELIDING and (cut := _ELIDED.match(text, start, end)) and cut.end() < end:
            found.append(_word(text, start, cut.end()))
            start = cut.end()
        found.append(_word(text, start, end))
    return found


def is_address(word: Word) -> bool:
    """Of the web: "budz.com" is nowhere that a film could be set."""
    name, point, domain = word.text.rpartition(".")
    return bool(point) and len(name) > 1 and len(domain) > 1 and domain.isalpha()


def ends_sentence(word: Word) -> bool:
    return word.text in _SENTENCE_ENDS


def _word(text: str, start: int, end: int) -> Word:
    return Word(text[start:end], plain(text[start:end]), start, end)


def _digit(character: str) -> str:
    # "٣٠" and "３０" are 30; a superscript or a fraction is no digit of a number.
    if character.isascii() or not character.isdecimal():
        return character
    return str(unicodedata.decimal(character))
