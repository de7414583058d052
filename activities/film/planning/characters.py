"""Knows which beats show whom: the characters of a request that a beat names, else all that nobody names."""

from __future__ import annotations

import re
import unicodedata

from workflows.film import Beat, Character, Plan, Shown, VideoRequest
from workflows.studio import folded

# Of scripts that leave no space between words, and Korean, whose particles follow without one.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WITHOUT_SPACES = re.compile(f"[{_UNSPACED}]")
# A letter that a name would be part of a longer word with.
_LETTER = rf"[^\W{_UNSPACED}]"


def peopled(plan: Plan, request: VideoRequest) -> Plan:
    """The plan, each of its beats with whom it shows. A character that no beat names is in every one of them:
    who is asked for is seen. `request` names images by uploads."""
    if not request.characters:
        return plan
    everywhere = {beat.id for beat in plan.beats}
    named = {
        one.name: {beat.id for beat in plan.beats if _is_named(one, beat)} or everywhere
        for one in request.characters
    }
    beats = (
        (beat, tuple(_shown(one) for one in request.characters if beat.id in named[one.name]))
        for beat in plan.beats
    )
    shown = tuple(beat.model_copy(update={"shows": people}) for beat, people in beats)
    return plan.model_copy(update={"beats": shown})


def _shown(character: Character) -> Shown:
    return Shown(name=character.name, description=character.description, sheet=character.image or "")


def _is_named(character: Character, beat: Beat) -> bool:
    return _says(f"{beat.action} {beat.prompt} {beat.title}", character.name)


def _says(text: str, name: str) -> bool:
    """Whether a text names somebody, in a genitive, too: `Annas Kessel` is of Anna."""
    words, said = _plain(text), _plain(name)
    if not said:
        return False
    before = "" if _WITHOUT_SPACES.match(said[0]) else rf"(?<!{_LETTER})"
    after = "" if _WITHOUT_SPACES.match(said[-1]) else rf"{_genitive(said[-1])}(?!{_LETTER})"
    return re.search(f"{before}{re.escape(said)}{after}", words) is not None


def _plain(text: str) -> str:
    # Folding takes Korean syllables apart, of which one may begin with another.
    return unicodedata.normalize("NFC", folded(text))


def _genitive(last: str) -> str:
    return "s?" if unicodedata.name(last, "").startswith("LATIN") else ""
