"""Knows how a tag travels in a presigned URL: as a parameter that S3 ignores, signed all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: The parameter's name: S3 takes no notice of any that begins so, but they count in the signature.
TAG = "x-reel-tag"


def carry_tags(client: S3Client) -> S3Client:
    """The same client, which now takes a parameter `x-reel-tag` for `get_object` beside S3's own."""
    events = client.meta.events
    # boto checks parameters first and signs last: between the two, the tag waits in the call's context.
    events.register("provide-client-params.s3.GetObject", cast("Callable[..., None]", _set_aside))
    events.register("before-sign.s3.GetObject", _put_back)
    return client


def _set_aside(params: dict[str, Any], context: dict[str, Any], **_: object) -> dict[str, Any]:
    context[TAG] = params.get(TAG)
    return {name: value for name, value in params.items() if name != TAG}


def _put_back(request: Any, **_: object) -> None:
    if tag := request.context.get(TAG):
        request.url += f"{'&' if '?' in request.url else '?'}{TAG}={quote(tag, safe='')}"
