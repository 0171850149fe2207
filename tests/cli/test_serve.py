"""The server starts from the command line, answers, says where it is, and stops when asked."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from mudmai.cli.serve import _end_at_once

from .conftest import COMMAND, clean_environment, process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, path: str, server: subprocess.Popen[str]) -> str:
    for _ in range(1200):
        assert server.poll() is None, "the server ended"
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=240) as response:
                return str(response.read().decode("utf-8"))
        except ConnectionError:
            time.sleep(0.2)
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
            time.sleep(0.2)
    raise AssertionError("no answer within minutes")


def test_an_empty_workspace_is_served_with_the_starter_data(tmp_path: Path) -> None:
    if not COMMAND.is_file():
        pytest.skip("the mudmai command is not installed beside this Python; run make setup")
    port = free_port()
    environment = clean_environment(tmp_path / "var") | {"MUDMAI_LANG": "th"}
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    slow: list[socket.socket] = []
    try:
        assert server.stdout is not None
        assert server.stderr is not None
        assert "กำลังเริ่ม" in server.stderr.readline()
        early = process(tmp_path / "other", "serve", "--port", str(port))
        assert (early.code, early.out) == (1, b""), "the port is ours before anybody listens"
        assert server.stdout.readline().startswith(f"Mudmai: http://127.0.0.1:{port}/")
        with urlopen(f"http://127.0.0.1:{port}/", timeout=240) as page:  # once the address is said, it answers
            assert "หมุดหมาย" in page.read().decode()
        taken = process(tmp_path / "other", "serve", "--port", str(port))
        assert (taken.code, taken.out) == (1, b"")
        assert "--port" in taken.err
        slow += [_half_sent(port) for _ in range(10)]
        began = time.monotonic()
        assert "หมุดหมาย" in answer(port, "/about/", server), "nobody waits for the slow line of somebody else"
        assert time.monotonic() - began < 200
        for _ in range(600):
            if _marks(tmp_path):
                break
            time.sleep(0.2)
        assert _marks(tmp_path), "a worker for long work runs beside it"
    finally:
        server.send_signal(signal.SIGINT)
        out, err = _ended(server)  # although ten senders still do not go on
        for one in slow:
            one.close()
    assert out == "", "the address is said once"
    assert server.returncode in (0, 130)
    assert "Traceback" not in err
    assert not _marks(tmp_path), "the worker has ended with its server"


@pytest.mark.parametrize("moment", ["mudmai.site.migrating", "serve"], ids=["while it prepares", "while pages load"])
def test_ctrl_c_ends_everything_at_any_time(tmp_path: Path, moment: str) -> None:
    if not (COMMAND.is_file() and Path("/proc/self/environ").is_file()):
        pytest.skip("needs the mudmai command and a system that tells its processes in /proc")
    port = free_port()
    environment = clean_environment(tmp_path / "var") | {"MUDMAI_LANG": "en"}
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        for _ in range(3000):
            others = {pid: said for pid, said in _processes(tmp_path / "var").items() if pid != server.pid}
            if any(moment in said.split("\0") for said in others.values()):
                break
            assert server.poll() is None
            time.sleep(0.1)
        else:
            pytest.fail("the moment did not come")
        time.sleep(0.3)
    finally:
        os.killpg(server.pid, signal.SIGINT)  # as a terminal does
        out, err = _ended(server)
    assert server.returncode in (0, 130)
    assert "Traceback" not in out + err
    assert "http://" not in out, "no address of a server that never answered"
    for _ in range(1200):
        if not _processes(tmp_path / "var"):
            break
        time.sleep(0.1)
    assert _processes(tmp_path / "var") == {}


def test_the_worker_is_asked_to_end_while_the_server_ends() -> None:
    stopped, heard = threading.Event(), []
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        signal.signal(signal.SIGTERM, lambda *_: heard.append("server"))
        _end_at_once(stopped.set)
        signal.raise_signal(signal.SIGTERM)
        assert stopped.wait(120)
        assert heard == ["server"], "and it is asked too"
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _ended(server: subprocess.Popen[str]) -> tuple[str, str]:
    """What it said until it ended, as it was asked to; one that does not is not left behind."""
    try:
        return server.communicate(timeout=240)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()
        raise


def _processes(home: Path) -> dict[int, str]:
    """The running processes that work on ``home``, and their commands."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and f"MUDMAI_HOME={home}" in (folder / "environ").read_text().split("\0"):
                found[int(folder.name)] = (folder / "cmdline").read_text()
        except (OSError, UnicodeDecodeError):
            continue
    return {pid: said for pid, said in found.items() if said}


def _half_sent(port: int) -> socket.socket:
    """A form that is announced and does not come."""
    line = socket.create_connection(("127.0.0.1", port))
    head = f"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 200000\r\n"
    line.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=".encode())
    return line


def _marks(folder: Path) -> list[Path]:
    return list((folder / "var" / "workers").glob("*.lock"))


def test_a_port_that_is_taken_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = process(tmp_path / "var", "serve", "--port", str(taken.getsockname()[1]))
    assert ended.code == 1
    assert not (tmp_path / "var").exists()
