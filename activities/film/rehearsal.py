"""Knows how a film is rehearsed: every step is named, looked up in the ledger and priced, and none is made.

What is there is taken as it came back; what is not, as the facts of its model promise it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from temporalio.exceptions import ApplicationError

from activities.film import anchor_recipes, recipes
from activities.film.chosen import Chosen
from activities.film.filming import filmed, filmed_from
from activities.film.prompts import Asking, Wording, Words, size_of
from activities.film.recipes import ChunkStep
from activities.film.segments import segment_of
from activities.film.sheet_recipes import SheetWording, format_of, sheet_image
from activities.film.shown import Shown
from activities.film.studio import FilmStudio
from activities.ledger import Recipe, artifact_of, refusal
from activities.media import codec, loudness
from activities.models import VideoModel
from workflows.film import Crew, Footage, steps
from workflows.studio import (
    Artifact,
    Board,
    Choice,
    KeptVersion,
    Media,
    ModelFacts,
    PaidStep,
    Part,
    Wait,
)

Result = TypeVar("Result")


class Rehearsal:
    """The steps of one film, each looked up. `words` are those that it was first asked in; `heir` is the
    film that keeps what it is made from."""

    def __init__(self, studio: FilmStudio, words: Mapping[str, Words], heir: str) -> None:
        self._studio, self._words, self._heir = studio, words, heir
        self._encoder, self._mastering = codec.engine(), loudness.engine()
        self.shown = Shown()
        #: The keys of all that the film is made of.
        self.keys: list[str] = []
        #: The names of the steps whose results are there.
        self.found: set[str] = set()

    # ---- pictures ----------------------------------------------------------------------------------

    async def generate_sheet_image(self, step: steps.GenerateSheetImage, label: str) -> Artifact:
        model = self._studio.catalogue.model(step.model.id)
        recipe = sheet_image(model, step, self._worded(SheetWording(model, step)))
        bought = await self._bought(step.terms, recipe)
        self.shown.drawn_once(label, step.model, bought, model)
        return await self._look(recipes.fitted_image(bought.key, format_of(model, step)))

    async def generate_storyboard_image(self, step: steps.GenerateStoryboardImage, label: str) -> Artifact:
        if step.model.work == "computes":
            engine, take = self._engine(step.model), step.terms.take
            recipe = recipes.drawn_image(step.model.id, step.shot, engine, step.bare, take)
            return await self._drawn(step, recipe, label)
        model = self._studio.catalogue.model(step.model.id)
        words = self._worded(Wording("storyboard_image", model, step.shot, step.terms.rung))
        recipe = recipes.bought_image(model, step.shot, words, step.terms.take)
        bought = await self._bought(step.terms, recipe)
        self.shown.pictured(label, step.shot, step.model, bought, model)
        return await self._look(recipes.fitted_image(bought.key, step.shot.format))

    async def generate_reference_chunk(self, step: steps.GenerateReferenceChunk, label: str) -> Artifact:
        return await self._chunk(step, label)

    async def generate_continuation_chunk(
        self, step: steps.GenerateContinuationChunk, label: str
    ) -> Artifact:
        return await self._chunk(step, label)

    async def generate_anchor_image(self, step: steps.GenerateAnchorImage, label: str) -> Artifact:
        if step.model.work == "computes":
            return await self._drawn(step, anchor_recipes.drawn_anchor(step, self._engine(step.model)), label)
        model = self._studio.catalogue.model(step.model.id)
        words = self._worded(
            Wording("anchor_image", model, step.shot, step.terms.rung, anchor_recipes.moment_of(step))
        )
        bought = await self._bought(step.terms, anchor_recipes.bought_anchor(model, step, words))
        self.shown.pictured(label, step.shot, step.model, bought, model)
        return await self._look(recipes.fitted_image(bought.key, step.shot.format))

    async def generate_anchored_chunk(self, step: steps.GenerateAnchoredChunk, label: str) -> Artifact:
        return await self._chunk(step, label)

    async def _drawn(
        self, step: steps.GenerateStoryboardImage | steps.GenerateAnchorImage, recipe: Recipe, label: str
    ) -> Artifact:
        kept = await self._studio.keeping.drawing(self._heir, recipe) if step.bare else None
        if kept:
            self.keys.append(kept.key)
        drawn = kept or await self._look(recipe)
        self.shown.pictured(label, step.shot, step.model, drawn, None)
        return drawn

    async def _chunk(self, step: ChunkStep, label: str) -> Artifact:
        media = _media(frames=step.length.frames, fps=step.model.fps)
        if step.model.work == "computes":
            recipe = recipes.animated_chunk(step, self._engine(step.model))
            made = await self._look(recipe, media)
            self.shown.filmed(label, step.shot, step.model, made, Decimal(0))
            return made
        model = self._studio.catalogue.of(VideoModel, step.model.id)
        words, given = self._worded(filmed(model, step)), filmed_from(step)
        recipe = recipes.bought_chunk(model, step.shot, words, step.length, given, step.terms.take)
        bought = await self._bought(step.terms, recipe, media)
        price = model.price(step.length.asked_s, size_of(step.shot.format))
        self.shown.filmed(label, step.shot, step.model, bought, price)
        repair = recipes.repair_of(step, model, bought)
        if not bought.reused or repair is None:
            return bought
        shown = _media(frames=repair.end or bought.media.frames, fps=repair.rate)
        return await self._look(recipes.repaired_chunk(bought.key, repair), shown)

    def _worded(self, wording: Asking) -> Words:
        """The words that a step is asked in: those of before, where there are any."""
        return self._words.get(wording.asked) or wording.words

    # ---- sound and joins ---------------------------------------------------------------------------

    async def generate_soundtrack(self, step: steps.GenerateSoundtrack, label: str) -> Artifact:
        engine = self._studio.local_model(step.model).score_engine
        made = await self._look(recipes.soundtrack(step, engine, self._mastering))
        self.shown.worked(label, made, by=step.model)
        return made

    async def refine_segment(self, step: steps.RefineSegment, label: str, unseen: bool = False) -> Artifact:
        there = {"head": step.head_frames, "tail": step.conform.handle}
        parts = {
            name: Part(object="", media=_media(frames=frames)) for name, frames in there.items() if frames
        }
        made = await self._look(await segment_of(self._studio, step, self._encoder), parts=parts)
        self.shown.worked(label, made, step.beat_id)
        return made

    async def render_transition(self, step: steps.RenderTransition, label: str) -> Artifact:
        made = await self._look(recipes.transition(step, self._encoder))
        self.shown.worked(label, made, step.beat_id)
        return made

    async def stitch_film(self, step: steps.StitchFilm, label: str) -> Artifact:
        made = await self._look(recipes.stitched_film(step, self._encoder))
        self.shown.worked(label, made)
        return made

    async def keep_rung(self, step: steps.KeepRung, label: str) -> None:
        pass

    async def deliver_film(self, step: steps.DeliverFilm, label: str) -> steps.DeliveredFilm:
        return steps.DeliveredFilm(video="", manifest="")

    async def chosen(self, number: int, row: str, footage: Footage) -> None:
        """What the shot of that number, from 1, shows of what was finished before, where no step was asked
        for it."""
        pictures = {"storyboard": footage.image} if footage.image else {}
        pictures |= {f"chunk {at}": chunk for at, chunk in enumerate(footage.chunks, 1)}
        for what, picture in pictures.items():
            if picture.key in self.keys:
                continue
            await self.shows(f"{footage.version.name} {what}", number, row, picture)

    async def shows(self, what: str, number: int, row: str, picture: Artifact) -> None:
        """A picture that is there, and that no step is asked for, in the shot of that number, from 1."""
        key, model = await self._studio.keeping.bought_as(picture.key)
        self.keys += dict.fromkeys((key, picture.key))
        kept = picture.model_copy(update={"key": key, "reused": True})
        self.shown.chosen(what, number, kept, row, model)

    # ---- the ledger --------------------------------------------------------------------------------

    async def _look(
        self, recipe: Recipe, media: Media | None = None, parts: Mapping[str, Part] | None = None
    ) -> Artifact:
        """What the ledger has, else what will come of it: `reused` tells one from the other."""
        key = recipe.key
        self.keys.append(key)
        row = await self._studio.ledger.look(key)
        if row is not None and row.done:
            return artifact_of(row)
        return Artifact(key=key, object="", media=media or _media(), parts=dict(parts or {}))

    async def _bought(self, terms: PaidStep, recipe: Recipe, media: Media | None = None) -> Artifact:
        """Raises ApplicationError where the provider is known to refuse it."""
        artifact = await self._look(recipe, media)
        if artifact.reused:
            self.found.add(terms.step)
        refused = None if artifact.reused else refusal(await self._studio.ledger.ended_badly(recipe.key))
        if refused:
            # What is refused is no part of the film.
            self.keys.remove(recipe.key)
            raise ApplicationError(str(refused), type=type(refused).__name__, non_retryable=True)
        return artifact

    def _engine(self, model: ModelFacts) -> str:
        return self._studio.local_model(model).engine


class _SideBySide:
    """Runs steps, as `Runner` does, outside of a workflow: nobody pauses it, and nobody watches."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._tasks: list[asyncio.Task[Any]] = []

    def spawn(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        self._tasks.append(task := asyncio.create_task(work))
        return task

    async def join(self) -> None:
        await asyncio.wait(self._tasks)
        for task in self._tasks:
            task.result()

    async def settled(self, task: asyncio.Task[Any]) -> None:
        await asyncio.wait([task])

    async def joined(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            task.result()

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact:
        return await self.guard(name, run)

    async def guard(self, name: str, run: Callable[[str], Awaitable[Result]]) -> Result:
        return await run(self._board.label(name))


class _Nobody:
    """Waits for nothing and for nobody, and tells nobody."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def changed(self) -> None:
        pass

    async def balanced(self) -> None:
        pass

    def waits(self) -> tuple[Wait, ...]:
        return ()

    async def until(self, is_so: Callable[[], bool], limit: timedelta | None = None, label: str = "") -> None:
        pass

    async def answered(self, wait: Wait, enough: Callable[[], bool], approval: object) -> None:
        pass

    async def keep(self, version: KeptVersion) -> None:
        pass


def rehearsing(film: str, rehearsal: Rehearsal, choices: Iterable[Choice]) -> Crew:
    """The crew of a film that is only looked at. It begins with every change of a film's commands."""
    board = Board()
    return Crew(
        film,
        rehearsal,
        _SideBySide(board),
        Chosen(film, choices),
        board,
        group=lambda *_: nullcontext(),
        patched=lambda _: True,
        watch=_Nobody(),
    )


def _media(frames: int | None = None, fps: Fraction | None = None) -> Media:
    """Of what nobody has made yet."""
    return Media(mime="", bytes=0, sha256="", frames=frames, fps=fps)
