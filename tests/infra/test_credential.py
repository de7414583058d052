"""With whose key films are signed: a home's own, made once and nobody else's, or the one that is set."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from pydantic import SecretStr

from activities.media.mark import Signer
from activities.wiring import open_studio
from infra.credential import OWN, credential
from infra.embedded.stack import Stack
from infra.errors import SettingsError
from infra.settings import Settings
from tests.support.certificates import bought


def test_a_home_makes_its_own_once_and_says_that_nobody_trusts_it(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "home")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(credential, [settings] * 4))
    assert found == [credential(settings)] * 4
    own = settings.home / OWN
    assert own.stat().st_mode & 0o077 == 0 and [path.name for path in settings.home.iterdir()] == [OWN]
    Signer(found[0].key.get_secret_value(), found[0].certificates).prove()
    for certificate in x509.load_pem_x509_certificates(found[0].certificates.encode()):
        assert "nobody else trusts" in certificate.subject.rfc4514_string()
    key = found[0].key.get_secret_value().splitlines()[1]
    assert key not in repr(found[0]) and key not in repr(settings)


@pytest.mark.parametrize("spelt", ["files", "text", "one line"])
def test_an_operator_brings_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelt: str) -> None:
    pair = bought()
    for name, text in zip(("REEL_C2PA_KEY", "REEL_C2PA_CERTIFICATES"), pair, strict=True):
        (tmp_path / name).write_text(text)
        typed = {"files": str(tmp_path / name), "text": text, "one line": text.replace("\n", "\\n")}
        monkeypatch.setenv(name, typed[spelt])
    found = credential(Settings.load(tmp_path / "home"))
    assert (found.key.get_secret_value(), found.certificates) == pair and not (tmp_path / "home").exists()


async def test_a_studio_that_could_not_sign_does_not_begin(
    stack: Stack, settings: Settings, tmp_path: Path
) -> None:
    key, _ = bought()
    wrong = settings.model_copy(update={"c2pa_key": SecretStr(key), "c2pa_certificates": bought()[1]})
    with pytest.raises(SettingsError, match="REEL_C2PA_KEY and REEL_C2PA_CERTIFICATES: the first cert"):
        async with open_studio(stack, wrong):
            pass
    (tmp_path / OWN).write_text("half a key")
    with pytest.raises(SettingsError, match=f"{tmp_path / OWN} .remove it, and another is made.: "):
        async with open_studio(stack, settings.model_copy(update={"home": tmp_path})):
            pass
