"""The reference of tidy data names everything that the code knows."""

from __future__ import annotations

import re
from pathlib import Path

from mudmai.core.observations import Flag
from mudmai.exchange.tidy_columns import OPTIONAL, REQUIRED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "tidy-data.md").read_text("utf-8")
CODES = re.compile(r'(?:log\.add\(|refusal\(\s*path,|_each\([^"]*?|Problem\()\s*f?"([a-z_]+)(?:\{name\})?"')


def test_every_column_is_described() -> None:
    assert [name for name in (*REQUIRED, *OPTIONAL) if f"\n| `{name}` |" not in PAGE] == []


def test_every_flag_is_described_in_both_languages() -> None:
    assert [f for f in Flag if f"| `{f.value}` | {f.label.en} | {f.label.th} |" not in PAGE] == []


def test_every_code_of_a_refusal_is_described() -> None:
    sources = [*(ROOT / "src/mudmai/exchange").glob("tidy*.py"), ROOT / "src/mudmai/engine/overlap.py"]
    codes = {code for path in sources for code in CODES.findall(path.read_text("utf-8"))}
    assert len(codes) > 30
    assert {code for code in codes if f"`{code}`" not in PAGE and code != "unknown_"} == set()
