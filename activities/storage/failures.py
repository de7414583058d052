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

from activities.generation.provider import JobFailed, Permanent, ProviderUnavailable, Unauthorized

_MISSING = {"404", "NoSuchKey", "NotFound"}
# A key that may not list gets 403 from AWS for an object that is not there, so it needs that right too.
_NEEDS = (
    "the bucket refuses the access key: check the S3 settings, and that the key is allowed s3:GetObject, "
    "s3:PutObject and s3:ListBucket"
)
_REFUSED = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}


class ObjectMissing(Permanent):
    """An object that somebody counts on is not in the bucket: deleted by hand, or by a lifecycle rule.
    Not retried; asking for the film again makes free work again."""


class FactsUnreadable(JobFailed):
    """Something is made, but another release wrote what is known of it, in words that this one does not
    know. Retry a few times: during a deploy, a worker of that release may take it up."""


class BucketMissing(Permanent):
    """The bucket itself is not there: another name in the settings, or deleted by hand. Not retried, and
    no object in it counts as lost; make the bucket, or mend the settings, and start again."""


@contextmanager
def bucket_failures(key: str, ignore: tuple[str, ...] = ()) -> Iterator[None]:
    """Turns what boto3 raises into the taxonomy; `ignore` names error codes that are no failure."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ignore:
            return
        if code == "NoSuchBucket":
            raise BucketMissing("the bucket does not exist: check the S3 settings") from error
        if code in _MISSING:
            raise ObjectMissing(f"{key} is not in the bucket") from error
        if code in _REFUSED:
            raise Unauthorized(_NEEDS) from error
        # Servers are told to answer 5xx and SlowDown for what passes; the rest (a skewed clock, a digest
        # that the wire broke) passes as well, and time, not a count, ends the tries.
        raise ProviderUnavailable(f"the bucket answered {code or 'an error'} for {key}") from error
    except NoCredentialsError as error:
        raise Unauthorized("no access key for the bucket: check the S3 settings") from error
    except (HTTPClientError, ConnectionError, IncompleteReadError, ResponseStreamingError) as error:
        raise ProviderUnavailable(f"the bucket does not answer ({type(error).__name__})") from error
    except BotoCoreError as error:
        raise ProviderUnavailable(f"the bucket cannot be reached ({type(error).__name__})") from error
