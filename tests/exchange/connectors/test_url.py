"""A plain address, against a real server that stalls, drips, lies, redirects and breaks off."""

from __future__ import annotations

import gzip
import ipaddress
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mudmai.core.errors import InputError
from mudmai.exchange.connectors import Allowed, Fetched, UrlSource, Validators, fetch, read_source
from mudmai.workspace.raw_files import RawFiles
from tests.exchange.connectors.conftest import LOOPBACK, QUICK
from tests.exchange.connectors.naughty_server import Handler, Naughty

Get = Callable[..., Fetched]
TABLE = "จังหวัด,ปี,ค่า\nเชียงใหม่,2566,1\n".encode()


def code(found: Fetched) -> str:
    """The fault's code; nothing may have been kept."""
    assert found.status == "failed" and found.fault is not None and found.raw is None, found
    assert found.fault.message.th and found.fault.remedy.th
    return found.fault.code


def kept(raw: RawFiles) -> list[str]:
    return sorted(raw.names())


def test_new_then_unchanged_by_etag_then_new_again(server: Naughty, raw: RawFiles, get: Get) -> None:
    def conditional(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == '"v1"':
            handler.answer(304, b"", "", ETag='"v1"')
        else:
            handler.answer(200, TABLE, ETag='"v1"', Last_Modified="Wed, 21 Oct 2025 07:28:00 GMT")

    server.paths["/d/%E0%B8%81.csv"] = conditional
    first = get(server.base + "/d/%E0%B8%81.csv")
    assert first.status == "new" and first.raw is not None and first.raw.name == "ก.csv"
    assert raw.read_bytes(first.raw.sha256) == TABLE and first.found == "text/csv" and not first.problems
    second = get(server.base + "/d/%E0%B8%81.csv", first.validators)
    assert second.status == "unchanged" and second.validators == first.validators
    assert server.seen[-1][1]["if-none-match"] == '"v1"'
    server.put("/d/%E0%B8%81.csv", TABLE + b"\n", ETag='"v2"')
    third = get(server.base + "/d/%E0%B8%81.csv", first.validators)
    assert third.status == "new" and len(kept(raw)) == 2


def test_the_same_bytes_under_another_etag_are_no_new_version(server: Naughty, raw: RawFiles, get: Get) -> None:
    first = get(server.put("/a.csv", TABLE, ETag='"1"'))
    again = get(server.put("/a.csv", TABLE, ETag='"2"'), first.validators)
    assert again.status == "unchanged" and again.validators.etag == '"2"' and len(kept(raw)) == 1


def test_validators_count_only_for_their_address_and_while_the_file_is_kept(server: Naughty, get: Get) -> None:
    server.put("/b.csv", TABLE)
    known = Validators(etag='"x"', sha256="0" * 64, address=server.base + "/b.csv")
    assert get(server.base + "/b.csv", known).status == "new"  # the sink does not have that content
    assert "if-none-match" not in server.seen[-1][1]


def test_304_without_being_asked_is_a_fault(server: Naughty, get: Get) -> None:
    server.paths["/a.csv"] = lambda handler: handler.answer(304, b"", "")
    assert code(get(server.base + "/a.csv")) == "connection_status"


@pytest.mark.parametrize("where", ["headers", "body", "tail"])
def test_a_server_that_stalls_or_drips_ends_at_the_deadline(
    server: Naughty, raw: RawFiles, get: Get, where: str
) -> None:
    def drip(handler: Handler) -> None:
        if where == "headers":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            pieces, gap = [b"X-%d: 1\r\n" % n for n in range(50)], 0.5
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 400\r\n\r\n")
            pieces, gap = [b"a,b\n"] * 100, 0.5 if where == "body" else 60
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            if server.stop.wait(gap):
                return

    server.paths["/slow.csv"] = drip
    began = time.monotonic()
    assert code(get(server.base + "/slow.csv", limits=replace(QUICK, total=1.5, read=1))) == "connection_timeout"
    assert time.monotonic() - began < 20, "all of it would take longer"
    assert not kept(raw)


def test_broken_off_bodies_are_never_kept(server: Naughty, raw: RawFiles, get: Get) -> None:
    server.paths["/cut.csv"] = lambda h: h.answer(200, TABLE[:10], Content_Length=str(len(TABLE)))
    assert code(get(server.base + "/cut.csv")) == "connection_partial"
    squeezed = gzip.compress(TABLE * 50)
    server.put("/cut.gz.csv", squeezed[:-12], Content_Encoding="gzip")
    assert code(get(server.base + "/cut.gz.csv")) == "connection_partial"
    server.put("/not.gz.csv", TABLE, Content_Encoding="gzip")
    assert code(get(server.base + "/not.gz.csv")) == "connection_partial"
    assert not kept(raw)


def test_size_is_watched_while_it_comes(server: Naughty, raw: RawFiles, get: Get) -> None:
    assert code(get(server.put("/big.csv", b"a,b\n" * 60_000))) == "connection_too_large"

    def endless(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n")
        while not server.stop.is_set():
            handler.wfile.write(b"a,b\n" * 1000)

    server.paths["/endless.csv"] = endless
    assert code(get(server.base + "/endless.csv")) == "connection_too_large"
    assert not kept(raw)


def test_a_decompression_bomb_is_stopped_at_the_limit(server: Naughty, get: Get) -> None:
    began = time.process_time()
    bomb = gzip.compress(b"0" * (400 << 20), 9)
    making = time.process_time() - began
    assert len(bomb) < 500_000
    server.put("/bomb.csv", bomb, Content_Encoding="gzip")
    began = time.process_time()
    assert code(get(server.base + "/bomb.csv", limits=replace(QUICK, max_bytes=1 << 20))) == "connection_too_large"
    assert time.process_time() - began < making / 5, "it is not unpacked to its end"


def test_compressed_answers_are_read(server: Naughty, raw: RawFiles, get: Get) -> None:
    found = get(server.put("/z.csv", gzip.compress(TABLE), Content_Encoding="gzip"))
    assert found.raw is not None and raw.read_bytes(found.raw.sha256) == TABLE
    server.put("/br.csv", TABLE, Content_Encoding="br")
    assert code(get(server.base + "/br.csv")) == "connection_answer"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<!doctype html><title>Sign in</title>", "a.csv"),
        (b"%PDF-1.7 ...", "a.xlsx"),
        (b"\x1f\x8b\x08 packed", "a.csv.gz"),
        (b"<?xml version='1.0'?><a/>", "a.csv"),
        (b"PK\x03\x04 no zip at all", "a.xlsx"),
    ],
)
def test_what_is_no_table_is_refused_whatever_it_is_called(
    server: Naughty, raw: RawFiles, get: Get, body: bytes, name: str
) -> None:
    assert code(get(server.put("/" + name, body))) == "connection_type"
    assert not kept(raw)


def test_a_table_of_another_kind_is_kept_as_what_it_is_with_a_warning(server: Naughty, get: Get) -> None:
    records = json.dumps([{"ปี": 2566, "ค่า": 1}]).encode()
    found = get(server.put("/gpp.xlsx", records, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
    assert found.status == "new" and found.raw is not None and found.raw.name == "gpp.json"
    assert found.found == "application/json" and [p.code for p in found.problems] == ["connection_type"]
    assert ".xlsx" in found.problems[0].message.th


def test_an_empty_file_is_no_table(server: Naughty, raw: RawFiles, get: Get) -> None:
    assert code(get(server.put("/empty.csv", b""))) == "connection_partial"
    assert not kept(raw)


@pytest.mark.parametrize(
    ("status", "word"), [(401, "access"), (404, "nothing"), (429, "wait"), (503, "order"), (206, "part"), (204, "")]
)
def test_statuses_are_told_apart(server: Naughty, get: Get, status: int, word: str) -> None:
    server.paths["/s.csv"] = lambda h: h.answer(status, b"" if status == 204 else TABLE)
    found = get(server.base + "/s.csv")
    assert code(found) == "connection_status" and found.fault is not None
    assert str(status) in found.fault.message.en and word in found.fault.message.en


def test_retry_after_is_told(server: Naughty, get: Get) -> None:
    server.paths["/r.csv"] = lambda h: h.answer(429, b"", Retry_After="120")
    assert get(server.base + "/r.csv").retry_after == 120


# ---------------------------------------------------------------------- where it may go
def test_loopback_is_refused_unless_allowed(server: Naughty, raw: RawFiles) -> None:
    url = server.put("/a.csv", TABLE)
    for shown in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::ffff:127.0.0.1]")):
        found = fetch(UrlSource(shown), into=raw, limits=QUICK)
        assert code(found) == "connection_blocked"
    assert not server.seen


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]",
             "[64:ff9b::a00:1]", "[2002:a00:1::]", "224.0.0.1", "2130706433"]
)  # fmt: skip
def test_private_addresses_are_refused_without_a_packet(raw: RawFiles, host: str) -> None:
    assert code(fetch(UrlSource(f"http://{host}/a.csv"), into=raw, limits=QUICK)) == "connection_blocked"


def test_a_redirect_is_judged_anew(server: Naughty, raw: RawFiles, get: Get) -> None:
    server.put("/end.csv", TABLE)
    server.paths["/start"] = lambda h: h.answer(302, b"", "", Location="/end.csv")
    found = get(server.base + "/start")
    assert found.raw is not None and found.raw.name == "end.csv"
    for target, wanted in (
        ("http://169.254.169.254/latest/meta-data/", "connection_blocked"),
        ("file:///etc/passwd", "connection_address"),
        ("http://user:pw@127.0.0.1/", "connection_address"),
        ("http://[::1]:1/", "connection_blocked"),
    ):
        server.paths["/bad"] = lambda h, to=target: h.answer(302, b"", "", Location=to)
        assert code(get(server.base + "/bad")) == wanted, target
    server.paths["/loop"] = lambda h: h.answer(301, b"", "", Location="/loop")
    assert code(get(server.base + "/loop")) == "connection_redirects"


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    server: Naughty, raw: RawFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver stands in for a hostile name server: allowed first, private from then on."""
    import socket

    from mudmai.exchange.connectors import network

    port = server.server_address[1]
    server.put("/a.csv", TABLE)
    answers = iter(["127.0.0.1", "10.0.0.1", "10.0.0.1"])
    asked: list[str] = []

    class Resolver:
        SOCK_STREAM = socket.SOCK_STREAM

        @staticmethod
        def getaddrinfo(host: str, port: int, type: int) -> list[tuple[object, ...]]:
            asked.append(host)
            return [(socket.AF_INET, type, 6, "", (next(answers), port))]

    monkeypatch.setattr(network, "socket", Resolver)
    found = fetch(UrlSource(f"http://rebind.example:{port}/a.csv"), into=raw, limits=QUICK, allowed=LOOPBACK)
    assert found.status == "new" and asked == ["rebind.example"]  # asked once; the judged address was connected to
    again = fetch(UrlSource(f"http://rebind.example:{port}/a.csv"), into=raw, limits=QUICK, allowed=LOOPBACK)
    assert code(again) == "connection_blocked"


def test_a_secret_goes_to_its_own_host_only(server: Naughty, raw: RawFiles) -> None:
    server.put("/end.csv", TABLE)
    server.paths["/away"] = lambda h: h.answer(
        302, b"", "", Location=server.base.replace("127.0.0.1", "localhost") + "/end.csv"
    )
    allowed = Allowed(networks=(*LOOPBACK.networks, ipaddress.ip_network("::1/128")))
    source = UrlSource(server.base + "/away", key_header="api-key")
    found = fetch(source, into=raw, limits=QUICK, allowed=allowed, secret="s3cret")
    assert found.status == "new"
    assert server.seen[0][1]["api-key"] == "s3cret" and "api-key" not in server.seen[1][1]


def test_unreachable_and_unknown_hosts_are_told(raw: RawFiles) -> None:
    found = fetch(UrlSource("http://127.0.0.1:9/a.csv"), into=raw, limits=QUICK, allowed=LOOPBACK)
    assert code(found) == "connection_unreachable"
    found = fetch(UrlSource("http://no-such-host.invalid/a.csv"), into=raw, limits=QUICK)
    assert code(found) in ("connection_unreachable", "connection_timeout")


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: Naughty, raw: RawFiles, get: Get, tmp_path: Path
) -> None:
    import ssl

    key = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.put("/a.csv", TABLE)
    assert code(get(server.base.replace("http:", "https:") + "/a.csv")) == "connection_tls"
    assert not server.seen


def _self_signed(folder: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "cert.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + cert.public_bytes(serialization.Encoding.PEM)
    )
    return path


# ---------------------------------------------------------------------- settings
@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        ("url", {"url": "ftp://a.example/x"}, "url"),
        ("url", {"url": "https://u:p@a.example/x"}, "url"),
        ("url", {}, "url"),
        ("url", {"url": "https://a.example/x", "key_header": "X\nY"}, "key_header"),
        ("ckan", {"portal": "https://a.example"}, "resource"),
        ("sdmx", {"root": "https://a.example", "flow": "A/../B"}, "flow"),
        ("sdmx", {"root": "https://a.example", "flow": "A", "key": "a?b"}, "key"),
        ("folder", {"folder": "in", "pattern": "*"}, "folder"),
        ("folder", {"folder": "/in", "pattern": "../*"}, "pattern"),
    ],
)
def test_settings_name_the_field_at_fault(kind: str, settings: dict[str, str], field: str) -> None:
    with pytest.raises(InputError) as found:
        read_source(kind, settings)
    assert found.value.code == "connection_setting" and found.value.where.field == field
