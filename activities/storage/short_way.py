"""Knows the short way to the bucket: one request, signed and sent, for what is asked of it most.

A client of boto3 takes twice as long to prepare a request as signing and sending it take. So a small file is
put, and a size is asked, past it; a server that cannot be asked so, or says that the bucket is elsewhere, is
asked the long way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.endpoint import convert_to_response_dict
from botocore.exceptions import ClientError
from botocore.hooks import first_non_none_response

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A bucket of one region, and no access point or directory: those are signed in other ways.
_PLAIN = re.compile(r"(?!.*--x-s3$)[a-z0-9][a-z0-9.-]+\Z")
# How a server says that the bucket is in another region: the client then finds out which. A HEAD has no code.
_ELSEWHERE = (301, 302, 307, "400", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")
#: Bytes of a body that may go this way: a larger one is offered first, and sent once the server wants it.
LIGHT = 1 << 20


class ShortWay:
    """One bucket of a client's, with the client's own keys, connections and events. Both calls block; they
    raise what the client would, and return None where it has to be asked."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3: Any = s3
        self._bucket, self._root = bucket, ""

    def put(self, key: str, body: bytes, mime: str, md5: str = "") -> str | None:
        """Puts an object, and returns its tag; `md5` in base64."""
        headers = {"Content-Type": mime, **({"Content-MD5": md5} if md5 else {})}
        answer = self._answer("PutObject", "PUT", key, headers, body)
        return str(answer.headers.get("ETag", "")) if answer else None

    def size(self, key: str) -> int | None:
        """Bytes of an object."""
        answer = self._answer("HeadObject", "HEAD", key, {})
        length = answer.headers.get("Content-Length") if answer else None
        return int(length) if length else None

    def _answer(
        self, operation: str, method: str, key: str, headers: dict[str, str], body: bytes = b""
    ) -> Any | None:
        """What the server says, once it is done; None where it cannot be asked so."""
        keys = self._s3._request_signer._credentials
        if keys is None or not _PLAIN.match(self._bucket):
            return None
        request = AWSRequest(method=method, url=self._address(key), headers=headers, data=body)
        S3SigV4Auth(keys.get_frozen_credentials(), "s3", self._s3.meta.region_name).add_auth(request)
        sent = request.prepare()
        heard = self._s3.meta.events.emit(f"before-send.s3.{operation}", request=sent)
        answer = first_non_none_response(heard) or self._s3._endpoint.http_session.send(sent)
        if answer.status_code == 200:
            return answer
        error = self._error(operation, answer)
        if answer.status_code in _ELSEWHERE or error.response["Error"]["Code"] in _ELSEWHERE:
            return None
        raise error

    def _error(self, operation: str, answer: Any) -> ClientError:
        """What the client would raise."""
        model = self._s3.meta.service_model.operation_model(operation)
        said = convert_to_response_dict(answer, model)
        return ClientError(self._s3._response_parser.parse(said, model.output_shape), operation)

    def _address(self, key: str) -> str:
        # As the client writes it, which knows the ways of hosts; a key of ours needs no escape.
        if not self._root:
            params = {"Bucket": self._bucket, "Key": key}
            url = self._s3.generate_presigned_url("get_object", Params=params).partition("?")[0]
            self._root = url.removesuffix(key)
        return self._root + key
