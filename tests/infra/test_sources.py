"""Which settings are in force, where each comes from, and that no secret is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from infra.settings import Settings
from infra.sources import HIDDEN, Setting, settings_told, unknown_settings

SECRETS = ("openai_api_key", "replicate_api_token", "fal_key", "s3_access_key", "s3_secret_key", "c2pa_key")
#: What a person may type as a password, escaped or not.
PASSWORDS = st.text("abcXYZ019/?#@:%&=+ ", min_size=4).map(lambda text: f"hush{text}hush")


def told(settings: Settings, home_typed: bool = False) -> dict[str, Setting]:
    return {one.name: one for one in settings_told(settings, home_typed)}


def test_every_value_has_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reel.env").write_text("REEL_S3_REGION=eu-west-1\nREEL_S3_BUCKET=of-the-file\nFAL_KEY=hush\n")
    monkeypatch.setenv("REEL_S3_BUCKET", "of-the-environment")
    monkeypatch.setenv("REEL_STANDINS", "true")
    # As good as unset.
    monkeypatch.setenv("REEL_S3_ENDPOINT", "")
    found = told(Settings.load(tmp_path), home_typed=True)
    assert found["REEL_HOME"] == Setting("REEL_HOME", str(tmp_path), "command line")
    assert found["REEL_S3_BUCKET"] == Setting("REEL_S3_BUCKET", "of-the-environment", "environment")
    assert found["REEL_S3_REGION"] == Setting("REEL_S3_REGION", "eu-west-1", "file")
    assert found["FAL_KEY"] == Setting("FAL_KEY", HIDDEN, "file")
    assert found["REEL_STANDINS"] == Setting("REEL_STANDINS", "1", "environment")
    assert found["REEL_S3_ENDPOINT"] == Setting("REEL_S3_ENDPOINT", None, "default")
    assert len(found) > len(Settings.model_fields), "Temporal's own are among them"


def test_temporals_own_are_told_with_their_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.studio]\naddress = "temporal.example.org:7233"\napi_key = "hush"\n')
    for name, value in (("CONFIG_FILE", str(file)), ("PROFILE", "studio"), ("NAMESPACE", "films")):
        monkeypatch.setenv(f"TEMPORAL_{name}", value)
    found = told(Settings.load(tmp_path))
    assert found["TEMPORAL_ADDRESS"] == Setting("TEMPORAL_ADDRESS", "temporal.example.org:7233", "file")
    assert found["TEMPORAL_NAMESPACE"] == Setting("TEMPORAL_NAMESPACE", "films", "environment")
    assert found["TEMPORAL_API_KEY"] == Setting("TEMPORAL_API_KEY", HIDDEN, "file")
    assert found["TEMPORAL_PROFILE"].source == "environment"


@given(PASSWORDS)
def test_no_secret_is_told(secret: str) -> None:
    urls = {
        "database_url": SecretStr(f"postgresql://reel:{secret}@db.example.org/reel?password={secret}"),
        "s3_public_url": f"https://reel:{secret}@media.example.org",
    }
    secrets = {name: SecretStr(secret) for name in SECRETS} | {"s3_access_key": secret}
    settings = Settings.model_construct(**{**dict(Settings.load(Path("/nowhere"))), **secrets, **urls})
    assert not [one for one in told(settings).values() if "hush" in str(one.value)]


def test_the_database_is_told_without_its_password() -> None:
    settings = Settings(database_url=SecretStr("postgresql://reel:hush@db.example.org:6432/films?sslmode=x"))
    assert told(settings)["REEL_DATABASE_URL"].value == "postgresql://reel@db.example.org:6432/films"


def test_what_nobody_reads_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reel.env").write_text("TEMPORAL_ADDRESS=127.0.0.1:7233\nreel_media_slots=2\n")
    monkeypatch.setenv("REEL_S3_BUKET", "films")
    named = {one.name: one for one in unknown_settings(Settings.load(tmp_path))}
    assert named.keys() == {"REEL_S3_BUKET", "TEMPORAL_ADDRESS"}
    assert named["REEL_S3_BUKET"].advice == "did you mean REEL_S3_BUCKET?"
    assert "environment" in named["TEMPORAL_ADDRESS"].advice
