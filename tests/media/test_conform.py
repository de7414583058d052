"""What models return, in the film's own shape: images of its format, chunks on their rate, unstretched."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from activities.media.conform import at_rate, fit_image, frames_at
from activities.media.ffmpeg import EncodeFailed
from activities.media.frames import first_picture, last_picture
from activities.media.inspection import inspect_output
from activities.media.probing import Unreadable, probe
from activities.media.segment import SegmentSpec, refine_segment
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers, picture
from tests.support.media_files import VP9, ffmpeg, number
from workflows.film.timeline import conform
from workflows.studio.facts import FrameFormat

WIDE = FrameFormat(width=640, height=360, fps=24)


def board(size: tuple[int, int]) -> Image.Image:
    """Red left half, blue right half, a green band across the very middle."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = pixels[:, width // 2 :, 2] = 255
    pixels[height * 9 // 20 : height * 11 // 20] = (0, 255, 0)
    return Image.fromarray(pixels)


def fitted(source: Path, format: FrameFormat = WIDE) -> np.ndarray:
    out = source.with_name("out.png")
    fit_image(source, format, out)
    with Image.open(out) as made:
        assert (made.format, made.mode, made.info, dict(made.getexif())) == ("PNG", "RGB", {}, {})
        return np.asarray(made)


@pytest.mark.parametrize("size", [(1344, 768), (1024, 1024), (720, 1280), (320, 180), (1536, 640)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_image_is_cut_to_the_films_format_from_its_middle(
    tmp_path: Path, size: tuple[int, int], kind: str
) -> None:
    board(size).save(tmp_path / "in", kind, quality=95)
    made = fitted(tmp_path / "in").astype(int)
    assert made.shape == (360, 640, 3)
    # The seam of the halves is in the middle, and so is the band: nothing has moved.
    assert made[5, 310, 0] > 200 > 60 > made[5, 330, 0] and made[5, 330, 2] > 200
    green = np.flatnonzero(made[:, 100, 1] > 128)
    assert abs((green[0] + green[-1]) / 2 - 179.5) <= 1.5


def test_an_image_of_the_format_keeps_its_pixels(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    assert (fitted(tmp_path / "in.png") == noise).all()


def test_an_image_is_seen_as_viewers_show_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x8298] = 6, "somebody"
    board((1280, 720)).rotate(90, expand=True).save(tmp_path / "in.jpg", exif=exif, quality=95)
    assert fitted(tmp_path / "in.jpg").astype(int)[5, 310, 0] > 200
    # Half of it is transparent, which is white on paper.
    clear = board((640, 360)).convert("RGBA")
    clear.putalpha(Image.fromarray(np.repeat(np.array([[255] * 320 + [0] * 320], np.uint8), 360, axis=0)))
    clear.save(tmp_path / "in.png")
    made = fitted(tmp_path / "in.png")
    assert made[5, 10].tolist() == [255, 0, 0] and made[5, 600].tolist() == [255, 255, 255]
    # In another colour space the same numbers mean another colour.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    board((640, 360)).save(tmp_path / "srgb.png", icc_profile=lab)
    assert abs(fitted(tmp_path / "srgb.png").astype(int) - np.asarray(board((640, 360)))).max() <= 2


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    board((640, 480)).save(whole, "PNG")
    for data in (b"", b"<html>", whole.getvalue()[:600]):
        (tmp_path / "in.png").write_bytes(data)
        with pytest.raises(Unreadable):
            fit_image(tmp_path / "in.png", WIDE, tmp_path / "out.png")
    assert [path.name for path in tmp_path.iterdir()] == ["in.png"]


@pytest.mark.parametrize(
    ("native", "fps"),
    [(25, 24), (24, 25), (30, 24), (60, 24), (24, 30), (8, 24), (Fraction(30000, 1001), 30), (24, 24)],
)
def test_a_chunk_is_put_on_its_rate_and_keeps_its_first_frame(
    tmp_path: Path, native: Fraction, fps: Fraction
) -> None:
    native, fps = Fraction(native), Fraction(fps)
    source, out = clip(tmp_path / "in.mp4", range(50), native), tmp_path / "out.mp4"
    told: list[int] = []
    at_rate(source, fps, out, told.append)
    wanted = frames_at(50, native, fps)
    # What the source shows at the time of each frame.
    assert numbers(out) == [min(49, int(j * native / fps)) for j in range(wanted)]
    facts = inspect_output(out, "video").media
    assert (facts.fps, facts.frames, facts.samples) == (fps, wanted, None) and told[-1] == wanted
    assert np.abs(first_picture(out).astype(int) - first_picture(source)).mean() < 1.0


def test_a_careless_clock_and_sound_do_not_matter(tmp_path: Path) -> None:
    base = clip(tmp_path / "in.mp4", range(40), Fraction(25))
    sound = ("-f", "lavfi", "-i", "sine=duration=4")
    ffmpeg(
        "-display_rotation", "180", "-i", base, *sound, "-c:v", "copy", "-c:a", "aac", tmp_path / "turned.mp4"
    )
    ffmpeg("-i", base, *sound, *VP9, "-c:a", "libopus", tmp_path / "in.webm")
    for name in ("turned.mp4", "in.webm"):
        at_rate(tmp_path / name, Fraction(24), tmp_path / "out.mp4", lambda _: None)
        facts = inspect_output(tmp_path / "out.mp4", "video").media
        assert (facts.frames, facts.fps, facts.samples) == (38, Fraction(24), None)
        assert (
            np.abs(first_picture(tmp_path / "out.mp4").astype(int) - first_picture(tmp_path / name)).mean()
            < 2
        )
        last = last_picture(tmp_path / "out.mp4")
        assert number(np.rot90(last, 2) if name == "turned.mp4" else last) == 37 * 25 // 24


@given(
    st.integers(1, 500), st.sampled_from([8, 16, 24, 25, 30, 60]), st.sampled_from([8, 16, 24, 25, 30, 60])
)
def test_a_rate_changes_the_length_by_half_a_frame_at_most(frames: int, native: int, fps: int) -> None:
    made = frames_at(frames, Fraction(native), Fraction(fps))
    assert made == 1 or abs(Fraction(made, fps) - Fraction(frames, native)) <= Fraction(1, 2 * fps)
    assert int((made - 1) * Fraction(native, fps)) <= frames - 1


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(_: int) -> None:
        raise Stopped

    source = clip(tmp_path / "in.mp4", range(50))
    with pytest.raises(Stopped):
        at_rate(source, Fraction(25), tmp_path / "out.mp4", stop)
    source.write_bytes(source.read_bytes()[:5000])
    with pytest.raises((Unreadable, EncodeFailed)):
        at_rate(source, Fraction(25), tmp_path / "out.mp4", lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


@pytest.mark.parametrize("size", [(192, 192), (192, 80), (108, 192), (192, 108), (200, 112)])
def test_a_chunk_of_another_shape_is_cut_and_not_stretched(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "chunk.mp4"
    # A disc in the middle of a grey picture.
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    disc = ((x - width / 2 + 0.5) ** 2 + (y - height / 2 + 0.5) ** 2 < 20**2)[:, :, None] * np.uint8(200)
    Image.fromarray(np.repeat(disc + 30, 3, axis=2).astype(np.uint8)).save(tmp_path / "disc.png")
    ffmpeg(
        "-loop", "1", "-i", tmp_path / "disc.png", "-frames:v", "20", "-r", "24", "-pix_fmt", "yuv420p", path
    )
    plan = conform((20,), Fraction(24), 24, 20, 0)
    files = refine_segment([path], SegmentSpec(plan, WIDTH, HEIGHT, "natural", 0), tmp_path, lambda _: None)
    facts = probe(files.body, "video/mp4")
    assert (facts.width, facts.height, facts.frames) == (WIDTH, HEIGHT, 20)
    bright = last_picture(files.body)[:, :, 1] > 130
    across, down = bright.any(axis=0).sum(), bright.any(axis=1).sum()
    middle = (np.argwhere(bright).mean(axis=0) + 0.5).tolist()
    assert abs(int(across) - int(down)) <= max(3, 0.02 * across), "round stays round"
    assert abs(middle[0] - HEIGHT / 2) < 2 and abs(middle[1] - WIDTH / 2) < 2


def test_a_turned_chunk_is_upright_in_its_segment(tmp_path: Path) -> None:
    base = clip(tmp_path / "base.mp4", range(20), size=(112, WIDTH))
    ffmpeg("-display_rotation", "90", "-i", base, "-c", "copy", tmp_path / "turned.mp4")
    plan = conform((20,), Fraction(24), 24, 20, 0)
    spec = SegmentSpec(plan, WIDTH, 112, "natural", 0, smooth=False)
    files = refine_segment([tmp_path / "turned.mp4"], spec, tmp_path, lambda _: None)
    shown = np.rot90(picture(0, 112, WIDTH))
    assert np.abs(first_picture(files.body).astype(int) - shown).mean() < 4
