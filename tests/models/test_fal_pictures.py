"""Pictures that a model of fal's takes in one list: the photo first, its edges last, known again by them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from activities.faults import InvalidInput
from activities.models.call import GUIDED
from activities.models.catalogue import Catalogue
from activities.models.provider import fingerprint_of
from activities.models.providers.fal.request import body_of, comparable
from activities.models.trial import SIGNED, bare, made, ordered, picture, showing, signed
from tests.support.fal import FLUX, fal
from tests.support.standing import Standins

EDIT = Catalogue.load().model("fal-gpt-image-2.5-sunburst-edit")
WORDS = Catalogue.load().model("fal-gpt-image-2.5-flare")


def test_a_photo_stands_before_its_edges_and_the_words_say_what_they_are(tmp_path: Path) -> None:
    photo = replace(picture(tmp_path, "teal"), url="https://v3.fal.media/photo.png")
    edges = replace(picture(tmp_path, "white"), url="https://v3.fal.media/edges.png")
    body = body_of(showing(bare(EDIT), {"image": photo, "control": edges}))
    assert body["image_urls"] == [photo.url, edges.url] and str(body["prompt"]).endswith(GUIDED)
    assert body_of(showing(bare(EDIT), {"image": photo}))["image_urls"] == [photo.url]
    assert "image_urls" not in body_of(bare(WORDS)) and "seed" not in body


def test_a_photo_is_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="needs a start image"):
        body_of(bare(EDIT))
    with pytest.raises(InvalidInput, match="does not take an edges image"):
        body_of(showing(bare(FLUX), {"control": replace(picture(tmp_path, "teal"), url=SIGNED)}))


def test_a_listing_shows_the_same_request(tmp_path: Path) -> None:
    """As it was sent, with the model's own defaults and another signature."""
    sent = body_of(signed(EDIT, tmp_path, "one"))
    echoed = body_of(signed(EDIT, tmp_path, "two")) | {"background": "auto", "sync_mode": False}
    assert fingerprint_of(EDIT, comparable(EDIT, echoed)) == fingerprint_of(EDIT, sent)


async def test_it_is_drawn_by_the_edges(standins: Standins, tmp_path: Path) -> None:
    provider = fal(standins.url("fal"))
    call = await ordered(provider, EDIT, tmp_path)
    files = await made(provider, provider.request(call, "t"))
    await provider.close()
    said = standins.log("fal")[0]["input"]
    # The photo, two references, and the edges.
    assert len(said["image_urls"]) == 4 and files[0].startswith(b"\x89PNG")
