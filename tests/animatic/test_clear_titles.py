"""Words and the object: whatever the frame, the title and the thing, neither lies over the other."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from activities.animatic.clearance import AIR, Clearance, Solid, solids_of
from activities.animatic.compositor import Compositor
from activities.animatic.framing import framings_of
from activities.animatic.layer import Layer, Panel
from activities.animatic.scenes import build
from activities.animatic.sets import SETS, set_for
from activities.animatic.sets.kinetic import ON_DISC
from activities.animatic.titles import LOWEST, TITLE_IN, TITLE_OUT, block_of, centred_of, places_of
from tests.support.shots import shot
from workflows.film.contract import Camera

# 16:9, 1:1, 4:5, 9:16: width for a height of 100.
WIDTHS = some.sampled_from((177.8, 100.0, 80.0, 56.25))
LETTERS = some.sampled_from("abcdefghiklmnopqrstuwxyzÄñßЖщΩ")
TITLES = some.lists(some.text(LETTERS, min_size=1, max_size=28), min_size=1, max_size=12).map(" ".join)
LONG = "Everything that you have ever wanted of a thing"


@given(words=TITLES, width=WIDTHS, button=some.booleans())
@settings(max_examples=150, deadline=None)
def test_no_title_leaves_the_frame(words: str, width: float, button: bool) -> None:
    for box in (block_of(words, width).box, centred_of(words, width, button).box):
        assert box.x >= -width / 2 + 2 and box.x + box.width <= width / 2 - 2
        assert box.y > -40 and box.y + box.height <= LOWEST + 8


@given(
    words=TITLES.filter(lambda words: len(words) < 60),
    width=WIDTHS,
    camera=some.sampled_from(get_args(Camera)),
    at=some.floats(-0.2, 0.2),
    wide=some.floats(0.15, 0.5),
    tall=some.floats(12, 46),
    foot=some.floats(16, 30),
)
@settings(max_examples=120, deadline=None)
def test_no_camera_brings_the_object_under_the_title(
    words: str, width: float, camera: Camera, at: float, wide: float, tall: float, foot: float
) -> None:
    across = wide * width
    body = np.full((round(tall * 4), round(across * 4), 4), 255, np.uint8)
    thing = Layer(body, at * width - across / 2, foot - tall, 4.0, 1.0, kind="subject")
    of = shot(camera=camera, title=words)
    (solid,) = solids_of((thing,))
    places = places_of(of, width, False, False)
    clearance = Clearance((solid,), places, 0.6, width, 7)
    (box,) = places
    for framing in map(clearance.clear, framings_of(of, (at * width, 0.0), width)):
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            x, y = solid.seen(framing.pose(share * of.beat.seconds, 0.6, width, 7)).T
            inside = (x > box.x - AIR) & (x < box.x + box.width + AIR) & (y > box.y - AIR)
            assert not inside.any()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(320, 180), (180, 320), (240, 240)])
@pytest.mark.parametrize("beat", sorted(SETS))
def test_in_every_set_the_object_stays_clear_of_a_long_title(beat: str, size: tuple[int, int]) -> None:
    of = shot(beat, size=size, title=LONG, product="tall glass bottle")
    scene = build(of, None)
    things = tuple(
        layer for layer in scene.layers if layer.kind == "subject" and not isinstance(layer, Panel)
    )
    alone = Compositor(replace(scene, layers=things, captions=()))
    chosen, scale = set_for(of.beat), size[1] / 100
    for box in places_of(of, scene.width, chosen.centred, chosen.button):
        left, top = round((box.x + scene.width / 2) * scale), round((box.y + 50) * scale)
        right, foot = left + round(box.width * scale), top + round(box.height * scale)
        for at in np.linspace(TITLE_IN, of.beat.seconds - TITLE_OUT, 4):
            assert (alone.frame(float(at))[top:foot, left:right, 3] > 90).mean() < 0.002


@pytest.mark.parametrize("beat", ["call_to_action", "service_ring"])
@pytest.mark.parametrize("camera", ["pan", "dolly_in", "static"])
def test_words_on_a_disc_stay_on_it_wherever_the_camera_goes(beat: str, camera: Camera) -> None:
    of = shot(beat, camera=camera, product="oat milk", title="The new oat milk", style=("fresh",))
    scene = build(of, None)
    *_, disc = (each for each in scene.layers if each.z == ON_DISC and each.behaviour is None)
    words = [each for each in scene.layers if each.behaviour and each.behaviour.kind == "enter"]
    assert words
    middle = np.array((disc.x + disc.width_units / 2, disc.y + disc.height_units / 2))
    for word in words:
        solid = Solid.of(word)
        # In one plane, they go as one.
        assert solid.z == disc.z
        assert np.hypot(*(solid.cells - middle).T).max() < disc.width_units / 2
