"""Knows what the bucket's refusals mean in the studio's own words."""

from __future__ import annotations

import re
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

from activities.faults import JobFailed, Permanent, ProviderUnavailable, Unauthorized

_MISSING = {"404", "NoSuchKey", "NotFound"}
# Which setting a refusal speaks of. The last ones are Alibaba's and Tencent's, whose buckets are sub-domains.
_WRONG = {
    "InvalidAccessKeyId": "REEL_S3_ACCESS_KEY",
    "SignatureDoesNotMatch": "REEL_S3_SECRET_KEY",
    "ExpiredToken": "the token of your AWS credentials",
    "InvalidToken": "the token of your AWS credentials",
    "PermanentRedirect": "REEL_S3_REGION and REEL_S3_ENDPOINT",
    "AuthorizationHeaderMalformed": "REEL_S3_REGION",
    "IllegalLocationConstraintException": "REEL_S3_REGION",
    "InvalidLocationConstraint": "REEL_S3_REGION",
    "SecondLevelDomainForbidden": "REEL_S3_ADDRESSING, which has to be virtual here",
    "PathStyleDomainForbidden": "REEL_S3_ADDRESSING, which has to be virtual here",
}
WHICH = "check REEL_S3_BUCKET and REEL_S3_ENDPOINT"
# A key that may not list gets 403 from AWS for an object that is not there, so it needs that right too.
_NEEDS = (
    "REEL_S3_ACCESS_KEY and REEL_S3_BUCKET, and that the key is allowed s3:GetObject, s3:PutObject and "
    "s3:ListBucket"
)
# What HEAD answers, which tells no reason: a request that may not be made, or that the store cannot read.
_WITHOUT_REASON = {"400", "403"}
# A clock that is mended lets the same request through.
_PASSES = {"RequestTimeTooSkewed"}
# The store's own words travel in messages: a sentence or two, nothing that could be a key of somebody's.
_LONGEST = 300
_SECRET = re.compile(r"(?=[\w+/=-]*\d)[\w+/=-]{16,}")


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
            raise BucketMissing(f"the bucket does not exist: {WHICH}") from error
        if code in _MISSING:
            raise ObjectMissing(f"{key} is not in the bucket") from error
        if _refused(error, code):
            advice = _WRONG.get(code, _NEEDS)
            raise Unauthorized(f"the bucket refuses ({_reason(error, code)}): check {advice}") from error
        # Servers are told to answer 5xx and SlowDown for what passes; the rest (a skewed clock, a digest
        # that the wire broke) passes as well, and time, not a count, ends the tries.
        raise ProviderUnavailable(f"the bucket answered {_reason(error, code)} for {key}") from error
    except NoCredentialsError as error:
        raise Unauthorized(
            "no access key for the bucket: set REEL_S3_ACCESS_KEY and REEL_S3_SECRET_KEY, or AWS's own"
        ) from error
    except (HTTPClientError, ConnectionError, IncompleteReadError, ResponseStreamingError) as error:
        raise ProviderUnavailable(f"the bucket does not answer ({type(error).__name__})") from error
    except BotoCoreError as error:
        raise ProviderUnavailable(f"the bucket cannot be reached ({type(error).__name__})") from error


def _refused(error: ClientError, code: str) -> bool:
    """Whether the same request would be refused again."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return code in _WRONG or code in _WITHOUT_REASON or (status in (401, 403) and code not in _PASSES)


def _reason(error: ClientError, code: str) -> str:
    said = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    return f"{code or 'an error'}: {_SECRET.sub('…', said)}"[:_LONGEST] if said else code or "an error"
