"""What an overlay adds to the packs it requires, and that it replaces nothing unless it says so.

An overlay (``kind: overlay``) holds definitions made by people of an installation. Official readings of a shipped plan
never change by one: it adds readings, series and named formulas; an id that is taken is refused, or named in
``replaces``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.core.plans import AddedReading, Plan, Reading
from mudmai.core.series import Catalogue
from mudmai.exchange.packs.pack import Pack
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import (
    DatasetsFile,
    DerivedFile,
    MethodsFile,
    PackFile,
    Part,
    ReadingsFile,
    SeriesFile,
    SourcesFile,
    UnitsFile,
)

Files = Mapping[str, Placed[Part]]


def merged(packs: Sequence[Pack]) -> tuple[Catalogue, dict[str, str]]:
    """The words and named formulas of several packs together; a later one wins."""
    catalogue, definitions = Catalogue(), dict[str, str]()
    for pack in packs:
        catalogue = catalogue.merged(pack.catalogue)
        definitions.update(pack.definitions)
    return catalogue, definitions


def build_overlay(files: Files, head: Placed[PackFile], below: Sequence[Pack]) -> tuple[AddedReading, ...]:
    """The readings that the pack adds; faults (ids that are taken, plans that are not there) go to the findings."""
    placed = cast("Placed[ReadingsFile] | None", files.get("readings.yaml"))
    if head.part.kind != "overlay":
        _check_no_overlay(head, placed)
        return ()
    _check_taken(files, head, below)
    if placed is None:
        return ()
    plans = {pack.plan.id: pack.plan for pack in below if pack.plan is not None}
    found, seen = [], set[tuple[str, str, str]]()
    for n, one in enumerate(placed.part.readings):
        if not placed.known(Text("แผน", "plan"), one.plan, plans, ("readings", n, "plan")):
            continue
        indicators = {i.id: i for i in plans[one.plan].indicators}
        if not placed.known(Text("ตัวชี้วัด", "indicator"), one.indicator, indicators, ("readings", n, "indicator")):
            continue
        key = (one.plan, one.indicator, one.id)
        if one.id in {r.id for r in indicators[one.indicator].readings} or key in seen:
            placed.tell(
                "pack_taken",
                ("readings", n, "id"),
                Text(f"{one.indicator} มีวิธีอ่าน {one.id} แล้ว", f"{one.indicator} has a reading {one.id} already"),
                Text("ใช้รหัสอื่น วิธีอ่านของแผนไม่ถูกแทน", "use another id; readings of the plan are not replaced"),
            )
            continue
        seen.add(key)
        reading = Reading(one.id, wording(one.title), one.formula, wording(one.why), wording(one.method))
        found.append(AddedReading(one.plan, one.indicator, reading))
    return tuple(found)


def check_readings(files: Files, below: Sequence[Pack], catalogue: Catalogue, definitions: Mapping[str, str]) -> None:
    """Check the formulas of added readings against their indicators' area systems and units."""
    placed = cast("Placed[ReadingsFile] | None", files.get("readings.yaml"))
    if placed is None:
        return
    from mudmai.core.formulas.check import check  # the checker is not needed to read area packs

    plans: Mapping[str, Plan] = {pack.plan.id: pack.plan for pack in below if pack.plan is not None}
    for n, one in enumerate(placed.part.readings):
        indicator = plans[one.plan].indicator(one.indicator)
        try:
            check(one.formula, catalogue, definitions, area_system=indicator.area_system, unit=indicator.unit)
        except MudmaiError as error:
            placed.tell_error(("readings", n, "formula"), error, prefix=f"{one.formula}: ")


def _check_no_overlay(head: Placed[PackFile], readings: Placed[ReadingsFile] | None) -> None:
    if readings is not None:
        readings.tell(
            "pack_file",
            (),
            Text("readings.yaml ใช้ได้เฉพาะชุดชนิด overlay", "only a pack of kind overlay has a readings.yaml"),
            Text("ใส่วิธีอ่านใน plan.yaml หรือใช้ kind: overlay", "put readings into plan.yaml, or use kind: overlay"),
        )
    if head.part.replaces:
        head.tell(
            "pack_value",
            ("replaces",),
            Text("replaces ใช้ได้เฉพาะชุดชนิด overlay", "only a pack of kind overlay replaces anything"),
            Text("ลบ replaces หรือใช้ kind: overlay", "remove replaces, or use kind: overlay"),
        )


def _check_taken(files: Files, head: Placed[PackFile], below: Sequence[Pack]) -> None:
    """Ids of the overlay that packs below have already, unless it means to replace them."""
    base, formulas = merged(below)
    may = set(head.part.replaces)
    if "areas.yaml" in files:
        files["areas.yaml"].tell(
            "pack_file",
            (),
            Text("ชุดชนิด overlay ไม่มีพื้นที่ของตนเอง", "a pack of kind overlay has no areas of its own"),
            Text("ย้ายไปชุดชนิด areas", "move them into a pack of kind areas"),
        )
    measures: dict[str, tuple[str, list[str], set[str]]] = {}
    if (units := cast("Placed[UnitsFile] | None", files.get("units.yaml"))) is not None:
        measures["units.yaml"] = ("units", [u.id for u in units.part.units], set(base.units))
    if (sources := cast("Placed[SourcesFile] | None", files.get("sources.yaml"))) is not None:
        measures["sources.yaml"] = ("sources", [s.id for s in sources.part.sources], set(base.sources))
    if (methods := cast("Placed[MethodsFile] | None", files.get("methods.yaml"))) is not None:
        measures["methods.yaml"] = ("methods", [m.id for m in methods.part.methods], set(base.methods))
    names = set(base.series) | set(formulas)
    if (series := cast("Placed[SeriesFile] | None", files.get("series.yaml"))) is not None:
        measures["series.yaml"] = ("series", [s.id for s in series.part.series], names - (may & set(base.series)))
    if (derived := cast("Placed[DerivedFile] | None", files.get("derived.yaml"))) is not None:
        measures["derived.yaml"] = ("formulas", [d.id for d in derived.part.formulas], set(formulas) - may)
    if (datasets := cast("Placed[DatasetsFile] | None", files.get("datasets.yaml"))) is not None:
        taken = {d.id for pack in below for d in pack.datasets}
        measures["datasets.yaml"] = ("datasets", [d.id for d in datasets.part.datasets], taken)
    for file, (key, ids, taken) in measures.items():
        for n, name in enumerate(ids):
            if name in taken:
                files[file].tell(
                    "pack_taken",
                    (key, n, "id"),
                    Text(f"{name} มีอยู่แล้วในชุดที่ต้องใช้", f"{name} is taken by a required pack"),
                    Text(
                        "ใช้รหัสอื่น หรือ (เฉพาะอนุกรมและสูตร) ใส่ใน replaces หากตั้งใจแทน",
                        "use another id, or (series and formulas only) name it in replaces if that is meant",
                    ),
                )
    for n, name in enumerate(head.part.replaces):
        head.known(Text("อนุกรมหรือสูตรที่แทน", "series or formula to replace"), name, names, ("replaces", n))
