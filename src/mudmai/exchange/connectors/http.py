"""Requests to sources of others: redirects followed one by one and judged anew, bodies measured while they come."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

import httpcore
import httpx

from mudmai.core.language import Text
from mudmai.exchange.connectors.faults import ASK_SOURCE, CORRECT, WAIT, ConnectorFault
from mudmai.exchange.connectors.fetched import Allowed, Limits
from mudmai.exchange.connectors.network import Deadline, GuardedBackend, tls_context, took_too_long

AGENT = "mudmai-connections/1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024
_LONGEST_WAIT = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Key:
    """A secret for one source: sent in ``header`` to the host of the connection and to no other."""

    header: str
    secret: str
    origin: tuple[str, str, int | None]

    @classmethod
    def of(cls, header: str, secret: str, address: str) -> Key | None:
        """The key for the host of ``address``; None when there is no secret."""
        return cls(header, secret, _origin(httpx.URL(address))) if secret else None


@dataclass(frozen=True, slots=True)
class Answer:
    """A body that was taken whole. ``address`` is where it really came from."""

    status: int
    headers: Mapping[str, str]
    address: str
    size: int
    sha256: str

    @property
    def media_type(self) -> str:
        """The type that was claimed, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Http:
    """A session with one source for one fetch."""

    def __init__(
        self, allowed: Allowed, limits: Limits, key: Key | None = None, tick: Callable[[int], None] | None = None
    ) -> None:
        self.limits = limits
        self.tick = tick or (lambda _: None)
        """Told the bytes of the present answer as they come; what it raises ends the fetch."""
        self.deadline = Deadline(limits.total)
        self._key = key
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls_context(),
            max_connections=4,
            max_keepalive_connections=0,  # each request connects anew: a half-closed connection breaks no fetch
            network_backend=GuardedBackend(allowed, limits, self.deadline),
        )

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def get(self, address: str, to: BinaryIO, *, most: int | None = None, **headers: str) -> Answer:
        """GET ``address`` into ``to`` (written from its beginning); statuses of the 4xx and 5xx kind are answers too.

        ``headers`` are named with underscores. Raises :class:`ConnectorFault` for everything else that goes wrong; then
        what is in ``to`` is worth nothing.
        """
        asked = {name.replace("_", "-").lower(): value for name, value in headers.items() if value}
        url, most = _url(address), self.limits.max_bytes if most is None else most
        with _network_faults(url, self.deadline):
            for _ in range(self.limits.redirects + 1):
                with self._pool.stream("GET", _core_url(url), headers=self._headers(url, asked)) as response:
                    told = _plain_headers(response.headers)
                    if response.status in _REDIRECTS and "location" in told:
                        url = _next_url(url, told["location"])
                        continue
                    size, digest = self._take(response, told, to, most)
                    return Answer(response.status, told, str(url), size, digest)
        raise ConnectorFault(
            "connection_redirects",
            f"ถูกส่งต่อเกิน {self.limits.redirects} ครั้ง",
            f"there were more than {self.limits.redirects} redirects",
            ASK_SOURCE,
        )

    def _headers(self, url: httpx.URL, asked: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        told = {
            "host": url.netloc.decode("ascii"),
            "user-agent": AGENT,
            "accept": "*/*",
            "accept-encoding": "gzip",
            **asked,
        }
        if self._key is not None and _origin(url) == self._key.origin:
            told[self._key.header.lower()] = self._key.secret
        return [(name.encode("ascii"), value.encode("latin-1", "ignore")) for name, value in told.items()]

    def _take(self, response: httpcore.Response, told: Mapping[str, str], to: BinaryIO, most: int) -> tuple[int, str]:
        length = told.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > most:
            raise too_large(most)
        to.seek(0)
        to.truncate()
        digest, size = hashlib.sha256(), 0
        for piece in _decoded(self._pieces(response), told.get("content-encoding", "").strip().lower()):
            size += len(piece)
            if size > most:
                raise too_large(most)
            digest.update(piece)
            to.write(piece)
        to.flush()
        return size, digest.hexdigest()

    def _pieces(self, response: httpcore.Response) -> Iterator[bytes]:
        came = 0
        for piece in response.iter_stream():
            self.deadline.left(None)
            came += len(piece)
            self.tick(came)
            yield piece


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that ``Retry-After`` asks for (a number or a date), at most a week; None when it asks for nothing.

    >>> retry_after({"retry-after": "120"})
    120.0
    """
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return min(float(told[:9]), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - (now or datetime.now(UTC))).total_seconds()), _LONGEST_WAIT)


def require_ok(answer: Answer) -> None:
    """Anything but 200 is a fault, in words that tell the reader's mistake from the source's."""
    status = answer.status
    if status == 200:
        return
    wait, remedy = retry_after(answer.headers), WAIT
    if status == 206:
        told = Text("แหล่งข้อมูลส่งมาเพียงบางส่วน", "the source sent only a part")
    elif status in (401, 403, 407):
        told = Text("แหล่งข้อมูลไม่ให้เข้าถึง", "the source refuses access")
        remedy = Text(
            "ตรวจกุญแจลับของการเชื่อมต่อ หรือขอสิทธิ์จากเจ้าของ", "check the connection's secret, or ask the owner for access"
        )
    elif status in (404, 410):
        told, remedy = Text("ไม่มีข้อมูลที่ที่อยู่นี้แล้ว", "there is nothing at this address"), ASK_SOURCE
    elif status == 429:
        told = Text("แหล่งข้อมูลขอให้รอก่อน", "the source asks to wait")
    elif status >= 500:
        told = Text("แหล่งข้อมูลขัดข้อง", "the source is out of order")
    else:
        told, remedy = Text("แหล่งข้อมูลตอบอย่างที่ใช้ไม่ได้", "the source gave an answer that cannot be used"), ASK_SOURCE
    raise ConnectorFault(
        "connection_status", f"{told.th} (HTTP {status})", f"{told.en} (HTTP {status})", remedy, retry_after=wait
    )


def too_large(most: int) -> ConnectorFault:
    """More bytes than one fetch may bring."""
    size = f"{most / (1 << 20):,.0f} MB" if most >= 1 << 20 else f"{most:,} bytes"
    remedy = Text("เลือกข้อมูลส่วนที่ต้องใช้ เช่น บางปีหรือบางพื้นที่", "choose the part that is needed, such as some years or areas")
    return ConnectorFault("connection_too_large", f"ข้อมูลใหญ่เกิน {size}", f"the data are larger than {size}", remedy)


def _decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body as it is meant; a compressed one comes out in bounded pieces, so that the size can be watched."""
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding not in ("gzip", "x-gzip"):
        raise ConnectorFault(
            "connection_answer",
            f"แหล่งข้อมูลบีบอัดแบบ {encoding[:20]} ซึ่งไม่ได้ขอ",
            f"the source compressed the data as {encoding[:20]}, which was not asked for",
            ASK_SOURCE,
        )
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            while piece:
                yield unpack.decompress(piece, _PIECE * 16)
                if unpack.eof:
                    return
                piece = unpack.unconsumed_tail
    except zlib.error as error:
        raise _damaged() from error
    if not unpack.eof:
        raise _damaged()


def _damaged() -> ConnectorFault:
    return ConnectorFault("connection_partial", "ข้อมูลที่ส่งมาไม่ครบหรือเสียหาย", "the data came damaged or not in full", WAIT)


@contextmanager
def _network_faults(url: httpx.URL, deadline: Deadline) -> Iterator[None]:
    host = url.host
    try:
        yield
    except (httpcore.ReadTimeout, httpcore.WriteTimeout, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
        raise took_too_long(deadline.seconds) from error
    except httpcore.ConnectError as error:
        text = str(error).lower()
        if "certificate" in text or "ssl" in text or "tls" in text:
            raise ConnectorFault(
                "connection_tls",
                f"ใบรับรองความปลอดภัยของ {host} ตรวจไม่ผ่าน",
                f"the certificate of {host} is not trusted",
                Text(
                    "ให้เจ้าของแหล่งข้อมูลแก้ใบรับรอง ระบบไม่ข้ามการตรวจนี้",
                    "have the owner mend it; this check is never left out",
                ),
            ) from error
        raise ConnectorFault(
            "connection_unreachable", f"ต่อกับ {host} ไม่ได้", f"{host} cannot be reached", WAIT
        ) from error
    except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
        raise _damaged() from error
    except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
        raise ConnectorFault(
            "connection_setting", "ส่งคำขอแบบนี้ไม่ได้", "such a request cannot be sent", CORRECT
        ) from error


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        host = url.host
    except (httpx.InvalidURL, ValueError, TypeError):
        host = ""
    if not host or url.scheme not in ("http", "https") or url.userinfo:
        raise ConnectorFault(
            "connection_address",
            "ที่อยู่ของข้อมูลไม่ใช่ http หรือ https ที่ใช้ได้",
            "the address of the data is no usable http or https address",
            ASK_SOURCE,
        )
    return url


def _next_url(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError):
        target = httpx.URL("")
    target = _url(str(target))
    if url.scheme == "https" and target.scheme == "http":
        raise ConnectorFault(
            "connection_redirects",
            "แหล่งข้อมูลส่งต่อจาก https ไปที่อยู่ที่ไม่เข้ารหัส",
            "the source redirects from https to an address without encryption",
            ASK_SOURCE,
        )
    return target


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _plain_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """By lower-case name; the first wins. Servers send Thai in headers as UTF-8 or not at all right."""
    told: dict[str, str] = {}
    for name, value in headers:
        told.setdefault(name.decode("latin-1").lower(), value.decode("utf-8", "replace"))
    return told
