"""What a hostile page tries: to start a workflow, and to end one that runs, by every way that HTTP has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
from playwright.async_api import Error, Page

from infra.embedded.process import Identity

#: Chromium is told that this name is 127.0.0.1, as the name server of whoever owns it might say.
STRANGER = "stranger.test"

# Tried without leave to read the answer, as any page may; with a header and a token, as the UI's own; and
# once more as a form. None of them waits for long: many ports answer nothing.
_TRIES = """async ({root, path, body}) => {
  const token = document.cookie.replace(/.*_csrf=([^;]*).*/, "$1");
  const ways = [
    {mode: "no-cors", headers: {"Content-Type": "text/plain"}},
    {headers: {"Content-Type": "application/json", "X-CSRF-TOKEN": token}},
    {mode: "no-cors", headers: {"Content-Type": "application/x-www-form-urlencoded"}},
  ];
  const said = [];
  for (const way of ways) {
    const options = {method: "POST", body, credentials: "include", signal: AbortSignal.timeout(2000), ...way};
    said.push(await fetch(root + path, options).then(answer => answer.status, () => 0));
  }
  return said;
}"""
_NO_PAGE = ("ERR_INVALID_HTTP_RESPONSE", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RE")
_READ = """path => fetch(path, {signal: AbortSignal.timeout(2000)}).then(
  answer => answer.text(), () => "")"""


def listening(processes: list[Identity]) -> set[int]:
    """Every port on 127.0.0.1 that these processes listen on: what a page can find by trying."""
    sockets = [one for process in processes for one in psutil.Process(process.pid).net_connections("tcp")]
    return {
        one.laddr.port
        for one in sockets
        if one.status == psutil.CONN_LISTEN and one.laddr.ip in ("127.0.0.1", "0.0.0.0", "::", "::1")
    }


async def start(page: Page, root: str, id: str) -> list[int]:
    """Tries to start a workflow of this id at the server `root`; the status of each try, 0 where unknown."""
    body = {"workflowType": {"name": "VideoWorkflow"}, "taskQueue": {"name": "nobody"}}
    return await _post(page, root, f"/api/v1/namespaces/default/workflows/{id}", body)


async def terminate(page: Page, root: str, id: str) -> list[int]:
    """Tries to end the workflow of this id."""
    body = {"workflowExecution": {"workflowId": id}}
    return await _post(page, root, f"/api/v1/namespaces/default/workflows/{id}/terminate", body)


async def _post(page: Page, root: str, path: str, body: object) -> list[int]:
    said: list[int] = await page.evaluate(_TRIES, {"root": root, "path": path, "body": json.dumps(body)})
    return said


async def read(page: Page, path: str) -> str:
    """What the page's own server says at this path; nothing where it does not answer."""
    said: str = await page.evaluate(_READ, path)
    return said


async def opened(page: Page, address: str) -> bool:
    """Whether anything that a browser can show answers there. A page that shows an error is good for nothing
    else: it goes on loading that error into whatever is opened next."""
    try:
        await page.goto(address)
    except Error as error:
        # Whoever speaks no HTTP hangs up, or says something that no browser understands.
        if any(words in str(error) for words in _NO_PAGE):
            return False
        raise
    return True


@asynccontextmanager
async def elsewhere(page: Page) -> AsyncIterator[None]:
    """A page of another origin on this very machine, which no browser keeps from its neighbours."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\nFunny cats")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        await page.goto(f"http://{STRANGER}:{server.sockets[0].getsockname()[1]}/")
        yield
