"""The stand-ins as a process: what a kill leaves, and the stack that brings them back."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from infra.embedded.process import free_port
from infra.embedded.stack import open_stack
from infra.embedded.state import StateFile
from infra.settings import Settings
from tests.conftest import guarded
from tests.support.standing import Standins


def test_jobs_and_counts_outlive_the_process_that_took_them(tmp_path: Path) -> None:
    def started(port: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "tests.support.acme", str(tmp_path), str(port)])
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/control/alive")
                return process
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.02)

    port = free_port()
    desk, first = Standins(f"http://127.0.0.1:{port}"), started(port)
    jobs = [submit(desk, "a long prompt " * 300, kind) for kind in ("image", "video")]
    first.send_signal(signal.SIGKILL)
    first.wait()
    # A kill may also fall in the middle of a line.
    with (tmp_path / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"job":{"id":"half')
    second = started(port)
    try:
        assert [one["id"] for one in desk.log()] == jobs
        assert (desk.posts("acme"), desk.log()[0]["tag"]) == (2, "t-1")
        before = [output(desk, job) for job in jobs]
        for made in (tmp_path / "outputs").iterdir():
            made.unlink()
        assert [output(desk, job) for job in jobs] == before
    finally:
        second.kill()
        second.wait()


def submit(desk: Standins, prompt: str, kind: str) -> str:
    answer = httpx.post(f"{desk.url('acme')}/jobs", json={"kind": kind, "prompt": prompt, "tag": "t-1"})
    job: str = answer.raise_for_status().json()["id"]
    return job


def output(desk: Standins, job: str) -> bytes:
    """The output's bytes, as soon as there is one."""
    while (seen := httpx.get(f"{desk.url('acme')}/jobs/{job}").json())["url"] is None:
        time.sleep(0.02)
    return httpx.get(seen["url"], timeout=30).raise_for_status().content


async def test_a_stack_brings_them_back_on_their_port(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Everything else is configured, so that nothing else is started.
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    others = {"database_url": "postgresql://x:y@127.0.0.1:1/z", "s3_endpoint": "http://127.0.0.1:1"}
    with guarded(tmp_path_factory.mktemp("home")) as home:
        settings = Settings(home=home, standins=True, **others)  # type: ignore[arg-type]
        async with open_stack(settings) as stack:
            assert stack.standins is not None
            alive = f"{stack.standins}/control/alive"
            first = StateFile(home).read().servers["standins"].process
            first.signal(signal.SIGKILL)
            async with httpx.AsyncClient() as client:
                while StateFile(home).read().servers["standins"].process == first:
                    await stack.ensure()
                assert (await client.get(alive)).status_code == 204
            second = StateFile(home).read().servers["standins"].process
        assert not second.alive
