"""Addresses of a database or a mail server, read into what Django wants; nothing is opened here."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

FILE_NAME = "mudmai.sqlite3"

SQLITE_START = (
    "PRAGMA page_size=8192;"  # of a new file: a version of a project, a row of 3 to 5 kB, fits well into its pages
    "PRAGMA journal_mode=WAL;"  # readers do not wait for the writer
    "PRAGMA synchronous=FULL;"  # what is acknowledged survives a power cut
    "PRAGMA foreign_keys=ON;"
)


def database_settings(url: str, home: Path) -> dict[str, Any]:
    """Django's ``DATABASES["default"]``: SQLite in the workspace folder, or the PostgreSQL server that ``url`` names.

    >>> database_settings("", Path("var"))["NAME"]
    'var/mudmai.sqlite3'
    >>> database_settings("postgresql://scores@db.example/mudmai", Path("var"))["HOST"]
    'db.example'
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / FILE_NAME),
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_START},
            "CONN_MAX_AGE": None,
        }
    check_database_url(url)
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def check_database_url(url: str) -> None:
    """``ValueError`` with the form that is expected, for anything but an empty text or a PostgreSQL address."""
    if url:
        parts = _split(url)
        if parts is None or parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
            raise ValueError("postgresql://user:password@host:port/name, or nothing for the file in the workspace")


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mail_settings(url: str) -> dict[str, Any]:
    """Django's mail settings: printed to the server's output, or sent over the server that ``url`` names.

    >>> mail_settings("smtp+tls://mail.example.go.th")["EMAIL_PORT"]
    587
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    check_mail_url(url)
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def check_mail_url(url: str) -> None:
    """``ValueError`` with the form that is expected, for anything but an empty text or a mail server."""
    if url:
        parts = _split(url)
        if parts is None or parts.scheme not in MAIL_PORTS or not parts.hostname:
            raise ValueError("smtp://, smtp+tls:// or smtps:// and a host, or nothing to print mails")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
