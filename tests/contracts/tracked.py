"""The files that the repository carries, or would carry with the next commit."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "mudmai"


def tracked_files(root: Path = ROOT) -> list[Path]:
    """Paths below `root` that git tracks or does not ignore, sorted; files already deleted are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(path for name in listed.split("\0") if name and (path := root / name).is_file())


def texts(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Each path with its text; files that are not UTF-8 text (pictures, workbooks) are passed over."""
    for path in paths:
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
