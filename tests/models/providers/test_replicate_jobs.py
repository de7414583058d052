"""Replicate: what it says of jobs, in statuses, errors, logs and listings, and what that means here."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import (
    ContentPolicy,
    InvalidInput,
    JobFailed,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.provider import Job, JobStatus, NotAccepted
from activities.models.providers.replicate import Replicate
from activities.models.providers.replicate.errors import failure_of
from activities.models.trial import SIGNED, bare, ended, picture, sent, signed
from infra.logging import TALKATIVE
from tests.support.replicate import FLUX, HAILUO, JOB, SECRET
from tests.support.standing import Standins
from tests.support.told import Told


@pytest.mark.parametrize("status", [429, 503, 504, 500, 403])
async def test_a_poll_asks_once(replicate: Replicate, server: Told, status: int) -> None:
    """Left to itself the client would ask ten times, for a minute."""
    for _ in range(12):
        server.says(status, {"detail": "no"}, retry_after="0")
    kinds = {429: RateLimited, 403: Unauthorized}
    with pytest.raises(kinds.get(status, ProviderUnavailable)):
        await replicate.poll(FLUX, JOB)
    assert len(server.asked) == 1


URL = "https://replicate.delivery/x/out.mp4"


@pytest.mark.parametrize(
    ("said", "state", "cost"),
    [
        ({"status": "starting"}, "queued", None),
        ({"status": "processing", "logs": None}, "running", None),
        ({"status": "dreaming"}, "running", None),
        ({}, "running", None),
        ({"status": "succeeded", "output": URL}, "succeeded", None),
        ({"status": "succeeded", "output": [URL, URL]}, "succeeded", None),
        ({"status": "succeeded", "output": {"url": URL}}, "succeeded", None),
        ({"status": "succeeded", "output": None, "data_removed": True}, "gone", None),
        ({"status": "succeeded", "output": URL, "data_removed": True}, "gone", None),
        ({"status": "succeeded", "output": None}, "succeeded", None),
        ({"status": "succeeded", "output": []}, "succeeded", None),
        ({"status": "failed", "error": "x"}, "failed", Decimal(0)),
        ({"status": "canceled"}, "canceled", None),
        ({"status": "aborted"}, "canceled", Decimal(0)),
    ],
)
async def test_how_a_job_stands(
    replicate: Replicate, server: Told, said: dict[str, Any], state: str, cost: Decimal | None
) -> None:
    server.says(200, {"id": JOB.id, **said})
    standing = await replicate.poll(HAILUO, JOB)
    assert (standing.state, standing.cost) == (state, cost)
    files = said["output"] if isinstance(said.get("output"), list) else [said.get("output")]
    named = files.count(URL) if state == "succeeded" else 0
    assert [(each.mime, each.url) for each in standing.outputs] == [("video/mp4", URL)] * named
    assert (standing.why is not None) == (state == "failed")
    assert server.asked[0][0] == f"GET /v1/predictions/{JOB.id}"


async def test_progress_is_read_from_the_logs(replicate: Replicate, server: Told) -> None:
    logs = "loading: 100%|##| 3/3\n  0%|  | 0/28\r 36%|#### | 10/28 [00:01<00:02]\nnext"
    server.says(200, {"status": "processing", "logs": logs})
    assert await replicate.poll(FLUX, JOB) == JobStatus("running", percent=36.0, log=logs)


async def test_an_unknown_job_is_gone(replicate: Replicate, server: Told) -> None:
    server.says(404, {"detail": "not found"})
    assert await replicate.poll(FLUX, Job("../../account")) == JobStatus("gone")
    assert server.asked[0][0] == "GET /v1/predictions/..%2F..%2Faccount"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_error_is_beyond_words(error: Any) -> None:
    assert str(failure_of(FLUX, error)).startswith("replicate-flux-dev")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("The input or output was flagged as sensitive. Please try again. (E005) (x1)", ContentPolicy),
        ("NSFW content detected. Try running it again, or try a different prompt.", ContentPolicy),
        ("The image contains sensitive content", ContentPolicy),
        ("Failure to pass the risk control system", ContentPolicy),
        ("Video generation was blocked due to safety reasons", ContentPolicy),
        ("Service is currently unavailable due to high demand. (E003) (x1)", ProviderUnavailable),
        ("Service is temporarily unavailable (E004)", ProviderUnavailable),
        ("Prediction interrupted; please retry (code: PA)", JobFailed),
        ("Director: unexpected error handling prediction (E8765)", JobFailed),
        ("Director: unexpected error handling prediction (E9828)", JobFailed),
        ("Unknown error (E1000)", JobFailed),
        ("Out of memory (E1001)", JobFailed),
        ("Timeout starting prediction (E6716)", JobFailed),
        ("KeyError: paths are case-sensitive", JobFailed),
        ("Input validation failed: image is required", InvalidInput),
        (None, JobFailed),
        ({"code": 3}, JobFailed),
    ],
)
def test_what_an_error_means(error: Any, kind: type[StudioError]) -> None:
    why = failure_of(HAILUO, error)
    assert type(why) is kind and "replicate-hailuo-02" in str(why) and ";" in str(why)


# ---- on the stand-in ----------------------------------------------------------------------------


async def test_what_waits_too_long_is_aborted_and_costs_nothing(
    on_standin: Replicate, standins: Standins, tmp_path: Path
) -> None:
    standins.order("replicate", "submit", "stuck")
    hurried = FLUX.model_copy(update={"run_limit_s": 30})
    job = await sent(on_standin, on_standin.request(bare(hurried), "t"))
    assert isinstance(job, Job)
    assert await ended(on_standin, hurried, job) == JobStatus("canceled", cost=Decimal(0))


async def test_what_a_busy_machine_draws_late_is_not_aborted_for_it(
    on_standin: Replicate, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, waiting = standins.desk, list[Any]()
    assert desk is not None
    with monkeypatch.context() as patch:
        patch.setattr(desk, "_make_later", waiting.append)
        hurried = FLUX.model_copy(update={"run_limit_s": 30})
        job = await sent(on_standin, on_standin.request(bare(hurried), "t"))
        assert isinstance(job, Job)
        # Its deadline, a twentieth of that, passes.
        await asyncio.sleep(hurried.run_limit_s / desk.speed + 0.2)
        assert (await on_standin.poll(hurried, job)).state == "running"
    waiting[0].made(desk.now())
    assert (await on_standin.poll(hurried, job)).state == "succeeded"


async def test_an_output_that_has_expired_is_gone(on_standin: Replicate, standins: Standins) -> None:
    standins.order("replicate", "submit", "expired")
    since = datetime.now(UTC) - timedelta(seconds=5)
    job = await sent(on_standin, on_standin.request(bare(FLUX), "t"))
    assert isinstance(job, Job)
    assert await ended(on_standin, FLUX, job) == JobStatus("gone")
    assert [each.fingerprint for each in await on_standin.listed(FLUX, since)] == [None]


async def test_a_wrong_parameter_is_refused(on_standin: Replicate) -> None:
    wrong = FLUX.model_copy(update={"fixed": {"num_outptus": 1}})
    with pytest.raises(NotAccepted, match="num_outptus") as said:
        await sent(on_standin, on_standin.request(bare(wrong), "t"))
    assert isinstance(said.value.why, InvalidInput)


async def test_a_file_says_how_long_it_is_kept(on_standin: Replicate, tmp_path: Path) -> None:
    kept = await on_standin.upload(picture(tmp_path, "teal"))
    assert kept and kept.expires_at
    assert timedelta(hours=23) < kept.expires_at - datetime.now(UTC) < timedelta(hours=25)


async def test_no_log_holds_the_key_or_a_signature(
    on_standin: Replicate,
    server: Told,
    replicate: Replicate,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in TALKATIVE:
        # The product keeps them quiet, and so may another test have.
        caplog.set_level(logging.DEBUG, name)
    await on_standin.upload(picture(tmp_path, "teal"))
    job = await sent(on_standin, on_standin.request(bare(FLUX), "t"))
    assert isinstance(job, Job)
    await ended(on_standin, FLUX, job)
    await on_standin.listed(FLUX, datetime.now(UTC))
    server.says(422, {"detail": f"{SIGNED} {SECRET}"})
    with pytest.raises(NotAccepted):
        await sent(replicate, replicate.request(signed(HAILUO, tmp_path, "t"), "t"))
    said = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert "/v1/predictions" in said and SECRET not in said and "f00dfeed" not in said
