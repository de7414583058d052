"""Knows how pieces become the film: their packets copied, re-timed by counting, and the sound muxed once.

The timestamps of the pieces are not believed: frame k of the film is shown at k / fps because it is the
k-th, so that nothing rounds and nothing drifts, however many pieces there are.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from activities.media.probing import Unreadable, WrongLength, opened

# Quoted: the class takes a type only where types are checked.
_Packet: TypeAlias = "Packet[VideoStream] | Packet[AudioStream]"

# Ticks of a frame. The time base is 1 / (fps * 1000), in which every frame is whole.
_TICKS = 1000
# Frames that x264 holds back to order its B-frames: by so much, decoding runs ahead of showing.
_DELAY = 2
# Movie timescale: a multiple of 8..30 fps and 48 kHz, so the length is exact. 1000 would cut samples.
_MOVIE_TIMESCALE = 240_000


class MixedEngines(Exception):
    """Pieces that were not made by one encoder with one setting cannot share a track.

    Never worth a retry: the pieces have to be encoded again, by one engine (`alike.joined`).
    """


@dataclass(frozen=True)
class Piece:
    """A body or transition, and the frames it was planned to have."""

    path: Path
    frames: int


def stitch(pieces: Sequence[Piece], soundtrack: Path | None, out: Path, fps: int, title: str = "") -> None:
    """Write the film to `out` (mp4, index first) with exactly the planned frames; it appears when complete.
    Players show its `title`: anybody's words, which go into the file as a value and nowhere else.

    Reads piece after piece, so memory does not grow with the film. Raises `WrongLength` and `MixedEngines`
    before anything appears at `out`, and `Unreadable`.
    """
    part = out.with_name(f"{out.name}.part")
    try:
        _write(pieces, soundtrack, part, fps, title)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _write(pieces: Sequence[Piece], soundtrack: Path | None, part: Path, fps: int, title: str) -> None:
    options = {
        "movflags": "+faststart",
        "video_track_timescale": str(fps * _TICKS),
        "movie_timescale": str(_MOVIE_TIMESCALE),
    }
    if not pieces:
        raise WrongLength("a film of no pieces")
    with av.open(str(part.absolute()), "w", format="mp4", options=options) as film:
        with opened(pieces[0].path) as first:
            template = _video(first, pieces[0].path)
            picture = film.add_stream_from_template(template)
            engine = _engine(template)
        picture.time_base = Fraction(1, fps * _TICKS)
        if shown := " ".join(title.split()):
            film.metadata["title"] = shown
        streams = [_pictures(pieces, picture, engine, fps)]
        if soundtrack is None:
            _mux(film, streams)
            return
        with opened(soundtrack, "audio/mp4") as sound:
            if not sound.streams.audio:
                raise Unreadable(f"no sound in {soundtrack.name}")
            track = film.add_stream_from_template(sound.streams.audio[0])
            streams.append(_sounds(sound, track))
            # Inside, because the sound is read while it is muxed.
            _mux(film, streams)


def _mux(film: OutputContainer, streams: Sequence[Iterator[_Packet]]) -> None:
    # In the order of decoding times across both tracks: the muxer then has nothing to hold back.
    for packet in heapq.merge(*streams, key=_decoded_at):
        film.mux(packet)


def _decoded_at(packet: _Packet) -> Fraction:
    assert packet.dts is not None and packet.time_base is not None
    return packet.dts * packet.time_base


def _pictures(
    pieces: Sequence[Piece], picture: VideoStream, engine: tuple[object, ...], fps: int
) -> Iterator[_Packet]:
    """All packets in decoding order, each with its place in the film."""
    start = 0
    for piece in pieces:
        with opened(piece.path) as container:
            stream = _video(container, piece.path)
            if _engine(stream) != engine:
                raise MixedEngines(f"{piece.path.name} differs from {pieces[0].path.name} in size or encoder")
            yield from _placed(container, stream, piece, picture, start, fps)
        start += piece.frames


def _placed(
    container: InputContainer, stream: VideoStream, piece: Piece, picture: VideoStream, start: int, fps: int
) -> Iterator[_Packet]:
    base, ranks = 0, set[int]()
    for packet in container.demux(stream):
        if not packet.size or packet.pts is None:
            continue
        # The first packet is the key frame, and a piece begins with what is shown first.
        base = packet.pts if not ranks else base
        rank = round((packet.pts - base) * packet.time_base * fps)
        decoded = start + len(ranks) - _DELAY
        if rank in ranks or not 0 <= rank < piece.frames or not (ranks or packet.is_keyframe):
            raise WrongLength(f"{piece.path.name} has a frame at {rank}, {piece.frames} frames were planned")
        if decoded > start + rank:
            raise MixedEngines(f"{piece.path.name} orders its frames further ahead than the engine does")
        ranks.add(rank)
        packet.stream = picture
        packet.time_base = Fraction(1, fps * _TICKS)
        packet.pts, packet.dts = (start + rank) * _TICKS, decoded * _TICKS
        packet.duration = _TICKS
        yield packet
    if len(ranks) != piece.frames:
        raise WrongLength(f"{piece.path.name} has {len(ranks)} frames, {piece.frames} were planned")


def _sounds(sound: InputContainer, track: AudioStream) -> Iterator[_Packet]:
    """The sound's packets as they are: the first starts before 0, by the encoder's priming."""
    for packet in sound.demux(sound.streams.audio[0]):
        if packet.size and packet.dts is not None:
            packet.stream = track
            yield packet


def _video(container: InputContainer, path: Path) -> VideoStream:
    if not container.streams.video:
        raise Unreadable(f"no video in {path.name}")
    return container.streams.video[0]


def _engine(stream: VideoStream) -> tuple[object, ...]:
    """What must be equal: among it the encoder's own headers, which carry size, rate, colour and setting."""
    context = stream.codec_context
    return context.name, context.width, context.height, context.pix_fmt, context.extradata, stream.time_base
