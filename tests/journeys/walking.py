"""What the journeys of signed-in people share: a serving office, a person who enters it, and the ways of a keyboard."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import PATIENCE, PHONE, WEB, _wait_for, until

AXE = WEB / "assets" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
PASSWORD = "long teak boat 47"


@dataclass(frozen=True)
class Office:
    """A running site, the accounts by role, and where the site keeps its things."""

    address: str
    people: dict[str, str]
    home: Path


@contextmanager
def serving(home: Path, made_by: str) -> Iterator[Office]:
    """``mudmai serve`` with its worker in ``home``; the module ``made_by`` furnishes it and tells accounts by role."""
    if not (WEB / "static" / "build" / "manifest.json").exists():
        pytest.skip("the front end is not built: make front")
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("MUDMAI_", "DJANGO_", "LANG", "LC_"))}
    variables = {**kept, "MUDMAI_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    made = subprocess.run([sys.executable, "-m", made_by], env=variables, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home.parent / "server.log"
    serve = [sys.executable, "-c", "from mudmai.cli.main import main; main()", "serve", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(serve, env=variables, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/", server, log)
            yield Office(f"http://127.0.0.1:{port}", json.loads(made.stdout), home)
        finally:
            server.terminate()
            try:
                server.wait(timeout=120)
            finally:
                server.kill()


@contextmanager
def entering(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    """Sign in as one of the office, in Thai on a phone if nothing else is said; at the end: no script error, no refused
    code."""
    contexts, trouble = [], []

    def entered(role: str = "", **settings: Any) -> Any:
        context = browser.new_context(**{"viewport": PHONE, "base_url": office.address, "locale": "th-TH", **settings})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
        page.on("console", lambda m: trouble.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        if role:
            page.goto("/account/login/")
            typed(page, "#id_login", office.people[role])
            typed(page, "#id_password", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/account/")
        return page

    yield entered
    for context in contexts:
        context.close()
    assert trouble == [], "; ".join(trouble)


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until the focus is on what the selector names, as somebody without a mouse has to."""
    for _ in range(250):
        if page.evaluate("s => Boolean(document.activeElement?.matches(s))", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{page.url}: Tab never comes to {wanted}")


def typed(page: Any, field: str, text: str) -> None:
    """Come to the field by Tab and type over what stands there."""
    tab_to(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def chosen(page: Any, field: str, value: str) -> None:
    """Choose in a list by typing the beginning of its words."""
    tab_to(page, field)
    page.locator(field).select_option(value)
    assert page.evaluate("document.activeElement.matches('select')")


def went(page: Any, wanted: str) -> None:
    """Press it and wait for the page that it leads to."""
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def drop(page: Any, path: Path, field: str = "#id_file") -> None:
    """The file chooser of the machine is its own; what was chosen is sent by keyboard."""
    tab_to(page, field)
    page.set_input_files(field, path)


def downloaded(page: Any, wanted: str, path: Path) -> Path:
    """Press it and keep the file that it gives."""
    tab_to(page, wanted)
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(path)
    return path


def wait_for(page: Any, wanted: str, seconds: float = 240) -> None:
    """The page loads itself anew until the worker has done its part."""
    until(page, f"Boolean(document.querySelector('{wanted}'))", seconds)


def sound(page: Any, name: str = "") -> None:
    """A picture where one is asked for; no wider than the window; nothing that axe finds."""
    if PICTURES and name:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels wider than the window"
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        ask = "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
        assert page.evaluate(ask) == [], page.url


def in_both_languages(page: Any, name: str) -> None:
    """The page as it is, and its English twin."""
    sound(page, name)
    path = page.url.removeprefix(page.evaluate("location.origin"))
    page.goto("/en" + path)
    sound(page, f"{name}-en" if name else "")
    page.goto(path)


def said(page: Any) -> str:
    """The words of the page."""
    text: str = page.locator("main").inner_text()
    return text
