"""Workbooks with many traps at once, made at random but repeatably, with the values that must be read from them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mudmai.core.language import to_thai_digits
from tests.exchange.sheets.offices import Facts, Sheet, catalogue, write_book

TRAPS = (
    "titles", "merged_title", "unit_line", "thousands", "preamble", "numbering", "counter", "regions", "totals",
    "padding", "repeated_heading", "notes", "text_numbers", "thai_digits", "prefixes", "hidden_signs", "english",
    "shuffled", "two_levels", "offset", "repeats", "dashes", "marks", "eras", "long_form", "fill_down", "sexes",
)  # fmt: skip
"""Everything that can be wrong with a table and is read all the same."""


@dataclass(frozen=True)
class Made:
    """A workbook and what stands in it."""

    path: Path
    facts: Facts
    traps: frozenset[str]


def make(path: Path, seed: int, traps: frozenset[str]) -> Made:
    """A workbook with these traps (some exclude each other: then the first counts)."""
    maker = _Maker(random.Random(seed), traps)
    rows, merges = maker.rows()
    return Made(write_book(path, Sheet(rows, merges=merges)), maker.facts, traps)


class _Maker:
    def __init__(self, chance: random.Random, traps: frozenset[str]) -> None:
        self.chance, self.traps, self.facts = chance, traps, Facts()
        provinces = list(catalogue().area_system("th-nesdc").level("province"))
        self.areas = chance.sample([area for area in provinces if area.valid_from is None], chance.randint(2, 7))
        first = chance.randint(2550, 2560)
        self.years = list(range(first, first + chance.randint(1, 4)))
        if "shuffled" not in traps:
            self.areas.sort(key=lambda area: area.code)
        self.columns = [("", year) for year in self.years]
        if "sexes" in traps:
            self.columns = [(sex, year) for year in self.years for sex in ("M", "F")]

    def rows(self) -> tuple[list[list[Any]], list[str]]:
        body = self.long() if "long_form" in self.traps and "sexes" not in self.traps else self.wide()
        heading, data = body
        above: list[list[Any]] = []
        if "titles" in self.traps:
            above += [["ตารางที่ 12 ประชากรรายจังหวัด"], ["Table 12 Population by province"]]
        if "preamble" in self.traps:
            above += [["หน่วยงาน", "ศาลากลาง"], []]
        if "unit_line" in self.traps or "thousands" in self.traps:
            unit = "หน่วย: พันคน" if "thousands" in self.traps else "หน่วย: คน"
            above.append([*[None] * (len(heading[0]) - 1), unit])
        if "numbering" in self.traps and len(heading[0]) >= 3:
            heading = [*heading, [f"({n + 1})" for n in range(len(heading[0]))]]
        if "repeats" in self.traps:
            data.append(list(data[0]))
        if "padding" in self.traps:
            data.insert(1, [])
        if "repeated_heading" in self.traps and "two_levels" not in self.traps and len(data) > 2:
            data.insert(2, list(heading[0]))
        below: list[list[Any]] = [[], ["หมายเหตุ: ข้อมูลเบื้องต้น"], ["ที่มา: สำนักงานสถิติ"]] if "notes" in self.traps else []
        rows = [*above, *heading, *data, *below]
        merges = self.merges(len(above), heading)
        if "counter" in self.traps:
            return rows, merges
        if "offset" in self.traps:
            rows = [[], [], *[[None, None, *row] if row else [] for row in rows]]
            return rows, []
        if "merged_title" in self.traps and "titles" in self.traps and len(heading[0]) > 1:
            merges.append(f"A1:{chr(64 + len(heading[0]))}1")
        return rows, merges

    def merges(self, top: int, heading: list[list[Any]]) -> list[str]:
        if heading[0][-1] is not None or "counter" in self.traps or "offset" in self.traps or len(heading) < 2:
            return []
        wide = len(heading[0])
        return [f"A{top + 1}:A{top + 2}", f"B{top + 1}:{chr(64 + wide)}{top + 1}"] if wide > 2 else []

    def wide(self) -> tuple[list[list[Any]], list[list[Any]]]:
        label: list[Any] = ["จังหวัด"]
        words: list[Any] = [self.word(sex, year) for sex, year in self.columns]
        heading = [[*label, *words]]
        if "two_levels" in self.traps and len(words) > 1:
            heading = [[*label, "จำนวนประชากร", *[None] * (len(words) - 1)], [None, *words]]
        data: list[list[Any]] = []
        if "regions" in self.traps:
            data.append(["ภาคเหนือ", *[self.cell("NESDC-N", sex, year) for sex, year in self.columns]])
        for area in self.areas:
            values = [self.cell(area.code, sex, year) for sex, year in self.columns]
            data.append([self.name(area), *values])
        if "totals" in self.traps:
            data.append(["รวม", *[self.chance.randint(1, 9) for _ in self.columns]])
        if "counter" in self.traps:
            heading = [["ลำดับ" if n == 0 else None, *row] for n, row in enumerate(heading)]
            data = [[n + 1, *row] for n, row in enumerate(data)]
        return heading, data

    def long(self) -> tuple[list[list[Any]], list[list[Any]]]:
        data = []
        for area in self.areas:
            for n, year in enumerate(self.years):
                name = "" if n and "fill_down" in self.traps and len(self.years) > 1 else self.name(area)
                data.append([name, self.year(year), self.cell(area.code, "", year)])
        return [["จังหวัด", "ปี", "จำนวน"]], data

    def word(self, sex: str, year: int) -> Any:
        said = self.year(year)
        return f"{ {'M': 'ชาย', 'F': 'หญิง'}[sex] } {said}" if sex else said

    def year(self, year: int) -> Any:
        if "eras" in self.traps:
            return to_thai_digits(f"พ.ศ. {year}") if "thai_digits" in self.traps else f"พ.ศ. {year}"
        return str(year) if "text_numbers" in self.traps else year

    def name(self, area: Any) -> str:
        name = str(area.name.en.upper() if "english" in self.traps and self.chance.random() < 0.4 else area.name.th)
        if "prefixes" in self.traps and not name.isascii() and self.chance.random() < 0.6:
            name = self.chance.choice(("จ.", "จังหวัด", "จ. ")) + name
        if "hidden_signs" in self.traps:
            at = self.chance.randint(0, len(name))
            name = name[:at] + "\u200b" + name[at:] + self.chance.choice(("", " ", "\u00a0"))
        return name

    def cell(self, code: str, sex: str, year: int) -> Any:
        thousand = "thousands" in self.traps
        value = self.chance.randint(1, 9_000_000)
        key = (code, str(year - 543), "population", *([f"sex={sex}"] if sex else []))
        if "dashes" in self.traps and self.chance.random() < 0.15:
            self.facts[key] = None
            return self.chance.choice(("-", " - ", "–", "n.a.", "ไม่มีข้อมูล"))
        self.facts[key] = float(value * 1000 if thousand else value)
        if "text_numbers" in self.traps and self.chance.random() < 0.5:
            text = f"{value:,}"
            text = to_thai_digits(text) if "thai_digits" in self.traps else text
            return text + (self.chance.choice(("*", " r", " 1/")) if "marks" in self.traps else "")
        return value
