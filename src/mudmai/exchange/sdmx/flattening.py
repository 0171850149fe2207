"""A data message as one flat table in CSV, which a recipe reads like any office's file.

Columns: each dimension's code, beside it (``<ID>_NAME``) its words where they are known and say more than the code;
``TIME_PERIOD`` as this house writes periods; ``OBS_VALUE``; attributes. Rows stand in the order of the message.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from mudmai.exchange.sdmx.reading import MEASURE, TIME, Row, read_message
from mudmai.exchange.sdmx.reading_structure import FlowStructure

_RANGE = re.compile(r"(\d{4})-(\d{2})-01(?:T[0-9:.]+)?/P(?:1Y|12M)")
_PART = re.compile(r"(\d{4})-([AQM])(\d{1,2})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[0-9:.+Z-]*)?")


@dataclass(frozen=True, slots=True)
class Flattened:
    """What came of it. ``deleted``: observations that the message asks to delete, which are left out."""

    rows: int
    columns: tuple[str, ...]
    deleted: int


def flatten(
    path: Path,
    to: BinaryIO,
    *,
    structure: FlowStructure | None,
    most_rows: int,
    tick: Callable[[int], None] | None = None,
) -> Flattened:
    """Read the message at ``path`` and write the table to ``to`` (UTF-8); raises ``MessageFault``.

    ``tick`` hears the number of rows now and then.
    """
    known = structure or FlowStructure()
    seen: dict[str, None] = {}
    rows = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:

        def keep(row: Row) -> None:
            nonlocal rows
            for name in row:
                seen.setdefault(name)
            rows += 1
            if tick is not None and not rows % 1000:
                tick(rows)
            spool.write(json.dumps(row, ensure_ascii=False) + "\n")

        message = read_message(path, keep, most_rows=most_rows, dimensions=known.dimensions)
        labels = {name: {**message.labels.get(name, {}), **known.labels.get(name, {})} for name in seen}
        columns = _columns(seen, known.dimensions or tuple(message.dimensions), labels)
        text = TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
        try:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow([f"{name}_NAME" if words else name for name, words in columns])
            spool.seek(0)
            for line in spool:
                row = json.loads(line)
                writer.writerow([_cell(row, name, words, labels) for name, words in columns])
        finally:
            text.flush()
            text.detach()
    return Flattened(rows, tuple(f"{n}_NAME" if w else n for n, w in columns), message.deleted)


def _columns(
    seen: dict[str, None], dimensions: tuple[str, ...], labels: dict[str, dict[str, str]]
) -> list[tuple[str, bool]]:
    """(id, is it the column of words) in order: dimensions, time, value, attributes."""
    first = [name for name in dimensions if name in seen and name not in (TIME, MEASURE)]
    rest = [name for name in seen if name not in first and name not in (TIME, MEASURE)]
    columns: list[tuple[str, bool]] = []
    for name in (*first, TIME, MEASURE, *rest):
        columns.append((name, False))
        if any(words != code for code, words in labels.get(name, {}).items()):
            columns.append((name, True))
    return columns


def _cell(row: Row, name: str, words: bool, labels: dict[str, dict[str, str]]) -> str:
    value = row.get(name, "")
    if words:
        return labels[name].get(value, value)
    return period_text(value, row.get("FREQ") or row.get("freq") or "") if name == TIME else value


def period_text(told: str, frequency: str = "") -> str:
    """A period of SDMX as this house writes it; what is no year, quarter, month or fiscal year stays as it is.

    >>> period_text("2019-10-01/P1Y"), period_text("2019-M03"), period_text("2019-A1"), period_text("2019-01-01", "A")
    ('FY2020', '2019-03', '2019', '2019')
    """
    span = _RANGE.fullmatch(told)
    if span:
        year, month = int(span[1]), int(span[2])
        return str(year) if month == 1 else f"FY{year + 1}"
    part = _PART.fullmatch(told)
    if part:
        match part[2]:
            case "A":
                return part[1]
            case "Q":
                return f"{part[1]}-Q{int(part[3])}"
        return f"{part[1]}-{int(part[3]):02d}"
    day = _DAY.fullmatch(told)
    if day and frequency in ("A", "Q", "M"):
        return {"A": day[1], "Q": f"{day[1]}-Q{(int(day[2]) + 2) // 3}", "M": f"{day[1]}-{day[2]}"}[frequency]
    return told
