"""A folder on the server: the newest fitting file, nothing outside, nothing unfinished."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mudmai.exchange.connectors import Allowed, Fetched, FolderSource, Limits, Validators, fetch
from mudmai.workspace.raw_files import RawFiles
from tests.exchange.connectors.test_url import TABLE, code


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def take(
    raw: RawFiles, folder: Path, pattern: str = "*", known: Validators | None = None, root: Path | None = None
) -> Fetched:
    allowed = Allowed(folders=(root or folder,))
    return fetch(
        FolderSource(str(folder), pattern), into=raw, known=known, allowed=allowed, limits=Limits(max_bytes=10_000)
    )


def put(folder: Path, name: str, body: bytes, age: int) -> None:
    path = folder / name
    path.write_bytes(body)
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))


def test_the_newest_fitting_file_is_taken_once(raw: RawFiles, inbox: Path) -> None:
    put(inbox, "GPP 2565.CSV", TABLE, 20)
    put(inbox, "gpp 2566.csv", TABLE + b"2\n", 10)
    put(inbox, "other.csv", TABLE + b"3\n", 0)
    put(inbox, "~$gpp 2567.csv", TABLE, 0)
    put(inbox, ".gpp.csv", TABLE, 0)
    put(inbox, "gpp 2567.csv.part", TABLE, 0)
    found = take(raw, inbox, "gpp*")
    assert found.raw is not None and found.raw.name == "gpp 2566.csv"
    assert take(raw, inbox, "gpp*", found.validators).status == "unchanged"
    put(inbox, "gpp 2566 again.csv", TABLE + b"2\n", 5)  # the same bytes under a new name
    again = take(raw, inbox, "gpp*", found.validators)
    assert again.status == "unchanged" and again.validators.etag != found.validators.etag
    put(inbox, "gpp 2568.csv", TABLE + b"4\n", 1)
    assert take(raw, inbox, "gpp*", again.validators).status == "new"


def test_nothing_outside_the_allowed_folders_is_read(raw: RawFiles, inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    put(secret, "a.csv", TABLE, 0)
    assert code(fetch(FolderSource(str(secret)), into=raw)) == "connection_blocked"
    assert code(take(raw, secret, root=inbox)) == "connection_blocked"
    assert code(take(raw, inbox / ".." / "secret", root=inbox)) == "connection_blocked"
    (inbox / "link").symlink_to(secret)
    assert code(take(raw, inbox / "link", root=inbox)) == "connection_blocked"
    (inbox / "a.csv").symlink_to(secret / "a.csv")
    assert code(take(raw, inbox)) == "connection_folder"
    assert not list(raw.names())


def test_pipes_large_and_missing_files_are_refused(raw: RawFiles, inbox: Path) -> None:
    os.mkfifo(inbox / "a.csv")
    assert code(take(raw, inbox)) == "connection_folder"
    put(inbox, "b.csv", b"a,b\n" * 5000, 0)
    assert code(take(raw, inbox)) == "connection_too_large"
    assert code(take(raw, inbox / "gone", root=inbox)) == "connection_folder"


def test_a_file_that_is_being_written_is_left_for_later(
    raw: RawFiles, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that appends while we read: the copy loop is slowed so that it has the time to."""
    from mudmai.exchange.connectors import folder as module

    put(inbox, "a.csv", TABLE, 100)
    plain = module._Bounded.read

    def slow(self: module._Bounded, size: int = -1, /) -> bytes:
        piece = plain(self, size)
        with (inbox / "a.csv").open("ab") as file:
            file.write(b"x" if piece else b"")
        return piece

    monkeypatch.setattr(module._Bounded, "read", slow)
    assert code(take(raw, inbox)) in ("connection_partial", "connection_too_large")
    assert not list(raw.names())
