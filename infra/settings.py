"""What a person may configure: where the data lives, which servers are theirs, how much a worker takes.

Every field is read from the environment (`REEL_HOME`, `REEL_DATABASE_URL`, `REEL_S3_ENDPOINT`, ...) and
from `reel.env` in the home; the environment wins. Temporal's own connection is configured the way every
Temporal tool is, by `TEMPORAL_*` variables or its TOML file, and `infra/temporal.py` reads it from there.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.caps import caps_of
from infra.errors import SettingsError
from infra.wrong_settings import database_address, in_words, pem, web_address

#: S3 calls a bucket name legal from 3 characters; lower case, because it may become a host name.
BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]

#: Without its scheme an address means nothing to the S3 client.
Endpoint = Annotated[str, Field(pattern=r"^https?://[^/\s]+")]
#: How a bucket is named in an address: https://host/bucket/key, or (virtual) https://bucket.host/key.
Addressing = Literal["auto", "path", "virtual"]
# Microseconds of all cores that a container gets, and in how many: by the second version of the kernel's
# control groups and by the first.
_QUOTAS = (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"))


@dataclass(frozen=True)
class S3Config:
    """How to reach the bucket, with s3v4. No endpoint means AWS, no keys the usual AWS chain."""

    endpoint: str | None
    bucket: str
    region: str
    access_key: str | None
    secret_key: SecretStr | None
    addressing: Addressing = "auto"

    @property
    def told(self) -> str:
        """Where it is, for people; no key."""
        return f"{self.endpoint or f'AWS {self.region}'}, bucket {self.bucket}"


def default_home() -> Path:
    """`REEL_HOME`, else the platform's user data folder."""
    return Path(os.environ.get("REEL_HOME") or platformdirs.user_data_path("reelwright", appauthor=False))


def cores(container: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores this process may really use: fewer than the machine's under taskset, by a container's cpuset or
    by its quota. `container` is where the kernel tells of the latter."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([here, *(share for files in _QUOTAS if (share := _quota(container, files)))])


def _quota(container: Path, files: tuple[str, ...]) -> int:
    """How many cores the quota is worth, begun ones too; 0 where there is none."""
    try:
        quota, period = " ".join((container / file).read_text() for file in files).split()
        return max(0, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        # Not there, or "max".
        return 0


class Settings(BaseSettings):
    """One process's configuration. A server that is not configured is embedded."""

    model_config = SettingsConfigDict(
        env_prefix="REEL_", env_ignore_empty=True, extra="ignore", frozen=True, validate_default=True
    )

    home: Path = Field(default_factory=default_home)
    #: postgresql://user:password@host:port/database; unset: the embedded PostgreSQL.
    database_url: SecretStr | None = None
    #: Connections of one process to it. A statement takes a millisecond or two: ten serve a thousand jobs.
    database_connections: Annotated[int, Field(ge=1, le=1000)] = 10
    #: Unset for AWS itself. Setting any of the s3_* fields turns the embedded S3 server off.
    s3_endpoint: Endpoint | None = None
    #: `auto` goes by the endpoint: virtual for AWS, Alibaba OSS and Tencent COS, else in the path.
    s3_addressing: Addressing = "auto"
    s3_bucket: BucketName = "reelwright"
    s3_region: str = "us-east-1"
    #: Unset: the usual AWS chain (environment, profile, instance role).
    s3_access_key: str | None = None
    s3_secret_key: SecretStr | None = None
    #: Where providers reach the bucket, such as https://media.example.org: inputs then travel as signed links
    #: to it. Unset: they are uploaded to the provider.
    s3_public_url: Endpoint | None = None
    #: Paid profiles run on stand-ins of the providers, on loopback: nothing is paid, and no key is needed.
    standins: bool = False
    #: Divides every time of theirs, and what goes wrong on them by chance: `lively`, or rates such as
    #: `submit:drop_after=0.02,poll:503=0.05`.
    standins_speed: Annotated[float, Field(gt=0)] = 1.0
    standins_faults: str = ""
    #: Seconds by which their clock is ahead of ours; behind, where negative.
    standins_skew: float = 0.0
    #: A file of further or changed entries of the catalogue, in TOML as it is itself.
    catalogue: Path | None = None
    #: Instead of each provider's own in the catalogue, for all of them.
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    #: Held attempts that may have cost less are resolved without a person: the risk is taken, and counted.
    risk_limit_usd: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    #: What all productions together may spend a day, and how many may run at once, such as
    #: `studio=50/day, user=2`; kept in the database. Unset: what is kept there stays.
    caps: str = ""
    #: Who is told when a production waits, has a new cut or ends: posted, and signed with the secret (text,
    #: or whsec_ and base64). What requests name in `notify` is told with the same secret.
    notify_url: SecretStr | None = None
    notify_secret: SecretStr | None = None
    #: Whether requests may name addresses that are not on the public internet.
    notify_private: bool = False
    #: The keys of the providers, under the names that their own clients read.
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    replicate_api_token: SecretStr | None = Field(default=None, validation_alias="REPLICATE_API_TOKEN")
    fal_key: SecretStr | None = Field(default=None, validation_alias="FAL_KEY")
    google_cloud_project: str | None = Field(default=None, validation_alias="GOOGLE_CLOUD_PROJECT")
    google_cloud_location: str = Field(default="us-central1", validation_alias="GOOGLE_CLOUD_LOCATION")
    #: What films are signed with (C2PA): a key, and its certificates up to an authority that others trust,
    #: the key's own first; PEM files or their text. Unset: the home makes its own, which nobody else trusts.
    c2pa_key: SecretStr | None = None
    c2pa_certificates: str | None = None
    #: The worker deployment that Temporal knows this release's workers by: a film then stays with the release
    #: that began it. Unset: workers have no version, and every worker takes every film.
    deployment: str | None = None
    #: What tells this release's workers from others'; unset: the release itself.
    build_id: str | None = None
    #: Bytes of artifacts kept on a worker's disk: about forty 5 s chunks at 1080p beside their encodes.
    cache_bytes: Annotated[int, Field(ge=64 << 20)] = 2 << 30
    #: Encodes at once, at most. They are CPU bound, so more than the cores only makes each of them late.
    media_slots: Annotated[int, Field(ge=1, le=256)] = Field(default_factory=cores)
    #: Steps that wait for a provider at once, for each queue of one; unset: by the memory that is free.
    waiting_slots: Annotated[int, Field(ge=1, le=10_000)] | None = None
    #: The port where `python -m worker` says how it stands (`/live`, `/ready`); 0 for a free one, which its
    #: log names; unset: nowhere. By default only this machine may ask.
    health_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    health_host: str = "127.0.0.1"
    #: The port where `python -m worker` tells Prometheus its metrics (`/metrics`); unset: it counts nothing.
    #: By default only this machine may ask; the host is an IP address.
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    metrics_host: str = "127.0.0.1"
    #: How each line of a log is written: for people, or as JSON with production, shot and step.
    log_format: Literal["text", "json"] = "text"

    @field_validator("database_url")
    @classmethod
    def _of_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        return url and SecretStr(database_address(url.get_secret_value()))

    @field_validator("notify_url")
    @classmethod
    def _of_the_web(cls, url: SecretStr | None) -> SecretStr | None:
        return url and SecretStr(web_address(url.get_secret_value()))

    @field_validator("catalogue")
    @classmethod
    def _resolved(cls, catalogue: Path | None) -> Path | None:
        return catalogue and catalogue.expanduser().absolute()

    @field_validator("caps")
    @classmethod
    def _readable(cls, caps: str) -> str:
        return caps if caps_of(caps) else ""

    @field_validator("c2pa_key")
    @classmethod
    def _private_key(cls, key: SecretStr | None) -> SecretStr | None:
        return key and SecretStr(pem(key.get_secret_value(), "PRIVATE KEY"))

    @field_validator("c2pa_certificates")
    @classmethod
    def _chain(cls, certificates: str | None) -> str | None:
        return certificates and pem(certificates, "CERTIFICATE")

    @model_validator(mode="after")
    def _keys_together(self) -> Self:
        for one, other in (("s3_access_key", "s3_secret_key"), ("c2pa_key", "c2pa_certificates")):
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                names = f"REEL_{one.upper()} and REEL_{other.upper()}"
                raise ValueError(f"{names} belong together: set both or none")
        if self.notify_url and not self.notify_secret:
            raise ValueError("REEL_NOTIFY_URL needs REEL_NOTIFY_SECRET, with which it is signed")
        return self

    @classmethod
    def load(cls, home: Path | None = None) -> Self:
        """The settings in force; `home` (from `--home`) outranks `REEL_HOME`. Relative paths are resolved.

        Raises `SettingsError` naming every setting that is wrong.
        """
        place = (home or default_home()).expanduser().resolve()
        try:
            return cls(_env_file=place / "reel.env", home=place)
        except ValidationError as error:
            words = "; ".join(in_words(one, _variable(one["loc"])) for one in error.errors())
            raise SettingsError(f"The settings cannot be used: {words}") from error

    @property
    def s3_configured(self) -> bool:
        """Whether somebody named an S3 of their own."""
        return any(name.startswith("s3_") for name in self.model_fields_set - {"s3_public_url"})

    @property
    def s3(self) -> S3Config:
        """That S3; AWS where no setting says otherwise."""
        keys = self.s3_access_key, self.s3_secret_key
        return S3Config(self.s3_endpoint, self.s3_bucket, self.s3_region, *keys, self.s3_addressing)

    @property
    def logs(self) -> Path:
        """Where the servers and `reel` itself write their logs."""
        return self.home / "logs"

    @property
    def cache(self) -> Path:
        """Where a worker keeps its bounded copies of artifacts."""
        return self.home / "cache"


def _variable(place: tuple[int | str, ...]) -> str:
    """The environment's name of a field, which is its alias where it has one; of several, none."""
    name = ".".join(map(str, place))
    return f"REEL_{name.upper()}" if name in Settings.model_fields else name
