"""The fields of each kind of definition: what the form asks, and how its text becomes the content of a pack's file.

A field knows the key it fills (``aggregation.rule``), so that a fault that the check tells at a key is shown at its
field. Lists are written one line each; parts of a line stand apart by ``|``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from mudmai.core.datasets import LICENCES, DataClass, DataType, GeoUnit, Governance, Objective, UpdateUnit
from mudmai.core.language import Text
from mudmai.core.units import BUILT_IN
from mudmai.workspace import Workspace
from mudmai.workspace.overlay import all_datasets
from mudmai.workspace.overlay_files import Content

Choices = Callable[[Workspace], Iterable[tuple[str, Text]]]
Given = Mapping[str, Any]
"""What a form holds by field: text, or a list of texts where several may be chosen."""

FREQUENCIES = {
    "annual": Text("รายปี", "annual"),
    "fiscal": Text("รายปีงบประมาณ", "fiscal years"),
    "quarterly": Text("รายไตรมาส", "quarterly"),
    "monthly": Text("รายเดือน", "monthly"),
}
RULES = {
    "sum": Text("บวกกันได้", "values of parts add up"),
    "none": Text("รวมจากพื้นที่ย่อยไม่ได้", "parts do not make the whole"),
    "weighted_mean": Text("เฉลี่ยถ่วงน้ำหนัก", "weighted mean of parts"),
    "ratio_of_sums": Text("อัตราส่วนของผลรวม", "ratio of sums"),
}
CLASSES = {
    DataClass.OPEN: Text("เปิดเผย ทุกคนอ่านได้", "open: everybody may read it"),
    DataClass.SHARED: Text("แบ่งปันเฉพาะหน่วยงาน", "shared: organisations that were let in"),
    DataClass.INTERNAL: Text("ใช้ภายใน", "internal: its own organisation"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``widget``: ``text``, ``long``, ``number``, ``choice``, ``many``, ``flag``, ``formula``; and lists
    with one entry on a line: ``lines`` (words), ``pairs`` (``th | en``), ``dimensions``, ``breaks``, ``powers``."""

    name: str
    key: str
    label: Text
    widget: str = "text"
    required: bool = True
    hint: Text | None = None
    choices: Choices | None = None


@dataclass(frozen=True)
class Filled:
    """A field with what it holds, its choices and its faults, for the page."""

    field: Field
    value: Any
    choices: Sequence[tuple[str, Text]]
    faults: Sequence[Text]


def _pair(name: str, key: str, th: str, en: str, *, long: bool = False, required: bool = True) -> tuple[Field, Field]:
    widget = "long" if long else "text"
    return (
        Field(f"{name}_th", f"{key}.th", Text(f"{th} (ไทย)", f"{en} (Thai)"), widget, required),
        Field(f"{name}_en", f"{key}.en", Text(f"{th} (อังกฤษ)", f"{en} (English)"), widget, required),
    )


def _of(mapping: Mapping[Any, Text]) -> Choices:
    return lambda _: [(str(getattr(key, "value", key)), text) for key, text in mapping.items()]


def _named(part: str) -> Choices:
    def give(workspace: Workspace) -> list[tuple[str, Text]]:
        found = getattr(workspace.catalogue, part)
        return [(name, Text(f"{one.title.th} · {name}", f"{one.title.en} · {name}")) for name, one in found.items()]

    return give


def _units(workspace: Workspace) -> list[tuple[str, Text]]:
    found = {**BUILT_IN, **workspace.catalogue.units}
    return [
        (code, Text(f"{u.label.th or code} · {code}", f"{u.label.en or code} · {code}")) for code, u in found.items()
    ]


def _sources(workspace: Workspace) -> list[tuple[str, Text]]:
    own = {name for pack in workspace.packs.values() for name in pack.catalogue.sources}
    return [one for one in _named("sources")(workspace) if one[0] in own]


def _optional(choices: Choices) -> Choices:
    return lambda workspace: [("", Text("– ไม่ใช้ –", "– none –")), *choices(workspace)]


def _publishers(workspace: Workspace) -> list[tuple[str, Text]]:
    found = {one.publisher.id: one.publisher.name for one in all_datasets(workspace)}
    return [("", Text("– หน่วยงานใหม่ ระบุด้านล่าง –", "– a new one, named below –")), *found.items()]


def _plans(workspace: Workspace) -> list[tuple[str, Text]]:
    return [(plan.id, plan.title) for plan in workspace.plans]


def _indicators(workspace: Workspace) -> list[tuple[str, Text]]:
    found = {one.id: one.title for plan in workspace.plans for one in plan.indicators}
    return [(name, Text(f"{name} {title.th}", f"{name} {title.en}")) for name, title in found.items()]


def _licences(_: Workspace) -> list[tuple[str, Text]]:
    return [(code, one.title) for code, one in LICENCES.items()]


_ID = Field(
    "id",
    "id",
    Text("รหัส", "Id"),
    hint=Text(
        "a-z ตัวเลข และ _ ขึ้นต้นด้วยตัวอักษร เปลี่ยนภายหลังไม่ได้", "letters, digits and _, starting with a letter; for good"
    ),
)
_NOTE = _pair("note", "note", "หมายเหตุ", "Note", long=True, required=False)
_FORMULA = Field("formula", "formula", Text("สูตร", "Formula"), "formula")
_BAR = Text("บรรทัดละหนึ่งรายการ", "one on each line")

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "series": (
        _ID,
        *_pair("title", "title", "ชื่อ", "Title"),
        Field("area_system", "area_system", Text("ระบบพื้นที่", "Area system"), "choice", choices=_named("area_systems")),
        Field("frequency", "frequency", Text("ความถี่", "Frequency"), "choice", choices=_of(FREQUENCIES)),
        Field("unit", "unit", Text("หน่วย", "Unit"), "choice", choices=_units),
        Field(
            "rule", "aggregation.rule", Text("การรวมพื้นที่ย่อย", "How parts make the whole"), "choice", choices=_of(RULES)
        ),
        Field(
            "weight",
            "aggregation.weight",
            Text("อนุกรมน้ำหนัก", "Series of the weights"),
            "choice",
            required=False,
            hint=Text("ใช้กับเฉลี่ยถ่วงน้ำหนัก", "for a weighted mean"),
            choices=_optional(_named("series")),
        ),
        Field(
            "numerator",
            "aggregation.numerator",
            Text("อนุกรมตัวตั้ง", "Series above the line"),
            "choice",
            required=False,
            hint=Text("ใช้กับอัตราส่วนของผลรวม", "for a ratio of sums"),
            choices=_optional(_named("series")),
        ),
        Field(
            "denominator",
            "aggregation.denominator",
            Text("อนุกรมตัวหาร", "Series below the line"),
            "choice",
            required=False,
            hint=Text("ใช้กับอัตราส่วนของผลรวม", "for a ratio of sums"),
            choices=_optional(_named("series")),
        ),
        Field(
            "dimensions",
            "dimensions",
            Text("มิติ", "Dimensions"),
            "dimensions",
            required=False,
            hint=Text(
                "มิติหนึ่งบรรทัด: sex | เพศ | sex แล้วเยื้องบรรทัดของรหัส: F | หญิง | female (ไม่ต้องใส่ยอดรวม)",
                "a dimension on a line: sex | เพศ | sex; below it, indented, its codes: F | หญิง | female (no total)",
            ),
        ),
        Field(
            "breaks",
            "breaks",
            Text("ช่วงที่เปลี่ยนวิธีวัด", "Breaks of the method"),
            "breaks",
            required=False,
            hint=Text("ปี ค.ศ. | เหตุผลไทย | เหตุผลอังกฤษ", "CE year | reason in Thai | reason in English"),
        ),
        Field("source", "source", Text("แหล่งข้อมูล", "Source"), "choice", choices=_sources),
        Field("method", "method", Text("วิธีวัด", "Method"), "choice", choices=_named("methods")),
        Field("minimum", "minimum", Text("ค่าต่ำสุดที่เป็นไปได้", "Smallest possible value"), "number", required=False),
        Field("maximum", "maximum", Text("ค่าสูงสุดที่เป็นไปได้", "Largest possible value"), "number", required=False),
        *_NOTE,
    ),
    "formulas": (_ID, *_pair("title", "title", "ชื่อ", "Title"), _FORMULA, *_NOTE),
    "readings": (
        Field("plan", "plan", Text("แผน", "Plan"), "choice", choices=_plans),
        Field("indicator", "indicator", Text("ตัวชี้วัด", "Indicator"), "choice", choices=_indicators),
        _ID,
        *_pair("title", "title", "ชื่อวิธีอ่าน", "Name of the reading"),
        _FORMULA,
        *_pair("why", "why", "เหตุที่อ่านเช่นนี้", "What speaks for it", long=True, required=False),
        *_pair("method", "method", "วิธีคำนวณ", "How the figure is made", long=True, required=False),
    ),
    "datasets": (
        Field(
            "id",
            "id",
            Text("รหัส", "Id"),
            hint=Text("a-z ตัวเลข และขีด เป็นส่วนของที่อยู่เว็บ", "lower-case letters, digits, hyphens; part of its address"),
        ),
        *_pair("title", "title", "ชื่อชุดข้อมูล", "Title"),
        *_pair("notes", "notes", "รายละเอียด", "Description", long=True),
        Field(
            "publisher", "publisher", Text("หน่วยงานเจ้าของ", "Publisher"), "choice", required=False, choices=_publishers
        ),
        Field("publisher_id", "publisher", Text("รหัสหน่วยงานใหม่", "Id of a new publisher"), required=False),
        Field("publisher_th", "publisher", Text("ชื่อหน่วยงานใหม่ (ไทย)", "Its name (Thai)"), required=False),
        Field("publisher_en", "publisher", Text("ชื่อหน่วยงานใหม่ (อังกฤษ)", "Its name (English)"), required=False),
        *_pair("contact", "contact.name", "ฝ่ายที่ติดต่อ", "Unit to ask"),
        Field("contact_email", "contact.email", Text("อีเมลของฝ่าย", "Its email address")),
        Field("licence", "licence", Text("สัญญาอนุญาต", "Licence"), "choice", choices=_licences),
        Field(
            "tags",
            "tags",
            Text("คำสำคัญ", "Keywords"),
            "pairs",
            hint=Text("ไทย | อังกฤษ " + _BAR.th, "Thai | English, " + _BAR.en),
        ),
        Field(
            "objectives",
            "objectives",
            Text("วัตถุประสงค์", "Objectives"),
            "many",
            choices=lambda _: [(one.value, one.label) for one in Objective],
        ),
        Field(
            "update",
            "update",
            Text("หน่วยความถี่การปรับปรุง", "Renewed every"),
            "choice",
            choices=lambda _: [(one.value, one.label) for one in UpdateUnit],
        ),
        Field("interval", "interval", Text("จำนวนหน่วยต่อครั้ง", "Units between two renewals"), "number", required=False),
        Field(
            "geo_unit",
            "geo_unit",
            Text("ขอบเขตเชิงพื้นที่ละเอียดสุด", "Finest area with figures"),
            "choice",
            choices=lambda _: [(one.value, one.label) for one in GeoUnit],
        ),
        *_pair("data_source", "data_source", "แหล่งที่มา", "Where the figures come from"),
        Field("data_class", "data_class", Text("ชั้นข้อมูล", "Who may read it"), "choice", choices=_of(CLASSES)),
        Field(
            "data_type",
            "data_type",
            Text("ประเภทข้อมูล", "Kind of data"),
            "choice",
            choices=lambda _: (
                [(DataType.STATISTICS.value, DataType.STATISTICS.label)]
                + [(one.value, one.label) for one in DataType if one is not DataType.STATISTICS]
            ),
        ),
        Field(
            "governance",
            "governance",
            Text("หมวดหมู่ตามธรรมาภิบาลข้อมูล", "Category under data governance"),
            "choice",
            choices=lambda _: [(one.value, one.label) for one in Governance],
        ),
        Field(
            "official_statistics",
            "official_statistics",
            Text("เป็นสถิติทางการ", "Official statistics"),
            "flag",
            required=False,
        ),
        Field(
            "series",
            "series",
            Text("อนุกรมในชุดนี้", "Series it holds"),
            "lines",
            hint=Text("รหัส " + _BAR.th, "ids, " + _BAR.en),
        ),
        Field(
            "tables",
            "tables",
            Text("ตารางในรุ่นข้อมูล", "Tables in releases"),
            "lines",
            hint=Text("เช่น user/ชื่อไฟล์ " + _BAR.th, "such as user/file-name, " + _BAR.en),
        ),
        Field("url", "url", Text("หน้าเว็บของผู้เผยแพร่", "The publisher's own page"), required=False),
    ),
    "units": (
        _ID,
        *_pair("label", "label", "ชื่อหน่วย", "Name of the unit"),
        Field(
            "base",
            "base",
            Text("หน่วยฐาน", "Base units"),
            "powers",
            required=False,
            hint=Text("ชื่อ | เลขชี้กำลัง เช่น THB | 1 และ person | -1", "name | exponent, such as THB | 1 and person | -1"),
        ),
        Field(
            "scale",
            "scale",
            Text("ตัวคูณ", "Scale"),
            required=False,
            hint=Text("เช่น 1000000 หรือ 1/100", "such as 1000000 or 1/100"),
        ),
        Field("decimals", "decimals", Text("ทศนิยมที่แสดง", "Decimals shown"), "number", required=False),
    ),
    "sources": (
        _ID,
        *_pair("publisher", "publisher", "ผู้เผยแพร่", "Publisher"),
        *_pair("title", "title", "ชื่อเอกสารหรือการสำรวจ", "Title of the publication"),
        Field("edition", "edition", Text("ฉบับหรือปี", "Edition or year"), required=False),
        Field("url", "url", Text("ที่อยู่เว็บ", "Public address"), required=False),
        Field("licence", "licence", Text("สัญญาอนุญาต", "Licence"), required=False),
        *_NOTE,
    ),
    "methods": (_ID, *_pair("title", "title", "ชื่อวิธี", "Name of the method"), *_NOTE),
}
"""The fields of each kind, in the order of the page."""


def read_form(kind: str, posted: QueryDict) -> dict[str, Any]:
    """What was typed, by field."""
    return {
        one.name: posted.getlist(one.name)
        if one.widget == "many"
        else posted.get(one.name, "").replace("\r\n", "\n").strip()
        for one in FIELDS[kind]
    }


def content_of(kind: str, given: Given) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The content of a definition, and the new publisher that a dataset names. Empty fields leave no key."""
    found: dict[str, Any] = {}
    for one in FIELDS[kind]:
        value = _read(one.widget, given.get(one.name, ""))
        if value in ("", None, [], {}) or (kind == "datasets" and one.name.startswith("publisher_")):
            continue
        here = found
        *above, last = one.key.split(".")
        for step in above:
            here = here.setdefault(step, {})
        here[last] = value
    publisher = None
    if kind == "datasets" and not found.get("publisher") and given.get("publisher_id"):
        found["publisher"] = given["publisher_id"]
        publisher = {"id": given["publisher_id"], "name": {"th": given["publisher_th"], "en": given["publisher_en"]}}
    return found, publisher


def form_of(kind: str, content: Content) -> dict[str, Any]:
    """The fields that hold ``content``: the opposite of :func:`content_of`."""
    found: dict[str, Any] = {}
    for one in FIELDS[kind]:
        here: Any = content
        for step in one.key.split("."):
            here = here.get(step, "") if isinstance(here, Mapping) else ""
        found[one.name] = "" if one.name.startswith("publisher_") and kind == "datasets" else _write(one.widget, here)
    return found


def field_at(kind: str, key: str) -> str:
    """The field that a key of the content belongs to; empty where none does."""
    best = ""
    for one in FIELDS[kind]:
        inside = key == one.key or key.startswith((one.key + ".", one.key + "[")) or one.key.startswith(key + ".")
        if inside and not best:
            best = one.name
    return best


def _read(widget: str, text: Any) -> Any:
    match widget:
        case "many":
            return list(text)
        case "flag":
            return bool(text)
        case "number":
            return _number(text)
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "pairs":
            return [_wording(parts) for parts in _rows(text)]
        case "breaks":
            return [{"period": parts[0], "reason": _wording(parts[1:])} for parts in _rows(text)]
        case "powers":
            return {parts[0]: _number(parts[1]) if len(parts) > 1 else 1 for parts in _rows(text)}
        case "dimensions":
            return _dimensions(text)
    return text


def _write(widget: str, value: Any) -> Any:
    if widget == "many":
        return [str(one) for one in value or ()]
    if widget == "flag":
        return "on" if value is True else ""
    if value in ("", None):
        return ""
    match widget:
        case "lines":
            return "\n".join(value)
        case "pairs":
            return "\n".join(_line(one) for one in value)
        case "breaks":
            return "\n".join(f"{one['period']} | {_line(one['reason'])}" for one in value)
        case "powers":
            return "\n".join(f"{name} | {power}" for name, power in value.items())
        case "dimensions":
            lines = []
            for one in value:
                lines.append(f"{one['id']} | {_line(one['title'])}")
                lines += [f"  {code['code']} | {_line(code['label'])}" for code in one["codes"]]
            return "\n".join(lines)
        case "number":
            return f"{value:g}" if isinstance(value, float) else str(value)
    return str(value)


def _rows(text: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]


def _wording(parts: Sequence[str]) -> dict[str, str]:
    th, en = (*parts, "", "")[:2]
    return {name: text for name, text in (("th", th), ("en", en)) if text}


def _line(told: Mapping[str, str]) -> str:
    return f"{told.get('th', '')} | {told.get('en', '')}"


def _number(text: str) -> Any:
    """A number where it is one; the text itself otherwise, for the check to tell."""
    plain = text.replace(",", "").strip()
    if not plain:
        return None
    try:
        value = float(plain)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in plain and "e" not in plain.lower() else value


def _dimensions(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        code, *words = (part.strip() for part in line.split("|"))
        if line[0].isspace() and found:
            found[-1]["codes"].append({"code": code, "label": _wording(words)})
        else:
            found.append({"id": code, "title": _wording(words), "codes": []})
    return found
