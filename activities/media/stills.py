"""Knows how one picture is made of another, or of a video: taken out, given another size, enlarged."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from activities.media.conform import flat, save_png
from activities.media.ffmpeg import MAX_PIXELS
from activities.media.frames import form, picture_at
from activities.media.probing import Unreadable, count_frames
from workflows.studio import RATIO, SHORT_SIDE, Aspect, Size

#: Names how these are made. Raise it when other pixels come of the same.
STILLS = "stills 1"


def frame_at(video: Path, number: int, out: Path) -> None:
    """Writes the frame of that number, from 0, or counted from the end where it is negative, as PNG in the
    video's own size. Raises `Unreadable`, also where there is none."""
    frames = count_frames(video)
    if not -frames <= number < frames:
        raise Unreadable(f"it has {frames} frames, and none of number {number}")
    shown = form(video)
    picture = picture_at(video, number % frames, (shown.width, shown.height))
    save_png(Image.fromarray(picture), out)


def size_for(width: int, height: int, aspect: Aspect | None, size: Size | None) -> tuple[int, int]:
    """Width and height, both even, of what was `width` x `height` in another shape, with another short side:
    what is not said stays as it is. A shape is cut out of what there is, and is not made larger for it."""
    across, down = RATIO[aspect] if aspect else (width, height)
    scale = SHORT_SIDE[size] / min(across, down) if size else min(width / across, height / down)
    return max(2, round(across * scale / 2) * 2), max(2, round(down * scale / 2) * 2)


def opaque(image: Path, folder: Path) -> Path:
    """A picture of which nothing is transparent: itself, or a PNG of it on white in the folder. Raises
    `Unreadable`."""
    try:
        # A file of a caller's is called a picture before anybody has looked at it.
        with Image.open(image, formats=("PNG", "JPEG", "WEBP")) as given:
            if not given.has_transparency_data:
                return image
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable(f"{image.name} is not a whole image") from error
    out = folder / f"{image.stem}.opaque.png"
    save_png(flat(image), out)
    return out


def resized_image(
    image: Path, out: Path, aspect: Aspect | None, size: Size | None, whole: bool = False
) -> None:
    """Writes it as PNG in that shape and size: its middle, or all of it on black where it is to be `whole`.
    Raises `Unreadable`."""
    picture = flat(image)
    wanted = size_for(*picture.size, aspect, size)
    if whole:
        fitted = ImageOps.pad(picture, wanted, Image.Resampling.LANCZOS, color="black")
    else:
        fitted = ImageOps.fit(picture, wanted, Image.Resampling.LANCZOS)
    save_png(fitted, out)


def large_enough(image: Path, least: int, out: Path) -> Path:
    """A picture of at least so many pixels a side that is no more than 2.5 times as long as wide: itself, or
    a PNG of it at `out`, enlarged, on white. Raises `Unreadable`."""
    picture = flat(image)
    short, long = sorted(picture.size)
    # An even number of 2.4: it is rounded.
    side = max(short, round(long / 2.4 + 0.5))
    if short >= least and 2 * long <= 5 * short:
        return image
    scale = max(1.0, least / side)
    whole = tuple(max(2, round(scale * max(one, side))) for one in picture.size)
    save_png(ImageOps.pad(picture, (whole[0], whole[1]), Image.Resampling.LANCZOS, color="white"), out)
    return out


def enlarged_image(image: Path, out: Path, factor: int) -> None:
    """Writes it as PNG, so many times as wide and high. Raises `Unreadable`, also where it would be too
    large."""
    picture = flat(image)
    width, height = picture.width * factor, picture.height * factor
    if width * height > MAX_PIXELS:
        raise Unreadable(f"it would have {width} x {height} pixels, more than {MAX_PIXELS:,}")
    save_png(picture.resize((width, height), Image.Resampling.LANCZOS), out)
