"""The animatic: films from a prompt alone, drawn here, for nothing, and never passed off as footage."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic import score
from activities.animatic.compositor import Compositor
from activities.animatic.encode import ChunkWriter
from activities.animatic.layer import Image
from activities.animatic.legs import leg_of
from activities.animatic.plate import Dissolve, Plate, find_frame, read_picture
from activities.animatic.scenes import Scenes
from activities.models import Advance, AnchorJob, ChunkJob, ScoreJob
from workflows.film import Shot

#: Frames between two reports: at the slowest, some two seconds of 1080p on one core.
REPORT_EVERY = 8
#: Frames of a chunk that are drawn at once: a film's last chunk is drawn alone, and would leave a core idle.
AT_ONCE = 2

# Chunks are made side by side, one to a core. OpenCV's own threads would only get in each other's way.
cv2.setNumThreads(1)


class Animatic:
    """A `LocalModel`. One instance serves any number of threads; they share its built scenes."""

    name = "animatic"
    # Raised by hand whenever a picture changes; OpenCV's own pixels change with its releases.
    engine = f"animatic 3, opencv {cv2.__version__}"
    # Raised by hand whenever a note changes: music that is there stays, however pictures are drawn.
    score_engine = f"animatic 1, opencv {cv2.__version__}"

    def __init__(self) -> None:
        self._scenes = Scenes()

    def draw_image(self, shot: Shot, photos: Sequence[Path], out: Path, lettered: bool = True) -> None:
        """Writes the beat's first frame as PNG: its first chunk begins with exactly this picture, where it is
        `lettered`. Footage that begins with the other is not marked as an animatic."""
        _write(Compositor(self._scenes.get(shot, photos)).frame(0.0, captions=lettered), out)

    def draw_anchor(self, job: AnchorJob, out: Path) -> None:
        """Writes a frame of the beat as PNG: of its own path where it begins with a frame of that, else what
        the picture that it begins with shows by then under the beat's camera. Raises `InvalidInput` where
        that is no picture."""
        compositor, frame = Compositor(self._scenes.get(job.shot, job.photos)), job.shot.format
        start, seconds = read_picture(job.image, frame.width, frame.height), job.frame / frame.fps
        if find_frame(compositor, start, 0, job.lettered) is not None:
            _write(compositor.frame(seconds, captions=job.lettered), out)
        else:
            _write(Plate(compositor.scene, start, 0.0).frame(seconds, marked=job.lettered), out)

    def render_chunk(self, job: ChunkJob, out: Path, advance: Advance) -> None:
        """Writes exactly `job.frames` frames, the first of which shows what `job.start` shows.

        Raises `InvalidInput` where a photo or the start image is no picture, `JobFailed` where the encoder
        fails. Whatever `advance` raises ends the encoder and leaves no file.
        """
        advance(0)
        compositor = Compositor(self._scenes.get(job.shot, job.photos))
        advance(0)
        fps = job.shot.format.fps
        is_own = job.shot.beat.span is not None and self._is_own(job, compositor)
        draw, first = self._along(job, compositor) if is_own else self._footage(job, compositor)
        moments = ((first + i) / fps for i in range(job.frames))
        with ChunkWriter(out, job.shot.format) as writer, closing(_drawn(draw, moments)) as frames:
            for i, frame in enumerate(frames, 1):
                writer.write(frame)
                if i % REPORT_EVERY == 0 or i == job.frames:
                    advance(i)

    def compose_score(self, job: ScoreJob, advance: Advance) -> NDArray[np.float32]:
        """Returns the film's music: stereo samples at 48 kHz, shape (samples, 2), not yet mastered."""
        return score.compose_score(job, advance)

    def _is_own(self, job: ChunkJob, compositor: Compositor) -> bool:
        """Whether the scene begins with a frame of its own path, and not with another's picture."""
        if job.start is None:
            return True
        frame = job.shot.format
        return find_frame(compositor, read_picture(job.start, frame.width, frame.height), 0) is not None

    def _along(self, job: ChunkJob, compositor: Compositor) -> tuple[Callable[[float], Image], int]:
        """The whole way from the scene's first keyframe to its last, in however many frames; the words keep
        their own time. The shot before has shown the first frame, but for the film's own first."""
        leg, fps = leg_of(job.shot), job.shot.format.fps
        lead = 0.0 if job.shot.number == 1 else 1 / fps

        def draw(seconds: float) -> Image:
            canvas = compositor.picture(leg.lasts * seconds * fps / max(1, job.frames - 1))
            compositor.letter(canvas, seconds - lead)
            return canvas

        return draw, 0

    def _footage(self, job: ChunkJob, compositor: Compositor) -> tuple[Callable[[float], Image], int]:
        """What draws the frames, and the frame of the beat they begin at."""
        if job.start is None:
            return compositor.frame, job.first_frame
        frame = job.shot.format
        start = read_picture(job.start, frame.width, frame.height)
        found = find_frame(compositor, start, job.first_frame)
        if found is not None:
            return compositor.frame, found
        plate = Plate(compositor.scene, start, job.first_frame / frame.fps)
        if job.end is None:
            return plate.frame, job.first_frame
        end = read_picture(job.end, frame.width, frame.height)
        last = Plate(compositor.scene, end, (job.first_frame + job.frames - 1) / frame.fps)
        return Dissolve(plate, last).frame, job.first_frame


def _drawn(draw: Callable[[float], Image], moments: Iterator[float]) -> Generator[Image]:
    """The frames of these moments, in their order, some of them drawn while those before are taken."""
    with ThreadPoolExecutor(AT_ONCE, "artist") as artists:
        ahead = deque(artists.submit(draw, moment) for moment in itertools.islice(moments, AT_ONCE))
        while ahead:
            frame = ahead.popleft().result()
            ahead.extend(artists.submit(draw, moment) for moment in itertools.islice(moments, 1))
            yield frame


def _write(frame: Image, out: Path) -> None:
    done, png = cv2.imencode(".png", cv2.cvtColor(frame, cv2.COLOR_BGRA2BGR))
    assert done
    out.write_bytes(png.tobytes())
