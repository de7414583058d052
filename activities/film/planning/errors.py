"""What planning can refuse, as facts."""

from __future__ import annotations

from collections.abc import Iterable

from activities.faults import InvalidInput
from workflows.studio import FieldProblem


class InvalidPlan(InvalidInput):
    """The plan breaks a constraint, or the library cannot fill the film. Never retry it as it is; `fields`
    says what to change."""

    def __init__(self, fields: Iterable[FieldProblem]) -> None:
        self.fields = tuple(fields)
        super().__init__("\n".join(str(problem) for problem in self.fields))
