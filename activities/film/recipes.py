"""The recipes of all that a film is made of: stages, dry runs and forks name the same things by them.

A recipe of something bought holds what the model is told and nothing else, so that a changed title on screen
buys nothing anew. Keys are known before anything exists: what a thing is made from enters by its own key.
"""

from __future__ import annotations

from pydantic import JsonValue

from activities.animatic import what_is_set, what_lacks
from activities.film import prompts
from activities.film.pictured import pictures_of
from activities.film.planning.brief import NOT_CREATIVE
from activities.film.prompts import Words
from activities.ledger import Recipe
from activities.media import Repair, codec, drift, frames_to_samples, repair_for, seen_in
from activities.models import Model, VideoModel
from workflows.film import (
    Beat,
    GenerateAnchoredChunk,
    GenerateContinuationChunk,
    GenerateReferenceChunk,
    GenerateSoundtrack,
    RefineSegment,
    RenderTransition,
    Shot,
    StitchFilm,
    VideoRequest,
)
from workflows.studio import Artifact, ChunkLength, FrameFormat

#: A step that makes a chunk.
ChunkStep = GenerateReferenceChunk | GenerateContinuationChunk | GenerateAnchoredChunk
#: Every model's chunks shimmer a little, if only by their encoder's noise; type and edges are left alone.
SMOOTH = True
# What shots of earlier releases did not tell: left out where it says nothing, or whatever was bought from a
# picture drawn here would be bought anew.
_LATER = ("language", "genre", "subject", "name", "titles", "setting", "things", "named")
_BEATS_LATER = ("cuts", "scene", "span")
# Part of what is made of bought files, and so of what is bought from those: another number buys it anew.
_FITTING = "fitting 1"
# Inputs of a plan's recipe in their own right.
_APART = {"product", "references", "characters", "take", "source"}


# ---- the plan --------------------------------------------------------------------------------------


def ruled_plan(request: VideoRequest, planner: Model, engine: str) -> Recipe:
    """A plan that is composed by rules; `request` names images by uploads."""
    return _of_request("plan", request, planner, engine)


def read_plan(planner: Model, answer: str, engine: str) -> Recipe:
    """A plan that was read from a model's answer."""
    return Recipe(operation="plan", model=planner.id, inputs={"answer": answer}, engine=engine)


def plan_answer(request: VideoRequest, planner: Model) -> Recipe:
    """What the planner is asked. Our instructions are no part of it: better ones in a later release must
    not buy another plan for a film that is under way."""
    return _of_request("plan_answer", request, planner)


def plan_repair(planner: Model, answer: str) -> Recipe:
    """What is wrong follows from the answer: our words for it are no part of it, as above."""
    return Recipe(operation="plan_repair", model=planner.id, inputs={"answer": answer})


def _of_request(operation: str, request: VideoRequest, planner: Model, engine: str = "") -> Recipe:
    """By the fields that a plan follows from."""
    fields: dict[str, JsonValue] = request.model_dump(mode="json", exclude={*NOT_CREATIVE, *_APART})
    if request.characters:
        # Left out where there are none: plans of before have recipes without them.
        fields["characters"] = [one.model_dump(include={"name", "description"}) for one in request.characters]
    return Recipe(
        operation=operation,
        model=planner.id,
        params=fields | {"shows": [each.shows for each in request.references]},
        inputs=_images(request) | ({"source": request.source.plan} if request.source else {}),
        take=request.take,
        engine=engine,
    )


def _images(request: VideoRequest) -> dict[str, str]:
    """The caller's images, which are uploads by now, in their order."""
    images = [(f"reference_{number}", each.image) for number, each in enumerate(request.references, 1)]
    images += [(f"character_{n}", one.image) for n, one in enumerate(request.characters, 1) if one.image]
    return dict(images) | ({"product": request.product} if request.product else {})


# ---- pictures --------------------------------------------------------------------------------------


def bought_image(model: Model, shot: Shot, words: Words, take: int = 1) -> Recipe:
    """A storyboard image from words, and from the beat's first photo where the model takes one."""
    return Recipe(
        operation="storyboard_image",
        model=model.id,
        params=told(shot, words),
        inputs=pictures_of(model, shot),
        take=take,
    )


def bought_chunk(
    model: Model, shot: Shot, words: Words, length: ChunkLength, inputs: dict[str, str], take: int = 1
) -> Recipe:
    """A chunk; `inputs` names what it starts from, and ends with, by the keys of their recipes."""
    params = told(shot, words) | {"asked_s": str(length.asked_s)}
    return Recipe(operation="chunk", model=model.id, params=params, inputs=inputs, take=take)


def told(shot: Shot, words: Words) -> dict[str, JsonValue]:
    """What a recipe says of words and picture."""
    return {
        "prompt": words.prompt,
        "negative_prompt": words.negative,
        "aspect": prompts.aspect_of(shot.format),
        "size": prompts.size_of(shot.format),
        "seed": shot.seed,
        # Not its number: a beat put before it must not buy this one anew.
        "beat": shot.beat.id,
        # Left out where it says nothing: what was bought before has a recipe without it.
        **({"composed": words.composed} if words.composed else {}),
    }


def picture_of(shot: Shot) -> dict[str, JsonValue]:
    """The shot as parameters of a recipe.

    Without its start, so that a longer first beat leaves the pictures of the later ones as they are, and
    without its photos, which are inputs.
    """
    # What a beat does not have is not in the recipes of before.
    unset = {name for name in _BEATS_LATER if getattr(shot.beat, name) == Beat.model_fields[name].default}
    # Whom it shows is nothing to who draws a set here.
    apart = {"start_s", "references", "shows"} | unset
    told: dict[str, JsonValue] = shot.model_dump(mode="json", exclude={"beat": apart})
    unsaid = {name for name in _LATER if getattr(shot, name) == Shot.model_fields[name].default}
    return {name: value for name, value in told.items() if name not in unsaid} | what_lacks(shot)


def photos_of(shot: Shot) -> dict[str, str]:
    return {f"photo_{number}": key for number, key in enumerate(shot.beat.references, 1)}


def drawn_image(model: str, shot: Shot, engine: str, bare: bool = False, take: int = 1) -> Recipe:
    """A storyboard image that a model draws here; `bare` of all lettering for what is bought from it."""
    return Recipe(
        operation="storyboard_image",
        model=model,
        params=picture_of(shot) | ({"lettering": "none"} if bare else {}),
        inputs=photos_of(shot),
        take=take,
        engine=engine,
    )


def is_alike(drawn: Recipe, other: Recipe) -> bool:
    """Whether both are drawn of the same shot, as the same take, by any release, with lettering and its fonts
    or without: its number and the film's count are lettering; but for a keyframe's number, which is its place
    on the camera's path."""
    one, two = (
        {**each.params, **_lettered(each), "model": each.model, "photos": dict(each.inputs)}
        for each in (drawn, other)
    )
    return (drawn.operation, drawn.take) == (other.operation, other.take) and one == two


def _lettered(drawn: Recipe) -> dict[str, JsonValue]:
    """What is lettering alone, left empty."""
    beat = drawn.params.get("beat")
    is_keyframe = isinstance(beat, dict) and bool(beat.get("span"))
    apart: dict[str, JsonValue] = {"lettering": "", "unset": "", "count": 0}
    return apart if is_keyframe else {**apart, "number": 0}


def fitted_image(bought: str, format: FrameFormat) -> Recipe:
    """A bought image in the film's format."""
    return Recipe(
        operation="fit_image",
        model="",
        params={"width": format.width, "height": format.height},
        inputs={"image": bought},
        engine=_FITTING,
    )


def animated_chunk(step: ChunkStep, engine: str) -> Recipe:
    """A chunk that a model animates here."""
    return Recipe(
        operation="chunk",
        model=step.model.id,
        params={
            "shot": picture_of(step.shot),
            "first_frame": first_frame(step),
            "frames": step.length.frames,
            "asked_s": str(step.length.asked_s),
        },
        inputs=start_of(step) | photos_of(step.shot),
        take=step.terms.take,
        engine=engine,
    )


def first_frame(step: ChunkStep) -> int:
    """The place in its beat that a chunk begins at, in frames of its model's rate."""
    return 0 if isinstance(step, GenerateReferenceChunk) else step.first_frame


def start_of(step: ChunkStep) -> dict[str, str]:
    """What a chunk starts from, and ends with, as inputs of its recipe: one without a last frame is the same
    thing however its beat is made."""
    if isinstance(step, GenerateContinuationChunk):
        return {"previous": step.previous.key}
    if isinstance(step, GenerateReferenceChunk):
        return {"start": step.storyboard.key} if step.storyboard else {}
    start = {"previous": step.previous.key} if step.previous else {}
    start = {"start": step.first.key} if step.first else start
    return start | ({"last_frame": step.last.key} if step.last else {})


def repair_of(step: ChunkStep, model: VideoModel, bought: Artifact) -> Repair | None:
    """What a bought chunk needs before it is used; None where nothing."""
    # As the film was planned, whatever the catalogue says of the model's rate by now.
    rate = step.model.fps if model.rate else None
    return repair_for(bought.media, seen_in(bought.facts), rate, step.shot.format.fps)


def repaired_chunk(bought: str, repair: Repair) -> Recipe:
    """A bought chunk on the rate that its model should have kept, without what does not show its scene."""
    params: dict[str, JsonValue] = {"fps": str(repair.rate)}
    # Left out where there is nothing to say: what was bought from a chunk names it by this recipe.
    if repair.end is not None:
        params["frames"] = repair.end
    if repair.own_clock:
        params["clock"] = "its own"
    return Recipe(
        operation="chunk_at_rate",
        model="",
        params=params,
        inputs={"chunk": bought},
        engine=_FITTING,
    )


# ---- sound and joins: pieces that are joined by copying come from one encoder, the `engine` ----------------


def soundtrack(step: GenerateSoundtrack, engine: str, mastering: str) -> Recipe:
    return Recipe(
        operation="soundtrack",
        model=step.model.id,
        params={
            "samples": frames_to_samples(step.frames, step.fps),
            "cues": [list(cue) for cue in step.cues],
            "style": list(step.style),
            "seed": step.seed,
        },
        engine=f"{engine}; {mastering}",
    )


def is_anchored(step: RefineSegment) -> bool:
    """Whether there is more than one chunk, and an image to which all of them can be matched."""
    return step.first is not None and len(step.chunks) > 1


def segment(step: RefineSegment, engine: str, anchored: bool = False, drawn: bool = False) -> Recipe:
    """With `anchored` its colours are matched to the image that it began with; else chunk by chunk, as they
    were in earlier releases. With `drawn` it is encoded as what a program drew; else as all others, as they
    were."""
    set_over = what_is_set(step.words) if step.words else {}
    anchor = {"first": step.first.key} if anchored and step.first else {}
    return Recipe(
        operation="segment",
        model="ffmpeg",
        params={
            # What is skipped is told where anything is: segments of before have recipes without it.
            "conform": step.conform.model_dump(mode="json", exclude=set() if step.conform.skip else {"skip"}),
            "format": step.format.model_dump(mode="json"),
            "look": step.look,
            "head_frames": step.head_frames,
            "smooth": SMOOTH and not drawn,
            **({"x264": codec.DRAWN} if drawn else {}),
            **({"words": set_over} if set_over else {}),
            **({"colours": drift.ENGINE} if anchor else {}),
        },
        inputs=anchor
        | {f"chunk_{number}": chunk.key for number, chunk in enumerate(step.chunks, 1)}
        | (photos_of(step.words) if step.words and set_over else {}),
        engine=engine,
    )


def transition(step: RenderTransition, engine: str) -> Recipe:
    """A cut does not depend on the beat before, nor does its recipe."""
    fades = bool(step.fade and "tail" in step.before.parts)
    return Recipe(
        operation="transition",
        model="ffmpeg",
        params={"frames": step.frames, "fade": step.fade if fades else 0, "fps": step.fps},
        inputs={"segment": step.segment.key} | ({"before": step.before.key} if fades else {}),
        engine=engine,
    )


def stitched_film(step: StitchFilm, engine: str) -> Recipe:
    inputs = {f"piece_{number}": piece.artifact.key for number, piece in enumerate(step.pieces, 1)}
    if step.soundtrack:
        inputs["soundtrack"] = step.soundtrack.key
    params: dict[str, JsonValue] = {"frames": sum(piece.frames for piece in step.pieces)}
    # Films that were finished before their file told a title have a recipe without one.
    if step.title:
        params["title"] = step.title
    return Recipe(operation="stitch", model="remux", params=params, inputs=inputs, engine=engine)
