"""Knows which beats show whom: the characters of a request that a beat names, else all that nobody names."""

from __future__ import annotations

import re
import unicodedata

from workflows.film import Beat, Character, Plan, Sheet, Shown, VideoRequest
from workflows.studio import folded

# Of scripts that leave no space between words, and Korean, whose particles follow without one.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WITHOUT_SPACES = re.compile(f"[{_UNSPACED}]")
# A letter that a name would be part of a longer word with.
_LETTER = rf"[^\W{_UNSPACED}]"


def peopled(plan: Plan, request: VideoRequest, source: Plan | None = None) -> Plan:
    """The plan, each of its beats with whom it shows. A character that no beat names is in every one of them:
    who is asked for is seen. `request` names images by uploads.

    Of a fork, `source` is the plan before: a beat in the words of then shows those of then.
    """
    characters = request.characters or _found_before(source)
    if not characters and not any(beat.shows for beat in plan.beats):
        return plan
    seen = {one.name: _seen(one, plan, source) for one in characters}
    beats = (
        (beat, tuple(_shown(one) for one in characters if beat.id in seen[one.name])) for beat in plan.beats
    )
    shown = tuple(beat.model_copy(update={"shows": people}) for beat, people in beats)
    # Who is asked for and, since a fork left her beats out, is seen nowhere, is no newcomer to the next fork.
    kept = plan.characters if plan.method == "keyframes" else ()
    return plan.model_copy(update={"beats": shown, "characters": tuple(dict.fromkeys((*kept, *seen)))})


def _found_before(source: Plan | None) -> tuple[Character, ...]:
    """Those of a film of keyframes that is forked, in their order: a model may have found them, and then no
    request names them."""
    if source is None or source.method != "keyframes":
        return ()
    shown = {one.name: one for beat in reversed(source.beats) for one in beat.shows}
    there = (shown[name] for name in source.characters if name in shown)
    # Not read once more: it was, by the release that planned them.
    return tuple(
        Character.model_construct(name=one.name, description=one.description, image=one.sheet or None)
        for one in there
    )


#: By what name place and light are known among sheets.
_STYLE = "the style"


def sheets_to_draw(plan: Plan, photo: str | None = None) -> tuple[Sheet, ...]:
    """Of those whom its beats show and nobody gave a picture of, in the order in which they appear; of the
    product of a product's film without a `photo`; and of its place, light and palette."""
    looks: dict[str, str] = {}
    for one in (one for beat in plan.beats for one in beat.shows if not one.sheet):
        looks.setdefault(one.name, one.description)
    people = (Sheet(name=name, looks=said, style=plan.style) for name, said in looks.items())
    known = {plan.product.casefold()} & {one.name.casefold() for beat in plan.beats for one in beat.shows}
    is_drawn = plan.genre == "product" and not photo and not known
    product = [Sheet(name=plan.product, looks=plan.product, style=plan.style, kind="product")]
    place = ". ".join(filter(None, (plan.told.setting, plan.told.light, plan.look.replace("_", " "))))
    style = Sheet(name=_STYLE, looks=place, style=plan.style, kind="style")
    return (*people, *(product if is_drawn else ()), style)


def named_by(plan: Plan, one: Character) -> bool:
    """Whether a scene of the plan says the name of somebody, or its last one ends with them."""
    last = plan.beats[-1]
    return any(_is_named(one, beat, with_end=beat is last) for beat in plan.beats)


def _seen(one: Character, plan: Plan, source: Plan | None) -> set[str]:
    """The ids of the beats that show her."""
    if source is not None and one.name in _people(source):
        former = {beat.id: beat for beat in source.beats}
        return {beat.id for beat in plan.beats if _stays(one, beat, former)}
    last = plan.beats[-1]
    named = {beat.id for beat in plan.beats if _is_named(one, beat, with_end=beat is last)}
    return named or {beat.id for beat in plan.beats}


def _people(plan: Plan) -> set[str]:
    return {*plan.characters, *(one.name for beat in plan.beats for one in beat.shows)}


def _stays(one: Character, beat: Beat, former: dict[str, Beat]) -> bool:
    """Whether a beat of a fork shows a character of the film before. Where she was without being named, other
    words that do not name her show her, too."""
    before = former.get(beat.id)
    if before is None:
        return _is_named(one, beat) or any(_goes_without_saying(one, each) for each in former.values())
    if _words(before) == _words(beat):
        return _shows(one, before)
    return _is_named(one, beat) or _goes_without_saying(one, before)


def _goes_without_saying(one: Character, beat: Beat) -> bool:
    return _shows(one, beat) and not _is_named(one, beat)


def _shows(one: Character, beat: Beat) -> bool:
    return any(shown.name == one.name for shown in beat.shows)


def _shown(character: Character) -> Shown:
    return Shown(name=character.name, description=character.description, sheet=character.image or "")


def _words(beat: Beat) -> str:
    return f"{beat.action} {beat.prompt} {beat.title}"


def _is_named(character: Character, beat: Beat, with_end: bool = False) -> bool:
    """`with_end` reads what a scene ends with as well: of others than the last, the next one begins so."""
    end = beat.scene.end_prompt if with_end and beat.scene else ""
    return _says(f"{_words(beat)} {end}", character.name)


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
