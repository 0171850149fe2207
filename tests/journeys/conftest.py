"""A real server on a free port, a real browser, the starter data; skipped with the reason where a part is missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mudmai.web
from mudmai.workspace import Workspace

ROOT = Path(__file__).parents[2]
WEB = Path(mudmai.web.__file__).parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PATIENCE = 120_000
"""Milliseconds for one page or answer: how slow a machine may be before that is a fault."""
SLOW = os.environ.get("JOURNEY_SLOW", "")
"""Anything here: every answer comes late and every script runs slowly. A step that does not wait is found out so."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home of its own with the starter figures."""
    found = Workspace.open(tmp_path_factory.mktemp("journey-home") / "home")
    found.init()
    return found


@pytest.fixture(scope="session")
def site(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server."""
    if not (WEB / "static" / "build" / "manifest.json").exists():
        pytest.skip("the front end is not built: make front")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    inherited = {n: v for n, v in os.environ.items() if not n.startswith("MUDMAI_")}
    log = tmp_path_factory.mktemp("journey-log") / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, "mudmai.site.wsgi:application"],
            env={**inherited, "MUDMAI_HOME": str(_home(workspace))},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=120)
            finally:
                server.kill()


def _home(workspace: Workspace) -> Path:
    return Path(workspace.store.root).parent


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=240):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of the machine."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed on this machine: browser journeys are left out")
    from playwright.sync_api import sync_playwright  # a development tool; absent in a plain installation

    with sync_playwright() as tools:
        running = tools.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        if SLOW:
            _slowed(running)
        yield running
        running.close()


def _slowed(browser: Any) -> None:
    """Half a second for each answer and a quarter of the processor, in every page of every context."""
    plain = browser.new_context

    def slow(page: Any) -> None:
        tools = page.context.new_cdp_session(page)
        late = {"offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1}
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", late)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    def new_context(**settings: Any) -> Any:
        context = plain(**settings)
        context.on("page", slow)
        return context

    browser.new_context = new_context


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Open a page of the site in a fresh context; afterwards: no script error, no refused code, no outside call."""
    contexts, trouble = [], []

    def opened(address: str, **settings: Any) -> Any:
        context = browser.new_context(**{"viewport": DESK, "base_url": site, **settings})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
        page.on("console", lambda m: trouble.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        page.on("request", lambda r: None if _ours(r.url, site) else trouble.append(f"outside call: {r.url}"))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


def pressed(page: Any, wanted: str) -> None:
    """Press what the selector names and wait for the page that it leads to: a click alone does not."""
    with page.expect_navigation():
        page.locator(wanted).first.click()


def until(page: Any, condition: str, seconds: float = PATIENCE / 1000) -> None:
    """Wait for a condition in the page; asked from outside, because its policy forbids evaluating text inside."""
    from playwright.sync_api import Error  # a development tool; absent in a plain installation

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(condition):
                return
        except Error as fault:
            if "context was destroyed" not in fault.message:  # the page is being loaded anew: ask again
                raise
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {condition}")


def _ours(url: str, site: str) -> bool:
    return url.startswith((site + "/", "data:", "blob:"))
