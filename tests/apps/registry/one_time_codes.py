"""What an authenticator app computes (RFC 6238), written here from the standard."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def code_of(secret: str, at: float | None = None) -> str:
    """The six digits of a base32 secret at a moment (now)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
