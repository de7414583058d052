"""Words in the scripts that are read most: whole, shaped, measured as they are drawn."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from activities.animatic import fonts
from activities.animatic.lettering import fit, legible, pieces_of
from activities.animatic.letters import block
from activities.animatic.provider import Animatic
from activities.animatic.vector import Box, render, text, text_width
from tests.support.shots import Picture, chunk, shot
from workflows.film.contract import Shot

WORDS = {
    "Arabic": "كوب قهوة سيراميك مصنوع يدويا",
    "Persian": "می‌خواهم یک لیوان",
    "Hebrew": "ספל קפה מקרמיקה",
    "Devanagari": "सिरेमिक कॉफी मग के बारे में",
    "Bengali": "সিরামিক কফি মগ নিয়ে",
    "Tamil": "பீங்கான் காபி குவளை",
    "Thai": "แก้วกาแฟเซรามิกที่ดีที่สุดสำหรับเช้าวันใหม่",
    "mixed": "Nova — कॉफी 24 كوب",
}
EAST = {
    "Japanese": "コーヒーで始まる静かな朝",
    "Chinese": "一个关于陶瓷咖啡杯的短片",
    "Korean": "도자기 머그잔",
}
HAS_EAST = fonts.is_drawable(EAST["Japanese"])


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_a_line_is_as_wide_as_it_is_measured(words: str) -> None:
    assert fonts.is_drawable(words)
    assert legible(words) == words
    for weight in ("Medium", "ExtraBold"):
        measured = text_width(words, 10, weight)
        drawn = render(text(words, 20, 20, 10, weight), Box(0, 0, measured + 60, 40), 1200, 300)
        across = np.flatnonzero(drawn[..., 3].max(0) > 40) / 1200 * (measured + 60)
        # Side bearings, swashes and the kerning of Latin are not in the sum of the advances.
        assert abs(across[0] - 20) < 4 and abs(across[-1] - 20 - measured) < 4


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_spacing_never_parts_what_hangs_together(words: str) -> None:
    spaced, plain = text_width(words, 10, "Bold", 1.0), text_width(words, 10, "Bold")
    loose = sum(len(run.words) for run in fonts.runs(words) if not run.joined)
    assert abs(spaced - plain - loose) < 1e-6
    drawn = ElementTree.fromstring(f"<svg>{text(words, 0, 0, 10, 'Bold', track=1.0)}</svg>")
    spacings = {element.get("font-family"): element.get("letter-spacing") for element in drawn}
    assert spacings == {run.family: "0.0000" if run.joined else "1.0000" for run in fonts.runs(words)}


@pytest.mark.parametrize(
    "words", [*WORDS.values(), *EAST.values(), "A title that is as long as titles ever get"]
)
def test_no_letter_is_lost_where_a_line_is_broken(words: str) -> None:
    pieces, joint = pieces_of(words)
    assert joint.join(pieces) == words
    assert len(pieces) > 1
    lines, _ = fit(words, 6.0, 24.0, "SemiBold")
    assert len(lines) > 1 and joint.join(lines) == words
    set_in = joint.join(line.words for line in block(words).lines)
    assert len(set_in) >= len(words)


def test_thai_is_broken_between_words_and_not_within_them() -> None:
    pieces, joint = pieces_of("แก้วกาแฟสำหรับเช้าวันใหม่")
    assert joint == "" and "สำหรับ" in pieces


@pytest.mark.parametrize("title", ["كوب قهوة", "ספל קפה"])
def test_what_is_read_from_the_right_stands_on_the_right(title: str, tmp_path: Path) -> None:
    of = shot(title=title, size=(320, 180))
    animatic = Animatic()
    with_title, without = (
        chunk_frame(animatic, each, tmp_path)
        for each in (of, of.model_copy(update={"beat": of.beat.model_copy(update={"title": ""})}))
    )
    changed = cv2.absdiff(with_title, without)[140:].max(2) > 30
    columns = np.flatnonzero(changed.any(0))
    assert columns.min() > 160


def chunk_frame(animatic: Animatic, of: Shot, folder: Path) -> Picture:
    return chunk(animatic, folder / "x.mp4", of, 1, 40)[0]


def test_what_needs_the_fonts_of_east_asia_says_so() -> None:
    for words in EAST.values():
        assert fonts.is_drawable(words) != fonts.lacks_extra(words)
        assert legible(words) == (words if HAS_EAST else "")
    assert not any(map(fonts.lacks_extra, WORDS.values()))
