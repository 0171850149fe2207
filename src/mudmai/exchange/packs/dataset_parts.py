"""Metadata of a pack's data: ``datasets.yaml`` made into datasets, checked against the pack's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mudmai.core.checks import CheckRule, FieldRule
from mudmai.core.datasets import LICENCES, Contact, Dataset, Organisation
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.packs.check_parts import build_checks, build_fields
from mudmai.exchange.packs.disclosure_parts import build_disclosure
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import DatasetPart, DatasetsFile
from mudmai.exchange.packs.yaml_lines import Path_


def build_datasets(
    placed: Placed[DatasetsFile], catalogue: Catalogue, definitions: Mapping[str, str] | None = None
) -> tuple[Dataset, ...]:
    """The datasets of ``datasets.yaml``; faults go to the findings. ``definitions`` are named formulas for checks."""
    part = placed.part
    placed.unique(Text("หน่วยงาน", "organisation"), [o.id for o in part.organisations], ("organisations",))
    placed.unique(Text("ชุดข้อมูล", "dataset"), [d.id for d in part.datasets], ("datasets",))
    organisations = {o.id: Organisation(o.id, wording(o.name), o.url) for o in part.organisations}
    found = []
    for index, one in enumerate(part.datasets):
        path: Path_ = ("datasets", index)
        sound = placed.known(Text("หน่วยงาน", "organisation"), one.publisher, organisations, (*path, "publisher"))
        sound &= placed.known(Text("สัญญาอนุญาต", "licence"), one.licence, LICENCES, (*path, "licence"))
        for n, name in enumerate(one.series):
            sound &= placed.known(Text("อนุกรม", "series"), name, catalogue.series, (*path, "series", n))
        if sound:
            fields = build_fields(placed, one, catalogue, path)
            checks = build_checks(placed, one, catalogue, definitions or {}, path)
            made = _dataset(one, organisations[one.publisher], fields, checks)
            found.append(replace(made, disclosure=build_disclosure(placed, one, catalogue, path)))
    return tuple(found)


def _dataset(
    part: DatasetPart, publisher: Organisation, fields: tuple[FieldRule, ...], checks: tuple[CheckRule, ...]
) -> Dataset:
    return Dataset(
        id=part.id,
        title=wording(part.title),
        notes=wording(part.notes),
        publisher=publisher,
        contact=Contact(wording(part.contact.name), part.contact.email),
        licence=part.licence,
        tags=tuple(wording(t) for t in part.tags),
        objectives=tuple(part.objectives),
        update=part.update,
        geo_unit=part.geo_unit,
        data_source=wording(part.data_source),
        series=tuple(part.series),
        tables=tuple(part.tables),
        data_class=part.data_class,
        data_type=part.data_type,
        governance=part.governance,
        interval=part.interval,
        official_statistics=part.official_statistics,
        url=part.url,
        fields=fields,
        checks=checks,
    )
