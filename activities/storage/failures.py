"""Knows what the bucket's refusals mean in the studio's own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ResponseStreamingError,
)

from activities.generation.provider import Permanent, ProviderUnavailable, Unauthorized

_MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}
_REFUSED = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}


class ObjectMissing(Permanent):
    """An object that somebody counts on is not in the bucket: deleted by hand, or by a lifecycle rule.
    Not retried; asking for the film again makes free work again."""


@contextmanager
def bucket_failures(key: str, ignore: tuple[str, ...] = ()) -> Iterator[None]:
    """Turns what boto3 raises into the taxonomy; `ignore` names error codes that are no failure."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ignore:
            return
        if code in _MISSING:
            raise ObjectMissing(f"{key} is not in the bucket") from error
        if code in _REFUSED:
            raise Unauthorized("the bucket refuses the access key: check the S3 settings") from error
        # Servers are told to answer 5xx and SlowDown for what passes; the rest (a skewed clock, a digest
        # that the wire broke) passes as well, and time, not a count, ends the tries.
        raise ProviderUnavailable(f"the bucket answered {code or 'an error'} for {key}") from error
    except NoCredentialsError as error:
        raise Unauthorized("no access key for the bucket: check the S3 settings") from error
    except (HTTPClientError, ConnectionError, IncompleteReadError, ResponseStreamingError) as error:
        raise ProviderUnavailable(f"the bucket does not answer ({type(error).__name__})") from error
    except BotoCoreError as error:
        raise ProviderUnavailable(f"the bucket cannot be reached ({type(error).__name__})") from error
