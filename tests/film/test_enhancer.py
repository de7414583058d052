"""Embellished prompts, and what is taken out of words that others wrote: bounded, the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.film.planning.compose import compose
from activities.film.planning.enhancer import LONGEST, enhanced
from activities.film.planning.instructions import instructions
from activities.film.planning.library import Library
from activities.models.sanitised import cleaned, printable
from workflows.film.contract import Enhancer, VideoRequest

LIBRARY = Library.default()
LEVELS: tuple[Enhancer, ...] = ("off", "subtle", "moderate", "wild")


def asked(level: Enhancer) -> VideoRequest:
    return VideoRequest(prompt="A film about a mug", duration_s=30, creativity=0.0, prompt_enhancer=level)


@given(
    prompt=st.text(max_size=1200),
    level=st.sampled_from(LEVELS),
    seed=st.integers(0, 2**32 - 1),
    style=st.lists(st.sampled_from(["warm", "bold"]), max_size=2),
)
@settings(deadline=None)
def test_an_enhanced_prompt_is_bounded_and_always_the_same(
    prompt: str, level: Enhancer, seed: int, style: list[str]
) -> None:
    text = enhanced(prompt, level, seed, style)
    assert text == enhanced(prompt, level, seed, style)
    assert len(text) <= max(LONGEST, len(prompt))
    assert level != "off" or text == prompt


def test_the_enhancer_touches_prompts_alone() -> None:
    plain = compose(asked("off"), LIBRARY)
    for level, details in zip(LEVELS[1:], (1, 3, 5), strict=True):
        plan = compose(asked(level), LIBRARY)
        assert plan.model_copy(update={"beats": (), "seed": 0}) == plain.model_copy(
            update={"beats": (), "seed": 0}
        )
        for beat, before in zip(plan.beats, plain.beats, strict=True):
            # Where it is cut follows from the seed, which is another one, as for another take.
            assert beat.model_copy(update={"prompt": before.prompt, "cuts": before.cuts}) == before
            style = f". Style: {', '.join(plan.style)}."
            assert beat.prompt.startswith(before.prompt.removesuffix(style)) and beat.prompt.endswith(style)
            assert beat.prompt.count(",") >= before.prompt.count(",") + details


def test_a_planner_is_told_how_freely_to_write() -> None:
    assert len({instructions(level) for level in LEVELS}) == len(LEVELS)


@given(st.text())
def test_what_is_printable_is_one_line_of_seen_characters(text: str) -> None:
    line = printable(text)
    assert printable(line) == line == line.strip() and "\n" not in line
    assert all(c.isprintable() or c in "\u200c\u200d" for c in line)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A mug\u202e\u0000 on\u2028a\ttable", "A mug on a table"),
        ("A mug, see HTTPS://evil.example/?a=b now", "A mug, see now"),
        ("ht\u00adtps://x y www.evil.example data:text/html,x", "ht tps://x y"),
        ("A mug --ar 16:9 -- and so on", "A mug 16:9 -- and so on"),
        ("Κούπα 咖啡 می\u200cخواهم 😀", "Κούπα 咖啡 می\u200cخواهم 😀"),
    ],
)
def test_links_options_and_unseen_characters_are_taken_out(text: str, left: str) -> None:
    assert cleaned(text) == left
