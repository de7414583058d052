"""The assembly stage: chunks become segments, segments meet in transitions, pieces become the film."""

from __future__ import annotations

from pathlib import Path

from pydantic import JsonValue
from temporalio import activity

from activities.animatic import what_is_set
from activities.film import recipes
from activities.film.lettering import BeatLettering
from activities.film.segments import segment_of
from activities.ledger import Made, Work
from activities.media import (
    Advance,
    Piece,
    SegmentFiles,
    SegmentSpec,
    codec,
    joined,
    probe,
    refine_segment,
    render_transition,
)
from activities.running import translated
from activities.studio import Studio
from workflows.film import ENDS_MEASURE, SEAM_MEASURE, RefineSegment, RenderTransition, StitchFilm
from workflows.studio import Artifact

_MP4, _MKV = "video/mp4", "video/x-matroska"


class Assembly:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        # Pieces that are joined by copying come from one encoder: part of every recipe here.
        self._engine = codec.engine()

    @activity.defn(name="refine_segment")
    @translated
    async def refine_segment(self, step: RefineSegment) -> Artifact:
        """The body, with the parts `head` and `tail` (lossless) where the film needs them."""
        recipe = await segment_of(self._studio, step, self._engine)

        async def make(work: Work) -> Made:
            chunks = [await work.fetch(chunk.object) for chunk in step.chunks]
            spec = SegmentSpec(
                conform=step.conform,
                width=step.format.width,
                height=step.format.height,
                look=step.look,
                head_frames=step.head_frames,
                smooth=recipes.SMOOTH,
                cuts=step.cuts,
                first=await work.fetch(step.first.object) if step.first else None,
                anchored="colours" in recipe.params,
                drawn="x264" in recipe.params,
                lasts=tuple([await work.fetch(one.object) if one else None for one in step.lasts]),
            )
            words = await _lettering(step, work)
            files = await work.compute(refine_segment, chunks, spec, work.dir, work.advance, words)
            parts = {"head": files.head, "tail": files.tail}
            return Made(
                files.body,
                await work.compute(probe, files.body, _MP4),
                {name: (path, await work.compute(probe, path, _MKV)) for name, path in parts.items() if path},
                _joined(files),
            )

        return await self._studio.render(recipe, make, f"segment of {step.beat_id}", step.conform.frames)

    @activity.defn(name="render_transition")
    @translated
    async def render_transition(self, step: RenderTransition) -> Artifact:
        """The opening frames of a beat."""
        tail = step.before.parts.get("tail") if step.fade else None
        recipe = recipes.transition(step, self._engine)

        async def make(work: Work) -> Made:
            out = work.dir / "transition.mp4"
            head = await work.fetch(step.segment.parts["head"].object)
            before = await work.fetch(tail.object) if tail else None
            await work.compute(_render, before, head, out, step, work.advance)
            return Made(out, await work.compute(probe, out, _MP4))

        return await self._studio.render(recipe, make, f"transition into {step.beat_id}", step.frames)

    @activity.defn(name="stitch_film")
    @translated
    async def stitch_film(self, step: StitchFilm) -> Artifact:
        """The film: no frame is encoded again, the sound is muxed once."""
        recipe = recipes.stitched_film(step, self._engine)
        frames = sum(piece.frames for piece in step.pieces)

        async def make(work: Work) -> Made:
            out = work.dir / "film.mp4"
            pieces = [Piece(await work.fetch(piece.artifact.object), piece.frames) for piece in step.pieces]
            sound = await work.fetch(step.soundtrack.object) if step.soundtrack else None
            await work.compute(joined, pieces, sound, out, step.format, work.dir, work.advance, step.title)
            media = await work.compute(probe, out, _MP4)
            if step.soundtrack:
                level = step.soundtrack.media
                media = media.model_copy(
                    update={
                        "samples": level.samples,
                        "lufs": level.lufs,
                        "true_peak_db": level.true_peak_db,
                    }
                )
            return Made(out, media)

        return await self._studio.render(recipe, make, "stitch", frames)


def _joined(files: SegmentFiles) -> dict[str, JsonValue]:
    """What is told of the joins between its chunks, of their colours and of their ends; else nothing."""
    told: dict[str, JsonValue] = {}
    if files.seams:
        told = {"seams": list(files.seams), "seam_measure": SEAM_MEASURE}
    if files.colours:
        told["colours"] = [offset._asdict() for offset in files.colours]
    if files.ends:
        told |= {"ends": [ends._asdict() for ends in files.ends], "ends_measure": ENDS_MEASURE}
    return told


async def _lettering(step: RefineSegment, work: Work) -> BeatLettering | None:
    shot = step.words
    if shot is None or not what_is_set(shot):
        return None
    photo = [await work.fetch(key) for key in shot.beat.references[:1]]
    return BeatLettering(shot, photo[0] if photo else None, step.conform.frames, work.dir)


def _render(tail: Path | None, head: Path, out: Path, step: RenderTransition, advance: Advance) -> None:
    fade = step.fade if tail else 0
    render_transition(tail, head, out, frames=step.frames, fade=fade, fps=step.fps, advance=advance)
