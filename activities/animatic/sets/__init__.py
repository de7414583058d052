"""Which set a beat plays on: each has its own; a caller's beat gets the one that suits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from activities.animatic.framing import CLOSEST
from activities.animatic.sets import (
    cards,
    closing,
    kinetic,
    lessons,
    montage,
    motion,
    opening,
    places,
    showing,
    streets,
    tales,
)
from activities.animatic.stage import Stage
from workflows.film import Beat, Position


@dataclass(frozen=True)
class Set:
    """`build` furnishes a stage. `tallest` is how tall the object is drawn for it, units; `night` where it
    plays after dark whatever the film's key; `centred` where the title stands in the middle; `lettered` where
    the set is made of the title, which then stands nowhere else. `typed` furnishes it instead where the film
    has no object but its words. `closest` is how near it may be filmed, where that is not the usual;
    `wordy` sets are nothing without words, beside a title of their own;
    over `quiet` ones a light passes, or they would stand still."""

    build: Callable[[Stage], None]
    tallest: float = 56.0
    night: bool = False
    centred: bool = False
    button: bool = False
    lettered: bool = False
    typed: Set | None = None
    closest: float | None = None
    wordy: bool = False
    quiet: bool = False

    @property
    def nearest(self) -> float:
        """How much nearer than the whole set it may be filmed."""
        if self.closest is not None:
            return self.closest
        # Words are read whole, and a title in the middle must not be stood upon.
        return 1.12 if self.centred else 1.2 if self.lettered else CLOSEST


# The ends of a film that has no object: its words alone, with a button and without.
_LAST_WORDS = Set(kinetic.rest, lettered=True, button=True)
_NAME = Set(kinetic.rest, lettered=True)
_CLOSE = Set(kinetic.close, wordy=True)

SETS: Mapping[str, Set] = {
    "hero_shot": Set(opening.hero_shot),
    "ambient_lifestyle": Set(opening.ambient_lifestyle, tallest=40),
    "teaser_reveal": Set(opening.teaser_reveal, tallest=52, night=True),
    "dynamic_intro": Set(opening.dynamic_intro, typed=Set(kinetic.banners, wordy=True)),
    "atmospheric_setup": Set(opening.atmospheric_setup, quiet=True, tallest=26),
    "detail_showcase": Set(showing.detail_showcase, quiet=True, tallest=128, typed=_CLOSE),
    "product_in_motion": Set(motion.product_in_motion, tallest=46),
    "action_montage": Set(montage.action_montage, tallest=80),
    "benefit_showcase": Set(showing.benefit_showcase, quiet=True, tallest=44, typed=Set(kinetic.around)),
    "usage_scenario": Set(places.usage_scenario, tallest=44),
    "lifestyle_context": Set(places.lifestyle_context, tallest=42, night=True),
    "feature_highlight_sequence": Set(
        showing.feature_highlight_sequence,
        quiet=True,
        tallest=46,
        typed=Set(kinetic.index, closest=1.12, wordy=True),
    ),
    "transformation_moment": Set(motion.transformation_moment, tallest=84),
    "call_to_action": Set(closing.call_to_action, tallest=38, centred=True, button=True, typed=_LAST_WORDS),
    "brand_moment": Set(closing.brand_moment, tallest=31, centred=True, typed=_NAME),
}

#: How many of a beat's call-outs those sets show that show any.
CALLOUTS: Mapping[Callable[[Stage], None], int] = {
    showing.detail_showcase: 1,
    showing.benefit_showcase: 3,
    showing.feature_highlight_sequence: 3,
    kinetic.index: 3,
    lessons.steps: 3,
    lessons.parts: 3,
    lessons.circle: 3,
}

#: The beats of films that are about no product.
GENRE_SETS: Mapping[str, Set] = {
    "words_close": Set(kinetic.close, wordy=True),
    "words_around": Set(kinetic.around, lettered=True),
    "window_light": Set(opening.ambient_lifestyle, tallest=40),
    "place_arrival": Set(streets.front),
    "place_morning": Set(opening.ambient_lifestyle, tallest=40),
    "place_skyline": Set(streets.roofs, lettered=True),
    "place_inside": Set(streets.room, lettered=True),
    "place_details": Set(showing.detail_showcase, quiet=True, tallest=128, typed=_CLOSE),
    "place_evening": Set(places.lifestyle_context, tallest=42, night=True),
    "place_address": Set(streets.way, lettered=True),
    "place_sign": Set(streets.sign, night=True, lettered=True),
    "place_welcome": Set(closing.brand_moment, tallest=31, centred=True, typed=_NAME),
    "service_promise": Set(kinetic.poster, lettered=True),
    "service_screen": Set(lessons.screen, lettered=True),
    "service_running": Set(kinetic.banners, wordy=True),
    "service_steps": Set(lessons.steps, lettered=True, closest=1.14),
    "service_view": Set(lessons.screen, lettered=True),
    "service_together": Set(lessons.network, quiet=True),
    "service_start": Set(closing.call_to_action, tallest=38, centred=True, button=True, typed=_LAST_WORDS),
    "service_ring": Set(kinetic.around, lettered=True),
    "service_name": Set(closing.brand_moment, tallest=31, centred=True, typed=_NAME),
    "explainer_question": Set(lessons.question, lettered=True),
    "explainer_board": Set(lessons.board, lettered=True),
    "explainer_title": Set(kinetic.poster, lettered=True),
    "explainer_parts": Set(lessons.parts, quiet=True, wordy=True),
    "explainer_steps": Set(lessons.steps, lettered=True, closest=1.14),
    "explainer_cycle": Set(lessons.circle, wordy=True),
    "explainer_recap": Set(kinetic.index, closest=1.12, wordy=True),
    "explainer_answer": Set(kinetic.poster, lettered=True),
    "explainer_end": Set(closing.brand_moment, tallest=31, centred=True, typed=_NAME),
    "greeting_address": Set(cards.card, lettered=True),
    "greeting_garland": Set(cards.garland, lettered=True),
    "greeting_balloons": Set(cards.balloons, lettered=True),
    "greeting_wish": Set(cards.confetti, lettered=True),
    "greeting_candles": Set(cards.candles, night=True, lettered=True),
    "greeting_ribbon": Set(cards.ribbon, quiet=True, lettered=True),
    "greeting_signature": Set(cards.card, lettered=True),
    "greeting_fireworks": Set(cards.fireworks, night=True, lettered=True),
    "greeting_ring": Set(kinetic.around, lettered=True),
    "announcement_what": Set(cards.notice, lettered=True),
    "announcement_running": Set(kinetic.banners, wordy=True),
    "announcement_rays": Set(cards.rays, lettered=True),
    "announcement_when": Set(cards.calendar, lettered=True),
    "announcement_where": Set(streets.way, lettered=True),
    "announcement_how": Set(kinetic.index, closest=1.12, wordy=True),
    "announcement_call": Set(
        closing.call_to_action, tallest=38, centred=True, button=True, typed=_LAST_WORDS
    ),
    "announcement_ticket": Set(cards.ticket, lettered=True),
    "announcement_sign": Set(streets.sign, night=True, lettered=True),
    "story_world": Set(opening.atmospheric_setup, quiet=True, tallest=26),
    "story_night": Set(tales.night, quiet=True),
    "story_page": Set(tales.page, lettered=True),
    "story_character": Set(tales.figure),
    "story_turn": Set(tales.storm, night=True),
    "story_road": Set(tales.road, quiet=True),
    "story_title": Set(tales.title_card, night=True, lettered=True),
    "story_last_light": Set(tales.last_light, lettered=True),
    "story_stars": Set(tales.night, quiet=True),
    "words_first": Set(kinetic.poster, lettered=True),
    "words_running": Set(kinetic.banners, wordy=True),
    "words_dawn": Set(streets.roofs, lettered=True),
    "words_echo": Set(kinetic.echo, lettered=True),
    "words_rays": Set(cards.rays, lettered=True),
    "words_evening": Set(places.lifestyle_context, tallest=42, night=True),
    "words_last": Set(closing.brand_moment, tallest=31, centred=True, typed=_NAME),
    "words_ring": Set(kinetic.around, lettered=True),
    "words_bars": Set(tales.title_card, night=True, lettered=True),
}

#: Sets for a film whose words no font can draw.
WITHOUT_WORDS: Mapping[Position, str] = {
    "opening": "hero_shot",
    "middle": "lifestyle_context",
    "closing": "brand_moment",
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
    named = SETS.get(beat.id) or GENRE_SETS.get(beat.id)
    if named is not None:
        return named
    if beat.position == "closing":
        return SETS["call_to_action" if beat.callouts else "brand_moment"]
    words = f"{beat.shot} {beat.id.replace('_', ' ')}".casefold().replace("-", " ").split()
    for name, marks in _BY_WORDS:
        if any(mark in words for mark in marks):
            return SETS[name]
    if beat.position == "opening":
        return SETS["dynamic_intro" if beat.energy > 0.7 else "hero_shot"]
    return SETS["feature_highlight_sequence" if beat.callouts else "benefit_showcase"]
