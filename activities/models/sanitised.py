"""What may stand in texts that a model wrote or a caller sent, before they are shown or sent on."""

from __future__ import annotations

import re
import unicodedata

from infra.log_lines import kept_out
from workflows.studio import LOG_CHARACTERS

# Control, surrogate, private and unassigned characters; of the invisible ones only the two joiners that
# Persian, Hindi and others are written with. What turns the direction of text would hide words.
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Cf"})
_JOINERS = frozenset("\u200c\u200d")
# Some models fetch what a prompt links to, and some read `--words` as options.
_ADDRESS = re.compile(
    r"\b(?:https?|ftp|file|data|s3|gs)\s*:\s*\S+|\bwww\.\S+|(?<!\S)--[a-z]\w*", re.IGNORECASE
)
# What is looked for begins where a word does, and is not tried anew inside it: models log long lines, between
# which a worker does all else.
# What an answer may repeat of ours: keys (fal's has an id before its colon), files that went along, and whose
# account it is.
_INLINE = re.compile(r"data:[^,\s]{0,200},\S*")
_KEY = re.compile(
    r"\br8_\w+|\b(?:sk|sess)[-_][\w*.-]{4,}|\bya29\.[\w.-]+|\bAIza[\w-]+|\bBearer\s+\S+"
    r"|(?<![\w-])[\w-]{8,}:[\w-]{12,}"
)
_ACCOUNT = re.compile(r"\b(?:org-|proj_)\w+")
# What a log may hold beside that, whoever's it is: a secret by its name, and what looks like one. A bar of
# equals signs has no digit.
_NAMED = re.compile(
    r"(?i)((?:key|token|secret|passw(?:or)?d|authorization|signature|sig|credential)s?)\b[\"']?\s*[=:]\s*"
    r"(?:(?:key|basic|bearer)\s+)?\S+"
)
_LONG = re.compile(r"(?<![\w+/=.%-])(?=[\w+/=.%-]*\d)(?=[\w+/=.%-]*[A-Za-z])[\w+/=.%-]{32,}")
# Of whatever scheme: that of a database has its password before the host.
_LINKED = re.compile(r"(?<![\w+.-])[\w+.-]+://\S+")
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# The last line of a log is within this; models log for hours.
_TAIL = 4_000


def redacted(text: str) -> str:
    """The same without keys, files and accounts."""
    return _INLINE.sub("(a file)", _ACCOUNT.sub("(an account)", _KEY.sub("(a key)", text)))


def log_line(text: object) -> str:
    """The last line of what a model has logged, as it may be shown: printable, at most 200 characters,
    without addresses, keys and whatever looks like one. It is data, and may be anything."""
    if not isinstance(text, str):
        return ""
    tail = text[-_TAIL:]
    if len(text) > _TAIL:
        # Half a secret would be known by nothing.
        tail = tail.partition(" ")[2] if " " in tail else tail.partition("\n")[2]
    lines = [*filter(None, map(printable, re.split(r"[\r\n]+", _COLOURS.sub("", tail))))]
    last = _LINKED.sub(" ", kept_out(lines[-1])) if lines else ""
    return _LONG.sub("…", _NAMED.sub(r"\1 (hidden)", redacted(cleaned(last))))[:LOG_CHARACTERS]


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
