"""What a film says on screen in its language: titles, call-outs and buttons of the built-in beats, as data.

English stands with the beats themselves. Every line is right as it stands: none has a place for the film's
name inside a sentence, where another language would want another case.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

#: Beats that end in a button.
BUTTONS = frozenset({"call_to_action", "service_start", "announcement_call"})


@dataclass(frozen=True)
class ScreenWords:
    """By the ids of beats; empty where the language has none."""

    button: str = ""
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    callouts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def screen_words(language: str) -> ScreenWords:
    """The words of a language; empty ones of a language that we have none of."""
    path = files(__package__).joinpath(f"{language}.toml")
    if not path.is_file():
        return ScreenWords()
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return ScreenWords(
        button=table["button"],
        titles={beat: tuple(titles) for beat, titles in table.get("titles", {}).items()},
        callouts={beat: tuple(words) for beat, words in table.get("callouts", {}).items()},
    )


def languages() -> frozenset[str]:
    """The languages that we have words of."""
    names = [each.name for each in files(__package__).iterdir()]
    return frozenset(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
