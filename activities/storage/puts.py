"""Knows how an object that fits into memory is put: by one request that is composed and signed here.

Most of what boto3 does for a put is the same each time: its rules say where a bucket is, its events who may
have a say. Here it says once where, and then its signer and its connections are enough: under half the CPU.
What it does beyond that, such as following a bucket to another region, is left to it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.hooks import first_non_none_response
from botocore.parsers import create_parser

from activities.storage.s3 import SMALL, USER_AGENT, Account

if TYPE_CHECKING:
    from botocore.httpsession import URLLib3Session
    from mypy_boto3_s3 import S3Client

# What is larger is sent in pieces: each has its time, however slow the line.
_PIECE = 1 << 17
# With these a server tells that a bucket is elsewhere; statuses and codes that boto3's redirector knows.
_ELSEWHERE = (301, 302, 307)
_ELSEWHERE_CODES = ("AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException")


@dataclass(frozen=True)
class Body:
    """What is put: `sha256` in hex, and `md5` in base64, by which the server checks it."""

    data: bytes
    mime: str
    sha256: str
    md5: str

    @classmethod
    def of(cls, data: bytes, mime: str) -> Body:
        md5 = hashlib.md5(data, usedforsecurity=False).digest()
        return cls(data, mime, hashlib.sha256(data).hexdigest(), base64.b64encode(md5).decode())

    @property
    def sent(self) -> bytes | BytesIO:
        return self.data if len(self.data) <= _PIECE else BytesIO(self.data)


@dataclass(frozen=True)
class _Place:
    """The address before a key, and the region that requests to it are signed for."""

    root: str
    region: str


class _Signer(S3SigV4Auth):
    """Of one request, whose hash is known: boto3 would read the body once more."""

    def __init__(self, account: Account, region: str, sha256: str) -> None:
        # Looked up for each: those of a role are renewed.
        held = account.credentials()
        if held is None:
            raise NoCredentialsError
        super().__init__(held.get_frozen_credentials(), "s3", region)
        self._sha256 = sha256

    def payload(self, request: AWSRequest) -> str:
        return self._sha256


class Puts:
    """Puts into one bucket. Raises what boto3 raises."""

    def __init__(self, s3: S3Client, bucket: str, account: Account) -> None:
        self._s3, self._bucket, self._account = s3, bucket, account
        # boto3's own: what it was told of proxies and certificates holds here too.
        self._connections: URLLib3Session = vars(s3)["_endpoint"].http_session
        self._parser = create_parser("rest-xml")
        self._place: _Place | None = None
        self._boto = False

    def put(self, key: str, body: Body) -> str:
        """Replaces the object; returns its tag."""
        if not self._boto:
            self._place = self._place or self._found(key)
            self._boto = self._place is None
        if self._place is None or self._boto:
            return self._by_boto(key, body)
        answer = self._sent(self._signed(self._place, key, body))
        if answer.status_code < 300:
            return str(answer.headers.get("ETag", ""))
        said = self._refusal(answer)
        if answer.status_code in _ELSEWHERE or said["Error"].get("Code") in _ELSEWHERE_CODES:
            # It follows, and remembers where.
            self._boto = True
            return self._by_boto(key, body)
        raise ClientError(said, "PutObject")

    def _found(self, key: str) -> _Place | None:
        """Where boto3 would put it; None where it signs in another way, as for a bucket of one zone."""
        url = urlsplit(self._s3.generate_presigned_url("put_object", Params=self._named(key)))
        asked = parse_qs(url.query)
        scope = asked.get("X-Amz-Credential", [""])[0].split("/")
        plain = asked.get("X-Amz-SignedHeaders") == ["host"] and scope[-2:] == ["s3", "aws4_request"]
        if not plain or "X-Amz-S3session-Token" in asked or not url.path.endswith(f"/{key}"):
            return None
        return _Place(f"{url.scheme}://{url.netloc}{url.path.removesuffix(key)}", scope[-3])

    def _named(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": key}

    def _signed(self, place: _Place, key: str, body: Body) -> AWSPreparedRequest:
        headers: dict[str, Any] = {"Content-Type": body.mime, "Content-MD5": body.md5}
        headers |= {"Content-Length": str(len(body.data)), "User-Agent": USER_AGENT}
        if len(body.data) > SMALL:
            # In bytes: only so do the connections wait for it.
            headers["Expect"] = b"100-continue"
        request = AWSRequest("PUT", f"{place.root}{key}", headers=headers, data=body.sent)
        _Signer(self._account, place.region, body.sha256).add_auth(request)
        return request.prepare()

    def _sent(self, request: AWSPreparedRequest) -> AWSResponse:
        # Whoever listens to the client's requests hears of these too.
        heard: Any = self._s3.meta.events.emit("before-send.s3.PutObject", request=request)
        answer: AWSResponse | None = first_non_none_response(heard)
        return answer or self._connections.send(request)

    def _refusal(self, answer: AWSResponse) -> Any:
        heard = {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content}
        return self._parser.parse(heard | {"context": {}}, None)  # type: ignore[arg-type]

    def _by_boto(self, key: str, body: Body) -> str:
        sent: Any = {"Body": body.sent, "ContentLength": len(body.data)}
        sent |= {"ContentType": body.mime, "ContentMD5": body.md5}
        return self._s3.put_object(**self._named(key), **sent).get("ETag", "")
