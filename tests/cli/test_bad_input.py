"""Bad input of every kind: refused whole, with place and remedy, and the release of before still served."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mudmai.exchange.packs import shipped_packs

from .conftest import Cli

HEAD = "area_system,area,period,series,value,flag,source,method"
TAIL = "A,nesdc-gpp-2563,nesdc-current-prices"
GOOD = f"th-nesdc,NESDC-N,2564,grp_current,1000,{TAIL}"


def served(cli: Cli, home: Path) -> str:
    """The id of the served release and what it says of one indicator."""
    rows = cli("score", "--indicator", "I1.1", "--year", "2562", "--format", "json", home=home).json()
    assert rows[0]["value"] is not None
    return str(rows[0]["release"])


def refused(cli: Cli, home: Path, *call: str) -> str:
    """Run what must be refused; nothing may have changed. Gives what was said."""
    before, files = served(cli, home), sorted(p.name for p in (home / "store").rglob("*") if p.is_file())
    ended = cli(*call, home=home)
    assert (ended.code, ended.out) == (1, b"")
    assert "→" in ended.err
    assert served(cli, home) == before
    after = sorted(p.name for p in (home / "store").rglob("*") if p.is_file() and p.name != "writer.lock")
    assert after == [name for name in files if name != "writer.lock"]
    assert not (home / "log").exists(), "bad input is no fault of ours"
    return ended.err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([GOOD, f"th-nesdc,NESDC-Q,2564,grp_current,1,{TAIL}"], ["row 3", "NESDC-Q", "NESDC-"]),
        ([f"th-nso,NSO-N,2564,grp_current,1,{TAIL}"], ["row 2", "th-nso", "th-nesdc"]),
        ([f"th-nowhere,NSO-N,2564,grp_current,1,{TAIL}"], ["row 2", "th-nowhere"]),
        ([GOOD, GOOD], ["row 3", "row 2"]),
        ([GOOD, f"th-nesdc,NESDC-S,2564,grp_current,n/a,{TAIL}"], ["row 3", "n/a"]),
        ([GOOD, f"th-nesdc,NESDC-S,2021,grp_current,1,{TAIL}"], ["2564", "2021"]),
        ([GOOD, f"th-nesdc,NESDC-S,2564,grp_current,NaN,{TAIL}"], ["row 3", "NaN"]),
        ([GOOD, f"th-nesdc,NESDC-S,2564,grp_current,inf,{TAIL}"], ["row 3", "inf"]),
        ([GOOD, f"th-nesdc,NESDC-S,2564,grp_current,,{TAIL}"], ["row 3"]),
        ([GOOD, f"th-nesdc,NESDC-S,2564,no_such_series,1,{TAIL}"], ["row 3", "no_such_series"]),
        ([GOOD, f"th-nesdc,NESDC-S,someday,grp_current,1,{TAIL}"], ["row 3", "someday"]),
        ([GOOD, f"th-nesdc,NESDC-S,2564-Q1,grp_current,1,{TAIL}"], ["row 3"]),
        ([f"th-nesdc,NESDC-N,2562,grp_current,1,{TAIL}"], ["th-m8/nesdc_accounts"]),
    ],
    ids=[
        "unknown area", "series in the wrong system", "unknown system", "duplicate rows", "text in a value",
        "both calendars", "nan", "infinity", "missing without a flag", "unknown series", "unreadable period",
        "wrong frequency", "fact of another dataset",
    ],
)  # fmt: skip
def test_a_faulty_csv(cli: Cli, home: Path, tmp_path: Path, rows: list[str], said: list[str]) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    told = refused(cli, home, "data", "import", str(path))
    assert "figures.csv" in told or "th-m8/" in told
    for word in said:
        assert word in told


def test_a_truncated_parquet(cli: Cli, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.parquet"
    columns = dict(zip(HEAD.split(","), GOOD.split(","), strict=True))
    pq.write_table(pa.table({name: [value] for name, value in columns.items()}), path)
    os.truncate(path, path.stat().st_size - 20)
    assert "figures.parquet" in refused(cli, home, "data", "import", str(path))


def test_a_csv_of_5_gb(cli: Cli, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.write_text(HEAD + "\n", encoding="utf-8")
    os.truncate(path, 5 << 30)
    assert "5" in refused(cli, home, "data", "import", str(path))


def test_a_file_that_is_no_table(cli: Cli, home: Path, tmp_path: Path) -> None:
    for name, content in (
        ("a.csv", b"\x00\x01\xff"),
        ("a.xlsx", b"PK\x03\x04rubbish"),
        ("a.csv", b""),
        ("a.pdf", b"%PDF"),
    ):
        (tmp_path / name).write_bytes(content)
        assert name in refused(cli, home, "data", "import", str(tmp_path / name))


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("growth(no_such_series)", "no_such_series"),
        ("grp_current + population", "population"),
        ("grp_current + employed", "employed"),
        ("grp_current / gini_income_nso", "crosswalk"),
        ("growth(grp_current", "^"),
        ("__import__('os')", "^"),
        ("1 + " * 5000 + "1", ""),
        ("(" * 5000 + "1" + ")" * 5000, ""),
    ],
    ids=[
        "unknown name",
        "unit clash",
        "unit and frequency clash",
        "two systems",
        "open bracket",
        "python",
        "long",
        "deep",
    ],
)
def test_a_faulty_formula(cli: Cli, home: Path, formula: str, said: str) -> None:
    assert said in refused(cli, home, "eval", formula, "--from", "2562", "--to", "2562")


def broken_pack(home: Path, file: str, old: str, new: str) -> Path:
    """A copy of the shipped plan in the workspace's own packs, with one change."""
    pack = Path(shutil.copytree(shipped_packs() / "th-m8", home.parent / "bad" / "th-m8"))
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return pack


TWO_TARGETS = """    exceptions:
      - area: NSO-BKK
        rule: {form: absolute, operator: "<=", target: 15}
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "plan.yaml",
            "    exceptions:\n      - area: NSO-BKK\n",
            TWO_TARGETS + "      - area: NSO-BKK\n",
            ["plan.yaml", "NSO-BKK"],
        ),
        (
            "derived.yaml",
            "convert(grp_cvm / population,",
            "convert(real_income_per_head / population,",
            ["derived.yaml", "line"],
        ),
        ("plan.yaml", "growth(grp_per_head)", "growth(no_such_thing)", ["plan.yaml", "no_such_thing"]),
        ("plan.yaml", "gini_income_nso", "gini_income_nsx", ["plan.yaml", "gini_income_nsx"]),
    ],
    ids=["two targets for one area", "a cycle", "a formula that is not there", "an unknown name"],
)
def test_a_faulty_pack(cli: Cli, home: Path, file: str, old: str, new: str, said: list[str]) -> None:
    before = served(cli, home)
    pack = broken_pack(home, file, old, new)
    ended = cli("pack", "check", str(pack), home=home, COLUMNS="200")
    assert ended.code == 1
    for word in said:
        assert word in ended.text.replace("Line", "line")
    problems = cli("pack", "check", str(pack), "--format", "json", home=home).json()
    assert all(p["remedy_th"] and p["remedy_en"] and p["where"]["file"] for p in problems)
    assert any("line" in p["where"] for p in problems)
    assert served(cli, home) == before


def test_faults_are_told_in_thai_too(cli: Cli, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"{HEAD}\nth-nesdc,NESDC-Q,2564,grp_current,1,{TAIL}\n", encoding="utf-8")
    told = refused(cli, home, "data", "import", str(path), "--lang", "th")
    assert told.startswith("ผิดพลาด:")
    assert "NESDC-Q" in told
