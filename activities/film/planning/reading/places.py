"""Which names are those of places, as far as a list of the best known goes."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from activities.film.planning.reading.text import Word, plain


def is_named(words: Sequence[Word]) -> bool:
    """Whether these are the whole name of a place, written large: "Paris", "New York"."""
    is_large = bool(words) and words[0].is_large
    return is_large and "_".join(word.plain for word in words) in _names()


@cache
def _names() -> frozenset[str]:
    table = tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))
    return frozenset(plain(table["names"]).split())
