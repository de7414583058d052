"""What a service says of a file before it comes is read like every request: all that is wrong, at once."""

from __future__ import annotations

import json

import pytest

from activities.batch.admission import MAX_BYTES as MOST_TABLE_BYTES
from activities.media.clip import MOST_CLIP_BYTES
from activities.media.photo import MAX_BYTES
from tests.support.handing import announced
from workflows.library.contract import MOST_BYTES, parse_request
from workflows.studio.requests import InvalidRequest


def refused(value: object) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as error:
        parse_request(json.dumps(value).encode())
    return {one.field: one.problem for one in error.value.fields}


def test_what_is_announced_may_be_as_large_as_what_is_taken() -> None:
    assert MOST_BYTES == {"image": MAX_BYTES, "video": MOST_CLIP_BYTES, "table": MOST_TABLE_BYTES}
    for kind, most in (
        ("image/png", MAX_BYTES),
        ("video/webm", MOST_CLIP_BYTES),
        ("text/csv", MOST_TABLE_BYTES),
        ("application/x-ndjson", MOST_TABLE_BYTES),
    ):
        assert parse_request(json.dumps(announced(b"", kind, bytes=most)).encode()).bytes == most
        assert set(refused(announced(b"", kind, bytes=most + 1))) == {"bytes"}


@pytest.mark.parametrize(
    "wrong",
    [{"bytes": 0}, {"bytes": "7"}, {"content_type": "image/gif"}, {"sha256": "0" * 63}, {"sha256": "F" * 64}],
)
def test_a_wrong_field_is_named(wrong: dict[str, object]) -> None:
    assert set(refused(announced(b"a file", "image/png", **wrong))) == set(wrong)


@pytest.mark.parametrize("value", [None, 7, [], "a file", {}])
def test_whatever_else_is_sent_is_refused_in_words(value: object) -> None:
    assert all(refused(value).values())
