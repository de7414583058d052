"""Knows how a planner model would answer that is asked for a film of scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import JsonValue

_MOVES = ("dolly_in", "pan", "orbit", "tilt")
_TITLES = ("", "A closer look", "", "At its own pace")
# What happens to a thing, one after the other and round again: where it is by then, and what has moved.
_EVENTS = (
    ("a little nearer, light on its edge", "morning light wanders over it"),
    ("from its side, steam rising behind it", "steam rises slowly behind it"),
    ("from above, a hand beside it", "a hand comes into the frame and rests"),
    ("small in its room, dusk at the window", "the room grows wider and darker"),
)


def scenes_of(data: Mapping[str, JsonValue], noun: Callable[[str], str]) -> dict[str, JsonValue]:
    """An answer to the document `data`: as many scenes as it asks for, and what they are about, of which
    `noun` is the name in the customer's words. What has a name already keeps it."""
    film = _object(data.get("film"))
    about = noun(str(film.get("about", "")))
    given = [str(one["name"]) for one in _objects(data.get("characters"))]
    found: list[JsonValue] = []
    if not (given or film.get("photo")):
        found = [{"name": about, "description": f"a {about} of plain make, worn at its edges"}]
    seen = " and ".join([f"the {about}", *(name for name in given if name != about)])
    count = int(str(film.get("scenes", 1)))
    return {
        "title": f"The {about}, slowly"[:80],
        "product": about,
        "genre": film.get("genre"),
        "style": _list(data.get("styles"))[:2],
        "look": "natural",
        "style_guide": "One quiet room, one low warm light from the left, a short palette.",
        "characters": found,
        "scenes": [_scene(seen, number) for number in range(count)],
    }


def _scene(seen: str, number: int) -> dict[str, JsonValue]:
    ends, moves = _EVENTS[number % len(_EVENTS)]
    return {
        "description": f"Scene {number + 1}: {seen}, {moves}.",
        "start_prompt": f"{seen} on a table, seen from the front" if number == 0 else "",
        "end_prompt": f"{seen} on the same table, {ends}",
        "motion": f"{moves}, while the camera moves once",
        "notes": "goes on from its last picture",
        "title": _TITLES[number % len(_TITLES)],
        "camera": _MOVES[number % len(_MOVES)],
        "energy": 0.4,
    }


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _objects(value: JsonValue) -> Sequence[dict[str, JsonValue]]:
    return [each for each in _list(value) if isinstance(each, dict)]
