"""Shape: a lined YAML document against its model; every fault becomes a problem with line and key."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mudmai.core.language import Text
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.schema import Part
from mudmai.exchange.packs.yaml_lines import LinedDocument, Path_, write_path

P = TypeVar("P", bound=Part)


def read_shape(model: type[P], document: LinedDocument, file: str, findings: Findings) -> P | None:
    """The document as ``model``, or None when something is wrong with its shape (told to ``findings``)."""
    if not isinstance(document.data, dict):
        findings.add(
            "pack_value",
            Text("ไฟล์ว่างหรือไม่ได้ขึ้นต้นด้วยคีย์", "the file is empty or does not start with keys"),
            Text(f"เริ่มด้วยคีย์ {_keys(model)}", f"start with the keys {_keys(model)}"),
            file=file,
            line=1,
        )
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        told: set[Path_] = set()
        for fault in error.errors(include_url=False):
            place = document.existing(fault["loc"])
            # A value with several allowed types is refused once for each of them: the first refusal is enough.
            if fault["type"] in ("missing", "extra_forbidden") or place not in told:
                told.add(place)
                _tell(fault, model, document, file, findings)
        return None


def _tell(fault: Any, model: type[Part], document: LinedDocument, file: str, findings: Findings) -> None:
    # Union members add their own names to the location ("LevelPart"); they are no keys of the file.
    path = tuple(part for part in fault["loc"] if part not in ("LevelPart", "list[constrained-str]", "list[str]"))
    kind = fault["type"]
    if kind == "missing":
        _tell_missing(path, document, file, findings)
        return
    message, remedy, code = _words(fault, model, path)
    line = document.line_of(path)
    findings.add(code, message, remedy, file=file, line=line, key=write_path(document.existing(path) or path))


def _tell_missing(path: Path_, document: LinedDocument, file: str, findings: Findings) -> None:
    key, parent = path[-1], path[:-1]
    looked = _name_of(parent, document)
    findings.add(
        "pack_missing_key",
        Text(f"ไม่มีคีย์ “{key}” ซึ่งต้องอยู่ใน {looked.th}", f"the key “{key}” is missing; it was looked for in {looked.en}"),
        Text(f"เพิ่ม {key}: ตรงนี้", f"add {key}: here"),
        file=file,
        line=document.line_of(parent),
        key=write_path(path),
    )


def _name_of(path: Path_, document: LinedDocument) -> Text:
    """The part at ``path`` as people call it: by its id where it has one."""
    data: Any = document.data
    name = ""
    for step in path:
        data = data[step]
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            name = data["id"]
    shown = write_path(path)
    if not shown:
        return Text("ระดับบนสุดของไฟล์", "the top level of the file")
    return Text(f"{shown} ({name})", f"{shown} ({name})") if name else Text(shown, shown)


def _words(fault: Any, model: type[Part], path: Path_) -> tuple[Text, Text, str]:
    """Message, remedy and code of one pydantic error."""
    kind, context, found = fault["type"], fault.get("ctx", {}), _short(fault.get("input"))
    key = path[-1] if path else ""
    if kind == "extra_forbidden" and str(key).isdigit():
        return (
            Text(f"“{key}” ไม่ใช่คีย์ จุลภาคในตัวเลขแยกค่าออกจากกัน", f"“{key}” is no key: a comma cut a number in two"),
            Text("เขียนตัวเลขโดยไม่มีจุลภาค เช่น 500000", "write numbers without commas, such as 500000"),
            "pack_value",
        )
    if kind == "extra_forbidden":
        known = sorted(_fields_at(model, path[:-1]))
        near = get_close_matches(str(key), known, n=1, cutoff=0.6)
        meant = (near[0] if near else "", ", ".join(known))
        return (
            Text(f"ไม่รู้จักคีย์ “{key}”", f"unknown key “{key}”"),
            Text(
                (f"หมายถึง {meant[0]} หรือไม่ " if near else "") + f"คีย์ที่ใช้ได้: {meant[1]}",
                (f"did you mean {meant[0]}? " if near else "") + f"keys here: {meant[1]}",
            ),
            "pack_unknown_key",
        )
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return (
            Text(f"“{found}” ใช้ไม่ได้กับ {key}", f"“{found}” cannot be used for {key}"),
            Text(f"เลือกจาก {expected}", f"choose one of {expected}"),
            "pack_value",
        )
    if kind == "value_error":
        return _period_words(str(context.get("error", "")), found)
    if kind == "string_type":
        if path and path[-1] in ("th", "en") and fault.get("input") in (None, ""):
            return _no_wording(str(key))
        return (
            Text(f"{key} ต้องเป็นข้อความ แต่พบ {found}", f"{key} must be text, found {found}"),
            Text("ใส่เครื่องหมายคำพูดรอบค่า", "put the value in quotes"),
            "pack_value",
        )
    if kind in ("too_short", "string_too_short") and path and path[-1] in ("th", "en"):
        return _no_wording(str(key))
    if kind == "string_pattern_mismatch":
        return (
            Text(f"“{found}” ไม่ถูกรูปแบบสำหรับ {key}", f"“{found}” is not well formed for {key}"),
            Text(f"รูปแบบที่รับ: {context.get('pattern')}", f"accepted form: {context.get('pattern')}"),
            "pack_value",
        )
    if kind in ("float_type", "int_type", "float_parsing", "int_parsing", "int_from_float"):
        return (
            Text(f"{key} ต้องเป็นตัวเลข แต่พบ {found}", f"{key} must be a number, found {found}"),
            Text("เขียนเลขอารบิกโดยไม่มีจุลภาคหรือเครื่องหมายคำพูด", "write Arabic digits without commas or quotes"),
            "pack_value",
        )
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return (
            Text(f"{key} ต้องมีคีย์ย่อย แต่พบ {found}", f"{key} must hold keys of its own, found {found}"),
            Text("ย่อหน้าคีย์ย่อยไว้ใต้คีย์นี้", "indent its keys below it"),
            "pack_value",
        )
    if kind == "list_type":
        return (
            Text(f"{key} ต้องเป็นรายการ แต่พบ {found}", f"{key} must be a list, found {found}"),
            Text("ขึ้นต้นแต่ละรายการด้วย -", "start each item with a dash"),
            "pack_value",
        )
    said = str(fault.get("msg", kind))
    return (
        Text(f"{key}: ค่า {found} ใช้ไม่ได้ ({said})", f"{key}: {found} cannot be used ({said})"),
        Text("ดูคำอธิบายของคีย์ในคู่มือชุดเนื้อหา", "see this key in the pack reference"),
        "pack_value",
    )


def _no_wording(key: str) -> tuple[Text, Text, str]:
    name = {"th": Text("ภาษาไทย", "Thai"), "en": Text("ภาษาอังกฤษ", "English")}[key]
    return (
        Text(f"ไม่มีข้อความ{name.th}", f"the {name.en} text is missing"),
        Text("ทุกข้อความต้องมีทั้ง th และ en", "every text needs both th and en"),
        "pack_text",
    )


def _period_words(said: str, found: str) -> tuple[Text, Text, str]:
    if "period_be" in said:
        return (
            Text(f"“{found}” ดูเหมือนปี พ.ศ.", f"“{found}” looks like a Buddhist year"),
            Text("ในชุดเนื้อหาใช้ปี ค.ศ. (พ.ศ. ลบ 543)", "packs use Common Era years (Buddhist year minus 543)"),
            "pack_period",
        )
    return (
        Text(f"“{found}” ไม่ใช่ช่วงเวลา", f"“{found}” is not a period"),
        Text("เขียน 2019, FY2024, 2019-Q4 หรือ 2019-04", "write 2019, FY2024, 2019-Q4 or 2019-04"),
        "pack_period",
    )


def _fields_at(model: type[BaseModel], path: Path_) -> set[str]:
    """Names of the keys that ``model`` allows at ``path``."""
    schema = model.model_json_schema()
    here: Any = schema
    for step in path:
        here = _resolved(here, schema)
        here = here.get("items", {}) if isinstance(step, int) else here.get("properties", {}).get(step, {})
    return set(_resolved(here, schema).get("properties", {}))


def _resolved(here: Any, schema: Any) -> Any:
    """Follow references, and of alternatives the one that has keys or items."""
    while True:
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in here:
            here = next((one for one in here["anyOf"] if "$ref" in one or "items" in one), {})
        else:
            return here


def _keys(model: type[Part]) -> str:
    return ", ".join(model.model_fields)


def _short(value: object) -> str:
    text = "ค่าว่าง/nothing" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
