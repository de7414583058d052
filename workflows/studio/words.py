"""The words of a prompt, folded so that case and accents do not matter.

Workflow ids follow from what is told apart here: it stays as it is, also where it cuts a script's words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A prompt has 2,000 characters at most; the bound holds for callers that skip validation.
READ_CHARACTERS = 2000
_TOKEN = re.compile(r"\d+[.,]\d+|\w+(?:['’\-]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Token:
    """A word or a mark of a prompt; `plain` is folded."""

    text: str
    plain: str

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


def folded(text: str) -> str:
    """Lower case without accents, so that `ΛΕΠΤΆ` and `λεπτα` are one word.

    Final sigma becomes sigma; the Cyrillic short i loses its breve, and yo its dots.
    """
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("ς", "σ")


def tokens_of(prompt: str) -> list[Token]:
    """Words and marks, in order."""
    text = unicodedata.normalize("NFC", prompt[:READ_CHARACTERS])
    return [Token(text=found, plain=folded(found)) for found in _TOKEN.findall(text)]


def word_set(words: str) -> frozenset[str]:
    """A set of folded words, for tables."""
    return frozenset(folded(word) for word in words.split())
