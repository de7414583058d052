"""The stand-ins as an embedded server: taken for theirs is only a server that says so."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from infra.embedded.servers.standins import StandinServer
from tests.support.standing import standing


class Stranger(BaseHTTPRequestHandler):
    """Whoever has taken the port meanwhile: it answers everything, with a page of its own."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests are quiet."""


async def test_a_stranger_on_the_port_is_not_taken_for_the_stand_ins(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        assert not await StandinServer(tmp_path).answers({"http": stranger.server_port})
        stranger.shutdown()
    assert not await StandinServer(tmp_path).answers({"http": stranger.server_port})


async def test_the_stand_ins_are_known_by_their_answer(tmp_path: Path) -> None:
    with standing(tmp_path) as running:
        port = int(running.root.rpartition(":")[2])
        assert await StandinServer(tmp_path).answers({"http": port})
