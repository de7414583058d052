"""Knows how a cut is said to other editors: as OpenTimelineIO, and through its adapters as FCP XML and EDL.

A clip a shot, whole at the film's rate, with every version as one of its media; dissolves begin at the cut
and take what the shot before has beyond its end. So nothing is retimed, and every frame is where the film has
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import opentimelineio as otio

from activities.film import CutList, ListedShot, ShotVersion

Kind = Literal["otio", "xml", "edl"]
#: Where the file of a version lies, by the version's key, and that of the sound, by its object's.
Places = Mapping[str, str]
_OURS = "reelwright"
_Time, _Range = otio.opentime.RationalTime, otio.opentime.TimeRange


class NoTimecode(Exception):
    """FCP XML and EDL count in SMPTE timecode, which knows no such rate. Never retry: export another kind."""


def timeline(cut: CutList, places: Places) -> Any:
    """The cut as a timeline, whose media are at these addresses."""
    made = otio.schema.Timeline(name=cut.title or cut.film)
    made.metadata[_OURS] = {"film": cut.film, "cut": cut.number}
    made.metadata["fcp_xml"] = _format(cut)
    made.tracks.append(_pictures(cut, places))
    if cut.sound:
        made.tracks.append(_sound(cut, places[cut.sound]))
    return made


def check_rate(kind: Kind, fps: int) -> None:
    """Raises `NoTimecode` where that kind cannot say a film of that rate."""
    if kind != "otio" and not _Time.is_valid_timecode_rate(fps):
        raise NoTimecode(f"it counts in timecode, of 24, 25 or 30 frames a second, and this film has {fps}")


def write(made: Any, path: Path, kind: Kind) -> None:
    """Writes a timeline, of a rate that was checked. Raises OSError."""
    rate = made.duration().rate
    adapter = {"otio": "otio_json", "xml": "fcp_xml", "edl": "cmx_3600"}[kind]
    more = {"rate": rate} if kind == "edl" else {}
    otio.adapters.write_to_file(made, str(path), adapter_name=adapter, **more)


def _pictures(cut: CutList, places: Places) -> Any:
    track, fps = otio.schema.Track(name="Shots", kind=otio.schema.TrackKind.Video), cut.format.fps
    before = ""
    for number, shot in enumerate(cut.shots, 1):
        if shot.fade:
            track.append(_dissolve(shot.fade, fps))
        clip = otio.schema.Clip(name=shot.id, source_range=_frames(0, shot.frames, fps))
        clip.set_media_references(
            {one.name: _media(shot, one, places[one.key], fps) for one in shot.versions},
            shot.versions[0].name,
        )
        clip.metadata[_OURS] = {"shot": number, "title": shot.title, "camera": shot.camera}
        clip.markers.extend(_markers(shot, before, fps))
        track.append(clip)
        before = shot.id
    return track


def _media(shot: ListedShot, version: ShotVersion, where: str, fps: int) -> Any:
    media = otio.schema.ExternalReference(target_url=where, available_range=_frames(0, version.frames, fps))
    media.name = f"{shot.id}-{version.name}"
    media.metadata[_OURS] = {
        "version": version.name,
        "models": list(version.models),
        "words": list(version.words),
        "joins": list(version.joins),
        "seams": list(version.seams),
    }
    return media


def _markers(shot: ListedShot, before: str, fps: int) -> Iterator[Any]:
    """How the shot begins, and where its chunks join."""
    colors = otio.schema.MarkerColor
    if before:
        how = f"dissolve from {before}, {shot.fade} frames" if shot.fade else f"cut from {before}"
        yield _marker(how, 0, max(shot.fade, 1), fps, colors.GREEN)
    shown = shot.versions[0]
    for number, at in enumerate(shown.joins, 2):
        score = f", seam {shown.seams[number - 2]:.2f}" if len(shown.seams) >= number - 1 else ""
        yield _marker(f"chunk {number}{score}", at, 1, fps, colors.RED)


def _marker(name: str, at: int, frames: int, fps: int, color: str) -> Any:
    return otio.schema.Marker(name=name, marked_range=_frames(at, frames, fps), color=color)


def _dissolve(frames: int, fps: int) -> Any:
    made = otio.schema.Transition(
        name="Cross Dissolve",
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=_Time(0, fps),
        out_offset=_Time(frames, fps),
    )
    # Left to itself the adapter writes `start-black`, which some editors take for a fade from black.
    made.metadata["fcp_xml"] = {"alignment": "start"}
    return made


def _sound(cut: CutList, where: str) -> Any:
    whole = _frames(0, cut.frames, cut.format.fps)
    media = otio.schema.ExternalReference(target_url=where, available_range=whole)
    media.name = "sound"
    track = otio.schema.Track(name="Sound", kind=otio.schema.TrackKind.Audio)
    track.append(otio.schema.Clip(name="sound", source_range=whole, media_reference=media))
    return track


def _format(cut: CutList) -> dict[str, Any]:
    """What FCP XML says of a sequence: editors would take another size for granted."""
    size = {"width": str(cut.format.width), "height": str(cut.format.height)}
    return {"media": {"video": {"format": {"samplecharacteristics": size}}}}


def _frames(start: int, count: int, fps: int) -> Any:
    return _Range(_Time(start, fps), _Time(count, fps))
