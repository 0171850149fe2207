"""No file carries a package registry's address, a lock file's download address, or a path of somebody's machine.

The patterns and samples are put together from pieces, so that this file does not carry what it looks for.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.contracts.tracked import ROOT, texts, tracked_files

REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("registry", "npmmirror", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("proxy", "golang", "org"),
        ("static", "crates", "io"),
    )
]
INDEX_OPTION = "-".join(("index", "url"))
HOME_FOLDERS = ("root", "home", "Users", "work", "opt")

PATTERNS = {
    "registry host": re.compile("|".join(rf"\b{re.escape(host)}\b" for host in REGISTRY_HOSTS)),
    "index option with an address": re.compile(rf"(?<!no-emit-){INDEX_OPTION}[\"']?\s*[=: ]\s*[\"']?\w+:"),
    "package file address": re.compile(r"https?://[^\s\"']+\.(?:whl|tgz|tar\.gz)\b"),
    "machine path": re.compile(rf"(?<![\w.)}}\]*~-])/(?:{'|'.join(HOME_FOLDERS)})/[\w.]"),
    "machine path of Windows": re.compile(r"\b[A-Z]:\\{1,2}Users\\"),
}
RESOLVED = re.compile(r"\"resol" + r"ved\"\s*:")


def findings(name: str, text: str) -> list[str]:
    """What `text` carries and may not, one `file:line: kind` each. `resolved` counts in lock files only."""
    patterns = dict(PATTERNS)
    if name.endswith(("-lock.json", ".lock")):
        patterns["download address in a lock file"] = RESOLVED
    return [
        f"{name}:{number}: {kind}"
        for number, line in enumerate(text.splitlines(), start=1)
        for kind, pattern in patterns.items()
        if pattern.search(line)
    ]


def findings_in(root: Path) -> list[str]:
    return [
        finding
        for path, text in texts(tracked_files(root))
        for finding in findings(path.relative_to(root).as_posix(), text)
    ]


def test_no_tracked_file_carries_an_address() -> None:
    assert findings_in(ROOT) == []


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_a_registry_host_is_found(host: str) -> None:
    assert findings("setup.cfg", f"fetch = https://{host}/simple/six") == ["setup.cfg:1: registry host"]


@pytest.mark.parametrize(
    ("name", "line", "kind"),
    [
        ("run.txt", f"--{INDEX_OPTION} https://mirror.example/simple", "index option with an address"),
        ("uv.toml", f'{INDEX_OPTION} = "http://mirror.example/simple"', "index option with an address"),
        ("run.txt", "six @ https://mirror.example/six-1.16.0-py3-none-any" + ".whl", "package file address"),
        ("notes.md", "see /" + "root/.cache/six", "machine path"),
        ("settings.py", 'HOME = "/' + 'work/main/var"', "machine path"),
        ("settings.py", "HOME = r'C:" + "\\Users\\somebody'", "machine path of Windows"),
        ("package-lock.json", '"resol' + 'ved": "x"', "download address in a lock file"),
    ],
)
def test_each_kind_is_found(name: str, line: str, kind: str) -> None:
    assert findings(name, f"first line\n{line}\n") == [f"{name}:2: {kind}"]


@pytest.mark.parametrize(
    "line",
    [
        'path("areas/<code>/home/", view)',
        "/usr/bin/chromium",
        "https://example.org/home/statistics",
        "uv pip compile --no-emit-" + INDEX_OPTION + " pyproject.toml",
        '{"resol' + 'ved": true}',
    ],
)
def test_an_innocent_line_is_not(line: str) -> None:
    assert findings("notes.md", line) == []


def test_a_repository_is_read_whole(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("ignored.txt\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    for name in ("ignored.txt", "kept.txt"):
        (tmp_path / name).write_text(f"https://{REGISTRY_HOSTS[0]}/simple\n")
    assert findings_in(tmp_path) == ["kept.txt:1: registry host"]
