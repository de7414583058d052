"""Which set a beat plays on: each of the fifteen has its own; a caller's beat gets the one that suits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from activities.animatic.sets import closing, montage, motion, opening, places, showing
from activities.animatic.stage import Stage
from workflows.film.contract import Beat


@dataclass(frozen=True)
class Set:
    """`build` furnishes a stage. `tallest` is how tall the object is drawn for it, units; `night` where it
    plays after dark whatever the film's key; `centred` where the title stands in the middle."""

    build: Callable[[Stage], None]
    tallest: float = 56.0
    night: bool = False
    centred: bool = False
    button: bool = False


SETS: Mapping[str, Set] = {
    "hero_shot": Set(opening.hero_shot),
    "ambient_lifestyle": Set(opening.ambient_lifestyle, tallest=40),
    "teaser_reveal": Set(opening.teaser_reveal, tallest=52, night=True),
    "dynamic_intro": Set(opening.dynamic_intro),
    "atmospheric_setup": Set(opening.atmospheric_setup, tallest=26),
    "detail_showcase": Set(showing.detail_showcase, tallest=128),
    "product_in_motion": Set(motion.product_in_motion, tallest=46),
    "action_montage": Set(montage.action_montage, tallest=80),
    "benefit_showcase": Set(showing.benefit_showcase, tallest=44),
    "usage_scenario": Set(places.usage_scenario, tallest=44),
    "lifestyle_context": Set(places.lifestyle_context, tallest=42, night=True),
    "feature_highlight_sequence": Set(showing.feature_highlight_sequence, tallest=46),
    "transformation_moment": Set(motion.transformation_moment, tallest=84),
    "call_to_action": Set(closing.call_to_action, tallest=38, centred=True, button=True),
    "brand_moment": Set(closing.brand_moment, tallest=31, centred=True),
}

# What the shot's own words say of a beat that is none of the fifteen; the first that fits decides.
_BY_WORDS = (
    ("detail_showcase", ("macro", "close", "detail", "texture")),
    ("usage_scenario", ("overhead", "top", "flat", "table")),
    ("atmospheric_setup", ("wide", "establishing", "landscape", "aerial", "horizon")),
    ("action_montage", ("montage", "split", "fast", "cuts")),
    ("product_in_motion", ("tracking", "motion", "moving", "follow")),
    ("lifestyle_context", ("dusk", "night", "evening", "window")),
    ("ambient_lifestyle", ("lifestyle", "home", "room", "morning", "interior")),
    ("transformation_moment", ("transform", "before", "after", "reveal")),
)


def set_for(beat: Beat) -> Set:
    """The set of a beat, by its id, else by the words of its shot, else by its place in the film."""
    if beat.id in SETS:
        return SETS[beat.id]
    if beat.position == "closing":
        return SETS["call_to_action" if beat.callouts else "brand_moment"]
    words = f"{beat.shot} {beat.id.replace('_', ' ')}".casefold().replace("-", " ").split()
    for name, marks in _BY_WORDS:
        if any(mark in words for mark in marks):
            return SETS[name]
    if beat.position == "opening":
        return SETS["dynamic_intro" if beat.energy > 0.7 else "hero_shot"]
    return SETS["feature_highlight_sequence" if beat.callouts else "benefit_showcase"]
