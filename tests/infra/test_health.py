"""How a worker says that it is there, over HTTP: as it begins, as it works, as it leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections import Counter

import httpx
import pytest

from infra.errors import SettingsError
from infra.health import Standing, answering

QUEUES = ("reel-generation", "reel-generation.fal")


async def _is_there() -> bool:
    return True


async def _is_away() -> bool:
    return False


async def _is_broken() -> None:
    raise OSError("no route")


async def _hangs() -> None:
    await asyncio.Event().wait()


async def asked(standing: Standing, what: str) -> tuple[int, dict[str, object]]:
    async with answering(standing, "127.0.0.1", 0) as at, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{at}/{what}")
        return answer.status_code, answer.json()


@pytest.mark.parametrize(("state", "code"), [("starting", 503), ("running", 200), ("draining", 503)])
async def test_a_worker_is_ready_only_while_it_takes_work(state: str, code: int) -> None:
    standing = Standing("generation", QUEUES, running=lambda: Counter({QUEUES[1]: 3, "another": 1}))
    standing.state = state  # type: ignore[assignment]
    told = {
        "role": "generation",
        "state": state,
        "queues": list(QUEUES),
        "running": {"reel-generation": 0, "reel-generation.fal": 3},
    }
    assert await asked(standing, "ready") == (code, {"ready": code == 200, **told, "reached": {}})
    assert await asked(standing, "live") == (200, {"live": True, **told})


@pytest.mark.parametrize("check", [_is_away, _is_broken, _hangs])
async def test_a_worker_whose_server_is_not_reached_is_live_and_not_ready(
    check: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.health._CHECK_S", 0.1)
    checks = {"temporal": _is_there, "database": check}
    standing = Standing("media", ("reel-media",), "running", checks=checks)  # type: ignore[arg-type]
    code, told = await asked(standing, "ready")
    assert (code, told["ready"], told["reached"]) == (503, False, {"temporal": True, "database": False})
    assert (await asked(standing, "live"))[0] == 200


async def test_it_answers_nowhere_where_no_port_is_set_and_refuses_one_that_is_taken() -> None:
    async with answering(Standing("all"), "127.0.0.1", None) as at:
        assert at is None
    taken = "REEL_HEALTH_PORT: .* is taken: choose another"
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(SettingsError, match=taken):
        async with answering(Standing("all"), "127.0.0.1", other.getsockname()[1]):
            pass


async def test_signals_stay_those_of_the_worker() -> None:
    """The web server would take SIGTERM for itself, and the worker would never leave."""
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, heard.set)
    try:
        async with answering(Standing("all"), "127.0.0.1", 0) as at, httpx.AsyncClient() as client:
            await client.get(f"{at}/live")
            os.kill(os.getpid(), signal.SIGTERM)
            await heard.wait()
            assert (await client.get(f"{at}/live")).status_code == 200, "it answers while the worker drains"
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
