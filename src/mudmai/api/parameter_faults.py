"""What is said in Thai about parameters of the wrong kind, beside Pydantic's English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fault_in_thai(fault: Mapping[str, Any]) -> str:
    """One fault of Pydantic in Thai, by its type; a neutral sentence where the type is rare."""
    about = dict(fault.get("ctx") or {})
    about = {name: str(value).replace(" or ", " หรือ ") for name, value in about.items()}
    try:
        return _THAI.get(str(fault.get("type")), _RARE).format(**about)
    except KeyError:
        return _RARE


_RARE = "ค่าที่ให้มาใช้กับพารามิเตอร์นี้ไม่ได้"
_THAI = {
    "missing": "ต้องระบุค่า",
    "greater_than": "ต้องมากกว่า {gt}",
    "greater_than_equal": "ต้องไม่น้อยกว่า {ge}",
    "less_than": "ต้องน้อยกว่า {lt}",
    "less_than_equal": "ต้องไม่เกิน {le}",
    "int_parsing": "ต้องเป็นจำนวนเต็ม",
    "int_type": "ต้องเป็นจำนวนเต็ม",
    "int_from_float": "ต้องเป็นจำนวนเต็ม",
    "int_parsing_size": "ตัวเลขใหญ่เกินไป",
    "float_parsing": "ต้องเป็นตัวเลข",
    "bool_parsing": "ต้องเป็น true หรือ false",
    "string_type": "ต้องเป็นข้อความ",
    "string_too_long": "ยาวเกิน {max_length} ตัวอักษร",
    "string_too_short": "สั้นกว่า {min_length} ตัวอักษร",
    "too_long": "มีได้ไม่เกิน {max_length} ค่า",
    "too_short": "ต้องมีอย่างน้อย {min_length} ค่า",
    "literal_error": "ต้องเป็นค่าใดค่าหนึ่งใน {expected}",
}
