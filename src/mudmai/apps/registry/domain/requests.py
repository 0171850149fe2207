"""The id of the request behind a change, so that the log and the server's own log can be laid side by side."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("mudmai_request_id", default="")


def new_request_id() -> str:
    """Sixteen hexadecimal characters."""
    return secrets.token_hex(8)
