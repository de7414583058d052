"""What a person's update means: what comes of it where the film has a plan, in words, and what speaks against
it. The same for a film that runs, for one that has ended, and for a dry run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.film.direction import Decision, NoSuchPlan, NoSuchVersion, Plans
from workflows.film.edits import Approve, Retake, Upgrade, Use
from workflows.film.film import Film
from workflows.film.upgrading import Found, Upgrading
from workflows.film.versions import chain_of
from workflows.studio import InvalidAnswer, answer_of, usd


class Decided(NamedTuple):
    """A decision, and what it comes to in words."""

    decision: Decision
    words: str


Decide = Callable[[Film], Decided]


@dataclass(frozen=True)
class Back:
    """To an earlier plan: that can be decided whether or not the film has the one that is wanted."""

    plan: int

    def __call__(self, film: Film) -> Decided:
        return self.among(film.direction.plans)

    def among(self, plans: Plans) -> Decided:
        """Raises ApplicationError where there is no such plan."""
        try:
            decision = plans.back_to(self.plan)
        except NoSuchPlan as error:
            raise ApplicationError(str(error), type="NoSuchVersion", non_retryable=True) from None
        words = f"the film is as it was by plan {self.plan}, and nothing that it lacks is bought"
        return Decided(decision, words)


@dataclass(frozen=True)
class Higher:
    """Shots on a higher rung: how many an amount pays for is known once it is looked up what is there."""

    asked: Upgrade

    def __call__(
        self, film: Film, found: Collection[str] | None = None, plan_usd: Decimal = Decimal(0)
    ) -> Decided:
        """With the steps that were `found`, by name, of what is `sought`; `plan_usd` is what the film's plan
        costs beside, where it is made for this decision."""
        upgrading, named = self._upgrading(film, found), self._named(film)
        shots = upgrading.shots(named, self.asked.spend_usd, film.shots.missing)
        price = upgrading.price(shots) + plan_usd
        planned = f", of which {usd(plan_usd)} for its plan," if plan_usd else ""
        left = " where no more of it is there" if found is None else ""
        return Decided(
            film.direction.upgrade(shots, self.asked.profile),
            f"{', '.join(shots)} on {self.asked.profile}, for about {usd(price)}{planned}{left}".rstrip(","),
        )

    def sought(self, film: Film) -> Decision | None:
        """What is to be looked up before an amount is spent: all that it might be spent on. None where no
        amount is named. Raises `CannotUpgrade` where nothing can be upgraded, whatever it costs."""
        if self.asked.spend_usd is None:
            return None
        shots = self._upgrading(film).shots(self._named(film), None, film.shots.missing)
        return film.direction.upgrade(shots, self.asked.profile)

    def _upgrading(self, film: Film, found: Collection[str] | None = None) -> Upgrading:
        finished = {shot.id: shot.finished for shot in film.shots.all}
        known = None if found is None else Found(film.own, found)
        return Upgrading(film.planned, film.direction, self.asked.profile, finished, known)

    def _named(self, film: Film) -> list[str]:
        return [film.shots.named(shot).id for shot in self.asked.shots]


def tried(
    kind: str,
    sent: RawValue | None,
    film: Film,
    found: Collection[str] | None = None,
    plan_usd: Decimal = Decimal(0),
) -> Decided:
    """What it comes to, sent to a film that has its plan, of which these steps were `found` where it seeks
    any, and for which its plan is made first, at that price. Raises ApplicationError as the film refuses it.
    """
    if kind == "approve" and not film.review.can_be_answered:
        raise nothing_waits()
    decide = DECIDE[kind](sent)
    return decide(film, found, plan_usd) if isinstance(decide, Higher) else decide(film)


def sought(kind: str, sent: RawValue | None, film: Film) -> Decision | None:
    """What of a film is to be looked up before that is decided; None where nothing is. Raises as `tried`."""
    decide = DECIDE[kind](sent)
    return decide.sought(film) if isinstance(decide, Higher) else None


def nothing_waits() -> ApplicationError:
    """To be raised where somebody approves what is not reviewed."""
    return ApplicationError("nothing waits for approval", type="NotWaiting", non_retryable=True)


def never_made(plan: int) -> ApplicationError:
    """To be raised where a plan was wanted once, and did not come about."""
    words = f"plan {plan} was never made, and is not made by going back to it"
    return ApplicationError(words, type="NoSuchVersion", non_retryable=True)


def _retake(sent: RawValue | None) -> Decide:
    asked = answer_of(Retake, sent, shot="hero_shot", words="a red mug in the morning light")

    def decide(film: Film) -> Decided:
        if asked.sheet is not None:
            if asked.shot is not None or asked.chunk is not None:
                raise ApplicationError("a sheet is the film's, and no shot's", type="NoSuchShot")
            return _sheet(film, asked.sheet, asked.words)
        if asked.shot is None:
            if asked.chunk is not None or asked.words:
                raise ApplicationError("name the shot whose chunk or words are meant", type="NoSuchShot")
            anew = film.direction.retake_film()
            return Decided(anew, f"the film is planned anew, as plan {anew.plan}")
        known = film.shots.named(asked.shot)
        if asked.chunk is not None and asked.chunk > (there := film.shots.chunks(known)):
            raise ApplicationError(
                f"{known.id} has no chunk {asked.chunk}: it has {there}", type="NoSuchShot"
            )
        alone = asked.chunk is not None and film.planned.continuity == "anchored"
        before = film.direction.wanted[known.id]
        decision = film.direction.retake(known.id, asked.chunk, asked.words, known.finished, alone)
        version = decision.wanted[known.id]
        scened = film.planned.plan.method == "keyframes"
        ends = (
            "the same keyframes" if chain_of(version) == chain_of(before) else "those after the newer sheets"
        )
        whole = f"its clip, between {ends}" if scened else "image and chunks"
        after = "what goes on from its end" if alone else "those after it"
        part = f"chunk {asked.chunk} and {after}" if asked.chunk else whole
        return Decided(decision, f"{known.id}: {part}, as {version.name}")

    return decide


def _sheet(film: Film, name: str, words: str) -> Decided:
    """Raises ApplicationError where no such sheet is drawn."""
    planned, wanted = film.planned, film.direction.wanted
    by_shot = [(shot, planned.sheets_by(wanted[shot.id].rung, shot.id)) for shot in film.shots.all]
    drawn = {
        sheet.name: {shot.id: shot.finished for shot, sheets in by_shot if sheet in sheets}
        for sheet in planned.sheets
    }
    known = next((one for one in drawn if one.casefold() == name.casefold()), "")
    if not drawn.get(known):
        there = ", ".join(one for one, shots in drawn.items() if shots) or "nobody"
        raise ApplicationError(f"no sheet is drawn of {name}, but of {there}", type="NoSuchShot")
    decision = film.direction.retake_sheet(known, words, drawn[known])
    shots = ", ".join(f"{shot} as {version.name}" for shot, version in decision.wanted.items())
    take = next(iter(decision.wanted.values())).sheet(known).take
    return Decided(decision, f"the sheet of {known}, take {take}; after it {shots}")


def _use(sent: RawValue | None) -> Decide:
    example = {"shot": "hero_shot", "version": "draft-1"}
    asked = answer_of(Use, sent, **example)
    shot, version = asked.shot, asked.version
    if asked.plan is not None:
        if shot is not None or version is not None:
            raise InvalidAnswer("a plan is the whole film's, and no shot's", {"plan": asked.plan})
        return Back(asked.plan)
    if shot is None or version is None:
        raise InvalidAnswer(f"{'version' if shot else 'shot'} is missing", example)

    def decide(film: Film) -> Decided:
        known = film.shots.named(shot)
        try:
            decision = film.direction.use(known.id, version, film.shots.versions_of(known))
        except NoSuchVersion as error:
            raise ApplicationError(str(error), type="NoSuchVersion") from None
        return Decided(decision, f"{known.id} shows {decision.wanted[known.id].name}")

    return decide


def _upgrade(sent: RawValue | None) -> Decide:
    return Higher(answer_of(Upgrade, sent, shots=["hero_shot"], profile="final"))


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
