"""Pictures laid over footage in the pass that encodes it: on their frames, in their place, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from activities.media.film_form import Picture
from activities.media.overlay import LOOKS_PER_S, Overlay, look_size, write_overlay
from activities.media.segment import SegmentFiles, SegmentSpec, refine_segment
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers
from workflows.film.timeline import conform

FPS, FRAMES, HEAD = 24, 24, 4
#: Where the overlay lies: under the row of numbers.
X, Y, WIDE, TALL = 40, 60, 64, 20


class Card:
    """A `Lettering` that lays one red card, from frame 6 on whole, from 10 on half, until 15."""

    def __init__(self, folder: Path, content: bool = True) -> None:
        self.folder, self.content = folder, content
        self.seen: list[Sequence[Picture]] = []

    def draw(self, seen: Sequence[Picture], whole: bool) -> Sequence[Overlay]:
        self.seen.append(seen)
        pictures = [(frame, card(alpha)) for frame, alpha in ((0, 0), (6, 255), (10, 128), (15, 0))]
        write_overlay(pictures, self.folder / "card.mov", FPS)
        return [Overlay(self.folder / "card.mov", X, Y, WIDE, TALL, 6, 15)]

    def reads_on(self, seen: Sequence[Picture]) -> bool:
        self.seen.append(seen)
        return self.content


def card(alpha: int) -> NDArray[np.uint8]:
    """Two columns, to be stretched."""
    made = np.zeros((TALL, 2, 4), np.uint8)
    made[..., 0], made[..., 3] = 255, alpha
    return made


def refined(folder: Path, lettering: Card | None) -> SegmentFiles:
    plan = conform([FRAMES + 7], Fraction(FPS), FPS, FRAMES, 6)
    chunk = clip(folder / "chunk.mp4", range(FRAMES + 7))
    (folder / "out").mkdir()
    spec = SegmentSpec(plan, WIDTH, HEIGHT, "natural", HEAD)
    return refine_segment([chunk], spec, folder / "out", lambda _: None, lettering)


def pictures(files: SegmentFiles) -> NDArray[np.float64]:
    """All frames, RGB: the head's, the body's and the tail's."""
    made = []
    for path in (files.head, files.body, files.tail):
        with av.open(str(path)) as container:
            made += [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.asarray(made, np.float64)


@pytest.mark.parametrize("content", [True, False])
def test_a_card_lies_on_its_frames_and_nowhere_else(tmp_path: Path, content: bool) -> None:
    (tmp_path / "plain").mkdir()
    plain = pictures(refined(tmp_path / "plain", None))
    lettering = Card(tmp_path, content)
    files = refined(tmp_path, lettering)
    made = pictures(files)
    assert len(made) == len(plain) == FRAMES + 6
    assert [n for path in (files.head, files.body) if path for n in numbers(path)] == list(range(FRAMES))
    inside = made[:, Y + 2 : Y + TALL - 2, X + 2 : X + WIDE - 2]
    for frame, shown in enumerate(inside):
        red = 1.0 if 6 <= frame < 10 else 0.5 if 10 <= frame < 15 else 0.0
        wanted = (
            plain[frame, Y + 2 : Y + TALL - 2, X + 2 : X + WIDE - 2] * (1 - red) + np.array([255, 0, 0]) * red
        )
        assert np.abs(shown.mean((0, 1)) - wanted.mean((0, 1))).max() < 8, frame
    outside = np.abs(made - plain)
    outside[:, Y - 2 : Y + TALL + 2, X - 2 : X + WIDE + 2] = 0
    assert outside.mean((1, 2, 3)).max() < 1.5


def test_what_lies_under_is_seen_in_the_pass_and_drawn_for_once_more(tmp_path: Path) -> None:
    content, not_content = Card(tmp_path), Card(tmp_path, content=False)
    for name, lettering in (("one", content), ("two", not_content)):
        (tmp_path / name).mkdir()
        refined(tmp_path / name, lettering)
    # First what the chunk begins with; then all of it, asked about; and drawn for, where it did not read.
    assert [len(seen) for seen in content.seen] == [1, 5]
    assert [len(seen) for seen in not_content.seen] == [1, 5, 5]
    columns, rows = look_size(WIDTH, HEIGHT)
    assert {picture.shape for seen in content.seen for picture in seen} == {(rows, columns, 3)}
    assert FPS // LOOKS_PER_S == 6
    first, seen = content.seen
    assert np.abs(first[0].astype(float) - seen[0]).mean() < 2
    assert not list((tmp_path / "one" / "out").glob("look*"))
