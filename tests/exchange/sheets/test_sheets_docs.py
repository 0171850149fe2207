"""The how-to on odd files does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mudmai.exchange.sheets.recipe import Recipe
from tests.exchange.sheets.offices import book

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "odd-files.md"
EXPLANATION = Path(__file__).parents[3] / "docs" / "explanation" / "reading-files.md"


def test_the_steps_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["จังหวัด", 2565, 2566], ["เวียงพิงค์", 1, "-"], ["ลำปาง", 2, 3], ["ไม่ระบุ", 4, 5]]
    book(tmp_path / "office.xlsx", rows)
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL))
    exec(compile(code, HOW_TO.name, "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["4", "True []"]
    assert "which area is “เวียงพิงค์”? ()" in said


@pytest.mark.parametrize("rule", ["dash", "empty", "hidden", "repeats", "not_alive"])
def test_every_rule_is_explained_with_its_default(rule: str) -> None:
    text = EXPLANATION.read_text(encoding="utf-8")
    assert f"| `{rule}`" in text and f"`{getattr(Recipe('', ()), rule)}`" in text
