"""The Web UI's door in front of a web server of the test's own: what it lets through, and what it refuses."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

import infra.embedded.web.address as address
from infra.embedded.process import free_port, port_is_free
from infra.embedded.web.door import door

BIG = bytes(range(256)) * 40_000


class Behind:
    """What stands behind the door: answers with what arrived, or with something big, or in pieces."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.left = asyncio.Event()
        self.asked: list[Request] = []
        routes = [
            Route("/pieces", self.pieces),
            Route("/_app/{rest:path}", self.hashed),
            Route("/{rest:path}", self.echo, methods=["GET", "POST", "PUT", "HEAD"]),
        ]
        self.app = Starlette(routes=routes)

    async def echo(self, request: Request) -> Response:
        self.asked.append(request)
        body = await request.body()
        answer = (
            Response(body, 201) if body else Response(gzip.compress(BIG), 201, {"content-encoding": "gzip"})
        )
        answer.set_cookie("one", "1")
        answer.set_cookie("two", "2")
        return answer

    async def hashed(self, request: Request) -> Response:
        answer = Response("let it = be", 404 if "missing" in request.url.path else 200, {"vary": "Cookie"})
        answer.set_cookie("one", "1")
        return answer

    async def pieces(self, request: Request) -> Response:
        async def body() -> AsyncIterator[bytes]:
            try:
                yield b"first"
                await self.go.wait()
                yield b"last"
            finally:
                self.left.set()

        return StreamingResponse(body(), media_type="text/event-stream")


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(app, host=host, port=port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    yield
    server.should_exit = server.force_exit = True
    await running


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "temporal").mkdir()
    address.draw(tmp_path)
    yield tmp_path


@pytest_asyncio.fixture
async def behind(home: Path) -> AsyncIterator[Behind]:
    one, where = Behind(), address.drawn(home)
    assert where
    async with serving(one.app, *where):
        yield one


@pytest_asyncio.fixture
async def browser(home: Path) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    async with (
        serving(door(home), "127.0.0.1", port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False) as client,
    ):
        yield client


async def test_what_is_asked_and_answered_passes_unchanged(
    behind: Behind, browser: httpx.AsyncClient
) -> None:
    odd = "/namespaces/default/workflows/a%2Fb%20%C3%A9?query=x%3D'1'&query=y&empty="
    answer = await browser.get(odd, headers={"Accept-Encoding": "gzip", "X-Mine": "1"})
    assert answer.status_code == 201 and answer.content == BIG
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers.get_list("set-cookie") == [
        "one=1; Path=/; SameSite=lax",
        "two=2; Path=/; SameSite=lax",
    ]
    (asked,) = behind.asked
    assert (asked.scope["raw_path"] + b"?" + asked.scope["query_string"]).decode() == odd
    assert asked.headers["x-mine"] == "1" and asked.headers["host"] == browser.base_url.netloc.decode()
    assert (await browser.head("/")).content == b""


async def test_bodies_of_any_size_and_kind_pass(behind: Behind, browser: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(BIG), 1 << 20):
            yield BIG[start : start + (1 << 20)]

    assert (await browser.post("/api", content=BIG)).content == BIG
    assert (await browser.put("/api", content=parts())).content == BIG


async def test_a_stream_arrives_as_it_is_made_and_ends_with_its_listener(
    behind: Behind, browser: httpx.AsyncClient
) -> None:
    async with browser.stream("GET", "/pieces") as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"first"
        behind.go.set()
        assert await anext(pieces) == b"last"
    behind.go.clear()
    behind.left.clear()
    async with browser.stream("GET", "/pieces") as answer:
        assert await anext(answer.aiter_raw()) == b"first"
    async with asyncio.timeout(120):
        await behind.left.wait()


async def test_what_is_named_by_its_content_is_kept_by_browsers(
    behind: Behind, browser: httpx.AsyncClient
) -> None:
    kept = await browser.get("/_app/immutable/chunks/D4ta.js")
    assert kept.text == "let it = be" and "immutable" in kept.headers["cache-control"]
    assert kept.headers["vary"] == "accept-encoding" and "set-cookie" not in kept.headers
    for path in ("/_app/version.json", "/_app/immutable/missing.js"):
        passing = await browser.get(path)
        assert "cache-control" not in passing.headers and "set-cookie" in passing.headers


@pytest.mark.parametrize(
    ("method", "host", "origin", "passes"),
    [
        ("GET", "127.0.0.1:{port}", None, True),
        ("GET", "localhost:{port}", None, True),
        ("POST", "127.0.0.1:{port}", "http://127.0.0.1:{port}", True),
        ("POST", "localhost:8233", "http://localhost:8233", True),
        ("POST", "127.0.0.1:{port}", None, True),
        ("GET", "stranger.test:{port}", None, False),
        ("POST", "stranger.test:{port}", "http://stranger.test:{port}", False),
        ("GET", "127.0.0.1.stranger.test:{port}", None, False),
        ("GET", "", None, False),
        ("POST", "127.0.0.1:{port}", "http://127.0.0.1:1", False),
        ("POST", "127.0.0.1:{port}", "http://localhost:{port}", False),
        ("POST", "127.0.0.1:{port}", "https://127.0.0.1:{port}", False),
        ("POST", "127.0.0.1:{port}", "https://stranger.test", False),
        ("POST", "127.0.0.1:{port}", "null", False),
        ("GET", "127.0.0.1:{port}", "https://stranger.test", False),
    ],
)
async def test_strangers_are_refused(
    behind: Behind, browser: httpx.AsyncClient, method: str, host: str, origin: str | None, passes: bool
) -> None:
    headers = {"Host": host.format(port=browser.base_url.port)}
    if origin is not None:
        headers["Origin"] = origin.format(port=browser.base_url.port)
    answer = await browser.request(method, "/api/v1/namespaces", headers=headers)
    assert (answer.status_code, len(behind.asked)) == ((201, 1) if passes else (403, 0))


async def test_while_the_server_is_away_it_says_so_and_finds_it_where_it_comes_back(
    home: Path, browser: httpx.AsyncClient
) -> None:
    away = await browser.get("/")
    assert away.status_code == 503 and "started again" in away.text
    before = address.drawn(home)
    address.draw(home)
    where = address.drawn(home)
    assert where and before and where != before
    async with serving(Behind().app, *where):
        assert (await browser.get("/")).status_code == 201


def test_where_only_one_loopback_address_is_configured_that_one_is_drawn(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on macOS: nothing can listen on the others.
    monkeypatch.setattr(
        address, "port_is_free", lambda port, host: host == "127.0.0.1" and port_is_free(port)
    )
    address.draw(home)
    where = address.drawn(home)
    assert where and where.host == "127.0.0.1"


def test_a_home_that_never_ran_has_none(tmp_path: Path) -> None:
    assert address.drawn(tmp_path) is None
