"""A setting that cannot be used is named with what to write instead, in plain words and without a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.errors import SettingsError
from infra.settings import Settings
from tests.support.reel import ran


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("REEL_MEDIA_SLOTS", "abc", "REEL_MEDIA_SLOTS is 'abc': write a whole number"),
        ("REEL_MEDIA_SLOTS", "0", "REEL_MEDIA_SLOTS is '0': write 1 or more"),
        ("REEL_MEDIA_SLOTS", "1000", "REEL_MEDIA_SLOTS is '1000': write at most 256"),
        ("REEL_CACHE_BYTES", "12", "REEL_CACHE_BYTES is '12': write 67,108,864 or more"),
        ("REEL_REQUESTS_PER_MINUTE", "1.5", "REEL_REQUESTS_PER_MINUTE is '1.5': write a whole number"),
        ("REEL_STANDINS", "maybe", "REEL_STANDINS is 'maybe': write 1 or 0"),
        ("REEL_STANDINS_SPEED", "0", "REEL_STANDINS_SPEED is '0': write more than 0"),
        ("REEL_STANDINS_SKEW", "late", "REEL_STANDINS_SKEW is 'late': write a number"),
        ("REEL_RISK_LIMIT_USD", "$1", "REEL_RISK_LIMIT_USD is '$1': write a number"),
        ("REEL_RISK_LIMIT_USD", "-1", "REEL_RISK_LIMIT_USD is '-1': write 0 or more"),
        ("REEL_S3_ADDRESSING", "pth", "REEL_S3_ADDRESSING is 'pth': write auto, path or virtual"),
        ("REEL_S3_BUCKET", "A", "REEL_S3_BUCKET is 'A': write 3 to 63 small letters"),
        ("REEL_S3_ENDPOINT", "127.0.0.1:9000", "'127.0.0.1:9000': write an address with its https:// or"),
        ("REEL_S3_ENDPOINT", "s3://key:hidden@host.example", "is 'host.example': write an address with"),
        ("REEL_S3_PUBLIC_URL", "x" * 99, f"'{'x' * 39}…': write an address with its https:// or"),
        ("REEL_S3_SECRET_KEY", "hidden", "REEL_S3_ACCESS_KEY and REEL_S3_SECRET_KEY belong together"),
        ("REEL_C2PA_KEY", "/no/such/hidden.pem", "REEL_C2PA_KEY: the file cannot be read (No such file"),
        ("REEL_C2PA_KEY", "hidden" * 99, "KEY: the file cannot be read (File name too long): write"),
        ("REEL_C2PA_KEY", "-----BEGIN CERTIFICATE-----", "it holds none: write the name of a PEM file that"),
        ("REEL_C2PA_KEY", "-----BEGIN ENCRYPTED PRIVATE KEY-----", "the key has a passphrase"),
        ("REEL_C2PA_CERTIFICATES", "/dev/null", "REEL_C2PA_CERTIFICATES: it holds none: write the name"),
        ("REEL_C2PA_KEY", "-----BEGIN PRIVATE KEY-----", "REEL_C2PA_KEY and REEL_C2PA_CERTIFICATES belong"),
        ("REEL_DATABASE_URL", "hidden", "REEL_DATABASE_URL: it is no address of PostgreSQL: write postgresql://"),
        ("REEL_DATABASE_URL", "mysql://a:hidden@b/c", "no address of PostgreSQL"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_in_plain_words(
    name: str, typed: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, typed)
    with pytest.raises(SettingsError) as told:
        Settings.load(tmp_path)
    assert words in str(told.value)
    assert not any(word in str(told.value) for word in ("hidden", "Input should", "Value error"))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_database_may_have_either_scheme(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REEL_DATABASE_URL", f"{scheme}:///reel?host=/run/postgresql")
    url = Settings.load(tmp_path).database_url
    assert url is not None and url.get_secret_value().startswith(f"{scheme}://")


async def test_what_is_no_database_is_a_wrong_setting_and_no_missing_server(tmp_path: Path) -> None:
    for command in (("make", "A film"), ("status", "film-x")):
        code, told = await ran(*command, home=tmp_path / "home", folder=tmp_path, REEL_DATABASE_URL="foo")
        assert code == 2 and "REEL_DATABASE_URL" in told.text, told.text
    assert not (tmp_path / "home").exists()
