"""Knows which beats show whom: the characters of a request that a beat names, else all that nobody names."""

from __future__ import annotations

import re

from workflows.film import Beat, Character, Plan, Shown, VideoRequest
from workflows.studio import folded


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
    words = folded(f"{beat.action} {beat.prompt} {beat.title}")
    return re.search(rf"(?<!\w){re.escape(folded(character.name))}(?!\w)", words) is not None
