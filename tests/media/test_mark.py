"""A film that says what it is: signed to the byte, played as before, with the marks of its ingredients."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from activities.media.mark import CannotSign, Ingredient, Mark, Signer, carries_manifest
from activities.media.xmp import with_xmp
from infra.credential import drawn
from infra.standins.pictures.signed import MAKER, signed
from tests.support.certificates import KEYS, bought
from tests.support.marks import IPTC, active, assertion, boxes, read, source_type, streams, xmp
from tests.support.media_files import ffmpeg

MARK = Mark("A mug & more", "trainedAlgorithmicMedia", [{"beat": "hero_shot", "words": ["Es läuft"]}])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With sound, B-frames and its index first."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    picture, sound = "testsrc2=s=320x180:r=24:d=2", "sine=d=2"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-movflags", "+faststart", path)
    return path


def marked(film: Path, folder: Path, mark: Mark = MARK) -> Path:
    with_xmp(film, folder / "plain.mp4", mark.address, "reelwright")
    Signer(*drawn()).sign(folder / "plain.mp4", folder / "signed.mp4", mark)
    return folder / "signed.mp4"


def test_a_marked_film_says_so_twice_and_plays_as_before(film: Path, tmp_path: Path) -> None:
    out = marked(film, tmp_path)
    report = read(out)
    assert report is not None and report["state"] == "Valid" and source_type(report) == MARK.source
    assert assertion(report, "reelwright.shots") == {"shots": list(MARK.shots)}
    assert f"<Iptc4xmpExt:DigitalSourceType>{IPTC}{MARK.source}<" in xmp(out)
    assert streams(out) == streams(film) and read(film) is None
    names = [name for name, _ in boxes(out)]
    assert names[0] == "ftyp" and names.index("moov") < names.index("mdat")


def test_a_changed_byte_is_noticed_wherever_it_lies(film: Path, tmp_path: Path) -> None:
    out, at = marked(film, tmp_path), 0
    whole = out.read_bytes()
    # What a manifest cannot cover is the file's type, and, but for its own checks, itself.
    covered = [name for name, content in boxes(out) if name != "ftyp"]
    assert {"moov", "mdat", "free"} <= set(covered)
    for name, content in boxes(out):
        middle, at = at + 8 + len(content) // 2, at + 8 + len(content)
        if name in ("moov", "mdat", "free") or content.startswith(b"\xbe\x7a\xcf\xcb"):
            (tmp_path / "changed.mp4").write_bytes(
                whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
            )
            report = read(tmp_path / "changed.mp4")
            assert report is not None and report["state"] == "Invalid", name


def test_the_manifests_of_others_are_kept(film: Path, tmp_path: Path) -> None:
    chunk, image, broken = (tmp_path / name for name in ("chunk.mp4", "image.png", "broken.mp4"))
    chunk.write_bytes(signed(film.read_bytes(), "video/mp4"))
    ffmpeg("-i", film, "-frames:v", "1", tmp_path / "bare.png")
    image.write_bytes(signed((tmp_path / "bare.png").read_bytes(), "image/png"))
    broken.write_bytes(chunk.read_bytes()[:1000])
    assert carries_manifest(chunk, "video/mp4") and carries_manifest(image, "image/png")
    assert not carries_manifest(film, "video/mp4") and not carries_manifest(broken, "video/mp4")
    made_of = [
        Ingredient(image, "image/png", "the image", seen=False),
        Ingredient(chunk, "video/mp4", "the chunk", seen=True),
        Ingredient(broken, "video/mp4", "what nobody can read", seen=True),
    ]
    report = read(marked(film, tmp_path, Mark("A mug", "trainedAlgorithmicMedia", (), made_of)))
    assert report is not None and report["state"] == "Valid"
    kept = {one["title"]: one for one in active(report)["ingredients"]}
    relations = {title: one["relationship"] for title, one in kept.items()}
    assert relations == {"the image": "inputTo", "the chunk": "componentOf"}
    for one in kept.values():
        theirs = report["manifests"][one["active_manifest"]]
        assert theirs["claim_generator_info"][0]["name"] == MAKER


@pytest.mark.parametrize("kind", KEYS)
def test_whatever_key_an_operator_has_signs(film: Path, tmp_path: Path, kind: str) -> None:
    Signer(*bought(kind)).sign(film, tmp_path / "signed.mp4", MARK)
    assert (read(tmp_path / "signed.mp4") or {})["state"] == "Valid"


def test_a_key_in_the_old_form_signs() -> None:
    Signer(*bought("RSA", form=PrivateFormat.TraditionalOpenSSL)).prove()


@pytest.mark.parametrize(
    ("key", "chain", "why"),
    [
        (bought()[0], bought()[1], "not the key's own"),
        (*bought(days=-1), "not valid at time of signing"),
        (*bought(purpose=ExtendedKeyUsageOID.SERVER_AUTH), "the certificate is invalid"),
        ("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", bought()[1], "damaged"),
        (bought()[0], "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----", "damaged"),
        (bought()[0], "", "damaged"),
    ],
    ids=["of another key", "over", "for another purpose", "no key", "no certificate", "nothing"],
)
def test_what_cannot_sign_is_told_in_words(key: str, chain: str, why: str) -> None:
    with pytest.raises(CannotSign, match=why) as told:
        Signer(key, chain).prove()
    assert "c2VjcmV0" not in str(told.value)
