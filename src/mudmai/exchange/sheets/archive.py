"""Archives that workbooks are: opened only when they unfold to a sane size, and XML without entities.

A workbook is checked by what its archive says it unfolds to, then every member is unfolded once, counted and its
checksum compared, so that nothing later meets more than was said.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

from mudmai.core.language import Text
from mudmai.exchange.sheets.refusals import refused

MOST_UNFOLDED_BYTES = 1 << 30
"""A workbook may unfold to this size."""
MOST_RATIO = 250
"""Members above :data:`RATIO_FROM` bytes may unfold to this many times their packed size."""
RATIO_FROM = 16 << 20
MOST_MEMBERS = 10_000
MOST_PART_BYTES = 64 << 20
"""A part that is read as a tree (styles, comments, drawings) may be this large."""

_BLOCK = 1 << 20
Element: TypeAlias = ElementTree.Element
Watch = Callable[[str], "Callable[[bytes], None] | None"]
"""From the name of a member to what hears its content block by block, or None."""

FAULTS = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error)


def check_archive(path: Path, watch: Watch, first: Callable[[str], bool] | None = None) -> frozenset[str]:
    """Unfold all members once within the limits, those whose name is ``first`` before the others; gives their names."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(path, members)
            if first is not None:
                members.sort(key=lambda member: not first(member.filename))
            for member in members:
                if member.flag_bits & 1:
                    raise locked(path)
                hear = watch(member.filename)
                with archive.open(member) as file:
                    while block := file.read(_BLOCK):
                        if hear is not None:
                            hear(block)
                if hear is not None:
                    hear(b"")
            return frozenset(member.filename for member in members)
    except FAULTS as found:
        raise damaged(path, found) from found


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or len(set(names)) != len(names):
        raise damaged(path, f"{len(members):,} members")
    said = sum(member.file_size for member in members)
    if said > MOST_UNFOLDED_BYTES:
        raise too_large(path, _megabytes(said))
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(1, member.compress_size):
            raise too_large(path, f"{_megabytes(member.compress_size)} → {_megabytes(member.file_size)}")


def read_parts(path: Path, wanted: Callable[[str], bool]) -> Mapping[str, bytes]:
    """The content of the members whose name is ``wanted``; :func:`check_archive` comes first."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                member.filename: archive.read(member)
                for member in archive.infolist()
                if wanted(member.filename) and member.file_size <= MOST_PART_BYTES
            }
    except FAULTS as found:
        raise damaged(path, found) from found


def parse_part(path: Path, data: bytes) -> Element:
    """An XML part as a tree. Declarations of types and entities are refused: office programs write none."""
    head = data[:4096]
    text = head.decode("utf-16", "ignore") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or "<!" in text.replace("<!--", ""):
        raise damaged(path, "DOCTYPE")
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - a part with entities or a DTD was refused above
    except ElementTree.ParseError as found:
        raise damaged(path, found) from found


def relations(path: Path, parts: Mapping[str, bytes], name: str) -> Iterator[tuple[str, str, str]]:
    """(id, last word of the type, target) of the inner relations of the part ``name``; outer ones are left alone."""
    folder, _, base = name.rpartition("/")
    data = parts.get(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
    if data is None:
        return
    for one in parse_part(path, data):
        if one.get("TargetMode") == "External":
            continue
        target = one.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        yield one.get("Id", ""), one.get("Type", "").rsplit("/", 1)[-1], full


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return _without_namespace(element.tag)


@lru_cache(maxsize=4096)
def _without_namespace(name: object) -> str:
    return str(name).rsplit("}", 1)[-1]


class LocalNames(dict[object, str]):
    """Names without their namespace by tag, for a walk over thousands of elements."""

    def __missing__(self, tag: object) -> str:
        found = self[tag] = _without_namespace(tag)
        return found


def attribute(element: Element, name: str) -> str:
    """An attribute by its name without namespace; empty when absent."""
    for key, value in element.attrib.items():
        if _without_namespace(key) == name:
            return value
    return ""


def every(element: Element, name: str) -> Iterator[Element]:
    """All elements below with this local name."""
    ending = "}" + name
    return (one for one in element.iter() if str(one.tag).endswith(ending) or one.tag == name)


def damaged(path: Path, found: object) -> Exception:
    """The refusal of a file that cannot be opened."""
    return refused(
        path,
        "unreadable",
        Text("เปิดไฟล์ไม่ได้ ไฟล์เสียหายหรือไม่ครบ", f"the file is damaged or cut short ({found})"),
        Text("ส่งออกหรือคัดลอกไฟล์ใหม่แล้วลองอีกครั้ง", "export or copy the file again and retry"),
    )


def locked(path: Path) -> Exception:
    """The refusal of a file with a password."""
    return refused(
        path,
        "password",
        Text("ไฟล์นี้ล็อกด้วยรหัสผ่าน จึงเปิดอ่านไม่ได้", "the file is locked with a password and cannot be read"),
        Text(
            "เปิดไฟล์ด้วยรหัสผ่าน เลือก ไฟล์ > ข้อมูล > ป้องกันสมุดงาน แล้วลบรหัสผ่าน บันทึก และส่งใหม่",
            "open it with the password, remove it under File > Info > Protect Workbook, save, and send it again",
        ),
    )


def too_large(path: Path, size: str) -> Exception:
    """The refusal of a file that unfolds too far."""
    return refused(
        path,
        "too_large",
        Text(f"ไฟล์ขยายออกแล้วใหญ่เกินกำหนด ({size})", f"the file unfolds to more than is allowed ({size})"),
        Text("ลบแถวและคอลัมน์ที่ไม่ใช้ หรือแบ่งเป็นหลายไฟล์", "delete unused rows and columns, or split the file"),
    )


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MB"
