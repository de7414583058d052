"""Knows what stands on a film's screen and when, as WebVTT: to be read aloud, searched, or translated.

A cue begins with the frame in which its words begin to show, and ends where they are gone. Its times are
rounded down to the format's milliseconds: whoever asks at the time of a frame gets the words of that frame.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from typing import NamedTuple

from activities.animatic import Said, said_by_set, said_over_footage
from workflows.film import Plan, Shot
from workflows.studio import FrameFormat


class Cue(NamedTuple):
    """`words` that are on screen from the film's frame `since` until before `until`."""

    since: int
    until: int
    words: str


def captions(plan: Plan, format: FrameFormat, drawn: Collection[str], over: Collection[str]) -> str:
    """The WebVTT file of a film: of the beats whose words the animatic's sets have, and of those that have
    them laid over footage, by their ids."""
    lines = ["WEBVTT", ""]
    for number, cue in enumerate(cues(plan, format, drawn, over), 1):
        times = f"{_time(cue.since, format.fps)} --> {_time(cue.until, format.fps)}"
        # Anybody's words: a cue's text has markup, and ends with an empty line.
        lines += [str(number), times, html.escape(" ".join(cue.words.split()), quote=False), ""]
    return "\n".join(lines)


def cues(plan: Plan, format: FrameFormat, drawn: Collection[str], over: Collection[str]) -> list[Cue]:
    """In the order in which they come."""
    return sorted(_cues(plan, format, drawn, over))


def _cues(plan: Plan, format: FrameFormat, drawn: Collection[str], over: Collection[str]) -> Iterator[Cue]:
    for beat in plan.beats:
        shot, start = Shot.of(plan, beat, format), beat.first_frame(format.fps)
        said: tuple[Said, ...] = said_over_footage(shot) if beat.id in over else ()
        for one in said_by_set(shot) if beat.id in drawn else said:
            if shown := one.frames(format.fps, beat.frames(format.fps)):
                yield Cue(start + shown.start, start + shown.stop, one.words)


def _time(frame: int, fps: int) -> str:
    seconds, rest = divmod(frame, fps)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest * 1000 // fps:03d}"
