"""Knows how the keyframes of one film on one rung are drawn: each once, in a task of its own.

They belong to the rung and to no shot: the version that needs one first begins it, and pays; a scene that is
retaken meanwhile neither cancels it nor has it drawn again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from workflows.film import steps
from workflows.film.contract import Beat, Shot, Shown
from workflows.film.crew import Crew
from workflows.film.outcomes import Outcome, outcome_of, settled
from workflows.film.planned import KeptKeyframe
from workflows.film.taking import IMAGE_RUNGS, FilmSet, Taking, warnings_of
from workflows.film.versions import Version, towards_of
from workflows.studio import Artifact, Buy, ModelFacts, Offer, PaidStep

#: Brings what a keyframe is drawn from; None where it is drawn from words.
Before = Callable[[], Awaitable[Artifact | None]]


@dataclass(frozen=True)
class Wanted:
    """The keyframe at a place, from 0, as the step of that name draws it: on all rungs of its ladder, or on
    `rung` alone; in the plan's words, or in those of a person."""

    name: str
    place: int
    rung: int | None = None
    words: str = ""


class Keyframes:
    """Of the rung of that name, after the sheets that it names."""

    def __init__(self, film: FilmSet, rung: Version) -> None:
        self._set, self._rung = film, rung
        self._beats = film.planned.plan.beats
        #: By their steps, which all keyframes are told apart by.
        self._tasks: dict[str, asyncio.Task[Outcome]] = {}
        #: Looked for after a stop: what is not finished then is not looked for by every scene behind it.
        self._sought: set[str] = set()
        self._takings: list[Taking] = []
        self._makers: dict[str, ModelFacts] = {}

    # ---- which there are ---------------------------------------------------------------------------

    def planned(self, place: int) -> Wanted:
        """The scene of that number begins with it, the one before ends with it."""
        return Wanted(self._name(place), place)

    def softened(self, place: int) -> Wanted:
        """In softer words than the planned one's, of which `rung` passed."""
        passed = self._crew.purchases.chosen(self._name(place))
        return Wanted(self._name(place, "softened"), place, 1 + (passed.rung if passed else 0))

    def reworded(self, place: int, version: Version) -> Wanted:
        """In the words of a version: no other has it."""
        return Wanted(self._name(place, "reworded", version), place, words=version.words)

    def maker(self, keyframe: Artifact) -> ModelFacts | None:
        """The model that made it."""
        return self._makers.get(keyframe.key)

    @property
    def is_drawing(self) -> bool:
        """Whether one is being drawn, and waits for nobody."""
        under_way = self._crew.board.is_under_way
        return any(under_way(name) for name, task in self._tasks.items() if not task.done())

    def forget_failures(self) -> None:
        """What has failed is asked for again."""
        self._tasks = {name: task for name, task in self._tasks.items() if not _has_failed(task)}

    # ---- drawing -----------------------------------------------------------------------------------

    async def draw(self, wanted: Wanted, before: Before, taking: Taking) -> Artifact:
        """It, once it is there. Raises what its step raises, and what `before` does."""
        self._takings = [*(one for one in self._takings if one.is_wanted() and one != taking), taking]
        task = self._tasks.get(wanted.name)
        is_sought = taking.is_found and wanted.name in self._sought
        if task is None or (_is_cancelled(task) and not is_sought):
            if taking.is_found:
                self._sought.add(wanted.name)
            task = self._crew.runner.spawn(outcome_of(lambda: self._draw(wanted, before, taking)))
            self._tasks[wanted.name] = task
        made = await settled(task, self._crew.runner)
        assert made is not None, "a step makes something, or fails"
        return made

    async def _draw(self, wanted: Wanted, before: Before, taking: Taking) -> Artifact:
        kept = self._set.planned.kept_at(self._rung.rung, wanted.place, self._rung.sheets)
        if kept and wanted.rung is None and not wanted.words:
            return await self._keep(kept, wanted.name)

        async def bought(offer: Offer) -> Artifact:
            return await self._bought(offer, taking)

        beat = self._beats[min(wanted.place, len(self._beats) - 1)]
        shows = await self._set.sheets.of(beat, self._rung, bought)
        # What is drawn here lies on one path: none of them follows from another.
        is_bought = self._playing("image")[0].work == "waits"
        start = await before() if is_bought else None
        made = await bought(self._next(wanted, start, shows) if start else self._first(wanted, shows))
        taking.made.append(made)
        for sentence in warnings_of(made):
            self._crew.board.warn(f"{self._crew.board.label(wanted.name)}: {sentence}")
        return made

    async def _bought(self, offer: Offer, taking: Taking) -> Artifact:
        """For all who ask, and paid by the one who asked first."""
        purchase = replace(
            offer,
            wanted=lambda: any(one.is_wanted() for one in self._takings),
            found=taking.is_found,
            towards=offer.towards or towards_of(taking.beat.id, taking.version.name, self._set.plan),
        )
        purchases = self._crew.purchases
        return await self._crew.runner.step(offer.name, lambda label: purchases.buy(purchase, label))

    async def _keep(self, kept: KeptKeyframe, name: str) -> Artifact:
        """What a fork has from the film before is there, and follows from none of its own."""

        async def there(_label: str) -> Artifact:
            return kept.image

        planned, rung = self._set.planned, self._rung.rung
        drawing = [*planned.offered_by(rung, "image"), *planned.offered_by(rung, "edit")]
        self._makers[kept.image.key] = next((one for one in drawing if one.id == kept.model), drawing[0])
        return await self._crew.runner.step(name, there)

    def _first(self, wanted: Wanted, shows: tuple[Shown, ...]) -> Offer:
        """From words; or, where it is drawn here, an exact frame of the camera's path through the film."""
        is_last = wanted.place == len(self._beats)
        shot = self._shot(wanted.place - is_last)
        told = shot.beat.model_copy(update={"shows": shows})
        # What would begin one scene more.
        shot = shot.model_copy(update={"number": shot.number + is_last, "beat": told})
        shot = self._worded(wanted, shot)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            # What is drawn here for clips that are bought bears neither words nor mark.
            bare = model.work == "computes" and self._playing("video")[0].work == "waits"
            said = _on(terms, wanted.rung)
            step = steps.GenerateStoryboardImage(model=model, shot=shot, terms=said, bare=bare)
            made = await self._crew.steps.generate_storyboard_image(step, self._crew.board.label(wanted.name))
            self._makers[made.key] = model
            return made

        return self._offer(wanted, self._drawing(told), buy)

    def _next(self, wanted: Wanted, before: Artifact, shows: tuple[Shown, ...]) -> Offer:
        """From a keyframe before it, in the words of what the scene between them ends with."""
        shot, fps = self._shot(wanted.place - 1), self._set.planned.format.fps
        scene = shot.beat.scene
        prompt = scene.end_prompt if scene else shot.beat.prompt
        told = shot.beat.model_copy(update={"prompt": prompt, "shows": shows})
        shot = self._worded(wanted, shot.model_copy(update={"beat": told}))

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateAnchorImage(
                model=model,
                shot=shot,
                image=before,
                frame=shot.beat.frames(fps),
                fps=Fraction(fps),
                terms=_on(terms, wanted.rung),
                bare=True,
            )
            made = await self._crew.steps.generate_anchor_image(step, self._crew.board.label(wanted.name))
            self._makers[made.key] = model
            return made

        return self._offer(wanted, self._playing("edit"), buy)

    def _offer(self, wanted: Wanted, models: list[ModelFacts], buy: Buy) -> Offer:
        rungs = IMAGE_RUNGS if wanted.rung is None else 1
        return Offer(wanted.name, models, lambda model: model.price_usd, buy, rungs, True)

    def _worded(self, wanted: Wanted, shot: Shot) -> Shot:
        """A person's words in the place of all that the plan says of what it shows, which was refused."""
        if not wanted.words:
            return shot
        told = shot.beat.model_copy(update={"prompt": wanted.words, "action": ""})
        return shot.model_copy(update={"beat": told})

    def _name(self, place: int, kind: str = "", version: Version | None = None) -> str:
        """Of its step, which is announced."""
        is_last = place == len(self._beats)
        kinds = ":".join(one for one in ("last" if is_last else "", kind) if one)
        return self._set.agenda.storyboard(self._beats[place - is_last], version or self._rung, kinds)

    @property
    def _crew(self) -> Crew:
        return self._set.crew

    def _drawing(self, beat: Beat) -> list[ModelFacts]:
        planned, rung = self._set.planned, self._rung.rung
        return planned.drawing(rung, beat) or planned.playing(rung, "image")

    def _playing(self, part: str) -> list[ModelFacts]:
        return self._set.planned.playing(self._rung.rung, part)

    def _shot(self, number: int) -> Shot:
        return self._set.agenda.shot(self._beats[number])


def _on(terms: PaidStep, rung: int | None) -> PaidStep:
    return terms if rung is None else terms.model_copy(update={"rung": rung})


def _is_cancelled(task: asyncio.Task[Outcome]) -> bool:
    """Whether it ended without telling what became of it."""
    return task.done() and (task.cancelled() or task.exception() is not None)


def _has_failed(task: asyncio.Task[Outcome]) -> bool:
    return task.done() and (_is_cancelled(task) or not isinstance(task.result(), Artifact))
