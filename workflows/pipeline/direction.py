"""Knows which take of every step people want, and in which words: the newest decision wins, over older ones
and over the request.

A decision is resolved where it is taken, and kept as what it came to: read again by a later run, or by a
later release, it means the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from workflows.pipeline import graph
from workflows.pipeline.contract import PipelineRequest, PipelineStep
from workflows.pipeline.production import pipeline_digest
from workflows.pipeline.step_facts import PlannedStep
from workflows.pipeline.variables import answers_in
from workflows.studio import Edit, Facts

#: The updates whose edits are decisions.
DIRECTS = ("retake", "use")


class Version(Facts):
    """One take of a step, and its words, variables and all; `model` where a person has named another one than
    the request."""

    take: int
    prompt: str = ""
    model: str | None = None

    @property
    def name(self) -> str:
        return version_name(self.take)


class Decision(Facts):
    """What an edit came to, of the pipeline of that digest: of another request under the same id it says
    nothing."""

    of: str
    wanted: Mapping[str, Version]


class NoSuchVersion(Exception):
    """There was never such a take of the step. Ask for one of those that there are."""

    def __init__(self, step: str, name: str, there: Iterable[str]) -> None:
        super().__init__(f"{step} has no version {name[:40]}; it has {', '.join(there)}")


def version_name(take: int) -> str:
    """What people call a take."""
    return f"take-{take}"


def paid_for(towards: str) -> str:
    """The step of which a payment was for a take, as that tells it."""
    return towards.rpartition(" of ")[2]


def decisions(edits: Iterable[Edit]) -> tuple[Decision, ...]:
    """What people decided of takes, oldest first."""
    return tuple(Decision.model_validate(edit.value) for edit in edits if edit.kind in DIRECTS)


def causes_of(steps: Iterable[PipelineStep]) -> dict[str, list[str]]:
    """The steps that each is made from, in the order in which they stand."""
    steps = tuple(steps)
    known = {step.id for step in steps}
    return {
        step.id: [
            one
            for those in (*step.inputs.values(), [id for id, _ in answers_in(_words(step))])
            for one in those
            if one in known
        ]
        for step in steps
    }


def _words(step: PipelineStep) -> str:
    return f"{step.prompt}\n{step.negative_prompt}"


class Direction:
    """Of the steps of one request. Pure: who decides something applies it, once it is kept."""

    def __init__(self, request: PipelineRequest, made: Iterable[Decision] = ()) -> None:
        #: The request as it was sent, and by what its decisions are its own.
        self.asked_for, self.digest = request, pipeline_digest(request).hex()
        first = {step.id: Version(take=step.take, prompt=step.prompt) for step in request.steps}
        #: What was wanted of all steps, oldest first: each as it was made together with the others.
        self._stands = [first]
        for decision in made:
            self.apply(decision)

    @property
    def wanted(self) -> Mapping[str, Version]:
        return self._stands[-1]

    @property
    def request(self) -> PipelineRequest:
        """What was asked for, as it is wanted by now."""
        return self._as(self.wanted)

    def asked(self, step: str) -> Mapping[str, Version]:
        """Every version of the step that was ever wanted, by name, oldest first."""
        return {stand[step].name: stand[step] for stand in self._stands}

    def stood(self, step: str) -> Iterator[Version]:
        """What was wanted of the step, newest first."""
        return (stand[step] for stand in reversed(self._stands))

    def towards(self, step: str, take: int) -> str:
        """What a payment for a take is said to go towards."""
        return step if take == self._stands[0][step].take else f"{version_name(take)} of {step}"

    def apply(self, decision: Decision) -> tuple[str, ...]:
        """Takes the decision over, and returns the steps of which another version is wanted now."""
        if decision.of != self.digest:
            return ()
        before = self.wanted
        known = {step: one for step, one in decision.wanted.items() if step in before}
        changed = tuple(step for step, one in known.items() if one != before[step])
        if changed:
            self._stands.append({**before, **known})
        return changed

    def edited(self, decision: Decision) -> PipelineRequest:
        """What was asked for, as it would be wanted then."""
        return self._as({**self.wanted, **decision.wanted})

    def planned(self, steps: Iterable[PlannedStep], decision: Decision | None = None) -> list[PlannedStep]:
        """Planned steps, by that decision too: what a person has named a model for moves to no other."""
        wanted = {**self.wanted, **(decision.wanted if decision else {})}
        return [
            step.model_copy(update={"models": step.models[:1]}) if wanted[step.id].model else step
            for step in steps
        ]

    # ---- decisions ---------------------------------------------------------------------------------

    def retake(self, step: str, prompt: str, model: str | None = None) -> Decision:
        """The next take, in these words; by another model, or by the one that makes it by now."""
        take = 1 + max(one.take for one in self.asked(step).values())
        version = Version(take=take, prompt=prompt, model=model or self.wanted[step].model)
        return Decision(of=self.digest, wanted={step: version})

    def use(self, step: str, name: str) -> Decision:
        """The step, and all that follows from it, as they stood when it was last of that version: what was
        made of them then is found, what was not is made. Raises `NoSuchVersion`."""
        then = next((one for one in reversed(self._stands) if one[step].name == name), None)
        if then is None:
            raise NoSuchVersion(step, name, self.asked(step))
        follow = {one for stand in (self.wanted, then) for one in self.following([step], stand)}
        wanted = {one: then[one] for one in then if one in follow and then[one] != self.wanted[one]}
        return Decision(of=self.digest, wanted=wanted)

    def following(self, steps: Sequence[str], stand: Mapping[str, Version] | None = None) -> list[str]:
        """These, and what is made from them; as it is wanted, or as it stood."""
        return graph.following(causes_of(self._as(stand or self.wanted).steps), steps)

    def _as(self, stand: Mapping[str, Version]) -> PipelineRequest:
        return self.asked_for.model_copy(
            update={"steps": tuple(_as(step, stand[step.id]) for step in self.asked_for.steps)}
        )


def _as(step: PipelineStep, version: Version) -> PipelineStep:
    model = version.model or step.model
    return step.model_copy(update={"take": version.take, "prompt": version.prompt, "model": model})
