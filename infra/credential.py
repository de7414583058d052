"""With whose key films are signed: the operator's, by setting, or one that this home made for itself."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pydantic import SecretStr

from infra.errors import SettingsError
from infra.private import private_folder, write_private
from infra.settings import Settings

#: Where a home keeps the key and certificates of its own.
OWN = "c2pa.pem"
# Nobody asks for a renewal of what nobody else trusts: as long as a home may live.
_YEARS = 20
# A name in a certificate has 64 characters at most (RFC 5280, ub-organization-name).
_ORGANIZATION = "A reelwright studio's own key, which nobody else trusts"
_END_OF_KEY = "-----END PRIVATE KEY-----\n"


@dataclass(frozen=True)
class Credential:
    """A private key and the chain of its certificates, its own first, both in PEM. `told` is where they come
    from, for a person."""

    key: SecretStr
    certificates: str
    told: str


def credential(settings: Settings) -> Credential:
    """The one that is set; else the home's own, made on first use and readable by its owner alone. Raises
    `SettingsError` where the home has no place for it."""
    key, certificates = settings.c2pa_key, settings.c2pa_certificates
    if key is not None and certificates is not None:
        return Credential(key, certificates, "REEL_C2PA_KEY and REEL_C2PA_CERTIFICATES")
    path = settings.home / OWN
    try:
        if not path.exists():
            _make(path)
        own, _, chain = path.read_text(errors="replace").partition(_END_OF_KEY)
    except OSError as error:
        raise SettingsError(f"{path} can neither be made nor read: {error.strerror}") from error
    return Credential(SecretStr(own + _END_OF_KEY), chain, f"{path} (remove it, and another is made)")


def _make(path: Path) -> None:
    """Of two processes that make one at once, the first one's stays: its films may be signed by now."""
    private_folder(path.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    write_private(draft, "".join(drawn()))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def drawn() -> tuple[str, str]:
    """A new key and its chain, in PEM. A certificate that signs itself is refused by readers of C2PA, so an
    authority signs it, whose key is thrown away."""
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = (
        _certificate("This studio's authority", authority.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority, SHA256())
    )
    of_root = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    leaf = (
        _certificate("This studio's films", own.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        # One of the purposes that C2PA takes (14.5.1.1 of its specification).
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(of_root, critical=False)
        .sign(authority, SHA256())
    )
    key = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)
    return key.decode(), chain.decode()


def _certificate(name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named("This studio's authority"))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A reader's clock may be behind this one.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
