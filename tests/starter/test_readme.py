"""What README prints for other services is run as it stands, against `reel up`."""

from __future__ import annotations

import asyncio
import sys
import urllib.request
from pathlib import Path

import pytest

from infra.embedded.keys import Keys
from infra.embedded.stack import Stack
from infra.embedded.state import StateFile
from infra.temporal import connect
from tests.support.printed import blocks, ran, shell
from tests.support.reel import reel

README = (Path(__file__).parents[2] / "README.md").read_text()
SECTION = README.split("## Starting films from another service")[1].split("\n## ")[0]
# A program that ends right after its first answer, while the SDK's threads are at the others.
SHORT = """
import asyncio
from infra.temporal import connect
async def main():
    client = await connect()
    asked = [asyncio.ensure_future(client.count_workflows()) for _ in range(200)]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
asyncio.run(main())
"""


@pytest.mark.slow
async def test_the_samples_make_a_film_and_hand_it_out(own_home: Path, tmp_path: Path) -> None:
    (typed,) = (block for block in blocks(SECTION) if "temporal workflow start" in block)
    sample, signing = blocks(SECTION, "python")
    async with reel("up", home=own_home, folder=tmp_path) as up:
        await up.until("Workers run")
        said = await up.until(r"export TEMPORAL_ADDRESS=(\S+)")
        theirs = {"TEMPORAL_ADDRESS": said[1]}
        told = await ran("bash", "-ec", shell(typed), folder=tmp_path, environment=theirs)
        assert "completed" in told, told

        printed = await ran(sys.executable, "-c", sample, folder=tmp_path, environment=theirs)
        assert "100%" in printed and printed.splitlines()[-1].endswith(".mp4"), printed

        link = await ran(sys.executable, "-c", signing, folder=tmp_path, environment=bucket_of(own_home))
        with await asyncio.to_thread(urllib.request.urlopen, link.strip()) as answer:
            assert answer.read(8)[4:] == b"ftyp"


def bucket_of(home: Path) -> dict[str, str]:
    """AWS's own environment, such that the home's S3 server is AWS."""
    keys = Keys.of(home)
    return {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{StateFile(home).read().ports['s3']['http']}",
        "AWS_ACCESS_KEY_ID": keys.s3_access_key,
        "AWS_SECRET_ACCESS_KEY": keys.s3_secret_key,
    }


async def test_a_client_reads_temporals_own_environment(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", stack.temporal_address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "temporal-system")
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    monkeypatch.setenv("TEMPORAL_TLS", "false")
    for client in (await connect(), await connect(stack.temporal_address)):
        assert (client.namespace, client.api_key) == ("temporal-system", "key")
    # An embedded server knows neither, and gets no key of somebody's cluster.
    embedded = await connect(stack)
    assert (embedded.namespace, embedded.api_key) == ("default", None)


async def test_a_short_program_ends_as_it_should(stack: Stack, tmp_path: Path) -> None:
    theirs = {"TEMPORAL_ADDRESS": stack.temporal_address}
    for _ in range(4):
        await ran(sys.executable, "-c", SHORT, folder=tmp_path, environment=theirs)
