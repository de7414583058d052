"""Knows how the steps of a pipeline hang together: what each is made from, and in which order they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

#: Forms of a source that is no step: what was handed in, and what lies on the web.
UPLOAD = re.compile(r"uploads/[0-9a-f]{64}\.(png|mp4|mov|webm)")
URL = re.compile(r"https?://[!-~]{3,2000}")
#: What steps are called.
ID = re.compile(r"[a-z][a-z0-9_]{0,63}")

#: The ids of the steps that a step is made from, by its own.
Causes = Mapping[str, Sequence[str]]


def is_outside(source: str) -> bool:
    """Whether a source is a file of the caller's, and no step."""
    return bool(UPLOAD.fullmatch(source) or URL.fullmatch(source))


def ordered(causes: Causes) -> list[str]:
    """Every step after all that it is made from, else in the order in which they stand. Those in a circle are
    left out, and those that follow from one."""
    done: dict[str, None] = {}
    left = list(causes)
    while ready := next((one for one in left if all(cause in done for cause in causes[one])), ""):
        done[ready] = None
        left.remove(ready)
    return list(done)


def circle(causes: Causes, start: str) -> list[str]:
    """The shortest way from a step over its causes back to itself; empty where there is none."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop(0)
        for cause in causes.get(way[-1], ()):
            if cause == start:
                return [*way, start]
            if cause not in seen:
                seen.add(cause)
                ways.append([*way, cause])
    return []


def following(causes: Causes, starts: Iterable[str]) -> list[str]:
    """These steps, and all that is made from them, in the order in which they stand."""
    found = set(starts)
    while more := {one for one, those in causes.items() if one not in found and found & {*those}}:
        found |= more
    return [one for one in causes if one in found]


def ends(causes: Causes) -> list[str]:
    """The steps that no other takes."""
    taken = {cause for those in causes.values() for cause in those}
    return [one for one in causes if one not in taken]
