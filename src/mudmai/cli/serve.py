"""``mudmai serve``: the pages and the API on this machine. The one command that reaches up to the site."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from types import FrameType
from typing import Any

import click

from mudmai.cli.home import home, open_workspace
from mudmai.cli.progress import progress
from mudmai.cli.wording import SpokenCommand, option, say
from mudmai.core.errors import InputError
from mudmai.core.language import Text

STOP_SECONDS = 10
"""A request whose sender does not go on must not keep the server from stopping."""


@click.command(
    "serve",
    cls=SpokenCommand,
    text=Text(
        "เปิดหน้าเว็บและ API ในเครื่องนี้ (ไม่เรียกอินเทอร์เน็ต) หยุดด้วย Ctrl+C ถ้ายังไม่มีข้อมูล จะโหลดข้อมูลเริ่มต้นให้ก่อน "
        "มีกระบวนการทำงานเบื้องหลังให้ในตัว",
        "Serve the pages and the API on this machine; nothing is fetched from the network. Stop with Ctrl+C. An empty "
        "workspace gets the starter data first. A worker for long work runs beside it.",
    ),
    examples=[
        ("mudmai serve", Text("http://127.0.0.1:8000", "http://127.0.0.1:8000")),
        ("mudmai serve --port 8080 --workers 4", Text("พอร์ตอื่น สี่กระบวนการ", "another port, four processes")),
    ],
)
@option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, text=Text("พอร์ต", "port"))
@option("--host", default="127.0.0.1", show_default=True, text=Text("ที่อยู่ที่เปิดรับ", "address to listen on"))
@option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, text=Text("จำนวนกระบวนการ", "processes"))
@option(
    "--worker/--no-worker",
    default=True,
    show_default=True,
    text=Text(
        "ทำงานเบื้องหลังในตัว (ปิดเมื่อรัน mudmai worker แยก)",
        "bring a worker for long work along (without it, run mudmai worker)",
    ),
)
def serve(*, port: int, host: str, workers: int, worker: bool) -> None:
    """See ``text`` above."""
    held = _require_free(host, port)
    _end_when_asked()
    click.echo(say(Text("Mudmai: กำลังเริ่ม … (หยุด: Ctrl+C)", "Mudmai: starting ... (stop: Ctrl+C)")), err=True)
    workspace = open_workspace()
    if workspace.store.current() is None:
        with progress() as tell:
            workspace.init(tell)
    from mudmai.site.database import prepare  # a look at one number when nothing is due

    prepare(home())
    os.environ["MUDMAI_HOME"] = str(home().absolute())
    os.environ.pop("MUDMAI_LANG", None)  # a setting of the command line, unknown to the site
    shown = f"[{host}]" if ":" in host else host
    os.environ.setdefault("MUDMAI_SERVED_AT", f"http://{shown}:{port}")
    line = Text(f"Mudmai: http://{shown}:{port}/  (หยุด: Ctrl+C)", f"Mudmai: http://{shown}:{port}/  (stop: Ctrl+C)")
    try:
        _run(host, port, workers, worker, say(line))
    finally:
        if held is not None:
            held.close()


def _run(host: str, port: int, workers: int, worker: bool, line: str) -> None:
    """The server until it is asked to end; ``line`` is said, and the worker started, once it answers."""
    from granian import Granian  # the server: only for this command
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from mudmai.site.answering import Answering
    from mudmai.site.embedded import EmbeddedWorker
    from mudmai.site.turns import THREADS

    server = Granian(
        "mudmai.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.error,  # a worker that cannot start says why
    )
    beside = EmbeddedWorker()

    def answers() -> None:
        click.echo(line)
        if worker:
            beside.start()  # only now: it would take the processor from the first page

    asking = Answering(host, port, answers)
    server.on_startup(asking.start)
    server.on_startup(lambda: _end_at_once(beside.stop))
    try:
        server.serve(target_loader=load_application, wrap_loader=False)
    finally:
        asking.stop()
        beside.stop()


def _end_at_once(stop: Callable[[], None]) -> None:
    """Let ``stop`` be called when we are asked to end, while the server ends: not one after the other."""
    asked: SimpleQueue[int] = SimpleQueue()  # one that may be filled in the middle of anything

    def wait() -> None:
        asked.get()
        stop()

    def wrapped(plain: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], None]:
        def handler(number: int, frame: FrameType | None) -> None:
            asked.put(number)
            plain(number, frame)

        return handler

    for one in (signal.SIGINT, signal.SIGTERM):
        plain = signal.getsignal(one)
        if callable(plain) and threading.current_thread() is threading.main_thread():
            signal.signal(one, wrapped(plain))
    threading.Thread(target=wait, name="mudmai-end", daemon=True).start()


def load_application() -> Any:
    """The site, loaded in a process of the server; one that is asked to end meanwhile ends at once."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: our parent tells us by the other one
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(os.getppid(),), name="mudmai-parent", daemon=True).start()
    from mudmai.site.wsgi import application

    return application


def _end_with(parent: int) -> None:
    """A process of the server does not outlive the one that started it, however that one ended."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_when_asked() -> None:
    """Before the server listens, SIGTERM ends us as Ctrl+C does: with whatever was begun."""
    if threading.current_thread() is threading.main_thread():
        for one in (signal.SIGINT, signal.SIGTERM):  # a shell may have started us with the first one switched off
            signal.signal(one, signal.default_int_handler)


def _require_free(host: str, port: int) -> socket.socket | None:
    """Say now, in words, when the port is taken: a server that fails later says it in a trace.

    On Linux the servers of one machine may share a port; so ours is held, without listening, until it is done: a
    second one that starts meanwhile is refused too.
    """
    try:
        _bound(host, port, socket.SO_REUSEADDR).close()
    except OSError as error:
        raise InputError(
            Text(
                f"เปิดรับที่ {host}:{port} ไม่ได้ ({error.strerror})",
                f"cannot listen on {host}:{port} ({error.strerror})",
            ),
            remedy=Text("เลือกพอร์ตอื่นด้วย --port เช่น --port 8001", "choose another port, such as --port 8001"),
            code="port",
        ) from error
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError):  # what is left of older lines may still stand in the way of this one
        return _bound(host, port, socket.SO_REUSEPORT)  # alone: with the other option it would keep nobody off
    return None


def _bound(host: str, port: int, option: int) -> socket.socket:
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        found.setsockopt(socket.SOL_SOCKET, option, 1)
        found.bind((host, port))
    except OSError:
        found.close()
        raise
    return found
