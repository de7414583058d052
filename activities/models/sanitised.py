"""What may stand in texts that a model wrote or a caller sent, before they are shown or sent on."""

from __future__ import annotations

import re
import unicodedata

# Control, surrogate, private and unassigned characters; of the invisible ones only the two joiners that
# Persian, Hindi and others are written with. What turns the direction of text would hide words.
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Cf"})
_JOINERS = frozenset("\u200c\u200d")
# Some models fetch what a prompt links to, and some read `--words` as options.
_ADDRESS = re.compile(
    r"\b(?:https?|ftp|file|data|s3|gs)\s*:\s*\S+|\bwww\.\S+|(?<!\S)--[a-z]\w*", re.IGNORECASE
)


def printable(text: str) -> str:
    """One line of text: composed, without unseen characters, its spaces single."""
    composed = unicodedata.normalize("NFC", text)
    seen = (c if _is_seen(c) else " " for c in composed)
    return " ".join("".join(seen).split())


def cleaned(text: str) -> str:
    """One printable line without links and options."""
    return printable(_ADDRESS.sub(" ", printable(text)))


def _is_seen(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _UNSEEN
