"""One line of the workflow changed at a time: a recorded history notices, before a running film would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Mutation(NamedTuple):
    """What is replaced by what in a file of `workflows`, and the history that notices."""

    file: str
    old: str
    new: str
    noticed_by: str


MUTATIONS = {
    "what is reserved for a plan": Mutation(
        "studio/money",
        'PLAN_ALLOWANCE = Decimal("0.05")',
        'PLAN_ALLOWANCE = Decimal("0.5")',
        "planned_at_the_limit",
    ),
    "tries of a job": Mutation("studio/purchases", "_TRIES = 3", "_TRIES = 2", "tries_used_up"),
    "budget of who names none": Mutation(
        "film/budget",
        "DEFAULT_BUDGET_USD = Decimal(5)",
        "DEFAULT_BUDGET_USD = Decimal(50)",
        "waited_and_paused",
    ),
    "images that are waited for": Mutation(
        "film/former/shooting",
        "self._storyboards[index + 1 :]",
        "self._storyboards[index + 1 : index + 2]",
        "later_images",
    ),
    "back-off": Mutation(
        "studio/purchases", "await asyncio.sleep(_BACK_OFF", "_ = (_BACK_OFF", "tries_used_up"
    ),
    "blocks before softer words": Mutation("studio/purchases", "_BLOCKS = 2", "_BLOCKS = 1", "climbed"),
    "rungs of a chunk": Mutation(
        "film/former/shooting",
        "IMAGE_RUNGS, CHUNK_RUNGS = 2, 3",
        "IMAGE_RUNGS, CHUNK_RUNGS = 2, 2",
        "climbed",
    ),
    "limit of a wait": Mutation(
        "studio/control",
        "wait_condition(enough, timeout=WAIT_LIMIT, timeout_summary=summary)",
        "wait_condition(enough)",
        "waited_and_paused",
    ),
    "limit of a pause": Mutation(
        "studio/control",
        "self.stopping, timeout=WAIT_LIMIT, timeout_summary=summary",
        "self.stopping",
        "waited_and_paused",
    ),
    "order of the work": Mutation(
        "film/former/film",
        """            self._spawn_beats()
            soundtrack = self._run.spawn(self._score()) if self._music else None
""",
        """            soundtrack = self._run.spawn(self._score()) if self._music else None
            self._spawn_beats()
""",
        "film",
    ),
    "what stands in for what is given up": Mutation(
        "film/former/shooting",
        "if start is None and not model.text_start:",
        "if start is None and model.text_start:",
        "given_up",
    ),
    "what nothing goes on from": Mutation(
        "film/former/shooting",
        "if not self._is_marked(index - 1):",
        "if self._is_marked(index - 1):",
        "after_a_placeholder",
    ),
    "budgets in turn": Mutation(
        "studio/steering",
        'if self._recording.locked() and not workflow.patched("budgets-in-turn"):',
        "if False:",
        "two_budgets",
    ),
    "budget that waits for its request": Mutation(
        "studio/steering",
        'workflow.patched("a-budget-waits-for-its-request")',
        "True",
        "budget_at_the_start",
    ),
    "memo of a failure": Mutation(
        "studio/memo",
        'workflow.patched("a-memo-of-a-failure")',
        'workflow.patched("a-memo")',
        "failed_paid",
    ),
    "time between two cuts": Mutation(
        "film/film", "CUT_EVERY = timedelta(seconds=20)", "CUT_EVERY = timedelta()", "cuts"
    ),
    "who has seen a cut": Mutation(
        "film/film", "asked.preview and not account.cut", "asked.preview", "upgraded"
    ),
    "what a stop leaves": Mutation(
        "film/film",
        'if self._asked.partial == "fail" or (self.delivered is None and self.is_free):',
        "if True:",
        "stopped_with_a_cut",
    ),
    "what a cancel leaves": Mutation(
        "studio/workflow",
        "            await self._deliver(asked)\n            await workflow.wait_condition",
        "            await workflow.wait_condition",
        "canceled_with_a_cut",
    ),
    "whole or nothing": Mutation(
        "film/film",
        'if self._asked.partial == "fail" and self._is_settled and (failure := self.failure):',
        "if (failure := self.failure) and not failure:",
        "whole_or_nothing",
    ),
    "rungs of a version's chunk": Mutation(
        "film/taking",
        "IMAGE_RUNGS, CHUNK_RUNGS = 2, 3",
        "IMAGE_RUNGS, CHUNK_RUNGS = 2, 2",
        "refused_for_good",
    ),
    "what a storyboard is looked at for": Mutation(
        "film/review", '"storyboard": "chunks"', '"storyboard": "image"', "reviewed"
    ),
    "what is let go": Mutation("film/shot_state", "self.task.cancel()", "pass", "retaken"),
    "one take after the other": Mutation("film/shots", "await self._run.settled(before)", "pass", "retaken"),
    "one decision after the other": Mutation(
        "film/editing",
        "async with self._recording:\n                    # While",
        "if True:\n                    # While",
        "two_decisions",
    ),
    "what is decided last": Mutation(
        "film/editing",
        "return self._film is not None and self._film.wants_more",
        "return False",
        "last_moment",
    ),
    "which plan is wanted": Mutation(
        "film/film", "if decision.plan != self.direction.plan or", "if False and", "replanned"
    ),
    "what a rung means": Mutation(
        "film/keeping",
        "if self._planned.rung in (None, version.rung) or version.rung",
        "if self._planned.rung or version.rung",
        "upgraded",
    ),
    "what is chosen among what is there": Mutation(
        "film/shots", "shot.id in self.direction.used", "shot.id not in self.direction.used", "chosen"
    ),
    "what was decided before": Mutation(
        "film/workflow",
        "self._decisions or list(decisions(context.account.edits))",
        "self._decisions",
        "forked_with_versions",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_changed_line_is_noticed(mutation: Mutation, tmp_path: Path) -> None:
    copy = tmp_path / "workflows"
    shutil.copytree(ROOT / "workflows", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / f"{mutation.file}.py"
    text = file.read_text()
    assert text.count(mutation.old) == 1, "the line has changed: say here how it reads now"
    file.write_text(text.replace(mutation.old, mutation.new))
    # What is first on the path is found first, and that is the changed copy.
    replayed = subprocess.run(
        [sys.executable, "-m", "tests.support.replaying", mutation.noticed_by],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    # Temporal's own core warns on stdout.
    assert replayed.stdout.splitlines()[-1:] == [mutation.noticed_by], replayed.stderr
