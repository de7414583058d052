"""What is drawn for a thing: the thing itself, or its words, and never another thing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_phosphor_icons import all_icons

from activities.animatic import icons, props
from activities.animatic.palette import Palette
from activities.animatic.shapes import SHAPES
from activities.animatic.subject import subject_for

WARM = Palette.of(("warm", "minimal"))
NAMES = props.NAMES | SHAPES.keys() | {icon.name for icon in all_icons()}


@pytest.mark.parametrize(
    ("noun", "language", "object"),
    [
        ("ceramic coffee mug", "en", "mug"),
        ("Mugs", "", "mug"),
        ("wireless headphones", "en", "headphones"),
        ("noise-cancelling headphones", "en", "headphones"),
        ("mug for coffee", "en", "mug"),
        ("bottle of wine", "en", "bottle"),
        ("electric car driving", "en", "car-profile"),
        ("cat playing piano", "en", "cat"),
        ("dog walking app", "en", "phone"),
        ("new running shoes", "en", "shoe"),
        ("smart ring", "en", "ring"),
        ("Κεραμική κούπα", "", "mug"),
        ("κούπα για καφέ", "el", "mug"),
        ("чашка кофе", "ru", "mug"),
        ("кроссовки для бега", "", "shoe"),
        ("Kaffeemühle aus Gusseisen", "de", "coffee-mill"),
        ("Gesichtscreme", "de", "jar"),
        ("cafetera italiana", "es", "moka"),
        ("taza de café", "es", "mug"),
        ("macchina da caffè", "it", "espresso-machine"),
        ("parfum à la lavande", "fr", "perfume"),
        ("sac à main", "fr", "bag"),
        ("sac à dos", "fr", "backpack"),
        ("kahve kupası", "tr", "mug"),
        ("コーヒーマグ", "ja", "mug"),
        ("머그잔", "ko", "mug"),
        ("陶瓷咖啡杯", "zh", "mug"),
        ("सिरेमिक कॉफी मग", "hi", "mug"),
        ("كوب قهوة", "ar", "mug"),
        # What only qualifies a thing is not the thing.
        ("espresso machine", "en", "espresso-machine"),
        ("coffee consulting", "en", None),
        ("bread delivery", "en", None),
        ("vegan protein bars", "en", None),
        ("insurance", "en", None),
        # A word is itself alone, in its own language, and no end of another.
        ("über", "de", None),
        ("Handschuh", "de", None),
        ("Gift", "de", None),
        ("bank", "nl", "couch"),
        ("pan", "es", "bread"),
        ("世界杯", "zh", None),
        ("월드컵", "ko", None),
        ("zzyzx blorf", "en", None),
        ("", "en", None),
        ("</svg>", "en", None),
    ],
)
def test_a_thing_is_drawn_as_itself_or_not_at_all(noun: str, language: str, object: str | None) -> None:
    assert icons.match(noun, language) == object


@given(st.text(max_size=40), st.sampled_from(["", "en", "de", "fr", "ja", "xx", "..", "a"]))
@settings(max_examples=200)
def test_any_noun_finds_something_that_exists(noun: str, language: str) -> None:
    found = icons.match(noun, language)
    assert found is None or found in NAMES


def test_every_table_names_objects_that_there_are_and_no_word_twice() -> None:
    tables = dict(icons.tables())
    assert len(tables) >= 20
    for language, words in tables.items():
        assert set(words.values()) <= NAMES | {"none"}, language
    # The commonest hundred in the largest languages.
    assert all(len(tables[language]) >= 100 for language in ("en", "es", "de", "fr", "pt", "it", "ru"))


@pytest.mark.parametrize("language", [name for name, _ in icons.tables()])
def test_every_word_of_a_table_finds_its_own_object(language: str) -> None:
    for word, name in dict(icons.tables())[language].items():
        if not word.startswith("~"):
            assert icons.match(word.replace("-", " "), language) in (name, None) or "-" in word, word


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_shape_is_one_solid_thing(name: str) -> None:
    subject = subject_for({"moka": "moka pot"}.get(name, name.replace("-", " ")), None, WARM, 120)
    assert not subject.is_type
    assert (subject.get()[0][..., 3] > 127).mean() > 0.3


def test_where_no_object_is_certain_the_words_themselves_are_shown(tmp_path: Path) -> None:
    one, other = (subject_for(noun, None, WARM, 200, "en") for noun in ("inflation", "vegan protein bars"))
    assert one.is_type and other.is_type
    # One long word is a line, three are a block.
    assert one.aspect > 4 > other.aspect
    shown = subject_for("a thing that nobody drew", None, WARM, 200, "en", "Nova")
    assert abs(shown.aspect - subject_for("Nova", None, WARM, 200, "en").aspect) < 0.1


def test_several_things_stand_side_by_side_and_one_alone_stands_as_ever() -> None:
    lamp, bag = (subject_for(noun, None, WARM, 200, "en") for noun in ("desk lamp", "leather bag"))
    both = subject_for(
        "desk lamp and leather bag", None, WARM, 200, "en", things=("desk lamp", "leather bag")
    )
    image, height = both.get()
    solid = image[..., 3] > 127
    assert image.shape[:2] == height.shape and 180 <= max(image.shape) <= 210
    assert both.aspect > max(lamp.aspect, bag.aspect)
    # Air between the two, and both on one ground.
    gap = np.flatnonzero(~solid.any(axis=0))
    assert len(gap) and solid[-3:, : gap[0]].any() and solid[-3:, gap[-1] :].any()
    # What no drawing is of is left to the words; what stands alone is drawn as before.
    alone = subject_for("desk lamp and flumph", None, WARM, 200, "en", things=("desk lamp", "flumph"))
    assert np.array_equal(alone.get()[0], lamp.get()[0])
