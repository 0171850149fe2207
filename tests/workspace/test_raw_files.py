"""Raw files: whole or not at all, under their content, with little memory; a full disk leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import FaultError, InputError, UnknownNameError
from mudmai.workspace import raw_files as module
from mudmai.workspace.raw_files import RawFile, RawFiles, plain_name


@pytest.fixture
def raw(tmp_path: Path) -> RawFiles:
    return RawFiles(tmp_path / "raw")


def left(raw: RawFiles) -> list[Path]:
    return [path for path in raw.root.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_content(raw: RawFiles) -> None:
    kept = raw.keep(BytesIO(b"a,b\n1,2\n"), name="C:\\งาน\\gpp.csv")
    sha256 = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert kept == RawFile(sha256, 8, "gpp.csv")
    assert raw.has(sha256) and raw.path(sha256).read_bytes() == b"a,b\n1,2\n" == raw.read_bytes(sha256)
    assert stat.S_IMODE(raw.path(sha256).stat().st_mode) == 0o600
    assert stat.S_IMODE(raw.path(sha256).parent.stat().st_mode) == 0o700
    assert raw.verify(sha256) == raw.path(sha256) and list(raw.names()) == [sha256]
    assert len(left(raw)) == 1


def test_the_same_bytes_are_kept_once_and_not_written_over(raw: RawFiles) -> None:
    first = raw.keep_bytes(b"same", name="one.csv")
    before = raw.path(first.sha256).stat()
    second = raw.keep_bytes(b"same", name="two.csv")
    assert second == RawFile(first.sha256, 4, "two.csv")
    assert raw.path(first.sha256).stat().st_ino == before.st_ino and len(left(raw)) == 1


@pytest.mark.parametrize(("data", "limit", "code"), [(b"12345", 4, "file_too_large"), (b"", None, "empty_file")])
def test_what_is_refused_leaves_nothing(raw: RawFiles, data: bytes, limit: int | None, code: str) -> None:
    with pytest.raises(InputError) as refused:
        raw.keep_bytes(data, name="x.csv", max_bytes=limit)
    assert refused.value.code == code and refused.value.where.file == "x.csv"
    assert left(raw) == []


def test_a_file_of_just_the_limit_is_kept(raw: RawFiles) -> None:
    assert raw.keep_bytes(b"1234", name="x.csv", max_bytes=4).size == 4


def test_an_endless_stream_is_cut_at_the_limit(raw: RawFiles) -> None:
    class Endless:
        asked = 0

        def read(self, size: int = -1, /) -> bytes:
            self.asked += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(InputError) as refused:
        raw.keep(stream, name="x.csv", max_bytes=3 * module.CHUNK)
    assert refused.value.code == "file_too_large" and stream.asked <= 4 * module.CHUNK
    assert left(raw) == []


def test_a_stream_that_breaks_leaves_nothing(raw: RawFiles) -> None:
    class Breaking:
        def read(self, size: int = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        raw.keep(Breaking(), name="x.csv")
    assert left(raw) == []


FULL = """
import resource, signal, sys
from io import BytesIO
from pathlib import Path
from mudmai.core.errors import InputError
from mudmai.workspace.raw_files import RawFiles
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    RawFiles(Path(sys.argv[1])).keep(BytesIO(b"x" * 3_000_000), name="big.csv")
except InputError as error:
    print(error.code)
"""


def test_no_room_is_said_in_words_and_leaves_nothing(raw: RawFiles) -> None:
    """The system itself refuses to let the file grow."""
    told = subprocess.run([sys.executable, "-c", FULL, str(raw.root)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "disk_full"
    assert left(raw) == []


def test_a_real_full_disk(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        raw = RawFiles(small / "raw")
        kept = raw.keep_bytes(b"y" * 500_000, name="fits.csv")
        with pytest.raises(InputError) as refused:
            raw.keep_bytes(b"x" * 5_000_000, name="big.csv")
        assert refused.value.code == "disk_full"
        assert left(raw) == [raw.path(kept.sha256)]
    finally:
        subprocess.run(["umount", str(small)], check=False)


def test_other_faults_of_the_disk_are_not_hidden(raw: RawFiles) -> None:
    raw.root.write_text("not a folder")
    with pytest.raises((NotADirectoryError, FileExistsError)):
        raw.keep_bytes(b"x", name="x.csv")


def test_damage_is_found(raw: RawFiles) -> None:
    kept = raw.keep_bytes(b"as it came in", name="x.csv")
    raw.path(kept.sha256).write_bytes(b"as it came iN")
    for read in (raw.verify, raw.read_bytes):
        with pytest.raises(FaultError) as damaged:
            read(kept.sha256)
        assert damaged.value.code == "raw_damaged"


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "g" * 64, "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_sha256_names_a_file(raw: RawFiles, name: str) -> None:
    assert not raw.has(name)
    with pytest.raises(UnknownNameError):
        raw.path(name)


def test_half_written_files_of_dead_writers_go_and_those_of_living_stay(raw: RawFiles) -> None:
    kept = raw.keep_bytes(b"x", name="x.csv")
    incoming = raw.root / "incoming"
    dead, living = incoming / "dead.part", incoming / "living.part"
    for path in (dead, living):
        path.write_bytes(b"half")
    os.utime(dead, (time.time() - 2 * module.ORPHAN_SECONDS,) * 2)
    assert raw.clear_orphans() == 1
    assert living.exists() and not dead.exists() and raw.has(kept.sha256)


KILLED = """
import os, sys, time
from pathlib import Path
from mudmai.workspace.raw_files import RawFiles
class Slow:
    left = 2000
    def read(self, size):
        self.left -= 1
        print("piece", flush=True)
        time.sleep(0.0005 if self.left > 1900 else 600)
        return os.urandom(65536) if self.left else b""
RawFiles(Path(sys.argv[1])).keep(Slow(), name="x.bin")
"""


def test_a_killed_writer_leaves_no_file_that_can_be_named(raw: RawFiles) -> None:
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(raw.root)], stdout=subprocess.PIPE, text=True)
    with writer:
        assert writer.stdout is not None
        for _ in range(20):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    assert list(raw.names()) == []
    assert raw.clear_orphans(older_than=0) == 1 and left(raw) == []


def test_many_writers_at_once_keep_everything(raw: RawFiles) -> None:
    found: list[RawFile] = []

    def write(n: int) -> None:
        for k in range(10):
            found.append(raw.keep_bytes(f"{n % 4}-{k}".encode() * 1000, name=f"{n}.csv"))

    threads = [Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 80 and len(set(raw.names())) == 40
    for one in found:
        raw.verify(one.sha256)
    assert len(left(raw)) == 40


MEMORY = """
import resource, sys
from pathlib import Path
from mudmai.workspace.raw_files import RawFiles
class Big:
    left = 300
    def read(self, size):
        self.left -= 1
        return bytes(1 << 20) if self.left >= 0 else b""
raw = RawFiles(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = raw.keep(Big(), name="big.bin")
raw.verify(kept.sha256)
print(kept.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_file(raw: RawFiles) -> None:
    told = subprocess.run([sys.executable, "-c", MEMORY, str(raw.root)], capture_output=True, text=True, check=True)
    size, grown = map(int, told.stdout.split())
    unit = 1 if sys.platform == "darwin" else 1024
    assert size == 300 << 20 and grown * unit < 24 << 20


@given(st.text(max_size=400))
def test_a_name_is_one_harmless_part(name: str) -> None:
    shown = plain_name(name)
    assert 1 <= len(shown) <= module.LONGEST_NAME
    assert "/" not in shown and "\\" not in shown and shown.isprintable()
    assert plain_name(shown) == shown or shown != shown.strip()
