"""The delivery stage: the finished film, marked as what it is, and its manifest under a name that a person
can read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pydantic import JsonValue
from temporalio import activity

from activities.film.captions import captions
from activities.film.cut_folders import cuts_of
from activities.film.marking import Marking, Put
from activities.film.provenance import Provenance, Told, amount_of, source_of
from activities.film.telling import FILM_FILE, REPORT, Telling
from activities.running import translated
from activities.studio import Studio
from workflows.film import DeliveredFilm, DeliverFilm

#: What lies in the folder of a cut.
FILES = (FILM_FILE, "captions.vtt", "manifest.json", REPORT)


class Keys(NamedTuple):
    """Of the objects of one cut, in the order of their files."""

    video: str
    captions: str
    manifest: str
    report: str


class Delivery:
    def __init__(self, studio: Studio) -> None:
        self._studio, self._marking, self._telling = studio, Marking(studio), Telling(studio)
        self._provenance = Provenance(studio.storage.database)

    @activity.defn(name="deliver_film")
    @translated
    async def deliver_film(self, step: DeliverFilm) -> DeliveredFilm:
        """Puts a marked copy of the film at `videos/<id>/cuts/<n>/film.mp4`, and `captions.vtt`,
        `manifest.json` and `report.html` beside it.

        The same film again is the same cut, and what was delivered is never replaced: links to it have been
        handed out."""
        studio, cuts = self._studio, cuts_of(step.film_id)
        there = await studio.store.list(cuts)
        number = await studio.cuts.number(step.film_id, step.film.key, _taken(cuts, there))
        keys = Keys(*(f"{cuts}{number}/{file}" for file in FILES))
        missing = {*keys} - {*there}
        telling: asyncio.Future[str | None] = asyncio.Future()
        if keys.report in missing:
            # Beside the rest: nobody waits longer for the film because of it.
            telling = asyncio.ensure_future(self._telling.put(step, number, keys.report))
        else:
            telling.set_result(keys.report)
        try:
            warnings = await self._put(step, number, keys, missing)
            return DeliveredFilm(
                video=keys.video,
                manifest=keys.manifest,
                cut=number,
                captions=keys.captions,
                report=await telling,
                warnings=warnings,
            )
        finally:
            telling.cancel()

    async def _put(
        self, step: DeliverFilm, number: int, keys: Keys, missing: Collection[str]
    ) -> tuple[str, ...]:
        """What is missing of film, captions and manifest; returns what people are to be told of the mark."""
        studio = self._studio
        shots = await self._provenance.told(step) if {keys.video, keys.manifest} & {*missing} else ()
        put = await self._marking.put(step, shots, keys.video) if keys.video in missing else None
        if keys.captions in missing:
            said = captions(step.plan, step.format, step.drawn, step.lettered)
            await studio.store.put_text(said, "text/vtt", keys.captions)
        if keys.manifest in missing:
            put = put or await self._marking.look(keys.video)
            names = {"film": step.film_id, "video": keys.video, "captions": keys.captions}
            costs = await self._provenance.costs(step.film_id)
            told = {**names, "cut": number, "cost_usd": costs, **_manifest(step, shots, put)}
            await studio.store.put_json(told, keys.manifest)
        return put.warnings if put else ()


def _taken(cuts: str, there: Iterable[str]) -> int:
    """The highest number in the bucket: a database brought back from a backup may not know it."""
    names = [key.removeprefix(cuts).partition("/")[0] for key in there]
    return max((int(name) for name in names if name.isdecimal()), default=0)


def _manifest(step: DeliverFilm, shots: Sequence[Told], put: Put) -> dict[str, JsonValue]:
    """What the film is made of, in the order a person looks for it."""
    media = step.film.media.model_dump(mode="json", exclude_none=True)
    return {
        "title": step.plan.title,
        # The delivered file is the stitched one with its marks.
        "media": media | {"bytes": put.bytes, "sha256": put.sha256},
        "digital_source_type": source_of(shots),
        # What they cost is nobody's business who is given the film: its own mark does not say it.
        "shots": [told.said | {"cost_usd": amount_of(told.shot.usd)} for told in shots],
        "beats": [
            {
                "id": beat.id,
                "start_s": planned.start_s,
                "seconds": planned.seconds,
                "title": planned.title,
                "camera": planned.camera,
                "frames": beat.frames,
                "storyboard": beat.storyboard,
                "chunks": list(beat.chunks),
                **({"seams": list(beat.seams)} if beat.seams else {}),
                **({"colours": [one.model_dump() for one in beat.colours]} if beat.colours else {}),
                **({"ends": [one.model_dump() for one in beat.ends]} if beat.ends else {}),
                **({"clips": [one.model_dump() for one in beat.clips]} if beat.clips else {}),
            }
            for beat, planned in zip(step.beats, step.plan.beats, strict=True)
        ],
        "soundtrack": step.soundtrack,
        "plan": step.plan.model_dump(mode="json"),
        "warnings": [*step.warnings, *put.warnings],
    }
