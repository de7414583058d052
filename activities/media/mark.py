"""Knows how a film's file is signed as what it is (C2PA): a manifest of how it came about, by somebody's key,
which holds for exactly these bytes.

Files in, files out: nothing here holds a film, however long it is.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import c2pa
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from PIL import Image
from pydantic import JsonValue

log = logging.getLogger(__name__)

#: How a film came about, in terms of the IPTC (cv.iptc.org/newscodes/digitalsourcetype): all by generative
#: models; some of it; by a program that learnt from no pictures; a mix of which nobody knows.
SourceType = Literal["trainedAlgorithmicMedia", "compositeSynthetic", "algorithmicMedia", "composite"]
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
#: Under which name an artifact's facts hold whether the file came with a manifest of its maker's own.
MARKED = "c2pa"
TOOL = "reelwright"
_MP4 = "video/mp4"
# What each of the library's answers may cost: nothing is fetched from addresses that a file names, and no
# picture of a picture is made. The film is hashed in pieces, or a 300 MB one takes 600 MB of memory; then
# 57 MB (measured). `free` boxes are covered too, or anything could be put there.
_SETTINGS: Mapping[str, Any] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}, "bmff_hash_exclude_free_and_skip_boxes": False},
    "core": {"merkle_tree_chunk_size_in_kb": 8192, "backing_store_memory_threshold_in_mb": 16},
}
_CURVES = {
    "secp256r1": c2pa.C2paSigningAlg.ES256,
    "secp384r1": c2pa.C2paSigningAlg.ES384,
    "secp521r1": c2pa.C2paSigningAlg.ES512,
}


class CannotSign(Exception):
    """The key or its certificates cannot be used; the message says why. Never worth a retry with the same."""


@dataclass(frozen=True)
class Ingredient:
    """A file that a film was made from, and that came with a manifest of its maker's own. `seen`: it is part
    of the film; else a model was shown it that made a part."""

    path: Path
    mime: str
    title: str
    seen: bool


@dataclass(frozen=True)
class Mark:
    """What a film's manifest says: how it came about, and its shots."""

    title: str
    source: SourceType
    shots: Sequence[JsonValue] = ()
    ingredients: Sequence[Ingredient] = ()

    @property
    def address(self) -> str:
        """Of the term, as files carry it."""
        return f"{_IPTC}{self.source}"


class Signer:
    """Signs films with one key. Raises `CannotSign` where key (PEM) and certificates (PEM, the key's own
    first) are of no use."""

    def __init__(self, key: str, certificates: str) -> None:
        try:
            private = load_pem_private_key(key.encode(), None)
            chain = x509.load_pem_x509_certificates(certificates.encode())
        except (ValueError, TypeError) as error:
            # Its words may quote what stands in the file.
            raise CannotSign("the key or a certificate is damaged, or of a kind that is not known") from error
        if _public(private) != _public(chain[0]):
            raise CannotSign("the first certificate is not the key's own")
        self._algorithm = _algorithm(private)
        self._key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._chain = b"".join(one.public_bytes(Encoding.PEM) for one in chain)

    def prove(self) -> None:
        """Signs a picture of one pixel, so that whatever readers would refuse is known beforehand. Raises
        `CannotSign`."""
        pixel = io.BytesIO()
        Image.fromarray(np.zeros((1, 1), np.uint8)).save(pixel, "PNG")
        with _told():
            self._sign(_manifest(Mark("", "algorithmicMedia"), "image/png"), "image/png", pixel, io.BytesIO())

    def sign(self, film: Path, out: Path, mark: Mark) -> None:
        """Writes the film (mp4) with its manifest to `out`: no frame or sample changes, the index stays
        first. Blocks for two seconds for 300 MB. Raises `CannotSign`, and OSError for the disk's troubles."""
        with film.open("rb") as source, out.open("w+b") as target, _told():
            self._sign(_manifest(mark, _MP4), _MP4, source, target, mark.ingredients)

    def _sign(
        self, manifest: str, mime: str, source: Any, target: Any, ingredients: Sequence[Ingredient] = ()
    ) -> None:
        info = c2pa.C2paSignerInfo(self._algorithm, self._chain, self._key, None)
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(manifest, context=_context()) as builder:
            for number, one in enumerate(ingredients):
                _add(builder, number, one)
            builder.sign(signer, mime, source, target)


def carries_manifest(path: Path, mime: str) -> bool:
    """Whether a file came with a C2PA manifest, valid or not; False for one that nobody could read."""
    try:
        with path.open("rb") as file:
            reader = c2pa.Reader.try_create(mime, file, context=_context())
            if reader is None:
                return False
            reader.close()
    except c2pa.C2paError as error:
        log.warning("a manifest that cannot be read came with a file: %s", error)
        return False
    return True


def _add(builder: Any, number: int, one: Ingredient) -> None:
    relation = "componentOf" if one.seen else "inputTo"
    told = {"title": one.title, "relationship": relation, "label": f"ingredient-{number}"}
    try:
        with one.path.open("rb") as file:
            builder.add_ingredient(json.dumps(told), one.mime, file)
            if one.seen:
                placed = {"action": "c2pa.placed", "parameters": {"ingredientIds": [told["label"]]}}
                builder.add_action(json.dumps(placed))
    except c2pa.C2paError as error:
        # What somebody else signed wrongly is no reason to leave ours out.
        log.warning("the manifest of %s cannot be kept: %s", one.title, error)


def _manifest(mark: Mark, mime: str) -> str:
    created: JsonValue = {
        "action": "c2pa.created",
        "digitalSourceType": mark.address,
        "softwareAgent": {"name": TOOL},
    }
    told: list[tuple[str, JsonValue]] = [("c2pa.actions.v2", {"actions": [created]})]
    if mark.shots:
        told.append((f"{TOOL}.shots", {"shots": list(mark.shots)}))
    return json.dumps(
        {
            "title": mark.title,
            "format": mime,
            "claim_generator_info": [{"name": TOOL}],
            "assertions": [{"label": label, "data": data, "created": True} for label, data in told],
        }
    )


def _context() -> Any:
    return c2pa.Context(settings=c2pa.Settings.from_dict(dict(_SETTINGS)))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except c2pa.C2paError.Io as error:
        raise OSError(str(error)) from error
    except c2pa.C2paError as error:
        raise CannotSign(str(error).partition(": ")[2] or str(error)) from error


def _algorithm(key: Any) -> Any:
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey):
        return c2pa.C2paSigningAlg.PS256
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return c2pa.C2paSigningAlg.ED25519
    raise CannotSign("C2PA knows keys on P-256, P-384 or P-521, RSA and Ed25519; this one is another")


def _public(holder: Any) -> bytes:
    spki: bytes = holder.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return spki
