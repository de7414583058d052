"""How SVG becomes a PNG: by resvg, which lets no other thread of its process run, so in one of its own.

A drawing of a set takes up to 0.14 s at 720p, all of a film's 1.7 s: here, the other chunk's drawing and the
worker's event loop would stand still meanwhile. The process beside ours lives while one set is built: it
starts in 30 ms, knows nothing but what it is to draw, and ends with whoever asks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypedDict

# What an interpreter may need to find its own library, and nothing else of the environment: there are keys.
_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# The length of a PNG comes before it, in so many bytes.
_LENGTH = 4


class Drawing(TypedDict):
    """What resvg is asked for, by the names of its own arguments."""

    svg_string: str
    font_files: list[str]
    font_family: str
    skip_system_fonts: bool


def png_of(drawing: Drawing) -> bytes:
    """The picture: the same bytes within `beside` and without. Raises `ValueError` where it is not well
    formed."""
    helper = _helper.get()
    # Where none answers it is drawn here: that costs the others time, and nothing else.
    return (_asked(helper, drawing) if helper else b"") or _drawn(drawing)


@contextmanager
def beside() -> Iterator[subprocess.Popen[bytes] | None]:
    """Within it, what this thread draws is drawn by a process of its own, which ends with it; by ours where
    there is no room for another."""
    helper = _started()
    before = _helper.set(helper)
    try:
        yield helper
    finally:
        _helper.reset(before)
        if helper is not None:
            _end(helper)


_helper: ContextVar[subprocess.Popen[bytes] | None] = ContextVar("helper", default=None)


def _started() -> subprocess.Popen[bytes] | None:
    import resvg_py

    packages = Path(resvg_py.__file__).parents[1]
    try:
        return subprocess.Popen(
            # Isolated: nothing of the folder it starts in, and nothing that is set up for other programs.
            [sys.executable, "-I", "-S", __file__, str(packages)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _LOADER if name in os.environ},
        )
    except OSError:
        return None


def _asked(helper: subprocess.Popen[bytes], drawing: Drawing) -> bytes:
    """Nothing where it has ended, as it does over what it cannot draw."""
    assert helper.stdin is not None and helper.stdout is not None
    try:
        helper.stdin.write(json.dumps(drawing).encode() + b"\n")
        helper.stdin.flush()
        size = int.from_bytes(helper.stdout.read(_LENGTH), "big")
        png = helper.stdout.read(size)
    except OSError:
        return b""
    return png if len(png) == size else b""


def _end(helper: subprocess.Popen[bytes]) -> None:
    # It holds nothing that could be left half done.
    helper.kill()
    helper.communicate()


def _drawn(drawing: Drawing) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(**drawing))


def _serve(packages: str) -> None:
    """Draws what its input asks for, one drawing a line, until that is closed, be it by death."""
    sys.path.append(packages)
    # Of fonts that it cannot read resvg speaks on the standard output.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        png = _drawn(json.loads(line))
        answers.write(len(png).to_bytes(_LENGTH, "big") + png)
        answers.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
