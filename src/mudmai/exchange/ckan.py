"""Datasets as CKAN speaks of them: packages, resources, organisations, groups, with the fields of Thai catalogues.

The shapes are those that the Action API (version 3) of CKAN 2.9 to 2.12 answers with. Beside CKAN's own fields every
package has those of ``ckanext-thai_gdc``, on which Thai agencies' catalogues and the central one agree: names and
values are facts of that interface (Thai strings, ``"True"``/``"False"`` as text, Buddhist years).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mudmai.core.datasets import LICENCES, DatasetRecord, DataType, Organisation
from mudmai.core.language import Text
from mudmai.core.plans import Plan
from mudmai.core.series import Catalogue
from mudmai.exchange.addresses import Addresses, stable_id
from mudmai.exchange.dataset_files import MOST_SHEET_ROWS, tidy_columns
from mudmai.exchange.register_files import REGISTER_FILES, register_file

Json = dict[str, Any]

GDC_LICENCES = {
    "not-stated": "License not specified",
    "cc-by": "Creative Commons Attributions",
    "cc-by-sa": "Creative Commons Attribution Share-Alike",
    "cc-by-nc": "Creative Commons Non-Commercial (Any)",
    "odc-pddl": "Open Data Common",
    "dga-ogl": "DGA Open Government License",
}
"""Terms of use as Thai catalogues name them; any other is ``อื่นๆ`` with its own name beside it."""

OTHER = "อื่นๆ"

_RESOURCES = (
    ("csv", "CSV", "text/csv", Text("ตารางข้อมูล (CSV)", "table (CSV)")),
    ("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     Text("สมุดงานพร้อมคำอธิบาย (Excel)", "workbook with notes (Excel)")),
    ("geojson", "GeoJSON", "application/geo+json", Text("ค่าล่าสุดบนแผนที่ (GeoJSON)", "latest values on a map (GeoJSON)")),
    ("zip", "ZIP", "application/zip", Text("ชุดข้อมูลพร้อมโครงสร้าง (Data Package)", "data package (Frictionless)")),
)  # fmt: skip
FILE_OF = {"csv": "/data.csv", "xlsx": "/data.xlsx", "geojson": "/data.geojson", "zip": "/datapackage.zip"}
"""Where each kind of file is, behind the dataset's address."""

NUMERIC = "numeric"


def package(
    record: DatasetRecord, catalogue: Catalogue, plans: Iterable[Plan], to: Addresses, register: str = ""
) -> Json:
    """One dataset as ``package_show`` answers it; ``register``: the scheme whose register it is counted from."""
    dataset, holding = record.dataset, record.holding
    licence = LICENCES[dataset.licence]
    tags = _tags(record)
    resources = [*_resources(record, to), *(_register_resources(record, to, register) if register else ())]
    for at, one in enumerate(resources):
        one["position"] = at
    return {
        "id": package_id(record),
        "name": dataset.id,
        "title": dataset.title.th,
        "notes": dataset.notes.th,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": dataset.licence not in ("not-stated", "cc-by-nc"),
        "version": holding.release,
        "url": dataset.url or "",
        "author": dataset.publisher.name.th,
        "author_email": dataset.contact.email,
        "maintainer": dataset.contact.name.th,
        "maintainer_email": dataset.contact.email,
        "license_id": GDC_LICENCES.get(dataset.licence, OTHER),
        "license_id_other": "" if dataset.licence in GDC_LICENCES else licence.title.th,
        "license_title": licence.title.th,
        "license_url": licence.url or "",
        "owner_org": organisation_id(dataset.publisher),
        "organization": organisation(dataset.publisher),
        "groups": [group_brief(plan) for plan in plans if plan.id == record.pack],
        "tags": [_tag(name) for name in tags],
        "num_tags": len(tags),
        "tag_string": ",".join(tags),
        "resources": resources,
        "num_resources": len(resources),
        "metadata_created": _moment(holding.issued),
        "metadata_modified": _moment(holding.modified),
        "relationships_as_object": [],
        "relationships_as_subject": [],
        **_government_fields(record, catalogue),
        "extras": [
            {"key": "title_en", "value": dataset.title.en},
            {"key": "notes_en", "value": dataset.notes.en},
            {"key": "publisher_en", "value": dataset.publisher.name.en},
            {"key": "mudmai_release", "value": holding.release},
            {"key": "rows", "value": str(holding.rows)},
        ],
    }  # fmt: skip


def _government_fields(record: DatasetRecord, catalogue: Catalogue) -> Json:
    dataset, holding = record.dataset, record.holding
    series = [catalogue.one_series(name) for name in holding.series]
    found: Json = {
        "data_type": dataset.data_type.label.th,
        "objective": [one.label.th for one in dataset.objectives],
        "update_frequency_unit": dataset.update.label.th,
        "update_frequency_interval": str(dataset.interval),
        "geo_coverage": dataset.geo_unit.label.th,
        "data_source": dataset.data_source.th,
        "data_format": ["CSV", "XLS", "JSON"],
        "data_category": dataset.governance.label.th,
        "data_language": ["ไทย", "อังกฤษ"],
        "high_value_dataset": "False",
        "reference_data": "False",
        "allow_harvest": "True",
        "official_statistics": "True" if dataset.official_statistics else "False",
        "created_date": _moment(holding.issued)[:10],
        "last_updated_date": _moment(holding.modified)[:10],
    }
    if dataset.data_type is DataType.STATISTICS:
        units = dict.fromkeys(catalogue.unit(s.unit).label.th for s in series)
        methods = [catalogue.methods[name].title.th for name in holding.methods]
        found |= {
            "first_year_of_data": str(holding.first.year_be) if holding.first else "",
            "last_year_of_data": str(holding.last.year_be) if holding.last else "",
            "disaggregate": list(dict.fromkeys(d.title.th for s in series for d in s.dimensions)) or ["ไม่มี"],
            "unit_of_measure": ", ".join(units),
            "calculation_method": "; ".join(methods),
        }
    return found


def _resources(record: DatasetRecord, to: Addresses) -> list[Json]:
    kinds = [k for k in _RESOURCES if k[0] != "xlsx" or record.holding.rows <= MOST_SHEET_ROWS]
    found = []
    for kind, written, media, title in kinds:
        one = _resource(record, kind, to.dataset(record.id, FILE_OF[kind]), title, written, media)
        found.append(one | {"last_modified": _moment(record.holding.modified), "datastore_active": kind == "csv"})
    return found


def _register_resources(record: DatasetRecord, to: Addresses, scheme: str) -> list[Json]:
    """The list that the figures are counted from, as it is today; when it changed last is not said."""
    return [
        _resource(record, one.kind, to.name(register_file(scheme, one.form)), one.title, one.written, one.media)
        for one in REGISTER_FILES
    ]


def _resource(record: DatasetRecord, kind: str, url: str, title: Text, written: str, media: str) -> Json:
    return {
        "id": resource_id(record, kind),
        "package_id": package_id(record),
        "name": title.th,
        "description": f"{record.dataset.title.th} — {title.th}",
        "url": url,
        "url_type": None,
        "resource_type": "file",
        "format": written,
        "mimetype": media,
        "mimetype_inner": None,
        "hash": "",
        "size": None,
        "position": 0,
        "state": "active",
        "cache_url": None,
        "created": _moment(record.holding.issued),
        "last_modified": None,
        "metadata_modified": _moment(record.holding.modified),
        "datastore_active": False,
    }


def package_id(record: DatasetRecord) -> str:
    """The identifier of the package."""
    return str(stable_id("dataset", f"{record.pack}/{record.id}"))


def resource_id(record: DatasetRecord, kind: str) -> str:
    """The identifier of one of its files (``csv``, ``xlsx``, ``geojson``, ``zip``, ``register-csv`` ...)."""
    return str(stable_id("file", f"{record.pack}/{record.id}/{kind}"))


def organisation_id(one: Organisation) -> str:
    """The identifier of a publisher."""
    return str(stable_id("organisation", one.id))


def organisation(one: Organisation) -> Json:
    """A publisher as packages carry it."""
    return {
        "id": organisation_id(one),
        "name": one.id,
        "title": one.name.th,
        "type": "organization",
        "description": one.name.en,
        "image_url": "",
        "created": "",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def organisation_full(one: Organisation, count: int) -> Json:
    """A publisher as ``organization_show`` answers it."""
    found = organisation(one)
    extras = [{"key": "homepage", "value": one.url, "state": "active"}] if one.url else []
    return {**found, "display_name": one.name.th, "package_count": count, "image_display_url": "", "num_followers": 0,
            "users": [], "tags": [], "groups": [], "extras": extras}  # fmt: skip


def group_brief(plan: Plan) -> Json:
    """A plan as a group, as packages carry it."""
    return {
        "id": str(stable_id("plan", plan.id)),
        "name": group_name(plan),
        "title": plan.title.th,
        "display_name": plan.title.th,
        "description": plan.summary.th,
        "image_display_url": "",
    }


def group_name(plan: Plan) -> str:
    """A name that CKAN allows: lower-case letters, digits, hyphens and underscores."""
    return re.sub(r"[^a-z0-9_-]+", "-", plan.id.lower())


def group_full(plan: Plan, count: int) -> Json:
    """A plan as ``group_show`` answers it."""
    return {**group_brief(plan), "type": "group", "is_organization": False, "approval_status": "approved",
            "state": "active", "created": "", "image_url": "", "package_count": count, "num_followers": 0, "users": [],
            "tags": [], "groups": [], "extras": []}  # fmt: skip


def licences() -> list[Json]:
    """All terms of use as ``license_list`` answers them."""
    return [
        {
            "id": GDC_LICENCES.get(one.id, one.title.th),
            "title": one.title.th,
            "url": one.url or "",
            "status": "active",
            "family": "",
            "maintainer": "",
            "is_okd_compliant": one.id in ("cc0", "cc-by", "cc-by-sa", "odc-pddl"),
            "is_osi_compliant": False,
            "domain_content": False,
            "domain_data": True,
            "domain_software": False,
            "od_conformance": "approved" if one.id in ("cc0", "cc-by", "cc-by-sa", "odc-pddl") else "not reviewed",
            "osd_conformance": "not reviewed",
        }
        for one in LICENCES.values()
    ]


def datastore_fields(record: DatasetRecord) -> list[Mapping[str, str]]:
    """The columns of the tidy table with their types in the datastore."""
    return [
        {"id": "_id", "type": "int"},
        *({"id": name, "type": NUMERIC if name == "value" else "text"} for name in tidy_columns(record)),
    ]


def _tag(name: str) -> Json:
    return {
        "id": str(stable_id("tag", name)),
        "name": name,
        "display_name": name,
        "state": "active",
        "vocabulary_id": None,
    }


def _tags(record: DatasetRecord) -> list[str]:
    both = [tag.th for tag in record.dataset.tags] + [tag.en for tag in record.dataset.tags]
    return list(dict.fromkeys(t.replace(",", " ") for t in both))


def _moment(when: datetime | None) -> str:
    """CKAN's times: UTC without a zone, microseconds always there."""
    return "" if when is None else when.replace(tzinfo=None).isoformat(timespec="microseconds")
