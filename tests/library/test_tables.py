"""The table of a batch is handed in like any file, and has the name that `reel upload` gives it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from temporalio.client import Client

from activities.batch.admission import Admission
from activities.estimates import ESTIMATES
from activities.faults import InvalidInput
from activities.library.kept import kept_table
from starter.tables import table_of
from tests.conftest import Rig
from tests.support.handing import handed_in
from tests.support.plain import Plain
from workflows.batch.contract import BatchRequest

CSV = "product,colour\ntin mug,red\ntin mug,blue\n"
JSON = '{"product": "tin mug", "colour": "red"}\n\n{"product": "tin mug", "colour": "blue"}\n'
ASKED: dict[str, JsonValue] = {"prompt": "A 5 second film about a ${colour} ${product}"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (CSV.encode(), "text/csv"),
        (CSV.encode("utf-16"), "text/csv"),
        (b"\xef\xbb\xbf" + JSON.encode(), "application/x-ndjson"),
        (b"product", "text/csv"),
    ],
)
def test_a_table_is_told_by_its_bytes(body: bytes, kind: str, tmp_path: Path) -> None:
    came = tmp_path / "came"
    came.write_bytes(body)
    kept = kept_table(came)
    assert kept.came == kind
    name = "lines.jsonl" if kind == "application/x-ndjson" else "lines.csv"
    assert kept.key == table_of(came.rename(tmp_path / name), tmp_path).key


@pytest.mark.parametrize("body", [b" \n\t", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00\x00 a workbook"])
def test_what_is_no_text_is_none(body: bytes, tmp_path: Path) -> None:
    came = tmp_path / "came"
    came.write_bytes(body)
    with pytest.raises(InvalidInput, match="it is no table"):
        kept_table(came)


@given(st.binary(min_size=1, max_size=200))
def test_whatever_comes_is_kept_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    came = tmp_path_factory.getbasetemp() / "any bytes"
    came.write_bytes(body)
    try:
        assert kept_table(came).media.bytes == len(body)
    except InvalidInput as error:
        assert "Send a CSV" in str(error)


@pytest.mark.slow
async def test_a_batch_reads_what_was_handed_in_by_a_link(rig: Rig, client: Client) -> None:
    async with rig(Plain()) as (studio, _):
        for body, kind in ((CSV, "text/csv"), (JSON, "application/x-ndjson")):
            _, told = await handed_in(client, body.encode(), kind)
            assert (told["content_type"], told["bytes"], told["width"]) == (kind, len(body), 0)
            request = BatchRequest(name="Mugs", source=told["source"], template=ASKED)
            estimate = await Admission(studio, ESTIMATES).estimated(request, Decimal(5))
            assert estimate.seconds == 2 * 5, kind
