"""Which set a beat plays on: each has its own; a caller's beat gets the one that suits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from activities.animatic.framing import CLOSEST
from activities.animatic.legs import STANDING as ONE_SET
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

    @property
    def shows_thing(self) -> bool:
        """Whether it has a place for what the film is about, where that is a thing."""
        return not (self.lettered or self.build in _BARE)


# Beside those that are made of the title.
_BARE = frozenset((kinetic.banners, kinetic.close, kinetic.index, streets.front))
# The ends of a film that has no object: its words alone, with a button and without.
_LAST_WORDS = Set(kinetic.rest, lettered=True, button=True)
_NAME = Set(kinetic.rest, lettered=True)
# Sets that films of several genres play on.
_CLOSE = Set(kinetic.close, wordy=True)
_BANNERS = Set(kinetic.banners, wordy=True)
_INDEX = Set(kinetic.index, closest=1.12, wordy=True)
_POSTER = Set(kinetic.poster, lettered=True)
_RING = Set(kinetic.around, lettered=True)
_STEPS = Set(lessons.steps, lettered=True, closest=1.14)
_WIDE = Set(opening.atmospheric_setup, quiet=True, tallest=26)
_WINDOW = Set(opening.ambient_lifestyle, tallest=40)
_EVENING = Set(places.lifestyle_context, tallest=42, night=True)
_DETAIL = Set(showing.detail_showcase, quiet=True, tallest=128, typed=_CLOSE)
_CALL = Set(closing.call_to_action, tallest=38, centred=True, button=True, typed=_LAST_WORDS)
_BRAND = Set(closing.brand_moment, tallest=31, centred=True, typed=_NAME)

SETS: Mapping[str, Set] = {
    "hero_shot": Set(opening.hero_shot),
    "ambient_lifestyle": _WINDOW,
    "teaser_reveal": Set(opening.teaser_reveal, tallest=52, night=True),
    "dynamic_intro": Set(opening.dynamic_intro, typed=_BANNERS),
    "atmospheric_setup": _WIDE,
    "detail_showcase": _DETAIL,
    "product_in_motion": Set(motion.product_in_motion, tallest=46),
    "action_montage": Set(montage.action_montage, tallest=80),
    "benefit_showcase": Set(showing.benefit_showcase, quiet=True, tallest=44, typed=Set(kinetic.around)),
    "usage_scenario": Set(places.usage_scenario, tallest=44),
    "lifestyle_context": _EVENING,
    "feature_highlight_sequence": Set(
        showing.feature_highlight_sequence,
        quiet=True,
        tallest=46,
        typed=_INDEX,
    ),
    "transformation_moment": Set(motion.transformation_moment, tallest=84),
    "call_to_action": _CALL,
    "brand_moment": _BRAND,
}

#: How many of a beat's call-outs those sets show that show any.
CALLOUTS: Mapping[Callable[[Stage], None], int] = {
    showing.detail_showcase: 1,
    showing.benefit_showcase: 3,
    showing.feature_highlight_sequence: 3,
    kinetic.index: 3,
    lessons.steps: 3,
    lessons.parts: 3,
}

#: The beats of films that are about no product.
GENRE_SETS: Mapping[str, Set] = {
    "words_close": _CLOSE,
    "words_around": _RING,
    "window_light": _WINDOW,
    "place_arrival": Set(streets.front),
    "place_morning": _WINDOW,
    "place_skyline": Set(streets.roofs, lettered=True),
    "place_inside": Set(streets.room, lettered=True),
    "place_details": _DETAIL,
    "place_evening": _EVENING,
    "place_address": Set(streets.way, lettered=True),
    "place_sign": Set(streets.sign, night=True, lettered=True),
    "place_welcome": _BRAND,
    "service_promise": _POSTER,
    "service_screen": Set(lessons.screen, lettered=True),
    "service_running": _BANNERS,
    "service_steps": _STEPS,
    "service_view": Set(lessons.screen, lettered=True),
    "service_together": Set(lessons.network, quiet=True),
    "service_start": _CALL,
    "service_ring": _RING,
    "service_name": _BRAND,
    "explainer_question": Set(lessons.question, lettered=True),
    "explainer_board": Set(lessons.board, lettered=True),
    "explainer_title": _POSTER,
    "explainer_parts": Set(lessons.parts, quiet=True, wordy=True),
    "explainer_steps": _STEPS,
    "explainer_cycle": Set(lessons.circle, wordy=True),
    "explainer_recap": _INDEX,
    "explainer_answer": _POSTER,
    "explainer_end": _BRAND,
    "greeting_address": Set(cards.card, lettered=True),
    "greeting_garland": Set(cards.garland, lettered=True),
    "greeting_balloons": Set(cards.balloons, lettered=True),
    "greeting_wish": Set(cards.confetti, lettered=True),
    "greeting_candles": Set(cards.candles, night=True, lettered=True),
    "greeting_ribbon": Set(cards.ribbon, quiet=True, lettered=True),
    "greeting_signature": Set(cards.card, lettered=True),
    "greeting_fireworks": Set(cards.fireworks, night=True, lettered=True),
    "greeting_ring": _RING,
    "announcement_what": Set(cards.notice, lettered=True),
    "announcement_running": _BANNERS,
    "announcement_rays": Set(cards.rays, lettered=True),
    "announcement_when": Set(cards.calendar, lettered=True),
    "announcement_where": Set(streets.way, lettered=True),
    "announcement_how": _INDEX,
    "announcement_call": _CALL,
    "announcement_ticket": Set(cards.ticket, lettered=True),
    "announcement_sign": Set(streets.sign, night=True, lettered=True),
    "story_world": _WIDE,
    "story_night": Set(tales.night, quiet=True),
    "story_page": Set(tales.page, lettered=True),
    "story_character": Set(tales.figure),
    "story_turn": Set(tales.storm, night=True),
    "story_road": Set(tales.road, quiet=True),
    "story_title": Set(tales.title_card, night=True, lettered=True),
    "story_last_light": Set(tales.last_light, lettered=True),
    "story_stars": Set(tales.night, quiet=True),
    "words_first": _POSTER,
    "words_running": _BANNERS,
    "words_dawn": Set(streets.roofs, lettered=True),
    "words_echo": Set(kinetic.echo, lettered=True),
    "words_rays": Set(cards.rays, lettered=True),
    "words_evening": _EVENING,
    "words_last": _BRAND,
    "words_ring": _RING,
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
    if beat.span is not None:
        # All scenes between keyframes are filmed in one set.
        return SETS[ONE_SET]
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
