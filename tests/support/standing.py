"""Stand-ins of the paid providers for tests: real HTTP on a loopback port, in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.embedded.process import free_port
from infra.standins.app import Provider
from infra.standins.core import Desk
from infra.standins.service import server
from tests.support.rough import roughly_drawn


class Standins:
    """A client of running stand-ins, wherever they run."""

    def __init__(self, root: str, desk: Desk | None = None) -> None:
        #: Base URL of all of them.
        self.root = root
        #: Where they run in this process; its state belongs to another thread, so only look.
        self.desk = desk
        # One for all questions: a new one each time reads all certificates, which takes longer than asking.
        self._client = httpx.Client(base_url=root, verify=False, trust_env=False)

    def url(self, provider: str) -> str:
        """The base URL to give to this provider's client."""
        return f"{self.root}/{provider}"

    def order(self, provider: str, moment: str, kind: str, times: int = 1, match: str = "") -> None:
        """The next `times` such moments (of requests that hold `match`) meet this fault."""
        order = {"provider": provider, "moment": moment, "kind": kind, "times": times, "match": match}
        self._client.post("/control/faults", json=order).raise_for_status()

    def log(self, provider: str | None = None) -> list[dict[str, Any]]:
        """Every submit that was accepted, oldest first."""
        return [one for one in self._log()["submits"] if provider in (None, one["provider"])]

    def posts(self, provider: str) -> int:
        """How many submits arrived, accepted or not."""
        return int(self._log()["posts"][provider])

    def requests(self, provider: str, moment: str) -> int:
        """How many requests of a kind arrived: submit, poll, cancel, list, upload, output."""
        return int(self._log()["requests"][provider].get(moment, 0))

    def reset(self) -> None:
        """Forget jobs, counts and orders."""
        self._client.post("/control/reset").raise_for_status()

    def _log(self) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.get("/control/log").json()
        return answer


@contextmanager
def standing(
    folder: Path, speed: float = 20.0, providers: Mapping[str, Provider] | None = None, **more: Any
) -> Iterator[Standins]:
    """Stand-ins in a thread, so that even a client that blocks its loop is served. `more` goes to `Desk`."""
    port, desk = free_port(), Desk(folder, speed=speed, **more)
    web = server(desk, port, providers)
    thread = threading.Thread(target=lambda: asyncio.run(web.serve()), name="standins", daemon=True)
    thread.start()
    try:
        while not web.started and thread.is_alive():
            time.sleep(0.005)
        assert web.started, "the stand-ins did not start"
        yield Standins(f"http://127.0.0.1:{port}", desk)
    finally:
        web.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def _standins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standins]:
    with roughly_drawn(), standing(tmp_path_factory.mktemp("standins")) as running:
        yield running


@pytest.fixture
def standins(_standins: Standins) -> Standins:
    """Stand-ins with no jobs, no counts and no faults; times are a twentieth of the usual."""
    _standins.reset()
    return _standins
