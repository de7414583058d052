"""Knows the one way an ffmpeg process is run: what it may open, how far it is, and how it is ended.

Graphs are built with `ffmpeg-python`, which escapes what goes into a filter; the words go straight to
the process, never through a shell. Files are named with the `file:` protocol, so that no name can be
taken for an option, another protocol or a pattern.
"""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

#: Called with the frames encoded so far, about twice a second; what it raises ends the encode.
Advance = Callable[[int], None]

#: The containers that models deliver, and our own pieces. A playlist or script is none of them.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
#: 8K: more than any model makes, and still decoded in some hundred MB.
MAX_PIXELS = 33_177_600

# A slow encode (1080p, 6 frames a second, eight to a core) shows its first frame, behind an encoder that
# looks some 50 frames ahead, after little over a minute. Twice that without a frame is a hang.
_STALL_S = 120.0
# Twice a second: soon enough for a heartbeat or a stop, too seldom to cost anything.
_TICK_S = 0.5
# ffmpeg says what is wrong in its first lines, and what became of it in the last ones; a broken file can make
# it say thousands in between.
_KEPT_STDERR = 4_000
_SHOWN_LINES = 3
# What it says of each of its threads once one has failed: true of any failure, and never the cause.
_CONSEQUENCE = re.compile(
    r"Task finished with error|Terminating thread|before EOF|Nothing was written|Error sending frames"
    r"|Error while opening encoder|Conversion failed"
)
# ffmpeg's own progress stays at 0 until each output has a frame, and a tail gets its first at the very end;
# the encoder's lines do not wait. Nor may the packets that do wait until then be counted as too many.
_TOLD: dict[str, str | int] = {
    "stats_enc_post:v": "pipe:1",
    "stats_enc_post_fmt:v": "frame={n}",
    "max_muxing_queue_size": 1_000_000,
}


class EncodeFailed(Exception):
    """ffmpeg ended with an error, or made no frame for two minutes; what it had written is removed.

    Worth a retry: memory, disk or a killed process pass. A file that is broken fails each time.
    """


@cache
def executable() -> str:
    """The path of the ffmpeg that comes with the package `imageio-ffmpeg`."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


@cache
def version() -> str:
    """The version of ffmpeg, part of every recipe whose result it shapes. Costs 0.05 s, once a process."""
    # The answer is immediate; a minute allows for a disk that has yet to read the program.
    command = [executable(), "-version"]
    said = subprocess.run(command, capture_output=True, timeout=60, check=False).stdout
    found = re.match(r"ffmpeg version (\S+)", said.decode(errors="replace"))
    return found[1] if found else "unknown"


def source(path: Path) -> Any:
    """An input of a graph: a local video file of a known container, decoded on one thread."""
    return ffmpeg.input(
        f"file:{path.absolute()}",
        protocol_whitelist="file",
        format_whitelist=FORMATS,
        max_pixels=MAX_PIXELS,
        err_detect="explode",
        threads=1,
    )


@dataclass(frozen=True)
class Output:
    """An end of a graph: what is encoded, where to, with the encoder's options as of `codec`."""

    stream: Any
    path: Path
    options: Mapping[str, str | int]
    #: What is to be heard, encoded as the options say, too.
    sound: Any = None


def encode(outputs: Sequence[Output], advance: Advance) -> None:
    """Run one graph to its end, writing all outputs in one process.

    `advance` gets the frames encoded of the first output so far. Raises `EncodeFailed`, and whatever
    `advance` raises, after the process has ended and everything it wrote is gone.
    """
    ends = [
        ffmpeg.output(
            *(one for one in (o.stream, o.sound) if one is not None),
            f"file:{o.path.absolute()}",
            **o.options,
            **({} if index else _TOLD),
        )
        for index, o in enumerate(outputs)
    ]
    # One thread an encode: the queue starts as many encodes as there are cores.
    command = [executable(), "-hide_banner", "-nostdin", "-y", "-xerror", "-v", "error"]
    command += ["-filter_threads", "1", "-filter_complex_threads", "1"]
    command += ffmpeg.get_args(ffmpeg.merge_outputs(*ends) if len(ends) > 1 else ends[0])
    try:
        _run(command, advance)
    except BaseException:
        for o in outputs:
            o.path.unlink(missing_ok=True)
        raise


def filtered(stream: Any, data: bytes, pix_fmt: str) -> bytes:
    """What a graph that begins with `pipe:0` makes of raw pictures: raw ones. Raises `EncodeFailed`."""
    end = ffmpeg.output(stream, "pipe:1", f="rawvideo", pix_fmt=pix_fmt)
    command = [executable(), "-hide_banner", "-v", "error", "-filter_complex_threads", "1"]
    # It is one picture or a few, in 0.1 s; a minute allows for a machine that does much else.
    made = subprocess.run([*command, *ffmpeg.get_args(end)], input=data, capture_output=True, timeout=60)
    if made.returncode:
        said = made.stderr.decode(errors="replace")
        raise EncodeFailed(f"ffmpeg ended with code {made.returncode}: {cause(said)}")
    return made.stdout


def _run(command: Sequence[str], advance: Advance) -> None:
    # Should this process be killed, ffmpeg ends too: its next frame meets a closed pipe.
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    try:
        said = _follow(process, advance)
        code = process.wait(timeout=_STALL_S)
    except subprocess.TimeoutExpired as error:
        raise EncodeFailed(f"ffmpeg closed its outputs but did not end in {_STALL_S:.0f} s") from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
    if code:
        raise EncodeFailed(f"ffmpeg ended with code {code}: {cause(said)}")


def _follow(process: subprocess.Popen[bytes], advance: Advance) -> str:
    """Read both pipes until they close; what was said on stderr, its end only."""
    assert process.stdout is not None and process.stderr is not None
    stdout, stderr = process.stdout.fileno(), process.stderr.fileno()
    pending, said, frames, alive, told = b"", b"", 0, time.monotonic(), 0.0
    with selectors.DefaultSelector() as selector:
        for pipe in (stdout, stderr):
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(_TICK_S):
                read = os.read(key.fd, 65_536)
                if not read:
                    selector.unregister(key.fd)
                elif key.fd == stderr:
                    said = _kept(said + read)
                else:
                    *lines, pending = (pending + read).split(b"\n")
                    seen = _frames(lines, frames)
                    alive = time.monotonic() if seen > frames else alive
                    frames = seen
            now = time.monotonic()
            if now - told >= _TICK_S:
                advance(frames)
                told = now
            if now - alive > _STALL_S:
                raise EncodeFailed(f"no new frame for {_STALL_S:.0f} s after frame {frames}")
    advance(frames)
    return said.decode(errors="replace")


def _frames(lines: Sequence[bytes], known: int) -> int:
    for line in lines:
        name, _, value = line.partition(b"=")
        if name == b"frame" and value.strip().isdigit():
            # The encoder numbers its frames from 0.
            known = max(known, int(value) + 1)
    return known


def _kept(said: bytes) -> bytes:
    return said if len(said) <= 2 * _KEPT_STDERR else said[:_KEPT_STDERR] + said[-_KEPT_STDERR:]


def cause(said: str) -> str:
    """What ffmpeg says is wrong: its first and last lines, but for those that follow from any error, without
    directories, addresses (they may carry a signature) and pointers."""
    said = re.sub(r"\b(?!file:)\w+://\S+", "…", said)
    said = re.sub(r"(?:file:)?/(?:[^\s/:']+/)*([^\s/:']+)", r"\1", said)
    said = re.sub(r" @ 0x[0-9a-f]+", "", said)
    lines = list(dict.fromkeys(line.strip()[:200] for line in said.splitlines() if line.strip()))
    lines = [line for line in lines if not _CONSEQUENCE.search(line)] or lines
    ends = lines if len(lines) <= 2 * _SHOWN_LINES else [*lines[:_SHOWN_LINES], *lines[-_SHOWN_LINES:]]
    return " | ".join(ends) or "it said nothing"
