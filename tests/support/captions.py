"""Reads WebVTT as a player does: which words at which time."""

from __future__ import annotations

import html
import re
from fractions import Fraction
from typing import NamedTuple

_CUE = re.compile(r"(\d\d):(\d\d):(\d\d)\.(\d{3}) --> (\d\d):(\d\d):(\d\d)\.(\d{3})\n(.+)")


class Spoken(NamedTuple):
    """Words from when to when, seconds."""

    since: Fraction
    until: Fraction
    words: str


def cues_of(file: str) -> list[Spoken]:
    """Raises `ValueError` where it is no WebVTT."""
    first, *blocks = file.rstrip("\n").split("\n\n")
    if first.strip() != "WEBVTT":
        raise ValueError(first)
    found = [_CUE.search(block) for block in blocks if block.strip()]
    if not all(found):
        raise ValueError(file)
    return [
        Spoken(_seconds(cue.groups()[:4]), _seconds(cue.groups()[4:8]), html.unescape(cue[9]))
        for cue in found
        if cue
    ]


def _seconds(parts: tuple[str, ...]) -> Fraction:
    hours, minutes, seconds, thousandths = map(int, parts)
    return Fraction((hours * 60 + minutes) * 60 + seconds) + Fraction(thousandths, 1000)
