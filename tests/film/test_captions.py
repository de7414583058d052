"""The WebVTT of a film: what stands on screen, frame by frame, in words that no player takes for markup."""

from __future__ import annotations

from fractions import Fraction

import pytest

from activities.film.captions import captions, cues
from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from tests.support.captions import cues_of
from workflows.film.contract import BeatDraft, Plan, PlanDraft, VideoRequest
from workflows.studio.facts import FrameFormat

HOSTILE = "<b>A & B</b> --> C"


def plan_of(*beats: BeatDraft) -> Plan:
    return compose(VideoRequest(prompt="A film about a mug", plan=PlanDraft(beats=beats)), Library.default())


PLAN = plan_of(
    BeatDraft(id="hero_shot", seconds=5, title=HOSTILE),
    BeatDraft(id="feature_highlight_sequence", seconds=5, title="Made slowly", callouts=("Clay", "Fire")),
    BeatDraft(id="call_to_action", seconds=5, title="Nova"),
)
IDS = tuple(beat.id for beat in PLAN.beats)


@pytest.mark.parametrize("fps", [8, 24, 25, 30])
def test_whoever_asks_at_the_time_of_a_frame_gets_the_words_of_that_frame(fps: int) -> None:
    format = FrameFormat(width=640, height=360, fps=fps)
    wanted, told = cues(PLAN, format, (), IDS), cues_of(captions(PLAN, format, (), IDS))
    assert [cue.words for cue in wanted] == [cue.words for cue in told]
    for frame in range(PLAN.seconds * fps):
        shown = [cue.words for cue in told if cue.since <= Fraction(frame, fps) < cue.until]
        assert shown == [cue.words for cue in wanted if cue.since <= frame < cue.until], frame


def test_anybodys_words_are_words() -> None:
    file = captions(PLAN, FrameFormat(width=640, height=360, fps=24), (), IDS)
    assert cues_of(file)[0].words == HOSTILE and "<b>" not in file and file.count("-->") == len(cues_of(file))


def test_only_what_is_on_screen_is_told() -> None:
    format = FrameFormat(width=640, height=360, fps=24)
    over = {cue.words for cue in cues_of(captions(PLAN, format, (), IDS))}
    drawn = {cue.words for cue in cues_of(captions(PLAN, format, IDS, ()))}
    assert over == drawn >= {"Made slowly", "Clay", "Fire", "Nova"}
    assert captions(PLAN, format, (), ()) == "WEBVTT\n"
    assert {cue.words for cue in cues(PLAN, format, (), IDS[:1])} == {HOSTILE}
