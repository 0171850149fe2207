"""An administrator's first hour in a real browser: invitation, second factor, passkey, an organisation, the log."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mudmai.site.database import prepare
from mudmai.workspace import Workspace
from tests.journeys.conftest import PATIENCE, PHONE, pressed

CODES = Path(__file__).parents[1] / "apps" / "registry" / "one_time_codes.py"
AXE = Path(__file__).parents[2] / "src/mudmai/web/assets/node_modules/axe-core/axe.min.js"
EMAIL, PASSWORD = "somsri@example.go.th", "long teak boat 47"


def code_of(secret: str) -> str:
    spec = importlib.util.spec_from_file_location("one_time_codes", CODES)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.code_of(secret))


@pytest.fixture
def page(browser: Any, site: str, workspace: Workspace) -> Iterator[Any]:
    """A phone-wide Thai browser that keeps a passkey, at a host name (passkeys need one)."""
    home = Path(workspace.store.root).parent
    prepare(home, {n: v for n, v in os.environ.items() if not n.startswith("MUDMAI_")})
    address = site.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport=PHONE, base_url=address, locale="th-TH")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
    tools = context.new_cdp_session(opened)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield opened
    context.close()
    assert trouble == []


def invitation(workspace: Workspace) -> str:
    """The path of a first administrator's link, from the command line."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("MUDMAI_", "DJANGO_", "LANG", "LC_"))}
    home = str(Path(workspace.store.root).parent)
    command = [sys.executable, "-c", "from mudmai.cli.main import main; main()"]
    said = subprocess.run(
        [*command, "account", "create-admin", EMAIL, "--invite", "--site", "", "--lang", "th"],
        env={**kept, "MUDMAI_HOME": home},
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.strip()


def go(page: Any) -> None:
    pressed(page, "main button.btn-primary")


def sound(page: Any) -> None:
    """No wider than the phone, and nothing that axe finds."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))")
        assert found == [], page.url


def test_the_first_hour(page: Any, workspace: Workspace) -> None:
    page.goto(invitation(workspace))
    sound(page)
    page.fill("#id_display_name", "สมศรี ใจดี")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    go(page)
    sound(page)
    page.fill("#id_login", EMAIL)
    page.fill("#id_password", PASSWORD)
    go(page)
    assert page.inner_text("h1") == "สมศรี ใจดี"
    sound(page)

    page.goto("/account/two-factor/totp/activate/")
    page.fill("#id_password", PASSWORD)
    go(page)
    sound(page)
    page.fill("#id_code", code_of(page.inner_text("main code")))
    go(page)
    assert len(page.query_selector_all(".codes li")) == 10

    page.goto("/account/two-factor/webauthn/add/")
    go(page)
    page.wait_for_url("**/account/two-factor/")
    sound(page)
    pressed(page, "text=ออกจากระบบ")
    page.goto("/account/login/")
    page.click("text=เข้าสู่ระบบด้วยพาสคีย์")
    page.wait_for_url("**/account/")

    page.goto("/organisations/")
    sound(page)
    page.fill("#id_name_th", "สำนักงานจังหวัดขอนแก่น")
    page.fill("#id_name_en", "Khon Kaen Provincial Office")
    page.fill("#id_code", "khon-kaen")
    go(page)
    page.fill("#id_email", "officer@example.go.th")
    page.select_option("#id_role", "contributor")
    page.select_option("#id_area", "th-nesdc:TH-40")
    pressed(page, "text=สร้างคำเชิญ")
    assert re.search(r"/account/invitations/[\w-]{43}/", page.inner_text("#fresh-link"))
    sound(page)

    page.goto("/audit/")
    sound(page)
    log = page.inner_text("main table")
    assert "เชิญบุคคล" in log and "บทบาท: ผู้ส่งข้อมูล" in log
    assert "officer@example.go.th" not in log
    page.goto("/account/data/")
    sound(page)
