"""Knows how long every step of the benchmark's film takes, and what follows from that without running it.

A latency is drawn by seed and step name, never by order of execution: every way of making one film meets
the same draws. Steps bear the names an operator sees: `storyboard:b1`, `chunk:b1:2`, `stitch`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter

#: Median seconds of a step, by the first word of its name. Everything that is not a paid model is an encode.
IMAGE_S, CHUNK_S, ENCODE_S = 0.8, 4.5, 0.3
MEDIAN_S = {
    "plan": ENCODE_S,
    "storyboard": IMAGE_S,
    "anchor": IMAGE_S,
    "keyframe": IMAGE_S,
    "chunk": CHUNK_S,
    "segment": ENCODE_S,
    "transition": ENCODE_S,
    "soundtrack": ENCODE_S,
    "stitch": ENCODE_S,
    "deliver": ENCODE_S,
}
#: Of the latency's logarithm: one draw in six takes over 1.5 times the median, as queues of providers do.
SIGMA = 0.4

#: A film's shape: how many chunks each beat takes, in the film's order.
Shape = Mapping[str, int]
#: Every step of a film with the steps it needs, causes before effects.
Dag = Callable[[Shape], Mapping[str, tuple[str, ...]]]


def latency(seed: int, step: str) -> float:
    """Seconds that `step` takes in the film of this seed; in that of seed 0 every step its median."""
    median = MEDIAN_S[step.partition(":")[0]]
    if not seed:
        return median
    return random.Random(f"{seed}/{step}").lognormvariate(math.log(median), SIGMA)


def beat_dag(shape: Shape) -> dict[str, tuple[str, ...]]:
    """Every step of the film with the steps it needs, causes before effects."""
    dag: dict[str, tuple[str, ...]] = {"plan": (), "soundtrack": ("plan",)}
    before: str | None = None
    for beat, chunks in shape.items():
        dag[f"storyboard:{beat}"] = ("plan",)
        last = f"storyboard:{beat}"
        for number in range(1, chunks + 1):
            dag[f"chunk:{beat}:{number}"] = (last,)
            last = f"chunk:{beat}:{number}"
        dag[f"segment:{beat}"] = (last,)
        if before:
            dag[f"transition:{beat}"] = (f"segment:{before}", f"segment:{beat}")
        before = beat
    dag["stitch"] = tuple(name for name in dag if name.startswith(("segment", "transition", "soundtrack")))
    dag["deliver"] = ("stitch",)
    return dag


def anchored_dag(shape: Shape) -> dict[str, tuple[str, ...]]:
    """The same of a film whose chunks lie between anchors, each of which comes from its beat's image."""
    dag = beat_dag(shape)
    for beat, chunks in shape.items():
        image = f"storyboard:{beat}"
        anchors = [f"anchor:{beat}:{number}" for number in range(1, chunks)]
        places = [image, *anchors, image]
        for number in range(1, chunks + 1):
            dag[f"chunk:{beat}:{number}"] = tuple(dict.fromkeys(places[number - 1 : number + 1]))
        dag[f"segment:{beat}"] = tuple(f"chunk:{beat}:{number}" for number in range(1, chunks + 1))
        dag |= dict.fromkeys(anchors, (image,))
    return {step: dag[step] for step in TopologicalSorter(dag).static_order()}


def keyframes_dag(shape: Shape) -> dict[str, tuple[str, ...]]:
    """The same of a film of scenes: each ends with a keyframe that follows from the one it begins with."""
    scenes = list(shape)
    dag = {step: needs for step, needs in beat_dag(shape).items() if not step.startswith("storyboard")}
    starts = f"storyboard:{scenes[0]}"
    dag[starts] = ("plan",)
    for scene in scenes:
        ends = f"keyframe:{scene}"
        dag[ends], dag[f"chunk:{scene}:1"] = (starts,), (starts, ends)
        starts = ends
    return {step: dag[step] for step in TopologicalSorter(dag).static_order()}


def critical_path(shape: Shape, seed: int, dag: Dag = beat_dag) -> tuple[float, list[str]]:
    """Seconds of the longest chain of steps, which no order of execution can beat, and that chain."""
    ends: dict[str, tuple[float, list[str]]] = {}
    for step, needs in dag(shape).items():
        start, path = max((ends[need] for need in needs), default=(0.0, []))
        ends[step] = (start + latency(seed, step), [*path, step])
    return ends["deliver"]


def sequential(shape: Shape, seed: int) -> float:
    """Seconds of one step after the other."""
    return sum(latency(seed, step) for step in beat_dag(shape))


def two_phase(shape: Shape, seed: int) -> float:
    """Seconds with a barrier after each stage, each stage as parallel as its own steps allow.

    Generous to it: refining is one stage of parallel encodes, and sound costs it nothing.
    """

    def longest(steps: Iterable[Iterable[str]]) -> float:
        return max(sum(latency(seed, step) for step in chain) for chain in steps)

    stages = [
        [["plan"]],
        [[f"storyboard:{beat}"] for beat in shape],
        [[f"chunk:{beat}:1"] for beat in shape],
        [[f"chunk:{beat}:{n}" for n in range(2, chunks + 1)] for beat, chunks in shape.items()],
        [["stitch"]],
        [[step] for step in beat_dag(shape) if step.startswith(("segment", "transition"))],
        [["deliver"]],
    ]
    return sum(longest(stage) for stage in stages)
