"""The parts of an Excel workbook beside the values: which sheets are hidden, what is drawn or written over cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mudmai.core.number_text import clean_text
from mudmai.exchange.sheets.archive import (
    MOST_PART_BYTES,
    Element,
    LocalNames,
    attribute,
    check_archive,
    every,
    parse_part,
    relations,
    too_large,
)
from mudmai.exchange.sheets.cells import Place, TextBox, place_of
from mudmai.exchange.sheets.sheet_scan import SheetScan

MOST_CELLS = 24_000_000
"""Rows times columns of one sheet."""

_KEPT = re.compile(
    r"(xl/workbook\.xml|xl/styles\.xml|xl/comments[^/]*\.xml|xl/comments/[^/]*\.xml|xl/drawings/[^/]*\.(xml|vml)"
    r"|(xl/|xl/[^/]*/)?_rels/.*\.rels)"
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PERCENT_IDS = {"9", "10"}


@dataclass(frozen=True)
class SheetParts:
    """What one sheet has beside its values."""

    hidden: bool = False
    scan: SheetScan = field(default_factory=SheetScan)
    comments: Mapping[Place, str] = field(default_factory=dict)
    text_boxes: tuple[TextBox, ...] = ()


@dataclass(frozen=True)
class BookParts:
    """What the workbook has beside its sheets; ``sheets`` by name."""

    sheets: Mapping[str, SheetParts]
    defined_names: Mapping[str, str] = field(default_factory=dict)
    external_links: int = 0
    macros: bool = False


class _PartsHeard(dict[str, bytes]):
    """Parts by name, filled block by block while the archive is unfolded; larger ones than allowed are left out."""

    def of(self, name: str) -> Callable[[bytes], None]:
        """What hears the blocks of a part."""
        blocks: list[bytes] = []
        size = 0

        def hear(block: bytes) -> None:
            nonlocal size
            size += len(block)
            if size > MOST_PART_BYTES:
                blocks.clear()
            elif block:
                blocks.append(block)
            else:
                self[name] = b"".join(blocks)

        return hear


def read_xlsx_parts(path: Path) -> BookParts:
    """Unfold the archive once (checking it) and pick up everything but the values."""
    parts = _PartsHeard()
    scans: dict[str, SheetScan] = {}
    percent: frozenset[bytes] | None = None

    def watch(name: str) -> Callable[[bytes], None] | None:
        nonlocal percent
        if _KEPT.fullmatch(name):
            return parts.of(name)
        if not _SHEET.fullmatch(name):
            return None
        if percent is None:
            percent = _percent_styles(path, parts)
        scans[name] = SheetScan(percent)
        return scans[name].hear

    members = check_archive(path, watch, first=lambda name: _KEPT.fullmatch(name) is not None)
    for scan in scans.values():
        if scan.rows * scan.columns > MOST_CELLS:
            raise too_large(path, f"{scan.rows:,} x {scan.columns:,}")
    return BookParts(
        _sheets(path, parts, scans),
        _defined_names(path, parts),
        sum(bool(re.fullmatch(r"xl/externalLinks/[^/]+\.(xml|bin)", name)) for name in members),
        any(name.endswith(("vbaProject.bin", "vbaProject.xml")) or "/macrosheets/" in name for name in members),
    )


def _sheets(path: Path, parts: Mapping[str, bytes], scans: Mapping[str, SheetScan]) -> dict[str, SheetParts]:
    found: dict[str, SheetParts] = {}
    if "xl/workbook.xml" not in parts:
        return found
    targets = {rid: target for rid, _, target in relations(path, parts, "xl/workbook.xml")}
    for sheet in every(parse_part(path, parts["xl/workbook.xml"]), "sheet"):
        target = targets.get(attribute(sheet, "id"), "")
        comments: dict[Place, str] = {}
        boxes: list[TextBox] = []
        for _, kind, part in relations(path, parts, target):
            if kind == "comments" and part in parts:
                comments |= _comments(parse_part(path, parts[part]))
            elif kind == "drawing" and part in parts:
                boxes += _text_boxes(parse_part(path, parts[part]))
        hidden = sheet.get("state", "visible") != "visible"
        found[sheet.get("name", "")] = SheetParts(hidden, scans.get(target, SheetScan()), comments, tuple(boxes))
    return found


def _comments(tree: Element) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for comment in every(tree, "comment"):
        text = "".join(t.text or "" for t in every(comment, "t"))
        try:
            found[place_of(comment.get("ref", ""))] = clean_text(text)
        except ValueError:
            continue
    return found


def _text_boxes(tree: Element) -> list[TextBox]:
    boxes = []
    names = LocalNames()
    for anchor in tree:
        lines: list[list[str]] = []
        in_body, height = False, 0
        for one in anchor.iter():
            name = names[one.tag]
            if name == "t":
                if in_body and lines and one.text:
                    lines[-1].append(one.text)
            elif name == "p":
                if in_body:
                    lines.append([])
            elif name == "txBody":
                in_body = True
            elif name == "ext" and not height:
                cy = one.get("cy", "")
                height = int(cy) if cy.isdigit() else 0
        text = clean_text("\n".join(map("".join, lines)))
        if text:
            ends = _ends(anchor, names)
            start = ends.get("from", {})
            place = max(0, start.get("row", 0)), max(0, start.get("col", 0))
            boxes.append(TextBox(place, text, _over_row(ends, height)))
    return boxes


def _ends(anchor: Element, names: LocalNames) -> dict[str, dict[str, int]]:
    """Row, column and offsets of the corners of a drawing, ``from`` and ``to``."""
    found: dict[str, dict[str, int]] = {}
    for end in anchor:
        name = names[end.tag]
        if name in ("from", "to"):
            found[name] = {names[one.tag]: _whole(one.text) for one in end}
    return found


def _whole(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


def _over_row(ends: Mapping[str, Mapping[str, int]], height: int) -> int | None:
    """The row that most of a drawing lies over: of two rows by how far it reaches into the second, else the middle."""
    if "from" not in ends or "to" not in ends:
        return None
    first, last = ends["from"].get("row", 0), ends["to"].get("row", 0)
    if last != first + 1:
        return (first + last) // 2
    return last if 2 * ends["to"].get("rowOff", 0) > height > 0 else first


def _percent_styles(path: Path, parts: Mapping[str, bytes]) -> frozenset[bytes]:
    """Numbers of the cell styles whose number format shows per cent."""
    if "xl/styles.xml" not in parts:
        return frozenset()
    tree = parse_part(path, parts["xl/styles.xml"])
    formats = {one.get("numFmtId", "") for one in every(tree, "numFmt") if "%" in one.get("formatCode", "")}
    wanted, found = formats | _PERCENT_IDS, set()
    for group in every(tree, "cellXfs"):
        for n, style in enumerate(group):
            if style.get("numFmtId") in wanted:
                found.add(str(n).encode())
    return frozenset(found)


def _defined_names(path: Path, parts: Mapping[str, bytes]) -> dict[str, str]:
    if "xl/workbook.xml" not in parts:
        return {}
    tree = parse_part(path, parts["xl/workbook.xml"])
    return {
        one.get("name", ""): (one.text or "")
        for one in every(tree, "definedName")
        if not one.get("name", "").startswith("_xlnm")
    }
