"""By which of the IPTC's terms a film is marked: nothing is claimed that nobody knows."""

from __future__ import annotations

import pytest

from activities.film.provenance import Told, source_of
from workflows.film.steps import ShownShot


def told(*, generated: bool = False, photo: bool = False, known: bool = True) -> Told:
    sources = ("uploads/photo.png",) if photo else ()
    return Told(ShownShot(generated=generated, sources=sources), words=(), bought=(), known=known)


MADE, DRAWN, SHOWS_A_PHOTO, UNKNOWN = (
    told(generated=True),
    told(),
    told(photo=True),
    told(known=False),
)


@pytest.mark.parametrize(
    ("shots", "term"),
    [
        ((DRAWN, DRAWN), "algorithmicMedia"),
        ((MADE, told(generated=True, photo=True)), "trainedAlgorithmicMedia"),
        ((MADE, DRAWN), "compositeSynthetic"),
        ((MADE, UNKNOWN), "compositeSynthetic"),
        ((DRAWN, SHOWS_A_PHOTO), "composite"),
        ((DRAWN, UNKNOWN), "composite"),
        ((), "composite"),
    ],
)
def test_a_film_is_marked_by_what_its_shots_are(shots: tuple[Told, ...], term: str) -> None:
    assert source_of(shots) == term
    assert ["generated" in each.said for each in shots] == [each.known for each in shots]
