"""A steward defines a formula on a phone, in Thai: told of a fault while typing, shown the figures, saved, undone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mudmai.site.database import prepare
from mudmai.workspace import Workspace
from tests.journeys.conftest import PATIENCE, PHONE, pressed
from tests.journeys.walking import PASSWORD, sound

EMAIL = "steward@example.go.th"


@pytest.fixture
def page(browser: Any, site: str, workspace: Workspace) -> Iterator[Any]:
    """A phone-wide Thai browser; afterwards: no script error, no refused code."""
    home = Path(workspace.store.root).parent
    prepare(home, {n: v for n, v in os.environ.items() if not n.startswith("MUDMAI_")})
    context = browser.new_context(viewport=PHONE, base_url=site, locale="th-TH")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
    yield opened
    context.close()
    assert trouble == []


def sign_in(page: Any, workspace: Workspace) -> None:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("MUDMAI_", "DJANGO_", "LANG", "LC_"))}
    command = [sys.executable, "-c", "from mudmai.cli.main import main; main()"]
    said = subprocess.run(
        [*command, "account", "create-admin", EMAIL, "--invite", "--site", "", "--lang", "th"],
        env={**kept, "MUDMAI_HOME": str(Path(workspace.store.root).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    page.goto(said.stdout.strip())
    page.fill("#id_display_name", "ผู้ดูแลนิยาม")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    pressed(page, "main button.btn-primary")
    page.fill("#id_login", EMAIL)
    page.fill("#id_password", PASSWORD)
    pressed(page, "main button.btn-primary")


def test_a_formula_from_fault_to_history(page: Any, workspace: Workspace) -> None:
    sign_in(page, workspace)
    page.goto("/desk/")
    sound(page)
    pressed(page, "text=สูตรที่มีชื่อ")
    for name, text in (("id", "journey_growth"), ("title_th", "การเติบโต"), ("title_en", "Growth")):
        page.fill(f"#id_{name}", text)
    page.fill("#id_formula", "growth(real_income_per_hea, 4)")
    page.wait_for_selector("#desk-check mark")
    assert "real_income_per_head" in page.inner_text("#desk-check"), "the near name is offered"
    sound(page)

    page.fill("#id_formula", "growth(, 4)")
    page.locator("#id_formula").evaluate("f => { f.focus(); f.setSelectionRange(7, 7); }")
    page.click("text=คำที่ใช้ในสูตรได้")
    page.locator("button:has(code[data-insert])", has_text="real_income_per_head").first.press("Enter")
    assert page.input_value("#id_formula") == "growth(real_income_per_head, 4)"
    page.wait_for_selector("#desk-check .desk-sound")
    told = page.inner_text("#desk-check")
    assert "ร้อยละ" in told and "กรุงเทพมหานคร" in told and "2563" in told
    sound(page)

    page.locator("button[value=save]").press("Enter")
    page.wait_for_url("**/desk/formulas/journey_growth/")
    assert "บันทึกแล้ว" in page.inner_text(".notices")
    sound(page)
    pressed(page, "text=ประวัติ")
    assert "ผู้ดูแลนิยาม" in page.inner_text("main table")
    sound(page)

    page.goto("/desk/formulas/journey_growth/")
    page.click(".desk-remove summary")
    page.click("button[value=remove]")
    page.wait_for_url("**/desk/")
    assert "ลบไปแล้ว" in page.inner_text("main")
