"""The site's signing key: made once, kept in the workspace folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE_NAME = "secret-key"


def signing_key(home: Path) -> str:
    """The key in ``home/secret-key``; made on the first call. Safe when several processes start at once."""
    path = home / FILE_NAME
    home.mkdir(parents=True, exist_ok=True)
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    aside = home / f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(64))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(aside, path)  # never over a key that another process has just put there
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            os.replace(aside, path)
            return _read(path)
    aside.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> str:
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        from mudmai.core.errors import FaultError  # only on the way to an error
        from mudmai.core.language import Text

        raise FaultError(
            Text(f"กุญแจลงนามใน {path.name} เสียหาย", f"the signing key in {path.name} is damaged"),
            remedy=Text("ลบไฟล์นี้แล้วเริ่มใหม่ ระบบจะสร้างให้", "remove the file and start again: a new one is made"),
        )
    return key
