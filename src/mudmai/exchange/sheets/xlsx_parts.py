"""The parts of an Excel workbook beside the values: which sheets are hidden, what is drawn or written over cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mudmai.core.number_text import clean_text
from mudmai.exchange.sheets.archive import (
    Element,
    attribute,
    check_archive,
    every,
    local,
    parse_part,
    read_parts,
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


def read_xlsx_parts(path: Path) -> BookParts:
    """Unfold the archive once (checking it) and pick up everything but the values."""
    parts = read_parts(path, lambda name: _KEPT.fullmatch(name) is not None)
    percent = _percent_styles(path, parts)
    scans: dict[str, SheetScan] = {}

    def watch(name: str) -> object:
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            return None
        scans[name] = SheetScan(percent)
        return scans[name].hear

    members = check_archive(path, watch)  # type: ignore[arg-type]
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
    for anchor in tree:
        lines = []
        for shape in (one for one in every(anchor, "txBody")):
            lines += ["".join(t.text or "" for t in every(line, "t")) for line in every(shape, "p")]
        text = clean_text("\n".join(lines))
        if text:
            boxes.append(TextBox(_anchor_place(anchor), text, _over_row(anchor)))
    return boxes


def _over_row(anchor: Element) -> int | None:
    """The row that most of a drawing lies over: of two rows by how far it reaches into the second, else the middle."""
    ends: dict[str, dict[str, int]] = {}
    for end in anchor:
        if local(end) in ("from", "to"):
            ends[local(end)] = {
                local(one): int(one.text or 0) for one in end if (one.text or "").strip().lstrip("-").isdigit()
            }
    if "from" not in ends or "to" not in ends:
        return None
    first, last = ends["from"].get("row", 0), ends["to"].get("row", 0)
    if last != first + 1:
        return (first + last) // 2
    height = next((int(one.get("cy", "0")) for one in every(anchor, "ext") if one.get("cy", "").isdigit()), 0)
    return last if 2 * ends["to"].get("rowOff", 0) > height > 0 else first


def _anchor_place(anchor: Element) -> Place:
    for start in anchor:
        if local(start) == "from":
            where = {local(one): int(one.text or 0) for one in start if (one.text or "").strip().isdigit()}
            return where.get("row", 0), where.get("col", 0)
    return 0, 0


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
