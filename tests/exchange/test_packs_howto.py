"""The pack that the how-to page writes is a sound one, and the Thai page writes the same."""

from __future__ import annotations

import re
from pathlib import Path

from mudmai.exchange.packs import check_pack, load_pack

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^`(khon-kaen/[^`]+)`\n\n```\w+\n(.*?)^```$", re.M | re.S)


def files_of(page: str) -> dict[str, str]:
    return dict(BLOCK.findall((PAGES / page).read_text(encoding="utf-8")))


def test_the_pack_of_the_page_has_no_problems(tmp_path: Path) -> None:
    for name, text in files_of("write-a-pack.md").items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert check_pack(tmp_path / "khon-kaen") == ()
    plan = load_pack(tmp_path / "khon-kaen").plan
    assert plan is not None
    assert [i.areas for i in plan.indicators] == [("TH-40",)]


def test_the_thai_page_writes_the_same_pack() -> None:
    english = files_of("write-a-pack.md")
    assert len(english) == 6
    assert files_of("write-a-pack.th.md") == english
