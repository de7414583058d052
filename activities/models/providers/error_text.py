"""Knows what may be shown of a provider's words, and what some of them mean, whoever says them."""

from __future__ import annotations

import re

from activities.models.sanitised import redacted

# A person reads it in a table or an event; the rest of it is at the provider.
_LONGEST = 300
# Of ours an error may repeat links with their signatures.
_LINK = re.compile(r"(https?://[^\s?#\"'<>]*)[^\s\"'<>]*")

# Models of other houses are sold by several providers, and refuse in words of their own everywhere. A prompt
# can be "sensitive"; a file system is case-sensitive.
_CONTENT = re.compile(
    r"\bNSFW\b|(?<!case[- ])\bsensitive\b|content polic|\brisk control\b|moderat(ed|ion)"
    r"|safety (checker|filter|polic|reason|system)|(block|reject|refus|flagg)ed (due to|for|by|because of)"
    r" (\w+ ){0,3}(safety|harm)",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\binvalid version\b|\b(model|version|endpoint|application)\b.{0,80}?\b(does not exist"
    r"|no longer (available|exists|offered|supported)|(has been|is|was) "
    r"(deactivated|decommissioned|deprecated|discontinued|removed|retired|shut down))\b",
    re.IGNORECASE | re.DOTALL,
)


def quoted(said: str) -> str:
    """A provider's words as they may be shown: at most 300 printable characters, without signatures, files,
    keys and accounts."""
    said = _LINK.sub(r"\1", redacted(said))
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:_LONGEST]


def refuses_content(said: str) -> bool:
    """Whether these are the words of a filter."""
    return bool(_CONTENT.search(said))


def says_gone(said: str) -> bool:
    """Whether these words of a refusal say that there is no such model, or not any more."""
    return bool(_GONE.search(said))
