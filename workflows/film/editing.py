"""How a person directs a film while it runs: its updates. Each is written down before it is acknowledged, and
holds for every later run; sent along with the original request, it starts one.

Handlers are inherited by the class that Temporal knows. Each says in words what is wrong with what was sent,
before anything has changed where the film has a plan by then, else once it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.film.budget import budget_of
from workflows.film.contract import VideoRequest
from workflows.film.direction import Decision, NoSuchVersion
from workflows.film.edits import Approve, Retake, Upgrade, Use
from workflows.film.film import Film
from workflows.film.report import VideoResult
from workflows.film.upgrading import Upgrading
from workflows.studio import Edit, ProductionWorkflow, RecordEdit, answer_of, record_edit, usd


class Decided(NamedTuple):
    """A decision, and what it comes to in words."""

    decision: Decision
    words: str


Decide = Callable[[Film], Decided]


class Directed(ProductionWorkflow[VideoRequest, VideoResult]):
    """The updates of a film, and what becomes of them."""

    def __init__(self) -> None:
        super().__init__()
        self._film: Film | None = None
        #: What people decided, in this run and before, oldest first.
        self._decisions: list[Decision] = []
        #: Whether another plan was wanted and could not be made: a former one's film is all there is.
        self._is_outdated = False
        #: Updates that are not answered yet: the film does not end before they are.
        self._deciding = 0

    # ---- the updates -------------------------------------------------------------------------------

    @workflow.update(description='Another take: {"shot": "hero_shot", "chunk": 2, "words": "…"}; {} replans.')
    async def retake(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("retake", _retake(sent))

    @retake.validator
    def _may_retake(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried(_retake(sent))

    @workflow.update(description='Shows a finished version: {"shot": "hero_shot", "version": "draft-1"}.')
    async def use(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("use", _use(sent))

    @use.validator
    def _may_use(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried(_use(sent))

    @workflow.update(description='A higher rung: {"shots": ["hero_shot"], "profile": "final"}; or spend_usd.')
    async def upgrade(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("upgrade", _upgrade(sent))

    @upgrade.validator
    def _may_upgrade(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried(_upgrade(sent))

    @workflow.update(description='Goes on after a review: {"shots": ["hero_shot"]}, or {} for all of them.')
    async def approve(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("approve", _approve(sent))

    @approve.validator
    def _may_approve(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried(_approve(sent))
        if self._film is not None and not self._film.review.can_be_answered:
            raise _nothing_waits()

    # ---- what becomes of them ----------------------------------------------------------------------

    def asks_for_more(self) -> bool:
        return self._film is not None and self._film.wants_more

    def _tried(self, decide: Decide) -> None:
        """Raises what speaks against it, as far as that can be told by now."""
        if (film := self._planned_one) is not None:
            decide(film)

    async def _decided(self, kind: str, decide: Decide) -> str:
        self._deciding += 1
        try:
            while True:
                await self._planned_first()
                async with self._recording:
                    # While it waited for its turn, somebody may have wanted another plan.
                    if (film := self._planned_one) is not None:
                        return await self._directed(film, kind, decide(film))
        finally:
            self._deciding -= 1

    async def _directed(self, film: Film, kind: str, decided: Decided) -> str:
        if kind == "approve" and not film.review.can_be_answered and workflow.patched("nothing-to-approve"):
            raise _nothing_waits()
        await self._record_decision(kind, decided.decision)
        self._allow()
        self._decisions.append(decided.decision)
        film.directed(decided.decision, to_be_made=not self._is_ending)
        self._show()
        return decided.words

    @property
    def _planned_one(self) -> Film | None:
        """The film of the plan that is wanted; None while there is none yet."""
        film = None if self._is_outdated else self._film
        return film if film is not None and not film.is_replanned else None

    async def _planned_first(self) -> None:
        """Which shots there are is known once it is planned. Raises `NotPlanned` where that is not to be."""
        self._early += 1
        try:
            await workflow.wait_condition(lambda: self._planned_one is not None or self._cannot_be_planned)
        finally:
            self._early -= 1
        if self._planned_one is None:
            why = self._failure.problem if self._failure else "The film ended before it had a plan."
            if self._is_outdated:
                why = "The film cannot be planned as it is wanted, and is as it was planned before."
            if self._is_former:
                why = "An earlier release began this run, and knew no versions: send it once it has ended."
            raise ApplicationError(f"{why} Nothing is changed.", type="NotPlanned", non_retryable=True)

    @property
    def _cannot_be_planned(self) -> bool:
        return self._is_ending or self._is_outdated or self._failure is not None or self._is_former

    @property
    def _is_former(self) -> bool:
        """Whether an earlier release began this run, which knew no versions."""
        return False

    async def _record_decision(self, kind: str, decision: Decision) -> None:
        update, info = workflow.current_update_info(), workflow.info()
        assert update is not None
        edit = Edit(id=update.id, kind=kind, value=decision.model_dump(mode="json"))
        await record_edit(RecordEdit(film=info.workflow_id, run=info.run_id, edit=edit), f"Keep: {kind}")

    def _allow(self) -> None:
        """What cost nothing so far may from now on cost what any paid film may."""
        if self._budget.limit is None and self._context is not None and self._asked is not None:
            self._budget.limit = budget_of(self._asked, self._context.account)


def _nothing_waits() -> ApplicationError:
    return ApplicationError("nothing waits for approval", type="NotWaiting", non_retryable=True)


def _retake(sent: RawValue | None) -> Decide:
    asked = answer_of(Retake, sent, shot="hero_shot", words="a red mug in the morning light")

    def decide(film: Film) -> Decided:
        if asked.shot is None:
            if asked.chunk is not None or asked.words:
                raise ApplicationError("name the shot whose chunk or words are meant", type="NoSuchShot")
            return Decided(film.direction.retake_film(), "the film is planned anew")
        known = film.shots.named(asked.shot)
        if asked.chunk is not None and asked.chunk > (there := film.shots.chunks(known)):
            raise ApplicationError(
                f"{known.id} has no chunk {asked.chunk}: it has {there}", type="NoSuchShot"
            )
        decision = film.direction.retake(known.id, asked.chunk, asked.words, known.finished)
        version = decision.wanted[known.id]
        part = f"chunk {asked.chunk} and those after it" if asked.chunk else "image and chunks"
        return Decided(decision, f"{known.id}: {part}, as {version.name}")

    return decide


def _use(sent: RawValue | None) -> Decide:
    asked = answer_of(Use, sent, shot="hero_shot", version="draft-1")

    def decide(film: Film) -> Decided:
        shot = film.shots.named(asked.shot)
        try:
            decision = film.direction.use(shot.id, asked.version, film.shots.versions_of(shot))
        except NoSuchVersion as error:
            raise ApplicationError(str(error), type="NoSuchVersion") from None
        return Decided(decision, f"{shot.id} shows {decision.wanted[shot.id].name}")

    return decide


def _upgrade(sent: RawValue | None) -> Decide:
    asked = answer_of(Upgrade, sent, shots=["hero_shot"], profile="final")

    def decide(film: Film) -> Decided:
        named = [film.shots.named(shot).id for shot in asked.shots]
        upgrading = Upgrading(film.planned, film.direction, asked.profile)
        shots = upgrading.shots(named, asked.spend_usd, film.shots.missing)
        price = upgrading.price(shots)
        return Decided(
            film.direction.upgrade(shots, asked.profile),
            f"{', '.join(shots)} on {asked.profile}, for about {usd(price)} where nothing of it is there",
        )

    return decide


def _approve(sent: RawValue | None) -> Decide:
    asked = answer_of(Approve, sent, shots=["hero_shot"])

    def decide(film: Film) -> Decided:
        shots = [film.shots.named(shot).id for shot in asked.shots] or [shot.id for shot in film.shots.all]
        return Decided(film.direction.approve(shots), f"approved: {', '.join(shots)}")

    return decide


#: What is made of what was sent, by the update's name.
DECIDE: Mapping[str, Callable[[RawValue | None], Decide]] = {
    "retake": _retake,
    "use": _use,
    "upgrade": _upgrade,
    "approve": _approve,
}
