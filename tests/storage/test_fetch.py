"""Fetching from addresses that others chose: whole files, only public servers, nothing carried along."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import ProviderUnavailable
from activities.storage.addresses import NotPublic, PublicOnly, is_public
from activities.storage.fetch import Expired, Fetch, NoSuchHost, Unfetchable
from activities.storage.posting import post
from activities.storage.urls import shown
from tests.support.site import Site, answer, moved, site

PUBLIC = "93.184.215.14"
SECRET = "X-Amz-Signature=0123456789abcdef"


@asynccontextmanager
async def fetching(*trusted: str, **names: str) -> AsyncIterator[Fetch]:
    async def resolve(host: str, port: int) -> list[str]:
        return [names[host.partition(".")[0]]] if host.partition(".")[0] in names else [host]

    fetch = Fetch(trusted, resolve=resolve)
    yield fetch
    await fetch.close()


async def test_a_trusted_file_comes_whole_and_nothing_is_carried_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = bytes(range(256)) * 10_000
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password geheim\n")
    async with site(a=moved("/b?x=%2Fy&z=1+2"), b=answer(body)) as web, fetching(web.origin) as fetch:
        await fetch.get(f"{web.origin}/a?{SECRET}", tmp_path / "got", max_bytes=len(body))
    assert (tmp_path / "got").read_bytes() == body and not list(tmp_path.glob("*.part"))
    first, second = web.heard
    assert first.startswith(f"GET /a?{SECRET} HTTP/1.1".encode())
    assert second.startswith(b"GET /b?x=%2Fy&z=1+2 HTTP/1.1")
    for head in web.heard:
        names = {line.split(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}
        assert names == {b"host", b"accept", b"accept-encoding", b"user-agent"}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f.1:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.internal/computeMetadata/v1/",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "http://user:word@example.org/a",
        "http://example.org:25/",
        "http://",
        "not a url",
        "http://example.org/" + "a" * 9000,
    ],
)
async def test_what_is_not_public_is_never_asked(url: str, tmp_path: Path) -> None:
    async with site(secret=answer(b"inside")) as web:
        # The machine's own resolver, which also knows the odd ways to write an address.
        fetch = Fetch()
        with pytest.raises((Unfetchable, NoSuchHost)):
            await fetch.get(url.format(port=web.port) + f"?{SECRET}", tmp_path / "got", max_bytes=99)
        # A trusted origin is one port, not the machine.
        near = Fetch([f"http://127.0.0.1:{web.port + 1}", f"https://127.0.0.1:{web.port}"])
        with pytest.raises((Unfetchable, NoSuchHost)):
            await near.get(url.format(port=web.port), tmp_path / "got", max_bytes=99)
        assert not web.heard and list(tmp_path.iterdir()) == []


async def test_a_name_is_looked_up_without_asking_its_server() -> None:
    async with site(a=answer(b"a")) as web, fetching(web.origin, public="93.184.215.14") as fetch:
        await fetch.look_up(f"{web.origin}/a")
        await fetch.look_up("https://public.example/a.png")
        with pytest.raises(Unfetchable, match="not on the public internet"):
            await fetch.look_up(f"http://localhost:{web.port}/a?{SECRET}")
        assert not web.heard
    near = Fetch()
    with pytest.raises(
        NoSuchHost, match=r"no server has the name of https://nowhere\.invalid/a\.png"
    ) as error:
        await near.look_up(f"https://nowhere.invalid/a.png?{SECRET}")
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    "inside", ["169.254.169.254/latest", "127.0.0.1:{other}/secret", "[::1]:{other}/secret"]
)
async def test_a_redirect_is_checked_anew(inside: str, tmp_path: Path) -> None:
    async with site(secret=answer(b"inside")) as other, site() as web:
        to = f"http://{inside.format(other=other.port)}?{SECRET}"
        web._pages["/a"] = moved(to)
        async with fetching(web.origin) as fetch:
            with pytest.raises(Unfetchable, match="not on the public internet") as refused:
                await fetch.get(f"{web.origin}/a", tmp_path / "got", max_bytes=99)
        assert SECRET not in str(refused.value) and not other.heard


async def test_a_name_that_changes_its_mind_is_asked_once_for_each_connection(tmp_path: Path) -> None:
    class Wire(httpcore.AnyIOBackend):
        """The internet: every address of it is our site."""

        async def connect_tcp(
            self, host: str, port: int, *_: object, **__: object
        ) -> httpcore.AsyncNetworkStream:
            reached.append(host)
            return await super().connect_tcp("127.0.0.1", web.port)

    reached: list[str] = []
    answers = [[PUBLIC], ["127.0.0.1"], [PUBLIC, "10.0.0.1"], [PUBLIC, "2606:4700::1111"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    async with site(a=answer(b"hello")) as web:
        fetch = Fetch()
        fetch._guarded = httpcore.AsyncConnectionPool(network_backend=PublicOnly(rebinding, Wire()))
        outcomes: list[bool] = []
        for _ in range(4):
            try:
                await fetch.get("http://example.org/a", tmp_path / "got", max_bytes=99)
                outcomes.append(True)
            except Unfetchable:
                outcomes.append(False)
        assert outcomes == [True, False, False, True]
        assert reached == [PUBLIC, PUBLIC], "what was checked is what was used"
        assert b"Host: example.org\r\n" in web.heard[0]
        await fetch.close()


async def test_too_much_too_little_and_too_slow(tmp_path: Path) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    drip = [chunked, *[b"1\r\nx\r\n"] * 2000]
    endless = [chunked, *[b"2000\r\n" + b"x" * 0x2000 + b"\r\n"] * 200]
    zipped = answer(b"x" * 20, "Content-Encoding: gzip")
    pages: dict[str, bytes | Sequence[bytes]] = {
        "drip": drip,
        "endless": endless,
        "zipped": zipped,
        "round": moved("/round"),
    }
    pages |= {
        "stated": answer(b"", length=10**12),
        "short": answer(b"abc", length=30),
        "rude": b"SSH-2.0\r\n\r\n",
    }
    async with site(**pages) as web, fetching(web.origin) as fetch:
        for name in ("endless", "zipped", "stated", "round"):
            with pytest.raises(Unfetchable):
                await fetch.get(f"{web.origin}/{name}?{SECRET}", tmp_path / "got", max_bytes=100_000)
        for name in ("short", "rude"):
            with pytest.raises(ProviderUnavailable):
                await fetch.get(f"{web.origin}/{name}?{SECRET}", tmp_path / "got", max_bytes=100_000)
        with pytest.raises(ProviderUnavailable, match="did not send") as slow:
            await fetch.get(f"{web.origin}/drip?{SECRET}", tmp_path / "got", max_bytes=10**5, longest_s=0.3)
    assert SECRET not in str(slow.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("403 Forbidden", Expired),
        ("404 Not Found", Expired),
        ("410 Gone", Expired),
        ("400 Bad Request", Unfetchable),
        ("204 No Content", Unfetchable),
        ("429 Too Many Requests", ProviderUnavailable),
        ("503 Service Unavailable", ProviderUnavailable),
    ],
)
async def test_what_a_refusal_means(status: str, error: type[Exception], tmp_path: Path) -> None:
    async with site(a=answer(b"", status=status)) as web, fetching(web.origin) as fetch:
        with pytest.raises(error) as refused:
            await fetch.get(f"{web.origin}/a?{SECRET}#part", tmp_path / "got", max_bytes=99)
    assert SECRET not in str(refused.value) and status[:3] in str(refused.value)
    assert type(refused.value) is error and list(tmp_path.iterdir()) == []


async def test_a_server_that_is_away_and_a_name_that_is_none(tmp_path: Path) -> None:
    async with site() as web:
        pass
    async with fetching(web.origin) as fetch:
        with pytest.raises(ProviderUnavailable):
            await fetch.get(f"{web.origin}/a", tmp_path / "got", max_bytes=99)
    with pytest.raises(NoSuchHost):
        await Fetch().get("http://no-such-host.invalid/a", tmp_path / "got", max_bytes=99)


OUTSIDE = (
    """8.8.8.8 1.1.1.1 93.184.215.14 2606:4700::1111 2a00:1450:4001::1 64:ff9b::808:808 2001:4860::8888"""
)
INSIDE = """127.0.0.1 127.9.9.9 10.1.1.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    100.100.100.200 0.0.0.0 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 192.0.0.192 192.88.99.1 198.18.0.1
    203.0.113.1 168.63.129.16 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 fec0::1
    ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001::1
    2001:db8::1 3fff::1 localhost 010.0.0.1"""


def test_only_public_addresses_are_public() -> None:
    assert [address for address in OUTSIDE.split() if not is_public(address)] == []
    assert [address for address in INSIDE.split() if is_public(address)] == []


@given(st.ip_addresses(v=4))
def test_python_calls_no_public_address_private(address: object) -> None:
    if is_public(str(address)):
        assert address.is_global and not address.is_multicast  # type: ignore[attr-defined]


@given(st.text(max_size=60))
def test_no_text_shows_its_query(text: str) -> None:
    said = shown(f"https://example.org/{text}?{SECRET}")
    assert SECRET not in said and said.isprintable() and len(said) <= 200


async def test_no_unix_socket() -> None:
    with pytest.raises(NotPublic):
        await PublicOnly().connect_unix_socket("/run/docker.sock")


async def test_a_certificate_of_its_own_is_not_believed(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "pem").write_bytes(pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "pem")
    server = await asyncio.start_server(Site({})._serve, "127.0.0.1", 0, ssl=context)
    origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with fetching(origin) as fetch:
        with pytest.raises(Unfetchable, match="certificate"):
            await fetch.get(f"{origin}/a", tmp_path / "got", max_bytes=99)
    # Nor by what sends something there: it is no server that is away and comes back.
    with pytest.raises(Unfetchable, match="certificate"):
        await post(f"{origin}/a", [], b"{}", private=True)
    server.close()
