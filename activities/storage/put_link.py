"""Signs a link by which somebody without a key puts one file, and no other."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_link(
    s3: S3Client, place: tuple[str, str], lives: timedelta, mime: str, size: int, sha256: str
) -> tuple[str, dict[str, str]]:
    """The URL, and the headers that have to be sent as they are; `place` is a bucket and a key.

    Type and length are signed, so that the store refuses any other. So is the checksum, which AWS compares
    with the bytes; other stores may only look whether it was sent.
    """
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    params: Any = {"Bucket": place[0], "Key": place[1], "ContentType": mime, "ContentLength": size}
    params |= {"ChecksumSHA256": digest}
    url = s3.generate_presigned_url("put_object", Params=params, ExpiresIn=int(lives.total_seconds()))
    headers = {"content-type": mime, "content-length": str(size), "x-amz-checksum-sha256": digest}
    return url, headers
