"""Knows what there is of every step of one run: as it is wanted, or, where that is not there, as it was made
before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from workflows.pipeline import graph
from workflows.pipeline.contract import PipelineRequest, StepResult
from workflows.pipeline.direction import Decision, Direction, version_name
from workflows.pipeline.step_facts import ANSWER, DeliveredPipeline, Given, PlannedPipeline, PlannedStep
from workflows.pipeline.variables import Value
from workflows.pipeline.versions import Shown, kept
from workflows.studio import Artifact, KeptVersion, Media

_NOT_MADE = "it was not made"


@dataclass(frozen=True)
class Take:
    """One take of a step that is there; `model` is None where none made it."""

    number: int
    artifact: Artifact
    model: str | None


class Stock:
    """Of the steps that are `planned`; `before` are the versions that earlier runs have made. Pure: whoever
    makes a step puts it there."""

    def __init__(
        self, planned: PlannedPipeline, direction: Direction, before: Collection[KeptVersion]
    ) -> None:
        #: With what is wanted by now.
        self.planned = planned
        self._direction = direction
        #: The versions that were made, in this run or before.
        self.versions = kept(before)
        takes = ((one.row, one.name, _take_of(one, direction.digest)) for one in before)
        #: Every take that was made, in this run or before.
        self._takes = {(row, name): take for row, name, take in takes if take is not None}
        self._made: dict[str, Take] = {}
        # A step in review is there, and is delivered where nobody approves it, but is not used yet.
        self._usable = set[str]()
        #: What is shown of steps of which what is wanted is not there.
        self._instead: dict[str, Take] = {}
        self.why: dict[str, str] = {}
        self._cut_off = ""
        #: What was answered in takes of earlier runs, by the step and the artifact's own key.
        self._answers: dict[tuple[str, str], Mapping[str, Value]] = {}
        self.manifest: str | None = None
        #: Under which keys people find what was delivered, by the step and the artifact's own key.
        self._objects: dict[tuple[str, str], str] = {}

    # ---- what comes and goes -----------------------------------------------------------------------

    def found(self, step: PlannedStep, made: Artifact, model: str | None) -> None:
        """Its version is there, whether or not anybody may use it yet."""
        self.versions[step.id, version_name(step.take)] = Shown(made.object, model or "")

    def put(self, step: PlannedStep, made: Artifact, model: str | None, usable: bool = True) -> None:
        """What is wanted of it is there."""
        take = Take(step.take, made, model)
        self._made[step.id] = self._takes[step.id, version_name(step.take)] = take
        if usable:
            self._usable.add(step.id)

    def let_go(self, id: str) -> None:
        """What there is of the step is not wanted any more."""
        self._made.pop(id, None)
        self._usable.discard(id)
        self.why.pop(id, None)

    def cut_off(self, why: str) -> None:
        """Nothing more is made."""
        self._cut_off = f": {why}"

    def stays(self, ids: Collection[str]) -> Mapping[str, str]:
        """What is delivered of these steps is shown, though something else is wanted since; returns why, by
        the step."""
        shown = {id: take for id, take in self._shown.items() if id in ids}
        for id in ids:
            self.let_go(id)
        self._instead |= shown
        return {id: self._why(id) for id in shown}

    def handed_over(self, made: Mapping[str, Artifact], delivered: DeliveredPipeline) -> None:
        """What was `made` of these steps is where people find it."""
        self.manifest = delivered.manifest
        self._objects |= {
            (id, made[id].key): object for id, object in delivered.objects.items() if id in made
        }
        self._answers |= {(id, made[id].key): said for id, said in delivered.answers.items() if id in made}

    def fall_back(self) -> Mapping[str, str]:
        """Where what is wanted is not there, what was made before is shown; returns why, by the step."""
        found = {id: take for id in self.lacking if (take := self._earlier(id)) is not None}
        self._instead = found
        return {id: self._why(id) for id in found}

    def _earlier(self, id: str) -> Take | None:
        """That which was wanted last, of those that were made: who goes back to one has it there."""
        names = [one.name for one in self._direction.stood(id)]
        return next((self._takes[id, one] for one in names if (id, one) in self._takes), None)

    # ---- what there is -----------------------------------------------------------------------------

    @property
    def made(self) -> Collection[str]:
        """The steps of which what is wanted is there."""
        return self._made.keys()

    @property
    def usable(self) -> Collection[str]:
        """Those of them that others may be made from."""
        return self._usable

    @property
    def lacking(self) -> Collection[str]:
        """The steps of which what is wanted is not there yet."""
        return [one.id for one in self.planned.steps if one.id not in self._made]

    @property
    def is_whole(self) -> bool:
        return len(self._usable) == len(self.planned.steps)

    @property
    def there(self) -> Mapping[str, Artifact]:
        """What is delivered of each step."""
        return {id: take.artifact for id, take in self._shown.items()}

    @property
    def instead(self) -> Mapping[str, str]:
        """The versions that are shown in place of what is wanted, by their steps."""
        shown = self._instead.items()
        return {id: version_name(take.number) for id, take in shown if id not in self._made}

    @property
    def request(self) -> PipelineRequest:
        """What was asked for, as what is delivered was made."""
        shown = {id: self._direction.asked(id)[name] for id, name in self.instead.items()}
        return self._direction.edited(Decision(of=self._direction.digest, wanted=shown))

    @property
    def _shown(self) -> Mapping[str, Take]:
        return {**self._instead, **self._made}

    def given(self, source: str) -> Given:
        """A file of the caller's, or what a step has made, for the steps that are made from it."""
        if source in self.planned.files:
            return self.planned.files[source]
        made = self._made[source].artifact
        return Given(key=made.key, object=made.object, mime=made.media.mime, media=made.media)

    @property
    def output(self) -> str:
        """The id of the last step, of those that are there, that no other of them takes; empty where none
        is. What is said of a picture takes its place only where nothing else was made."""
        there = [one for one in self.planned.steps if one.id in self._shown]
        causes = {one.id: one.causes for one in there if one.gives != "text"}
        return next(reversed(graph.ends(causes or {one.id: one.causes for one in there})), "")

    def found_at(self, id: str) -> str | None:
        """Under which key people find what is delivered of the step; None where it is not."""
        take = self._shown.get(id)
        return self._objects.get((id, take.artifact.key)) if take else None

    def results(self, usd: Mapping[str, Decimal]) -> tuple[StepResult, ...]:
        """What came of every step; `usd` is what was paid towards each."""
        return tuple(self._result(one, usd.get(one.id, Decimal(0))) for one in self.planned.steps)

    def _result(self, step: PlannedStep, usd: Decimal) -> StepResult:
        take = self._shown.get(step.id)
        made = take.artifact if take else None
        return StepResult(
            id=step.id,
            kind=step.kind,
            object=self.found_at(step.id) or (made.object if made else None),
            media=made.media if made else None,
            take=take.number if take else step.take,
            model=take.model if take else None,
            reused=bool(made and made.reused),
            usd=usd,
            answer=made.facts.get(ANSWER, self._answers.get((step.id, made.key))) if made else None,
            why="" if step.id in self._made else self._why(step.id),
        )

    def _why(self, id: str) -> str:
        """Why what is wanted of it is not there, and what is there in its place."""
        if (take := self._instead.get(id)) is None:
            return self.why.get(id, f"{_NOT_MADE}{self._cut_off}")
        why = self.why.get(id, f"{_NOT_MADE} anew{self._cut_off}")
        return f"{why}: this is {version_name(take.number)}, as it was before"


def _take_of(version: KeptVersion, digest: str) -> Take | None:
    """What an earlier run has made; None of another pipeline by the same id, or where a release before did
    not say enough of it."""
    value = version.value
    try:
        media = Media.model_validate(value.get("media"))
    except ValidationError:
        return None
    number = version.name.rpartition("-")[2]
    if value.get("of") != digest or not number.isdecimal():
        return None
    made = Artifact(key=str(value.get("key")), object=str(value.get("object")), media=media, reused=True)
    return Take(int(number), made, str(value.get("model") or "") or None)
