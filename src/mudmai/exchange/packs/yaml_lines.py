"""YAML that remembers lines: plain data plus the line of every key and value.

A pack is written by people, and read with a deliberately small part of YAML 1.1: mappings, sequences, plain and quoted
scalars. Anchors, aliases, tags and several documents in one file are refused (no expansion bombs, no surprise types).
Plain scalars are read by our own rules, stricter than YAML's: only ``true``/``false`` are booleans (``no`` stays text),
only decimal numbers without leading zeros are numbers (``0702`` and ``1:30`` stay text), dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mudmai.core.errors import PackError, Where
from mudmai.core.language import Text

MAX_BYTES = 2_000_000
"""Largest YAML file of a pack; figures belong in CSV files."""
MAX_DEPTH = 24
MAX_ITEMS = 200_000

Path_ = tuple[str | int, ...]
Scalar = str | int | float | bool | None

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class LinedDocument:
    """``data`` as dicts, lists and scalars; lines (from 1) by path of keys and indices.

    ``key_lines`` holds the line of the key (for list items: of the item), ``value_lines`` where the value begins.
    """

    data: Any
    key_lines: dict[Path_, int] = field(default_factory=dict)
    value_lines: dict[Path_, int] = field(default_factory=dict)

    def line_of(self, path: Path_) -> int:
        """The line of the key at ``path``, or of the nearest enclosing key that exists (1 for the file itself)."""
        while path:
            if path in self.key_lines:
                return self.key_lines[path]
            path = path[:-1]
        return 1

    def existing(self, path: Path_) -> Path_:
        """The longest beginning of ``path`` that stands in the file."""
        while path and path not in self.key_lines:
            path = path[:-1]
        return path


def write_path(path: Path_) -> str:
    """A path as people read it.

    >>> write_path(("indicators", 2, "rule", "target"))
    'indicators[2].rule.target'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def read_yaml(path: Path, shown: str) -> LinedDocument:
    """Read the YAML file at ``path``; ``shown`` is how errors name it. Raises :class:`PackError` with the line."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refused(
                shown, None, f"ไฟล์ใหญ่เกินไป ({size:,} ไบต์)", f"the file is too large ({size:,} bytes)",
                f"ไม่เกิน {MAX_BYTES:,} ไบต์ ตัวเลขให้เก็บเป็นไฟล์ CSV ใน data/",
                f"at most {MAX_BYTES:,} bytes; keep figures as CSV in data/",
            )  # fmt: skip
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise _refused(
            shown, None, "เปิดไฟล์ไม่ได้", "the file cannot be opened",
            "ตรวจว่ามีไฟล์และมีสิทธิ์อ่าน", "check that it exists and may be read",
        ) from None  # fmt: skip
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _refused(
            shown, line, "ไม่ใช่ข้อความ UTF-8", "this is not UTF-8 text",
            "บันทึกไฟล์ใหม่เป็น UTF-8", "save the file again as UTF-8",
        ) from None  # fmt: skip
    return parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> LinedDocument:
    """Read YAML text.

    >>> parse_yaml("a: 1\\nb: {c: no}", "x.yaml").data
    {'a': 1, 'b': {'c': 'no'}}
    """
    builder = _Builder(shown)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        words = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise _refused(
            shown, line, f"รูปแบบ YAML ไม่ถูกต้อง ({words})", f"this is not well-formed YAML ({words})",
            "ตรวจย่อหน้า เครื่องหมาย : และเครื่องหมายคำพูดรอบบรรทัดนี้",
            "check indentation, colons and quotes around this line",
        ) from None  # fmt: skip
    except yaml.YAMLError as error:
        words = str(error).splitlines()[0]
        raise _refused(
            shown, None, f"อ่าน YAML ไม่ได้ ({words})", f"the YAML cannot be read ({words})",
            "ลบอักขระควบคุมที่มองไม่เห็นออกจากไฟล์", "remove invisible control characters from the file",
        ) from None  # fmt: skip
    return LinedDocument(builder.root, builder.key_lines, builder.value_lines)


_NO_KEY = object()


@dataclass
class _Open:
    """A mapping or sequence that is being filled."""

    container: dict[str, Any] | list[Any]
    path: Path_
    key: Any = _NO_KEY


class _Builder:
    """Builds data from parser events without recursion."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: Any = None
        self.key_lines: dict[Path_, int] = {}
        self.value_lines: dict[Path_, int] = {}
        self._stack: list[_Open] = []
        self._documents = 0
        self._items = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refused(
                self.shown, line, "ไม่รับ anchor (&) และ alias (*)", "anchors (&) and aliases (*) are not accepted",
                "เขียนค่าซ้ำเต็มรูป หรือใส่เครื่องหมายคำพูดหากเป็นข้อความ", "write the value out, or quote it if it is text",
            )  # fmt: skip
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _refused(
                    self.shown, line, "มีเอกสาร YAML มากกว่าหนึ่งชุดในไฟล์เดียว", "several YAML documents in one file",
                    "ลบบรรทัด --- ที่คั่น", "remove the separating --- line",
                )  # fmt: skip
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._no_tag(event, line)
            container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._place(container, line)
            self._stack.append(_Open(container, path))
            if len(self._stack) > MAX_DEPTH:
                raise _refused(
                    self.shown, line, f"ซ้อนกันลึกเกิน {MAX_DEPTH} ชั้น", f"nested deeper than {MAX_DEPTH} levels",
                    "จัดโครงสร้างตามคู่มือชุดเนื้อหา", "follow the structure of the pack reference",
                )  # fmt: skip
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()

    def _scalar(self, event: Any, line: int) -> None:
        here = self._stack[-1] if self._stack else None
        self._no_tag(event, line)
        plain = bool(event.implicit[0])
        if here is not None and isinstance(here.container, dict) and here.key is _NO_KEY:
            self._key(here, event.value, line)
            return
        self._place(_plain(event.value) if plain else event.value, line)

    def _key(self, here: _Open, key: str, line: int) -> None:
        path = (*here.path, key)
        assert isinstance(here.container, dict)
        if key in here.container:
            first = self.key_lines[path]
            raise _refused(
                self.shown, line, f"คีย์ “{key}” ซ้ำกับบรรทัด {first}",
                f"the key “{key}” stands twice (first on line {first})", "เหลือไว้เพียงคีย์เดียว", "keep only one of them",
                key=write_path(path), code="pack_duplicate",
            )  # fmt: skip
        here.key = key
        self.key_lines[path] = line

    def _place(self, value: Any, line: int) -> Path_:
        """Put ``value`` where the parser stands and give its path."""
        self._items += 1
        if self._items > MAX_ITEMS:
            raise _refused(
                self.shown, line, f"มีค่ามากกว่า {MAX_ITEMS:,} รายการ", f"more than {MAX_ITEMS:,} values",
                "ตัวเลขให้เก็บเป็นไฟล์ CSV ใน data/", "keep figures as CSV in data/",
            )  # fmt: skip
        if not self._stack:
            self.root = value
            return ()
        here = self._stack[-1]
        if isinstance(here.container, list):
            path: Path_ = (*here.path, len(here.container))
            here.container.append(value)
            self.key_lines[path] = line
        else:
            if here.key is _NO_KEY:
                raise _refused(
                    self.shown, line, "คีย์ต้องเป็นข้อความ", "a key must be plain text",
                    "เขียนคีย์เป็นคำเดียว เช่น title:", "write the key as a word, such as title:",
                )  # fmt: skip
            path = (*here.path, here.key)
            here.container[here.key] = value
            here.key = _NO_KEY
        self.value_lines[path] = line
        return path

    def _no_tag(self, event: Any, line: int) -> None:
        if getattr(event, "tag", None) not in (None, "!"):
            raise _refused(
                self.shown, line, f"ไม่รับแท็ก YAML ({event.tag})", f"YAML tags are not accepted ({event.tag})",
                "ลบเครื่องหมาย ! ออก หรือใส่เครื่องหมายคำพูด", "remove the ! or quote the text",
            )  # fmt: skip


def reads_as_text(text: str) -> bool:
    """True when the unquoted words stay words here; else who writes them has to quote them.

    >>> reads_as_text("ถนน"), reads_as_text("0E0"), reads_as_text("true"), reads_as_text("")
    (True, False, False, False)
    """
    return isinstance(_plain(text), str)


def _plain(text: str) -> Scalar:
    if text in ("true", "True"):
        return True
    if text in ("false", "False"):
        return False
    if text in ("", "~", "null"):
        return None
    if _INT.fullmatch(text):
        return int(text) if len(text) < 19 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _refused(
    shown: str,
    line: int | None,
    th: str,
    en: str,
    do_th: str,
    do_en: str,
    *,
    key: str | None = None,
    code: str = "pack_yaml",
) -> PackError:
    return PackError(Text(th, en), remedy=Text(do_th, do_en), code=code, where=Where(file=shown, line=line, field=key))
