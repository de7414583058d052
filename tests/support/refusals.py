"""Every way in which a bucket refuses for a while: as boto3 raises it, and as it looks on the wire."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from activities.storage.objects import ObjectStore

#: Status and body, by S3's own code: from its list of error responses, and what proxies before it say.
ANSWERS: Mapping[str, tuple[int, str]] = {
    **{
        code: (status, f"<Error><Code>{code}</Code><Message>not now</Message></Error>")
        for code, status in {
            "ExpiredToken": 400,
            "InvalidToken": 400,
            "AccessDenied": 403,
            "InvalidAccessKeyId": 403,
            "SignatureDoesNotMatch": 403,
            "RequestTimeTooSkewed": 403,
            "NoSuchBucket": 404,
            "OperationAborted": 409,
            "InternalError": 500,
            "ServiceUnavailable": 503,
            "SlowDown": 503,
        }.items()
    },
    "a proxy": (502, "<html><body>Bad Gateway</body></html>"),
}
#: What boto3 raises before anything is sent.
RAISED: Mapping[str, Exception] = {
    "no credentials": NoCredentialsError(),
    "no connection": EndpointConnectionError(endpoint_url="https://bucket.example"),
}
REFUSALS = (*ANSWERS, *RAISED)


def raised(kind: str) -> Exception:
    """What boto3 raises of a refusal."""
    if kind in RAISED:
        return RAISED[kind]
    code = kind if kind != "a proxy" else "502"
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": ANSWERS[kind][0]}}
    return ClientError(answer, "PutObject")  # type: ignore[arg-type]


def refusing(store: ObjectStore, now: Callable[[str], str | None]) -> None:
    """From now on the store is refused whatever `now` names, asked with each operation (`PutObject`,
    `PutObject of a note`); None lets it through to the server."""

    def before_send(request: AWSRequest, event_name: str, **_: Any) -> AWSResponse | None:
        # A note of what is about to be sent is put before, and not in hand.
        of = " of a note" if (request.url or "").endswith(".sent") else ""
        kind = now(event_name.rpartition(".")[2] + of)
        if kind is None:
            return None
        if kind in RAISED:
            raise RAISED[kind]
        status, body = ANSWERS[kind]
        said = b"" if request.method == "HEAD" else body.encode()
        return AWSResponse(request.url or "", status, HTTPHeaders(), _Body(said))

    answers: Any = before_send
    store._s3.meta.events.register("before-send.s3", answers)


class _Body(io.BytesIO):
    def stream(self, amt: int = 1 << 16, **_: Any) -> Iterator[bytes]:
        while block := self.read(amt):
            yield block
