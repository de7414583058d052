"""What a file says of itself, as others read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import c2pa

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")


def read(film: Path) -> dict[str, Any] | None:
    """The whole report of the library's reader on a film; None where there is no manifest."""
    reader = c2pa.Reader.try_create(str(film))
    if reader is None:
        return None
    with reader:
        report: dict[str, Any] = json.loads(reader.json())
        return report | {"state": reader.get_validation_state()}


def active(report: dict[str, Any] | None) -> dict[str, Any]:
    """The manifest that speaks of the film as it is."""
    assert report is not None, "there is no manifest"
    manifest: dict[str, Any] = report["manifests"][report["active_manifest"]]
    return manifest


def assertion(report: dict[str, Any] | None, label: str) -> Any:
    return next(one["data"] for one in active(report)["assertions"] if one["label"] == label)


def source_type(report: dict[str, Any] | None) -> str:
    """The term by which the film is said to have been created."""
    created = assertion(report, "c2pa.actions.v2")["actions"][0]
    assert created["action"] == "c2pa.created"
    return str(created["digitalSourceType"]).removeprefix(IPTC)


def boxes(film: Path) -> list[tuple[str, bytes]]:
    """Type and content of the boxes that lie beside each other in an mp4."""
    data, at = film.read_bytes(), 0
    found: list[tuple[str, bytes]] = []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append((data[at + 4 : at + 8].decode(), data[at + 8 : at + size]))
        at += size
    return found


def xmp(film: Path) -> str:
    """Its one XMP packet."""
    [packet] = [content for name, content in boxes(film) if name == "uuid" and content.startswith(XMP)]
    return packet.removeprefix(XMP).decode()


def streams(film: Path) -> list[tuple[object, ...]]:
    """Every packet of picture and sound, to the byte, with its times."""
    with av.open(str(film)) as container:
        return [
            (packet.stream.type, packet.pts, packet.dts, packet.duration, bytes(packet))
            for packet in container.demux()
            if packet.size
        ]
