"""The database made and kept up to date, from the command line; this module itself loads no Django.

Migrations run in a process of their own (``python -m mudmai.site.migrating``): the caller stays light, and a settings
module that another part of this process has loaded for another workspace is never used by mistake.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from importlib import metadata
from pathlib import Path

from mudmai import __version__
from mudmai.core.errors import FaultError, InputError, Where
from mudmai.core.language import Text
from mudmai.site.addresses import FILE_NAME

APPS = Path(__file__).resolve().parents[1] / "apps"
PACKS = APPS.with_name("packs")
WAIT_SECONDS = 30
BUSY_CODE = 4
"""Exit code of the migrating process when the database cannot be reached."""


def fingerprint() -> int:
    """A number that differs whenever other migrations or first entries of registers could be due.

    Kept in the file as SQLite's ``user_version``.
    """
    digest = hashlib.sha256(__version__.encode())
    for package in ("django", "django-allauth", "django-tasks-db"):
        digest.update(f"{package} {metadata.version(package)}\n".encode())
    for path in (*sorted(APPS.glob("*/migrations/*.py")), *sorted(PACKS.glob("*/register/*"))):
        digest.update(path.name.encode() + path.read_bytes())
    return int.from_bytes(digest.digest()[:4], "big") >> 1


def is_current(home: Path, url: str) -> bool:
    """True when the file in the workspace was brought up to date by this very version; never for a server."""
    path = home / FILE_NAME
    if url or not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as connection:
            kept: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    return kept == fingerprint()


def prepare(home: Path, variables: Mapping[str, str] | None = None) -> bool:
    """Make the database or bring it up to date where that is needed; True when something was done."""
    given = dict(os.environ if variables is None else variables)
    url = given.get("MUDMAI_DATABASE_URL", "").strip()
    if is_current(home, url):
        return False
    from filelock import FileLock  # only on a start that has something to do

    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".database.lock"):
        if is_current(home, url):  # another start was faster
            return False
        migrate(home, given)
    return True


def migrate(home: Path, variables: Mapping[str, str]) -> str:
    """Run the migrations whether or not they seem due; what was done, in words."""
    home.mkdir(parents=True, exist_ok=True)
    environment = {**variables, "MUDMAI_HOME": str(home.absolute()), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
    ended = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", "mudmai.site.migrating", str(fingerprint())],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == 0:
        return ended.stdout.strip()
    last = (ended.stderr.strip().splitlines() or ["?"])[-1]
    if ended.returncode == BUSY_CODE:
        raise InputError(
            Text(f"เข้าถึงฐานข้อมูลไม่ได้ ({last})", f"the database cannot be reached ({last})"),
            remedy=Text(
                "ตรวจ MUDMAI_DATABASE_URL และตรวจว่าเขียนในโฟลเดอร์งานได้",
                "check MUDMAI_DATABASE_URL, and that the workspace folder can be written to",
            ),
            code="database",
        )
    raise FaultError(
        Text(f"ปรับโครงสร้างฐานข้อมูลไม่สำเร็จ ({last})", f"the database could not be brought up to date ({last})"),
        remedy=Text(
            "สำรองไฟล์ฐานข้อมูลไว้ แล้วลอง mudmai db migrate", "keep a copy of the database, then try mudmai db migrate"
        ),
        code="database",
    )


def backup(home: Path, url: str, target: Path) -> int:
    """A consistent copy of the file while the site runs; its size in bytes. A server is backed up by its own tools."""
    if url:
        raise InputError(
            Text("ฐานข้อมูลอยู่บน PostgreSQL", "the database is on PostgreSQL"),
            remedy=Text("ใช้ pg_dump ของ PostgreSQL", "use PostgreSQL's own pg_dump"),
            code="database",
        )
    source = home / FILE_NAME
    if not source.is_file():
        raise InputError(
            Text("ยังไม่มีฐานข้อมูล", "there is no database yet"),
            remedy=Text("เรียก mudmai init ก่อน", "run mudmai init first"),
            code="database",
            where=Where(file=str(source)),
        )
    if target.exists():
        raise InputError(
            Text("มีไฟล์นี้อยู่แล้ว", "the file exists already"),
            remedy=Text("ใช้ชื่ออื่น ไฟล์สำรองเดิมจะไม่ถูกเขียนทับ", "choose another name: a backup is never written over"),
            code="output",
            where=Where(file=str(target)),
        )
    beside = target.with_name(f".{target.name}.part")
    beside.unlink(missing_ok=True)
    origin = sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True, timeout=WAIT_SECONDS)
    copy = sqlite3.connect(beside)
    try:
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    finally:
        copy.close()
        origin.close()
    os.chmod(beside, 0o600)
    os.replace(beside, target)
    return target.stat().st_size
