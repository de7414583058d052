"""Knows into how many scenes a film of keyframes falls, and where each of them begins and ends."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from workflows.film.plan import Span

#: Films of keyframes last 4 to 180 s, in whole seconds: a scene has no length of its own.
SHORTEST_FILM_S, LONGEST_FILM_S = 4, 180
#: A scene lasts at least so long, seconds: over a second is taken by a cross-fade, or by how two clips meet.
SHORTEST_SCENE_S = 2
#: What a scene lasts where nobody says it, seconds: the middle one of what most video models make.
USUAL_SCENE_S = 8
#: How many scenes a film has of which nobody says how long it is.
USUAL_SCENES = 4


def scene_count(duration_s: int, scene_s: int) -> int:
    """How many scenes of about `scene_s` seconds fill the film: half a scene rounds up, at least one."""
    return max(1, math.floor(Fraction(duration_s, scene_s) + Fraction(1, 2)))


def film_of_scenes(count: int, scene_s: int) -> int:
    """Seconds of a film of so many scenes, as near as films may be."""
    return min(max(count * scene_s, SHORTEST_FILM_S), LONGEST_FILM_S)


def film_like(before_s: int, before: int, count: int) -> int:
    """Seconds of a film of `count` scenes like one of `before_s` seconds that has `before` of them: a whole
    number, so that none of them is longer than there, but for the shortest film."""
    return min(max(before_s * count // before, SHORTEST_FILM_S), LONGEST_FILM_S)


def scene_spans(duration_s: int, count: int) -> tuple[Span, ...]:
    """The scenes of a film, as even as can be said: at any rate two of them differ by at most a frame."""
    edges = [Fraction(duration_s * place, count) for place in range(count + 1)]
    return tuple(Span(since=since, until=until) for since, until in itertools.pairwise(edges))


def whole_seconds(span: Span) -> tuple[int, int]:
    """When it begins and how long it lasts, in whole seconds that add up over all scenes of a film."""
    since, until = (math.floor(edge + Fraction(1, 2)) for edge in (span.since, span.until))
    return since, until - since
