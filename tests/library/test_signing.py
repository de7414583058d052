"""A link to put a file with is for that file, at the address that the world has for the bucket."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from activities.library.signing import Signing
from activities.storage.objects import ObjectStore
from tests.support.handing import announced
from workflows.library.contract import parse_request

REQUEST = parse_request(json.dumps(announced(b"a file", "image/png")).encode())


def test_a_link_is_signed_for_the_world_for_one_file_and_a_quarter_of_an_hour() -> None:
    store = ObjectStore(
        endpoint="http://127.0.0.1:9",
        bucket="films",
        region="eu-west-1",
        access_key="an-access-key",
        secret_key="a-secret-key",
        public_endpoint="https://files.example.org",
    )
    before = datetime.now(UTC)
    signed = Signing(store).sign("incoming/a-run", REQUEST)
    url = urlsplit(signed.url)
    said = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.scheme, url.hostname, url.path) == ("https", "files.example.org", "/films/incoming/a-run")
    assert said["X-Amz-SignedHeaders"].split(";") == ["content-length", "content-type", "host", *CHECKED]
    assert set(signed.headers) == {"content-length", "content-type", *CHECKED}
    assert (said["X-Amz-Expires"], signed.headers["content-length"]) == ("900", "6")
    assert timedelta(minutes=14) < signed.expires - before <= timedelta(minutes=15)


#: What AWS compares with the bytes.
CHECKED = ["x-amz-checksum-sha256"]
