"""A film of three gigabytes as evidence, the way that a server receives it: read piece by piece, kept nowhere."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from pytest_django import Settings

from mudmai.apps.assessment.models import CityFile
from mudmai.site.turns import LARGE, Turns
from tests.apps.assessment.assessment_world import AssessmentWorld
from tests.web.assessment.conftest import Enter

EDGE = "edge-of-the-form"
FILM = b"\x00\x00\x00\x18ftypmp42"
BLANK = bytes(1 << 20)
MEBI = 1 << 20


class Line:
    """What a sender sends: a form with a film of zeros, which has no line end from its first byte to its last.

    Like the stream of a server: a line is read to its end, however long, unless it is said how much at most.
    """

    def __init__(self, head: bytes, blank: int, tail: bytes) -> None:
        self.head, self.blank, self.tail = head, blank, tail
        self.length = len(head) + blank + len(tail)
        self.largest = 0

    def read(self, size: int = -1) -> bytes:
        wanted = self.length if size is None or size < 0 else size
        found, self.head = self.head[:wanted], self.head[wanted:]
        while len(found) < wanted and self.blank:
            more = min(wanted - len(found), self.blank, len(BLANK))
            found += BLANK[:more]
            self.blank -= more
        short = wanted - len(found)
        if short > 0 and not self.blank:
            found, self.tail = found + self.tail[:short], self.tail[short:]
        self.largest = max(self.largest, len(found))
        return found

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)


def form(token: str, more: str = "") -> bytes:
    """The form of the page up to the bytes of its file."""
    parts = [f'name="csrfmiddlewaretoken"\r\n\r\n{token}', 'name="do"\r\n\r\nfile']
    parts.append('name="file"; filename="พิธีเปิด.mp4"\r\nContent-Type: video/mp4\r\n\r\n' + more)
    return "\r\n".join(f"--{EDGE}\r\nContent-Disposition: form-data; {one}" for one in parts).encode()


def sent(client: Client, address: str, line: Line, **headers: str) -> tuple[str, str]:
    """Status and text of the answer, by the very application that ``mudmai serve`` runs."""
    application = Turns(
        get_wsgi_application(),
        folder=Path(site_settings.FILE_UPLOAD_TEMP_DIR),
        most=site_settings.MUDMAI_UPLOAD_BYTES + LARGE,
    )
    told: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": "; ".join(f"{name}={one.value}" for name, one in client.cookies.items()),
        "CONTENT_TYPE": f"multipart/form-data; boundary={EDGE}",
        "wsgi.url_scheme": "http",
        "wsgi.input": line,
        "wsgi.errors": None,
        **({} if headers else {"CONTENT_LENGTH": str(line.length)}),
        **headers,
    }
    answer: Iterable[bytes] = application(environ, lambda status, _: told.append(status))
    body = b"".join(answer).decode()
    return told[0], " ".join(re.sub(r"<[^>]*>", " ", body).split())


def token_of(client: Client, address: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def peak() -> int:
    """The most memory that this process ever had, in mebibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.fixture
def arriving(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "arriving"
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


@pytest.mark.parametrize("size", [3 << 30, 300 << 20])
def test_a_film_of_three_gigabytes_is_refused_in_little_memory(
    world: AssessmentWorld, file: CityFile, signed_in: Enter, arriving: Path, tmp_path: Path, size: int
) -> None:
    """More than is ever received (never on disk), and more than evidence may be (received, and gone again)."""
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/criteria/c-money/evidence/"
    line = Line(form(token_of(client, address)) + FILM, size, f"\r\n--{EDGE}--\r\n".encode())
    before = peak()
    status, told = sent(client, address, line)
    assert status.startswith("422"), told[:300]
    assert f"ไฟล์ใหญ่กว่า 100 MB จึงไม่ได้รับไว้ (ที่ส่งมามีขนาด {size >> 20:,} MB)" in told and "ลิงก์" in told
    assert line.largest <= MEBI and peak() - before < 64, "in pieces, also where no line ends"
    assert line.read(10) == b"", "all of it was read, so that the browser hears the answer"
    assert not list(arriving.rglob("*")) and not file.evidence.exists()
    assert not [one for one in (tmp_path / "home" / "raw").rglob("*") if one.is_file()]


def test_a_page_that_takes_no_file_keeps_none(world: AssessmentWorld, arriving: Path) -> None:
    """Nobody is signed in: the disk would be anybody's to fill."""
    client, address = Client(), "/account/login/"
    seen: list[int] = []

    class Watched(Line):
        def read(self, size: int = -1) -> bytes:
            if self.blank % (100 * MEBI) < MEBI:
                seen.append(sum(one.stat().st_size for one in arriving.rglob("*") if one.is_file()))
            return super().read(size)

    line = Watched(form(token_of(client, address)) + FILM, 3 << 30, f"\r\n--{EDGE}--\r\n".encode())
    before = peak()
    status, _ = sent(client, address, line)
    assert status.startswith(("200", "4")) and len(seen) > 10
    assert max(seen) == 0 and peak() - before < 64


def test_a_form_that_does_not_tell_its_length_is_told_to(
    world: AssessmentWorld, file: CityFile, signed_in: Enter, arriving: Path
) -> None:
    client, address = signed_in(world.filler), f"/assessments/{file.pk}/criteria/c-money/evidence/"
    line = Line(form(token_of(client, address)) + FILM, 3 << 30, b"")
    status, told = sent(client, address, line, HTTP_TRANSFER_ENCODING="chunked")
    assert status == "411 Length Required"
    assert "Content-Length" in told and "ขนาด" in told and "Send it again" in told
    assert line.largest == 0, "nothing of it is read"
    assert not list(arriving.rglob("*")) and not file.evidence.exists()
