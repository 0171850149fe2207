"""States of the packs, kept for good, so that a permanent link shows what it showed when it was made.

::

    <store>/packs/files/<sha256>            the content of one file, once however many states share it
    <store>/packs/states/<digest>.json      one state: pack → version and files (path inside the pack → sha256)
    <store>/packs/releases/<release>.json   the state that was in use when the release was published

Everything is named by its content, written aside and swapped in, and never changed. A state is kept before a release
or a link names it; whoever is killed in between leaves at most files that nothing names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mudmai.core.errors import FaultError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.durable_files import write_whole
from mudmai.workspace.pack_content import STATE_LENGTH, Content, digest_of

_NAME = re.compile(r"[0-9a-f]{8,64}")
_RELEASE = re.compile(r"r[0-9]+-[0-9a-f]+")


class PackSnapshots:
    """The kept states below ``root``; nothing is created before the first one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, content: Content, versions: Mapping[str, str]) -> str:
        """Keep a state (unless it is kept already) and give its digest. Raises :class:`OSError` where it cannot."""
        digest = digest_of(content)
        place = self._state(digest)
        if not place.is_file():
            packs: dict[str, Any] = {}
            for pack, files in content.items():
                names = {inside: hashlib.sha256(said).hexdigest() for inside, said in files.items()}
                for inside, name in names.items():
                    if not (self.root / "files" / name).is_file():
                        _write(self.root / "files" / name, files[inside])
                packs[pack] = {"version": versions.get(pack, ""), "files": names}
            _write(place, _as_json({"format": 1, "digest": digest, "packs": packs}))
        return digest

    def find(self, name: str) -> str:
        """The digest of the one kept state that begins with ``name``; :class:`UnknownNameError` otherwise."""
        known = self.known()
        found = [d for d in known if d.startswith(name)] if _NAME.fullmatch(name) else []
        if len(found) != 1:
            kind = Text("รุ่นของชุดเนื้อหาที่เก็บไว้ ", "kept state of the packs")
            raise UnknownNameError(kind, name, [d[:STATE_LENGTH] for d in known])
        return found[0]

    def known(self) -> tuple[str, ...]:
        """The digests of all kept states."""
        return tuple(sorted(path.stem for path in (self.root / "states").glob("*.json")))

    def content(self, digest: str) -> Content:
        """What the packs said; :class:`FaultError` when a kept file is damaged or gone."""
        place = self._state(digest)
        try:
            told = json.loads(place.read_bytes())
            content = {
                pack: {inside: (self.root / "files" / name).read_bytes() for inside, name in one["files"].items()}
                for pack, one in told["packs"].items()
            }
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise _damaged(place) from error
        if digest_of(content) != digest:
            raise _damaged(place)
        return content

    def note_release(self, release: str, digest: str) -> None:
        """Note which state was in use when ``release`` was published; what is noted already stands."""
        place = self._release(release)
        if not place.is_file():
            _write(place, _as_json({"format": 1, "release": release, "packs": digest}))

    def of_release(self, release: str) -> str | None:
        """The digest of the state in use when ``release`` was published; None when nobody noted it."""
        try:
            found: str = json.loads(self._release(release).read_bytes())["packs"]
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return found

    def _state(self, digest: str) -> Path:
        return self.root / "states" / f"{digest}.json"

    def _release(self, release: str) -> Path:
        assert _RELEASE.fullmatch(release), release
        return self.root / "releases" / f"{release}.json"


def _as_json(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _write(path: Path, said: bytes) -> None:
    """Durable under its final name, or not there at all."""
    write_whole(path, said)
    if os.name == "posix":  # elsewhere a directory cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _damaged(path: Path) -> FaultError:
    return FaultError(
        Text(f"ชุดเนื้อหาที่เก็บไว้เสียหาย ({path.name})", f"a kept state of the packs is damaged ({path.name})"),
        remedy=Text("กู้โฟลเดอร์ store/packs จากสำเนาสำรอง", "restore the folder store/packs from a backup"),
        code="damaged_store",
    )
