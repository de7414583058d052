"""How much picture there is: of a file that is here by what it shows, whatever it says of itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from activities.pipeline.extents import of_what_is_there


def test_a_video_is_priced_by_what_it_shows(tmp_path: Path) -> None:
    """Its maker writes the size and the rate into a WebM: here a sixteenth, and 500 frames a second."""
    path = tmp_path / "clip.webm"
    with av.open(str(path), "w", format="webm") as out:
        stream = out.add_stream("libvpx", rate=500)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(4):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 40 * number, np.uint8), "rgb24")
            frame.pts, frame.time_base = number * 5000, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    said = (
        path.read_bytes().replace(b"\xb0\x81\x40", b"\xb0\x81\x10").replace(b"\xba\x81\x30", b"\xba\x81\x0c")
    )
    path.write_bytes(said)
    found = of_what_is_there(path)
    assert (found.width, found.height, found.frames, found.seconds) == (64, 48, 4, Fraction(15))
