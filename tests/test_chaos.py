"""The short forms of the chaos runs: films and pipelines paid once whoever is killed, films however they are
ended, and a batch of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.batching import FATES as ITEM_FATES
from tests.chaos.boundaries import CRITICAL, PROVIDERS, every_death
from tests.chaos.endings import FATES
from tests.chaos.paid_once import Run, chaos, one_of_each_kind, table
from tests.chaos.restored import Run as Restoring
from tests.chaos.restored import restored
from tests.chaos.restored import table as restored_table
from tests.chaos.verdict import Verdict, judge_jobs

#: Where most is at stake, with the class of provider for which it is hardest.
DEATHS = (
    "submit:before:fal",
    "submit:after:replicate",
    "submit:amid:google",
    "RECORD:before:fal",
    "put:after:openai",
)


def test_one_of_each_kind_is_one_of_each_boundary_and_provider() -> None:
    kinds = one_of_each_kind()
    at_stake = {death.rpartition(":")[0] for death in every_death() if death.split(":")[0] in CRITICAL}
    assert {kind.rpartition(":")[0] for kind in kinds} == at_stake and len(kinds) == len(at_stake)
    assert {kind.rpartition(":")[2] for kind in kinds} == set(PROVIDERS)
    assert set(DEATHS) <= set(every_death())


def attempt(n: int, provider: str, **more: object) -> dict[str, object]:
    request = json.dumps({"prompt": "a mug", "seed": 7})
    facts = {"key": "k", "n": n, "tag": f"tag-{n}", "phase": "stored", "provider": provider, "model": "m"}
    facts |= {"job_id": None, "request": request, "cost": 1, "payer": "f", "error": None, "state": "done"}
    return {**facts, "made_by": 1, **more}


def job(id: str, provider: str, **more: object) -> dict[str, object]:
    said = {"seed": 7, "prompt": "a mug"}
    facts = {"provider": provider, "id": id, "tag": None, "input": said, "at": "now", "state": "succeeded"}
    return {**facts, **more}


RISK = json.dumps({"resolved_by": "operator"})


@pytest.mark.parametrize(
    ("jobs", "attempts", "wrong"),
    [
        ([job("a", "replicate")], [attempt(1, "replicate", job_id="a")], None),
        ([job("a", "replicate", state="canceled"), job("b", "replicate")],
         [attempt(1, "replicate", job_id="a", phase="canceled"), attempt(2, "replicate", job_id="b")], None),
        ([job("a", "openai"), job("b", "openai")],
         [attempt(1, "openai", phase="written_off", error=RISK), attempt(2, "openai")], None),
        ([job("a", "openai"), job("b", "openai")], [attempt(1, "openai")], "paid 2 times"),
        ([job("a", "replicate"), job("b", "replicate", state="running")],
         [attempt(1, "replicate", job_id="a", error=RISK), attempt(2, "replicate", job_id="b")],
         "paid 2 times"),
        ([job("a", "fal")], [attempt(1, "fal", job_id="a", phase="canceled")], "its job is known"),
        ([job("a", "fal")], [attempt(1, "fal")], "it is listed"),
        ([job("a", "google")], [attempt(1, "google", made_by=None, state="open")], "never made"),
        ([job("a", "google", input={"prompt": "a lamp"})], [attempt(1, "google")], "no attempt has sent"),
    ],
)  # fmt: skip
def test_a_verdict_can_be_guilty(
    jobs: list[dict[str, object]], attempts: list[dict[str, object]], wrong: str | None
) -> None:
    verdict = Verdict()
    judge_jobs(verdict, jobs, attempts)
    assert bool(verdict.wrong) == bool(wrong), verdict.wrong
    assert wrong is None or wrong in verdict.wrong[0]


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_what_a_restored_ledger_forgot_is_bought_no_second_time(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    run = Restoring(1, factor=20.0, films=1, submits=1, casts=("replicate",))
    outcome = await restored(tmp_path_factory.mktemp("chaos"), run)
    assert not outcome.verdict.wrong, "\n".join([restored_table(outcome), *outcome.verdict.wrong])
    assert outcome.forgotten and outcome.verdict.films == outcome.verdict.completed >= 1
    assert not any(line.duplicates for line in outcome.verdict.lines.values())


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_films_and_pipelines_are_paid_for_once_whoever_is_killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("chaos")
    run = Run(
        len(DEATHS), factor=20.0, buyers=2, films=4, deaths=DEATHS, servers=False, faults=False, limit_s=400.0
    )
    outcome = await chaos(home, run)
    assert not outcome.verdict.wrong, "\n".join([table(outcome), *outcome.verdict.wrong])
    assert outcome.verdict.films == outcome.verdict.completed >= 4
    assert not outcome.house.wanted, "not all were met: the run proves less than it says"
    # Whether its stop came in time is chance, and told; it goes on either way, and is asked for once more.
    meant, came = outcome.verdict.ends["pipeline", "stop"], outcome.verdict.ended["pipeline", "stop"]
    assert meant >= 1 and f"pipelines by stop {came} of {meant}" in table(outcome)
    # Beats of replicate's, then keyframes of fal's, of which five things are bought, a pipeline of Google's.
    assert len(outcome.verdict.lines["fal"].recipes) >= 5


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_film_comes_of_it_however_it_is_ended(tmp_path: Path) -> None:
    """By the command itself, with one film of each ending."""
    films = str(len(FATES))
    command = ["tests.chaos.always_a_film", "--films", films, "--at-once", films, "--home", str(tmp_path)]
    ran = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert f"{films} of {films} films play" in ran.stdout
    assert re.search(r" [1-9]\d* accounts held against the ledger", ran.stdout), ran.stdout
    assert not list(tmp_path.iterdir()), "what went well leaves nothing behind"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_item_of_a_batch_ends_once_whoever_is_killed(tmp_path: Path) -> None:
    """By the command itself, with every fate that an item may have."""
    films = str(len(ITEM_FATES))
    command = ["tests.chaos.a_batch", "--films", films, "--at-once", "6", "--home", str(tmp_path)]
    ran = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert f"{films} films of a table" in ran.stdout and "refused: failed | 1" in ran.stdout
    assert not list(tmp_path.iterdir()), "what went well leaves nothing behind"
