"""Whose a job is that a provider lists and no attempt knows: told by its tag, else by what was sent."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from activities.ledger.orphan_rows import Sent
from activities.ledger.sweep import adoptions
from activities.models.provider import Job, ListedJob

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SENT_PHASES = ("intent", "held", "running", "absent", "written_off", "rejected", "failed")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[ListedJob], list[Sent]]:
    """Jobs of one provider and the attempts that may have sent them."""
    count = draw(st.integers(0, 5))
    sent = []
    for n in range(count):
        phase = draw(st.sampled_from(SENT_PHASES))
        job_id = f"job-{n}" if phase in ("running", "failed") else None
        at = NOW + timedelta(seconds=draw(st.integers(0, 300)))
        sent.append(Sent(f"k{n}", 1, f"tag-{n}", phase, draw(st.sampled_from("ab")), job_id, at))
    numbers = draw(st.lists(st.integers(0, 7), unique=True))
    listed = [
        ListedJob(
            Job(f"job-{n}"),
            NOW + timedelta(seconds=draw(st.integers(0, 300))),
            draw(st.sampled_from([None, f"tag-{n}"])),
            draw(st.sampled_from([None, "a", "b"])),
        )
        for n in numbers
    ]
    return listed, sent


@given(worlds(), st.randoms(use_true_random=False))
def test_a_job_is_given_to_one_attempt_that_lacks_one(
    world: tuple[list[ListedJob], list[Sent]], chance: random.Random
) -> None:
    listed, sent = world
    chance.shuffle(listed)
    adopted = adoptions(listed, sent, timedelta(seconds=5))
    submissions = {(one.key, one.n): one for one in sent}
    jobs = {one.job.id: one for one in listed}
    assert len({job.id for *_, job in adopted}) == len({(key, n) for key, n, _ in adopted}) == len(adopted)
    for key, n, job in adopted:
        attempt, found = submissions[key, n], jobs[job.id]
        assert attempt.job_id is None and job.id not in {one.job_id for one in sent}
        if found.tag is not None:
            assert found.tag == attempt.tag
        else:
            assert attempt.phase not in ("intent", "held") and found.fingerprint == attempt.fingerprint
    free = {one.tag for one in sent if one.job_id is None}
    known = {one.job_id for one in sent}
    by_tag = {one.job.id for one in listed if one.tag in free and one.job.id not in known}
    assert by_tag <= {job.id for *_, job in adopted}, "a job that bears its attempt's tag was left out"
