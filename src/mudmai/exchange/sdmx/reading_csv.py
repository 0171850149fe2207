"""SDMX-CSV 1.0 and 2.0 data messages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from mudmai.exchange.sdmx.reading import DELETES, MEASURE, TIME, Emit, Message, MessageFault

_ABOUT = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION")


def read_csv(path: Path, emit: Emit, known: Sequence[str] = ()) -> Message:
    """See :func:`mudmai.exchange.sdmx.reading.read_message`. The delimiter is a comma, or a semicolon where the
    heading has no comma; headings and cells written as ``ID: label`` keep their id."""
    message = Message()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if ";" in first and "," not in first else ",")
            heading = [name.partition(":")[0].strip() for name in next(reader, [])]
            if TIME not in heading and MEASURE not in heading and not set(heading) & {"DATAFLOW", "STRUCTURE"}:
                raise MessageFault("ไม่ใช่ข้อความ SDMX", "this is no SDMX message")
            _rows(reader, heading, message, emit)
    except (UnicodeDecodeError, csv.Error) as error:
        raise MessageFault("SDMX-CSV อ่านไม่ได้", "the SDMX-CSV cannot be read") from error
    if TIME in heading:
        message.dimensions = [n for n in heading[: heading.index(TIME) + 1] if n not in _ABOUT]
    return message


def _rows(reader: Iterable[list[str]], heading: list[str], message: Message, emit: Emit) -> None:
    labelled = False
    for at, cells in enumerate(reader, start=2):
        if not cells:
            continue
        if len(cells) != len(heading):
            raise MessageFault(
                f"แถว {at} มี {len(cells)} ช่อง หัวตารางมี {len(heading)} ช่อง (อาจส่งมาไม่ครบ)",
                f"row {at} has {len(cells)} fields, the heading {len(heading)}; it may be cut off",
            )
        row = dict(zip(heading, cells, strict=True))
        if row.get("ACTION", "").lower() in DELETES:
            message.deleted += 1
            continue
        if not labelled and any(": " in row.get(name, "") for name in ("DATAFLOW", "STRUCTURE_ID")):
            labelled = True
        if labelled:
            row = {name: value.partition(": ")[0] if name != MEASURE else value for name, value in row.items()}
        emit({name: value for name, value in row.items() if name not in _ABOUT})
