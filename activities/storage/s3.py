"""Knows how a client of an S3 server is made: whose, by which addresses, how patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import Credentials

from infra.settings import Addressing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Hosts whose buckets are sub-domains of them. AWS still takes paths too; Alibaba's OSS and Tencent's COS
# refuse them (their error codes SecondLevelDomainForbidden and PathStyleDomainForbidden).
_VIRTUAL = (".amazonaws.com", ".amazonaws.com.cn", ".aliyuncs.com", ".myqcloud.com")
#: What is sent without asking first whether it may come: a refusal wastes a hundredth of a second on it.
SMALL = 1 << 20
USER_AGENT = "reelwright"


class Account:
    """Whose the requests are. `addressing` is how they name a bucket: in the path, or (`virtual`) in the
    host; `auto` is the way of the endpoint's host, and the path where nobody knows it."""

    def __init__(
        self,
        region: str,
        access_key: str | None,
        secret_key: str | None,
        addressing: Addressing,
        connections: int,
    ) -> None:
        # A session of its own: the module's default one is shared, and not made for threads.
        self._session = boto3.session.Session()
        self._region, self._keys = region, (access_key, secret_key)
        self._own = Credentials(access_key, secret_key) if access_key and secret_key else None
        self._addressing, self._connections = addressing, connections

    def credentials(self) -> Credentials | None:
        """What they are signed with: the keys that are set, else what AWS's usual chain finds."""
        return self._own or self._session.get_credentials()

    def client(self, endpoint: str | None) -> S3Client:
        """A client of this server; None is AWS, or what AWS's own configuration names."""
        style = self._addressing
        if style == "auto":
            style = "virtual" if self._host(endpoint).endswith(_VIRTUAL) else "path"
        return self._made(endpoint, style)

    def _host(self, endpoint: str | None) -> str:
        return urlsplit(endpoint or self._made(None, "path").meta.endpoint_url).hostname or ""

    def _made(self, endpoint: str | None, style: Addressing) -> S3Client:
        client = self._session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=self._region,
            aws_access_key_id=self._keys[0],
            aws_secret_access_key=self._keys[1],
            config=_config(style, self._connections),
        )
        # After boto's own, which has the same name: those of longer names come first.
        client.meta.events.register_last("before-call.s3", _at_once)
        return client


def _at_once(params: dict[str, Any], **_: object) -> None:
    """A small body follows its headers. boto would wait for the server's leave, and reads that byte by byte:
    each is a turn that its thread has to get among all others."""
    if int(params["headers"].get("Content-Length", 0)) <= SMALL:
        params["headers"].pop("Expect", None)


def _config(style: Addressing, connections: int) -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        # A server that is up answers a connect at once; five seconds also cover a lost packet or two.
        connect_timeout=5,
        # Of silence on the wire, not of the transfer; a server that hashes 500 MB before it answers needs it.
        read_timeout=60,
        # Its pauses are random and short, so that four tries may all fall into one second, and it repeats
        # requests but not broken downloads: `patiently` does both, by the clock.
        retries={"total_max_attempts": 1, "mode": "standard"},
        # Its own names system and interpreter, composed and cleaned anew for each request.
        user_agent=USER_AGENT,
        # A thread never waits for a connection.
        max_pool_connections=connections,
        # The MD5 and the hash in the name are checks enough; servers other than AWS's do not know the rest.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
