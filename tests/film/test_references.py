"""A caller's images: fetched once, verified, stripped, kept by content, with a thumbnail and their edges."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import cv2
import numpy as np
import pytest
import pytest_asyncio
from PIL import Image, ImageDraw

from activities.faults import InvalidInput
from activities.media.edges import edges_of
from activities.media.photo import verify_photo
from activities.storage.fetch import Fetch
from activities.storage.objects import ObjectStore
from activities.studio.references import ImportedReference, References
from infra.embedded.stack import Stack
from tests.support.rendering import Studio, Watcher, studio
from tests.support.site import Site, answer, moved, site
from workflows.film.contract import VideoRequest
from workflows.studio.facts import FrameFormat, Reference

SIGNATURE = "X-Amz-Signature=feedfacecafebeef"


@pytest_asyncio.fixture
async def here(database_url: str, stack: Stack, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path) as opened:
        yield opened


def photo(kind: str = "JPEG", colour: str = "teal", size: tuple[int, int] = (640, 480)) -> bytes:
    """A box on a table, with a place and an author in its metadata."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((160, 120, 400, 360), fill=colour)
    exif = picture.getexif()
    exif[0x8298], exif[0x0112] = "Copyright of somebody", 6
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def asking(
    *images: str, product: str | None = None, prompt: str = "a film about a box", **more: str
) -> VideoRequest:
    references = tuple(Reference(image=image) for image in images)
    return VideoRequest(prompt=prompt, product=product, references=references, **more)  # type: ignore[arg-type]


async def imports(here: Studio, web: Site, request: VideoRequest) -> tuple[ImportedReference, ...]:
    fetch = Fetch([web.origin])
    try:
        return await References(here.store, fetch, here.renderer).imported(request, Watcher())
    finally:
        await fetch.close()


async def test_an_address_from_nowhere_is_told_unless_its_image_is_here(here: Studio) -> None:
    async with site(a=answer(photo())) as web:
        request = asking(f"{web.origin}/a", product="https://nowhere.invalid/mug.png")
        await imports(here, web, asking(f"{web.origin}/a"))
        # It is trusted no more, as if its server had gone.
        fetch = Fetch()
        (told,) = await References(here.store, fetch, here.renderer).unreachable(request)
        other = await References(here.store, fetch, here.renderer).unreachable(
            request.model_copy(update={"prompt": "another film"})
        )
        await fetch.close()
    assert told.field == "product" and "no server has the name of https://nowhere.invalid" in told.problem
    assert [one.field for one in other] == ["product", "references[0].image"]
    assert "not on the public internet" in other[1].problem


async def test_what_a_film_has_from_an_address_is_known_without_asking_again(here: Studio) -> None:
    async with site(a=answer(photo())) as web:
        request = asking(f"{web.origin}/a", product="https://nowhere.invalid/mug.png")
        (reference,) = await imports(here, web, asking(f"{web.origin}/a"))
        asked = len(web.heard)
        fetch = Fetch()
        references = References(here.store, fetch, here.renderer)
        known = await references.known(request)
        other = await references.known(request.model_copy(update={"prompt": "another film"}))
        await fetch.close()
        assert len(web.heard) == asked
    assert known.references[0].image == reference.key != other.references[0].image
    assert known.product and known.product != reference.key, "what was never fetched has a name of nothing"


async def read(here: Studio, key: str, folder: Path) -> bytes:
    path = folder / "object"
    await here.store.get_file(key, path)
    return path.read_bytes()


async def test_a_url_becomes_a_verified_upload_with_thumbnail_and_edges(
    here: Studio, tmp_path: Path, database_url: str
) -> None:
    async with site(**{"My%20box.jpg": answer(photo()), "short": moved("/My%20box.jpg")}) as web:
        url = f"{web.origin}/My%20box.jpg?{SIGNATURE}"
        request = asking(f"{web.origin}/short", product=url)
        product, reference = await imports(here, web, request)
        again = await imports(here, web, request.model_copy(update={"size": "360p", "take": 2}))
        asked = len(web.heard)
        await imports(here, web, request.model_copy(update={"prompt": "another film"}))
    assert again == (product, reference) and asked == 3, "fetched once for a film, whatever else changes"
    assert len(web.heard) == 6, "another film looks for itself"
    assert (product.name, product.source) == ("My box.jpg", f"{web.origin}/My%20box.jpg".replace("%20", " "))
    assert product.shows == "the product" and (reference.name, reference.key) == ("short", product.key)
    stored = await read(here, product.key, tmp_path)
    assert product.key == f"uploads/{hashlib.sha256(stored).hexdigest()}.png"
    image = Image.open(io.BytesIO(stored))
    assert image.format == "PNG" and image.size == (480, 640) == (product.width, product.height)
    assert not image.getexif() and not image.info and b"Copyright" not in stored
    thumbnail = Image.open(io.BytesIO(await read(here, product.thumbnail, tmp_path)))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (400, 400))
    grey = np.asarray(image.convert("L"))
    edges = np.asarray(Image.open(io.BytesIO(await read(here, product.edges, tmp_path))))
    assert (edges == cv2.Canny(grey, 100, 200)[:, :, None]).all() and edges.any()
    pool = await asyncpg.connect(database_url)
    rows = await pool.fetch(
        "SELECT recipe::text, facts::text FROM render WHERE recipe->>'operation' = 'reference'"
    )
    await pool.close()
    assert rows and SIGNATURE not in str([tuple(row) for row in rows])


async def test_an_upload_keeps_its_key_and_loses_what_it_hides(here: Studio, tmp_path: Path) -> None:
    clean, hiding = tmp_path / "clean.png", tmp_path / "hiding.png"
    hiding.write_bytes(photo("PNG", "navy"))
    clean.write_bytes(verify_photo(hiding))
    keys = []
    for path in (clean, hiding):
        key = f"uploads/{hashlib.sha256(path.read_bytes()).hexdigest()}.png"
        keys.append(await here.store.put_file(path, "image/png", key=key))
    async with site() as web:
        first, second = await imports(here, web, asking(keys[1], product=keys[0]))
    assert first.key == second.key == keys[0] != keys[1]
    assert (first.source, second.source, first.name) == (keys[0], keys[1], "")


async def test_what_is_no_photo_names_its_field(here: Studio) -> None:
    html = answer(b"<!doctype html><p>Sign in")
    gone = answer(b"", status="404 Not Found")
    large = answer(b"", length=30_000_000)
    async with site(html=html, gone=gone, large=large, ok=answer(photo())) as web:
        for bad, why in {
            f"{web.origin}/html": "web page",
            f"{web.origin}/gone": "no longer there",
            f"{web.origin}/large": "larger than 20,000,000 bytes",
            "http://127.0.0.1:8000/a.png": "not on the public internet",
            "http://no-such-host.invalid/a.png": "check the address",
            "http://[oops/a.png": "not a well-formed URL",
            f"uploads/{'0' * 64}.png": "upload it first",
        }.items():
            url = f"{bad}?{SIGNATURE}" if bad.startswith("http") else bad
            with pytest.raises(InvalidInput) as refused:
                await imports(here, web, asking(f"{web.origin}/ok", url))
            said = str(refused.value)
            assert said.startswith("references[1].image: ") and why in said and SIGNATURE not in said
        with pytest.raises(InvalidInput, match=r"^product: "):
            await imports(here, web, asking(product=f"{web.origin}/gone"))


async def test_no_images_ask_nothing(here: Studio) -> None:
    async with site() as web:
        assert await imports(here, web, asking()) == ()


def test_edges_are_drawn_in_the_films_format(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (300, 500), (0, 0, 0, 0))
    ImageDraw.Draw(clear).ellipse((50, 150, 250, 350), fill="black")
    clear.save(tmp_path / "cup.png")
    edges_of(tmp_path / "cup.png", tmp_path / "edges.png", FrameFormat(width=640, height=360, fps=24))
    edges = Image.open(tmp_path / "edges.png")
    drawn = np.asarray(edges.convert("L"))
    assert edges.size == (640, 360) and edges.mode == "RGB" and set(np.unique(drawn)) == {0, 255}
    # Lines, not areas; the whole cup, upright in the middle, and no frame around what was the photo.
    assert 0 < (drawn > 0).mean() < 0.03
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert abs(rows[0] - 108) <= 2 and abs(rows[-1] - 252) <= 2
    assert abs(columns[0] - (320 - 72)) <= 2 and abs(columns[-1] - (320 + 72)) <= 2
