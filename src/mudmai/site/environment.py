"""The settings of the running site: declared once, typed, frozen, read from the environment.

A variable that starts with ``MUDMAI_`` and is not declared here is an error, so that a slip of the pen is found at the
start and not in a year. ``docs/reference/settings.md`` describes every one of them; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path

from mudmai.core.errors import InputError, Problem, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.site.addresses import check_database_url, check_mail_url

PREFIX = "MUDMAI_"

ELSEWHERE = frozenset({"MUDMAI_LANG", "MUDMAI_NODE"})
"""Variables that other parts read: the command line's language, the build's choice of Node."""

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Environment:
    """What may be set from outside; the name of the variable is ``MUDMAI_`` and the field in capitals."""

    home: Path = Path("var")
    """The workspace folder. Nothing is written outside it."""
    debug: bool = False
    """Django's debug pages. Never on a machine that others can reach."""
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Host names that the site answers to."""
    trusted_origins: tuple[str, ...] = ()
    """Origins (scheme and host) from which forms may be sent when a proxy stands in front."""
    https: bool = False
    """The site is reached over HTTPS only: secure cookies, HSTS, the proxy's X-Forwarded-Proto is trusted."""
    secret_key: str = ""
    """The key that signs; when it is empty one is made and kept in the workspace folder."""
    database_url: str = ""
    """``postgresql://user:password@host:port/name``; empty: the file ``mudmai.sqlite3`` in the workspace folder."""
    mail_url: str = ""
    """``smtp://user:password@host:port`` (``smtps``: TLS at once, ``smtp+tls``: STARTTLS); empty: mails are printed."""
    mail_from: str = "mudmai@localhost"
    """The address that mails come from."""
    oidc_issuer: str = ""
    """Address of an OpenID Connect provider (a ministry's or the national login); empty: none."""
    oidc_client_id: str = ""
    """The name by which that provider knows this site."""
    oidc_client_secret: str = ""
    """The secret agreed with that provider."""
    oidc_name: str = "OpenID Connect"
    """What the button for it says."""
    second_factor_from: str = ""
    """Roles from this one upward need a second factor: reader ... administrator; empty: nobody has to."""
    site_address: str = ""
    """Where readers find the site; citations and permanent links of the API and the command line begin with it."""
    served_at: str = ""
    """Where this machine serves the site (``mudmai serve`` sets it): for links in mails without a site address."""
    connect_networks: tuple[str, ...] = ()
    """Private networks (CIDR) that connections to sources may reach; public addresses are always open to them."""
    connect_folders: tuple[str, ...] = ()
    """Folders on the server (full paths) below which connections may read files; none by default."""
    trusted_proxies: int = 0
    """Proxies in front whose X-Forwarded-For is believed; limits on attempts count by the reader's address."""
    page_cache_mb: int = 64
    """Memory for rendered pages and charts in each process, in megabytes; 0 switches it off."""
    publisher: str = ""
    """Who publishes projects in OC4IDS and OCDS packages; empty: the organisation at the top, else the site's host."""
    oc4ids_prefix: str = ""
    """Prefix of project ids given out by the Open Contracting Partnership (``oc4ids-`` and six signs); empty: none."""
    ocid_prefix: str = ""
    """Prefix of ocids given out by the Open Contracting Partnership (``ocds-`` and six signs); empty: none."""
    log_level: str = "WARNING"
    """DEBUG, INFO, WARNING, ERROR or CRITICAL."""


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The settings that ``variables`` ask for; all faults at once as one :class:`InputError`.

    >>> read_environment({"MUDMAI_DEBUG": "1", "PATH": "/bin"}).debug
    True
    """
    known = {PREFIX + f.name.upper(): f for f in fields(Environment)}
    given = {name: value.strip() for name, value in variables.items() if name.startswith(PREFIX)}
    given = {name: value for name, value in given.items() if name not in ELSEWHERE}
    problems: list[Problem] = []
    read: dict[str, object] = {}
    for name, value in sorted(given.items()):
        if name not in known:
            kind = Text("ตัวแปรตั้งค่า", "setting")
            problems.append(UnknownNameError(kind, name, sorted(known), where=Where(field=name)).as_problem())
            continue
        field = known[name]
        try:
            read[field.name] = _read(field.name, value)
        except ValueError as fault:
            expected = str(fault)
            problems.append(
                Problem(
                    "setting",
                    Text(f"{name}={value} อ่านไม่ได้", f"{name}={value} cannot be read"),
                    Text(f"ใช้ {expected}", f"write {expected}"),
                    Where(field=name),
                )
            )
    if problems:
        raise InputError(
            Text("ค่าตั้งของระบบไม่ถูกต้อง", "the settings in the environment are not right"),
            remedy=Text("ดู docs/reference/settings.md", "see docs/reference/settings.md"),
            code="setting",
            problems=problems,
        )
    return Environment(**read)  # type: ignore[arg-type]  # each value was read for its own field above


def _read(name: str, value: str) -> object:
    match name:
        case "home":
            if not value:
                raise ValueError("a folder")
            return Path(value)
        case "debug" | "https":
            if value.lower() not in _YES | _NO:
                raise ValueError("1 or 0")
            return value.lower() in _YES
        case "allowed_hosts" | "trusted_origins":
            return tuple(part.strip() for part in value.split(",") if part.strip())
        case "connect_networks":
            return _networks(value)
        case "connect_folders":
            parts = tuple(part.strip() for part in value.split(",") if part.strip())
            if not all(part.startswith("/") and part != "/" for part in parts):
                raise ValueError("full paths of folders, /srv/inbox,/srv/other")
            return parts
        case "page_cache_mb" | "trusted_proxies":
            if not value.isascii() or not value.isdigit():
                raise ValueError("a whole number")
            return int(value)
        case "database_url":
            check_database_url(value)
        case "mail_url":
            check_mail_url(value)
        case "oidc_issuer":
            if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
                raise ValueError("https://… (the issuer, without /.well-known)")
            return value.rstrip("/")
        case "site_address" | "served_at":
            if value and not value.startswith(("https://", "http://")):
                raise ValueError("https://scores.example.go.th")
            return value.rstrip("/")
        case "oc4ids_prefix" | "ocid_prefix":
            kind = "oc4ids" if name == "oc4ids_prefix" else "ocds"
            if value and not re.fullmatch(rf"{kind}-[a-z0-9]{{6}}", value):
                raise ValueError(f"{kind}-xxxxxx, as the Open Contracting Partnership gave it out")
        case "second_factor_from":
            roles = ("reader", "contributor", "reviewer", "publisher", "administrator")
            if value and value.lower() not in roles:
                raise ValueError(", ".join(roles))
            return value.lower()
        case "log_level":
            if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
                raise ValueError("DEBUG, INFO, WARNING, ERROR or CRITICAL")
            return value.upper()
    return value


def _networks(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    try:
        return tuple(str(ip_network(part)) for part in parts)
    except ValueError:
        raise ValueError("networks such as 10.1.0.0/16,192.168.7.20/32") from None
