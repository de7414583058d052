"""A market for tests: scripted activities under their real names, which sell, fail, refuse and lose answers.

It keeps books of its own, by film, and compares what each call may spend with them: what it notes under
`wrong` is an error of whoever called.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from temporalio import activity

from activities.faults import (
    ContentPolicy,
    JobFailed,
    ModelGone,
    ModelResting,
    OverBudget,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    SubmitOutcomeUnknown,
)
from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from activities.running.failures import translated
from tests.support.books import Books, Fate
from tests.support.free_steps import FreeSteps
from workflows.film import steps
from workflows.film.planned import PlannedFilm, Rung
from workflows.studio import calls
from workflows.studio.facts import Artifact, ChunkLength, FrameFormat, Media, ModelFacts, Payment
from workflows.studio.money import Choice, PaidStep

PROVIDER = "market"
MICRO = Decimal("0.000001")
# What a step meets before it is sold; a failed job at most once, because it is waited for.
MISHAPS = ("RateLimited", "ProviderUnavailable", "SubmitOutcomeUnknown")


class Market(FreeSteps):
    """All of it from one seed; `books` by the film's id, to be opened before it is started."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        chance = random.Random(seed)
        self.seed = seed
        self._prices = {
            name: Decimal(chance.randrange(1, 600_000)) * MICRO
            for name in ("brush", "pencil", "reel", "cinema", "camera")
        }
        # The facts of a plan may be older than the prices of the worker that buys.
        self._dearer = {name: Decimal(chance.choice((1, 1, 1, 2))) for name in self._prices}

    def film(self, id: str, limit: Decimal) -> Books:
        return self.books.setdefault(id, Books(limit))

    def close(self) -> None:
        """Lets go of whoever still waits for an answer."""

    @property
    def activities(self) -> dict[str, list[Callable[..., Any]]]:
        """By queue."""
        sold: list[Callable[..., Any]] = [self.draw, self.begin, self.go_on]
        return {
            calls.STUDIO_QUEUE: [
                *(self.account, self.choose, self.grant, self.accept),
                *(self.direct, self.keep, self.keep_rung, self.deliver),
            ],
            calls.GENERATION_QUEUE: [self.plan],
            # What the animatic draws and moves, too, and sells for nothing.
            calls.MEDIA_QUEUE: [self.refine, self.join, self.stitch, *sold],
            calls.generation_queue(PROVIDER): sold,
        }

    # ---- what is sold ------------------------------------------------------------------------------

    @activity.defn(name="generate_storyboard_image")
    @translated
    async def draw(self, step: steps.GenerateStoryboardImage) -> Artifact:
        made = await self._sell(step.model, step.terms, self._price(step.model))
        return made.model_copy(update={"key": f"bare/{step.terms.step}"}) if step.bare else made

    @activity.defn(name="generate_reference_chunk")
    @translated
    async def begin(self, step: steps.GenerateReferenceChunk) -> Artifact:
        books, image = self.books[step.terms.film], step.storyboard
        if step.terms.rung >= 2 and (image is None or ":softened/" not in image.key):
            books.wrong.append(f"{step.terms.step}: the third rung starts from {image and image.key}")
        self._unmarked(step.model, step.terms, image)
        return await self._sell(step.model, step.terms, self._price(step.model), step.length)

    @activity.defn(name="generate_continuation_chunk")
    @translated
    async def go_on(self, step: steps.GenerateContinuationChunk) -> Artifact:
        if step.first_frame and step.model.fps != step.previous.media.fps:
            self.books[step.terms.film].wrong.append(f"{step.terms.step}: {step.model.id} has another rate")
        self._unmarked(step.model, step.terms, step.previous)
        return await self._sell(step.model, step.terms, self._price(step.model), step.length)

    def _unmarked(self, model: ModelFacts, terms: PaidStep, start: Artifact | None) -> None:
        if model.work == "waits" and start is not None and start.key.startswith("animatic/"):
            self.books[terms.film].wrong.append(f"{terms.step}: starts from {start.key}, which is marked")

    @activity.defn(name="compose_plan")
    @translated
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        request, price, planner = (
            step.request,
            Decimal("0.2"),
            ModelFacts(id="planner", provider="", work="waits"),
        )
        if step.by_rules:
            planner = planner.model_copy(update={"work": "computes"})
        artifact = await self._sell(planner, step.terms, price)
        paid = {} if step.by_rules else self.books[step.terms.film].paid
        image, pencil, reel, cinema, camera = (
            *(self._facts(name) for name in ("brush", "pencil")),
            *(self._facts(name, Fraction(fps)) for name, fps in (("reel", 8), ("cinema", 16), ("camera", 8))),
        )
        drawing = ModelFacts(id="animatic", provider="animatic", work="computes")
        moving = self._facts("camera", Fraction(8)).model_copy(
            update={"id": "animatic", "provider": "animatic", "work": "computes", "text_start": True}
        )
        draft = Rung(
            models={"image": image, "video": reel},
            fallbacks={"image": (pencil,), "video": (cinema, camera)},
        )
        return PlannedFilm(
            plan=compose(request, Library.default()),
            artifact=artifact,
            payments=tuple(one for one in paid.values() if one.attempt.startswith("plan/")),
            format=FrameFormat.of(request),
            models={
                **draft.models,
                "score": ModelFacts(id="none", provider="", work="computes"),
                "animatic_image": drawing,
                "animatic_video": moving,
            },
            fallbacks=draft.fallbacks,
            rung="draft",
            rungs={
                "animatic": Rung(models={"image": drawing, "video": moving}),
                "draft": draft,
                "final": Rung(models={"image": pencil, "video": cinema}),
            },
        )

    def _facts(self, name: str, fps: Fraction | None = None) -> ModelFacts:
        price, lengths = self._prices[name], tuple[ChunkLength, ...]()
        if fps is not None:
            # Two of them cover a beat of 5 s.
            lengths = (ChunkLength(asked_s=Decimal(3), frames=int(3 * fps), price_usd=price),)
        return ModelFacts(id=name, provider=PROVIDER, work="waits", fps=fps, lengths=lengths, price_usd=price)

    def _price(self, model: ModelFacts) -> Decimal:
        if model.work == "computes":
            return Decimal(0)
        return self._prices[model.id] * self._dearer[model.id]

    async def _sell(
        self, model: ModelFacts, terms: PaidStep, price: Decimal, length: ChunkLength | None = None
    ) -> Artifact:
        """One call, as `Buyer.buy` answers it; what computes here may be of any film, and pays for none."""
        if model.work == "computes":
            media = Media(mime="video/mp4", bytes=1, sha256="0" * 64)
            if length is not None:
                media = media.model_copy(update={"frames": length.frames, "fps": model.fps})
            return Artifact(key=f"animatic/{terms.step}", object="animatic", media=media)
        books = self.books[terms.film]
        books.under_way += terms.may_spend_usd
        if terms.may_spend_usd and books.spent + books.under_way > books.limit:
            books.wrong.append(f"{terms.step}: {books.spent} + {books.under_way} of {books.limit}")
        try:
            # Long enough for the others to be asked meanwhile.
            await asyncio.sleep(random.random() / 50)
            key = f"{terms.step}/{model.id}/{terms.rung}"
            if key not in books.made:
                payment = self._sent(books, key, model, terms, price)
                media = Media(mime="video/mp4", bytes=1, sha256="0" * 64)
                if length is not None:
                    media = media.model_copy(update={"frames": length.frames, "fps": model.fps})
                books.made[key] = Artifact(key=key, object=key, media=media, payment=payment)
                return books.made[key].model_copy(update={"cost_usd": payment.usd})
            return books.made[key].model_copy(update={"reused": True})
        finally:
            books.under_way -= terms.may_spend_usd

    def _sent(self, books: Books, key: str, model: ModelFacts, terms: PaidStep, price: Decimal) -> Payment:
        """What a submit costs that makes something; raises what others end with."""
        chance = random.Random(f"{self.seed}/{key}/{len(books.paid)}")
        fate = books.fates.setdefault(terms.step, self._fate(terms.film, terms.step))
        if key in books.doubts:
            raise self._doubt(books, key)
        if price > terms.may_spend_usd:
            raise OverBudget(f"{model.id} costs {price} USD", price)
        self._ask(books, model, terms)
        if fate.leaves and terms.has_fallback:
            fate.leaves = False
            gone: StudioError = ModelResting("it rests", 300.0, True)
            raise gone if chance.random() < 0.5 else ModelGone("it is gone")
        mishap = fate.mishaps.pop() if fate.mishaps else None
        if mishap == "RateLimited":
            raise RateLimited("slowly", 0.02)
        if mishap == "ProviderUnavailable":
            raise ProviderUnavailable("away")
        cost = (price * self._share(chance)).quantize(MICRO, rounding="ROUND_DOWN")
        name = f"{key}:{len(books.paid)}"
        if mishap == "SubmitOutcomeUnknown":
            books.paid[name] = Payment(attempt=name, usd=price, certain=False)
            books.doubts[key] = name
            raise self._doubt(books, key)
        books.paid[name] = payment = Payment(attempt=name, usd=cost)
        if mishap == "JobFailed" or terms.rung < fate.blocked:
            error: StudioError = JobFailed("it broke")
            if mishap != "JobFailed":
                books.refused.setdefault(terms.step, []).append(terms.rung)
                error = ContentPolicy("not so")
            error.payment = payment
            raise error
        return payment

    def _share(self, chance: random.Random) -> Decimal:
        """How much of its price something costs in the end."""
        return Decimal(chance.choice((0, 0.5, 1)))

    def _fate(self, film: str, step: str) -> Fate:
        chance = random.Random(f"{self.seed}/{film}/{step}")
        if step == "plan" or step.endswith(":softened"):
            return Fate(0, [], False)
        first = step.startswith("chunk:") and step.endswith(":1")
        # Every ladder ends within its rungs here: what comes after is a failed step like any other.
        blocked = chance.choice((0, 1, 2) if first else (0, 0, 1))
        mishaps = [chance.choice(MISHAPS) for _ in range(chance.choice((0, 0, 1, 2)))]
        mishaps += ["JobFailed"] * (chance.random() < 0.1)
        return Fate(blocked, mishaps, chance.random() < 0.3)

    def _ask(self, books: Books, model: ModelFacts, terms: PaidStep) -> None:
        """What the ladder or a fallback chose was written down before anything is bought with it."""
        asked = books.asked.setdefault(terms.step, [])
        moved = bool(asked) and asked[-1] != model.id
        softer = terms.rung > 0 and not terms.step.endswith(":softened")
        wanted = Choice(step=terms.step, model=model.id, rung=terms.rung if softer else 0)
        if (moved or softer) and books.choices.get(terms.step) != wanted:
            books.wrong.append(f"{terms.step}: {wanted} was not written down")
        asked.append(model.id)

    def _doubt(self, books: Books, key: str) -> StudioError:
        name = books.doubts[key]
        error = SubmitOutcomeUnknown("nobody can say", name, books.paid[name].usd)
        error.payment = books.paid[name]
        return error
