"""What commands print: one table as text for people, JSON, CSV or XLSX; pure on stdout or in a file."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from mudmai.cli.wording import language_of, option, say
from mudmai.core.errors import InputError, Where
from mudmai.core.language import MISSING_TEXT, Text, write_number

Format = Literal["table", "json", "csv", "xlsx"]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``key`` of the rows and head of CSV, XLSX; ``title`` for people; ``decimals`` for numbers.

    ``decimals`` may name another key of the row that holds them. ``in_table`` False: not in the table for people.
    """

    key: str
    title: Text
    decimals: int | str | None = None
    in_table: bool = True


@dataclass(frozen=True)
class Sheet:
    """Rows to print. ``heading`` and ``footer`` surround the table for people; ``notes`` go into XLSX.

    ``groups`` names a key by whose value the table for people is cut into parts; ``group_heads`` are their headings.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    heading: str = ""
    footer: str = ""
    notes: Sequence[tuple[str, str]] = ()
    groups: str = ""
    group_heads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printer:
    """Where and in which form a command prints."""

    format: Format
    output: Path | None

    def show(self, sheet: Sheet, *, as_json: Any = None, as_text: Callable[[], str] | None = None) -> None:
        """Print ``sheet``; ``as_json`` and ``as_text`` replace its rows and its table in those two forms."""
        match self.format:
            case "json":
                value = list(sheet.rows) if as_json is None else as_json
                self.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
            case "csv":
                from mudmai.exchange.tables import csv_bytes  # only where CSV is asked for

                self.write_bytes(csv_bytes([c.key for c in sheet.columns], sheet.rows))
            case "xlsx":
                self._refuse_a_terminal()
                from mudmai.exchange.tables import xlsx_bytes  # only where a workbook is asked for

                keys = [c.key for c in sheet.columns]
                self.write_bytes(xlsx_bytes(keys, sheet.rows, sheet=sheet.name, notes=sheet.notes))
            case "table":
                self.write(as_text() if as_text else sheet_text(sheet, self._width()))

    def write(self, text: str) -> None:
        """Text to the file, or to stdout."""
        if self.output is None:
            click.echo(text, nl=False)
        else:
            self._keep(text.encode("utf-8"))

    def write_bytes(self, content: bytes) -> None:
        """Bytes to the file, or to stdout as they are."""
        if self.output is not None:
            self._keep(content)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()

    def write_workbook(self, content: bytes) -> None:
        """A workbook made elsewhere; refused where it would go to a terminal."""
        self._refuse_a_terminal()
        self.write_bytes(content)

    def _keep(self, content: bytes) -> None:
        from mudmai.exchange.tables import write_file  # only where a file is asked for

        assert self.output is not None
        try:
            write_file(self.output, content)
        except OSError as error:
            raise InputError(
                Text(f"เขียนไฟล์ไม่ได้ ({error.strerror})", f"the file cannot be written ({error.strerror})"),
                remedy=Text("เลือกโฟลเดอร์อื่นที่เขียนได้และมีที่ว่าง", "choose a folder that exists and can be written to"),
                code="output",
                where=Where(file=str(self.output)),
            ) from error

    def _refuse_a_terminal(self) -> None:
        if self.output is None and sys.stdout.isatty():
            raise click.UsageError(say(Text("xlsx ต้องระบุ --output FILE", "xlsx needs --output FILE")))

    def _width(self) -> int | None:
        """Columns of the terminal; None (as wide as the text) where nobody looks at a terminal."""
        return None if self.output is not None else terminal_width()


def terminal_width() -> int | None:
    """Columns of the terminal, or None where stdout is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def printing(command: F) -> F:
    """Give a command ``--format`` and ``--output``; it receives them as ``printer``."""

    @wraps(command)
    def with_printer(*arguments: Any, format_: Format | None, output: Path | None, **values: Any) -> Any:
        return command(*arguments, printer=Printer(format_ or _format_of(output), output), **values)

    formats = option(
        "--format",
        "format_",
        type=click.Choice(["table", "json", "csv", "xlsx"]),
        text=Text(
            "รูปแบบผลลัพธ์ (ปกติ table หรือตามนามสกุลของ --output)",
            "form of the result (default: table, or what --output's ending says)",
        ),
    )
    outputs = option(
        "--output",
        "-o",
        type=click.Path(dir_okay=False, path_type=Path),
        text=Text("บันทึกผลลงไฟล์แทนหน้าจอ", "write the result to a file instead of the screen"),
    )
    decorated: F = formats(outputs(with_printer))  # type: ignore[assignment]
    return decorated


_ENDINGS: Mapping[str, Format] = {".json": "json", ".csv": "csv", ".xlsx": "xlsx", ".txt": "table", "": "table"}


def _format_of(output: Path | None) -> Format:
    """The form that the ending of a file asks for; a form we cannot write is a usage error, never text in disguise."""
    ending = output.suffix.lower() if output else ""
    if ending not in _ENDINGS:
        known = ", ".join(one for one in _ENDINGS if one)
        raise click.BadParameter(
            say(
                Text(
                    f"เขียนไฟล์ชนิด {ending} ไม่ได้ ใช้นามสกุล {known} หรือระบุ --format",
                    f"a {ending} file cannot be written; use {known}, or say --format",
                )
            ),
            param_hint="--output",
        )
    return _ENDINGS[ending]


def sheet_text(sheet: Sheet, width: int | None = None) -> str:
    """The sheet as text: heading, one table (or one for each group), footer; columns hold with Thai marks in them."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for row in sheet.rows:
        parts.setdefault(str(row.get(sheet.groups, "")) if sheet.groups else "", []).append(row)
    blocks = [sheet.heading] if sheet.heading else []
    for key, rows in parts.items():
        head = sheet.group_heads.get(key, key)
        blocks.append((head + "\n" if head else "") + table_text(sheet.columns, rows, width))
    if not sheet.rows and not sheet.footer:
        blocks.append(say(Text("(ไม่มีรายการ)", "(nothing)")))
    blocks += [sheet.footer] if sheet.footer else []
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def table_text(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], width: int | None = None) -> str:
    """One aligned table. Widths are counted in cells of the terminal, where Thai vowels above and below take none."""
    import io

    from rich import box  # only for people: rich costs a tenth of a second
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Cell

    language = language_of()
    shown = [c for c in columns if c.in_table]
    cells = [[cell_text(column, row) for column in shown] for row in rows]
    table, needed = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False), 0
    for j, column in enumerate(shown):
        title = column.title.in_(language)
        widest = max(cell_len(title), *(cell_len(line[j]) for line in cells), 1)
        # A number or a code that lost a digit would be another one: these are never broken, cut or squeezed.
        least = widest if column.decimals is not None or column.key in _WHOLE else min(widest, _NARROWEST)
        justify: Literal["left", "right"] = "left" if column.decimals is None else "right"
        table.add_column(Cell(title), justify=justify, overflow="fold", min_width=least)
        needed += least + 3
    for line in cells:
        table.add_row(*map(Cell, line))
    out = io.StringIO()
    wide = 1000 if width is None else max(width, needed)
    Console(file=out, width=wide, color_system=None, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


_WHOLE = frozenset({"area", "code", "series", "period_words", "verdict_words", "release", "value_words", "dataset"})
_NARROWEST = 16
"""Words are folded into columns of this width when the terminal is narrow; it wraps what is wider still."""


def cell_text(column: Column, row: Mapping[str, Any]) -> str:
    """One cell for people: numbers with their decimals, missing as an en dash."""
    value = row.get(column.key)
    if value is None:
        return MISSING_TEXT
    if isinstance(value, bool):
        return say(Text("ใช่", "yes") if value else Text("ไม่", "no"))
    if column.decimals is not None and isinstance(value, (int, float)):
        decimals = row[column.decimals] if isinstance(column.decimals, str) else column.decimals
        return write_number(value, int(decimals))
    return str(value)
