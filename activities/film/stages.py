"""The stages of a film: which there are, and where each is hosted."""

from __future__ import annotations

from activities.film.anchors import Anchors
from activities.film.assembly import Assembly
from activities.film.chunks import Chunks
from activities.film.delivery import Delivery
from activities.film.plan import Planning
from activities.film.rungs import Rungs
from activities.film.sheets import Sheets
from activities.film.soundtrack import Soundtrack
from activities.film.storyboard import Storyboard
from activities.film.studio import FilmStudio
from activities.film.survey import Surveys
from activities.studio import EVERY_PROVIDER, MODELS, Stage
from workflows.studio import GENERATION_QUEUE, MEDIA_QUEUE, STUDIO_QUEUE

STAGES = (
    Stage(Planning.compose_plan, (GENERATION_QUEUE, EVERY_PROVIDER)),
    Stage(Rungs.keep_rung, (STUDIO_QUEUE,)),
    Stage(Surveys.survey_film, (STUDIO_QUEUE,)),
    Stage(Sheets.generate_sheet_image, MODELS),
    Stage(Storyboard.generate_storyboard_image, MODELS),
    Stage(Chunks.generate_reference_chunk, MODELS),
    Stage(Chunks.generate_continuation_chunk, MODELS),
    Stage(Anchors.generate_anchor_image, MODELS),
    Stage(Chunks.generate_anchored_chunk, MODELS),
    Stage(Soundtrack.generate_soundtrack, MODELS),
    Stage(Assembly.refine_segment, (MEDIA_QUEUE,)),
    Stage(Assembly.render_transition, (MEDIA_QUEUE,)),
    Stage(Assembly.stitch_film, (MEDIA_QUEUE,)),
    Stage(Delivery.deliver_film, (STUDIO_QUEUE,)),
)


def made(studio: FilmStudio) -> tuple[object, ...]:
    """Whatever has these stages, in this studio."""
    kinds = (Planning, Rungs, Surveys, Sheets, Storyboard, Anchors, Chunks, Soundtrack, Assembly, Delivery)
    return tuple(kind(studio) for kind in kinds)
