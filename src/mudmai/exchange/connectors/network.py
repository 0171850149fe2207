"""The only way out to the network: names are resolved here, judged, and the judged address is the one connected to.

An address that is not public (loopback, private, link-local, reserved, or such a one wrapped in IPv6) is refused unless
the operator allows its network. As the connection goes to the very address that was judged, a name that answers
differently a second time gains nothing. One deadline holds for everything: names, TLS, headers and bodies that drip.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from functools import cache
from threading import Thread
from typing import Any

import certifi
import httpcore

from mudmai.exchange.connectors.faults import WAIT, ConnectorFault, blocked
from mudmai.exchange.connectors.fetched import Allowed, Limits

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Deadline:
    """A point in time after which every read ends with ``connection_timeout``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, most: float | None) -> float:
        """Seconds that an operation may take; raises when none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise took_too_long(self.seconds)
        return left if most is None else min(most, left)


def took_too_long(seconds: float) -> ConnectorFault:
    """The source is slower than allowed."""
    return ConnectorFault(
        "connection_timeout",
        f"แหล่งข้อมูลไม่ตอบหรือส่งไม่จบภายใน {seconds:g} วินาที",
        f"the source did not answer in full within {seconds:g} seconds",
        WAIT,
    )


def is_public(address: Address) -> bool:
    """True for an address of the public internet, also when IPv6 wraps an IPv4 one.

    >>> is_public(ipaddress.ip_address("::ffff:127.0.0.1")), is_public(ipaddress.ip_address("1.1.1.1"))
    (False, True)
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def judged(host: str, addresses: Iterable[Address], allowed: Allowed) -> list[Address]:
    """The addresses of ``host``, all of which must be allowed; one that is not refuses the host."""
    found = list(addresses)
    for address in found:
        plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
        inside = any(plain.version == net.version and plain in net for net in allowed.networks)
        if not inside and not is_public(address):
            raise blocked(
                f"{host} อยู่ในเครือข่ายภายใน ซึ่งระบบไม่ให้การเชื่อมต่อเข้าถึง",
                f"{host} is an address inside a private network, which connections may not reach",
            )
    return found


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """Every address of ``host``; the system's own resolver knows no time limit, so a thread asks it."""
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    thread = Thread(target=ask, daemon=True, name="mudmai-resolve")
    thread.start()
    thread.join(seconds)
    if not answer:
        raise took_too_long(seconds)
    if isinstance(answer[0], Exception):
        raise ConnectorFault(
            "connection_unreachable", f"ไม่พบเครื่องชื่อ {host}", f"there is no host named {host}", WAIT
        ) from answer[0]
    told = dict.fromkeys(str(one[4][0]).partition("%")[0] for one in answer[0])
    return [ipaddress.ip_address(one) for one in told]


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to judged addresses only, and lets nothing outlast the deadline."""

    def __init__(self, allowed: Allowed, limits: Limits, deadline: Deadline) -> None:
        self._plain = httpcore.SyncBackend()
        self._allowed, self._limits, self._deadline = allowed, limits, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """See the class; ``host`` is a name or an address as it stands in the URL."""
        limit = self._limits.connect
        found = judged(host, resolve(host, port, self._deadline.left(limit)), self._allowed)
        fault: Exception | None = None
        for address in found[:4]:
            try:
                stream = self._plain.connect_tcp(str(address), port, self._deadline.left(limit), None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
                continue
            return _GuardedStream(stream, self._limits, self._deadline)
        raise ConnectorFault(
            "connection_unreachable", f"ต่อกับ {host} ไม่ได้", f"{host} cannot be reached", WAIT
        ) from fault

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """Never."""
        raise blocked("ไม่ใช้ซ็อกเก็ตในเครื่อง", "sockets of the machine are not used")


class _GuardedStream(httpcore.NetworkStream):
    def __init__(self, plain: httpcore.NetworkStream, limits: Limits, deadline: Deadline) -> None:
        self._plain, self._limits, self._deadline = plain, limits, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, self._deadline.left(self._limits.read))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, self._deadline.left(self._limits.read))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inside = self._plain.start_tls(ssl_context, server_hostname, self._deadline.left(self._limits.connect))
        return _GuardedStream(inside, self._limits, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities and the usual public ones; TLS 1.2 or newer."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
