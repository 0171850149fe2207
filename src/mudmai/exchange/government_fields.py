"""The fourteen fields that the Thai government data catalogue asks of every dataset, by its own names, with our values.

Source: the required fields of the metadata form of the Government Data Catalog (DGA, version 2); names are facts of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mudmai.core.datasets import LICENCES, DatasetRecord, frequency_of_update
from mudmai.core.language import Text, same

_NAMES = (
    ("data_type", "ประเภทชุดข้อมูล", "Type of dataset"),
    ("title", "ชื่อชุดข้อมูล", "Title"),
    ("owner_org", "องค์กร", "Organisation"),
    ("maintainer", "ชื่อผู้ติดต่อ", "Contact"),
    ("maintainer_email", "อีเมลผู้ติดต่อ", "E-mail of the contact"),
    ("tag_string", "คำสำคัญ", "Keywords"),
    ("notes", "รายละเอียด", "Description"),
    ("objective", "วัตถุประสงค์", "Objective"),
    ("update_frequency_unit", "หน่วยความถี่ของการปรับปรุงข้อมูล", "Frequency of update"),
    ("geo_coverage", "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่", "Geographic coverage"),
    ("data_source", "แหล่งที่มา", "Data source"),
    ("data_format", "รูปแบบการเก็บข้อมูล", "Formats"),
    ("data_category", "หมวดหมู่ข้อมูลตามธรรมาภิบาลข้อมูลภาครัฐ", "Category under data governance"),
    ("license_id", "สัญญาอนุญาตให้ใช้ข้อมูล", "Licence"),
)
REQUIRED: dict[str, Text] = {field: Text(th, en) for field, th, en in _NAMES}
"""Field → its name."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field of one dataset; several values where the field holds several."""

    field: str
    name: Text
    values: tuple[Text, ...]


def required_fields(record: DatasetRecord, formats: tuple[Text, ...]) -> tuple[FieldValue, ...]:
    """All fourteen fields in the catalogue's order; ``formats`` are the kinds of files that are offered."""
    dataset = record.dataset
    update = (dataset.update.label, frequency_of_update(dataset))
    values: dict[str, tuple[Text, ...]] = {
        "data_type": (dataset.data_type.label,),
        "title": (dataset.title,),
        "owner_org": (dataset.publisher.name,),
        "maintainer": (dataset.contact.name,),
        "maintainer_email": (same(dataset.contact.email),),
        "tag_string": dataset.tags,
        "notes": (dataset.notes,),
        "objective": tuple(one.label for one in dataset.objectives),
        "update_frequency_unit": tuple(dict.fromkeys(update)),
        "geo_coverage": (dataset.geo_unit.label,),
        "data_source": (dataset.data_source,),
        "data_format": formats,
        "data_category": (dataset.governance.label,),
        "license_id": (LICENCES[dataset.licence].title,),
    }
    return tuple(FieldValue(field, name, values[field]) for field, name in REQUIRED.items())
