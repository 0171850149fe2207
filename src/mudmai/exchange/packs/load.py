"""Loading a pack: its files become a catalogue, named formulas and, for a plan pack, a plan.

Shape first (:mod:`shape`), then meaning (:mod:`area_tables`, :mod:`measures`, :mod:`plan_parts`), then the formulas, so
that each problem is told at the place where it can be mended. Nothing of a faulty pack is ever used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast

from mudmai.core.errors import MudmaiError, PackError
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.packs import area_tables, dataset_parts, form_parts, measures, overlay_parts, plan_parts
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import Pack, data_files_of, in_order, shipped_packs
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import (
    FILES,
    READ_ELSEWHERE,
    AreasFile,
    DatasetsFile,
    DerivedFile,
    MethodsFile,
    PackFile,
    Part,
    PlanFile,
    SeriesFile,
    SourcesFile,
    UnitsFile,
)
from mudmai.exchange.packs.schema_forms import FormsFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import Path_, read_yaml

Find = Callable[[str], Path]
"""From the id of a required pack to its folder; raises :class:`MudmaiError` when there is none."""

P = TypeVar("P", bound=Part)


def pack_beside(directory: Path) -> Find:
    """Looks for required packs beside ``directory`` first, then among the shipped ones."""

    def find(pack: str) -> Path:
        for root in (directory.resolve().parent, shipped_packs()):
            if (root / pack / "pack.yaml").is_file():
                return root / pack
        raise PackError(
            Text(f"ไม่พบชุดเนื้อหา “{pack}”", f"there is no pack “{pack}”"),
            remedy=Text("วางโฟลเดอร์ของชุดนั้นไว้ข้างกัน", "put its folder beside this one"),
            code="pack_required",
        )

    return find


def load_pack(directory: Path, *, required: Find | None = None) -> Pack:
    """Read the pack in ``directory``; ``required`` finds the packs it builds on (absent: beside it, then
    the shipped ones).

    Raises :class:`PackError` with every problem found, each with file, line and key.

    >>> load_pack(shipped_packs() / "th-areas").kind
    'areas'
    """
    return _load(directory, required or pack_beside(directory), (), {})


def load_packs(folders: Mapping[str, Path]) -> tuple[Pack, ...]:
    """All packs of ``folders`` (id → folder), which may require each other, in the order of :func:`in_order`.

    Every pack is read once, and what packs share is shared. Raises :class:`PackError` of the first faulty one.
    """
    packs, faults = load_sound_packs(folders)
    for fault in faults.values():
        raise fault
    return packs


def load_sound_packs(folders: Mapping[str, Path]) -> tuple[tuple[Pack, ...], dict[str, PackError]]:
    """As :func:`load_packs`, but faulty packs (and those that require them) are left out: id → what is wrong."""

    def required(name: str) -> Path:
        if name in folders:
            return folders[name]
        raise PackError(
            Text(f"ไม่พบชุดเนื้อหา “{name}” ที่ต้องใช้", f"the required pack “{name}” is not there"),
            remedy=Text(f"วางโฟลเดอร์ {name} ไว้ใน packs/", f"put the folder {name} into packs/"),
            code="pack_required",
        )

    read: dict[Path, Pack] = {}
    packs: list[Pack] = []
    faults: dict[str, PackError] = {}
    for name, folder in folders.items():
        try:
            packs.append(_load(folder, required, (), read))
        except PackError as fault:
            faults[name] = fault
    return in_order(packs), faults


def _load(directory: Path, required: Find, above: tuple[str, ...], read: dict[Path, Pack]) -> Pack:
    """The pack in ``directory``; ``read`` remembers sound packs, ``above`` are the packs that require this one."""
    if directory not in read:
        read[directory] = _read(directory, required, above, read)
    return read[directory]


def _read(directory: Path, required: Find, above: tuple[str, ...], read: dict[Path, Pack]) -> Pack:
    findings = Findings(directory.name)
    files = _read_files(directory, findings)
    head = cast("Placed[PackFile] | None", files.get("pack.yaml"))
    findings.raise_if_any()
    assert head is not None
    _check_head(head, directory, files)
    below = _required(head, required, (*above, head.part.pack), read)
    base, definitions = overlay_parts.merged(below)
    catalogue, own_definitions = _own(files, directory, base)
    definitions = {**definitions, **own_definitions}
    plan = None
    placed_plan = cast("Placed[PlanFile] | None", files.get("plan.yaml"))
    if placed_plan is not None:
        plan = plan_parts.build_plan(placed_plan, catalogue, head.part.version)
    placed_datasets = cast("Placed[DatasetsFile] | None", files.get("datasets.yaml"))
    datasets = () if placed_datasets is None else dataset_parts.build_datasets(placed_datasets, catalogue, definitions)
    added = overlay_parts.build_overlay(files, head, below)
    if "forms.yaml" in files:
        form_parts.check_forms(cast("Placed[FormsFile]", files["forms.yaml"]))
    # Formulas are checked only against words that are themselves sound: one fault is told once, where it is.
    findings.raise_if_any()
    _check_formulas(files, catalogue, definitions)
    overlay_parts.check_readings(files, below, catalogue, definitions)
    findings.raise_if_any()
    part = head.part
    derived = cast("Placed[DerivedFile] | None", files.get("derived.yaml"))
    return Pack(
        id=part.pack,
        kind=part.kind,
        version=part.version,
        title=wording(part.title),
        directory=directory,
        catalogue=catalogue,
        plan=plan,
        definitions=definitions,
        data_files=data_files_of(directory),
        fiscal_year_starts=part.fiscal_year_starts,
        requires=tuple(part.requires),
        note=wording(part.note),
        definition_titles={d.id: wording(d.title) for d in derived.part.formulas} if derived else {},
        datasets=datasets,
        added_readings=added,
    )


def _read_files(directory: Path, findings: Findings) -> dict[str, Placed[Part]]:
    """Every YAML file of the pack that is there and has its shape; faults go to ``findings``."""
    found: dict[str, Placed[Part]] = {}
    if not (directory / "pack.yaml").is_file():
        findings.add(
            "pack_file",
            Text("ไม่มีไฟล์ pack.yaml", "there is no pack.yaml"),
            Text("ระบุโฟลเดอร์ของชุดเนื้อหา หรือสร้าง pack.yaml", "name the folder of a pack, or write its pack.yaml"),
        )
        return found
    for name, model in FILES.items():
        if not (directory / name).is_file():
            continue
        try:
            document = read_yaml(directory / name, name)
        except PackError as error:
            where = error.where
            findings.add(error.code, error.message, error.remedy, file=name, line=where.line, key=where.field)
            continue
        part = read_shape(model, document, name, findings)
        if part is not None:
            found[name] = Placed(name, part, document, findings)
    for path in sorted(directory.glob("*.y*ml")):
        if path.name not in FILES and path.name not in READ_ELSEWHERE:
            findings.add(
                "pack_file",
                Text(f"ไม่รู้จักไฟล์ {path.name}", f"the file {path.name} is not part of a pack"),
                Text(f"ใช้ชื่อไฟล์ {', '.join(FILES)}", f"use the file names {', '.join(FILES)}"),
                file=path.name,
            )
    return found


def _check_head(head: Placed[PackFile], directory: Path, files: Mapping[str, Placed[Part]]) -> None:
    part = head.part
    if part.pack != directory.resolve().name:
        head.tell(
            "pack_value",
            ("pack",),
            Text(
                f"รหัส {part.pack} ไม่ตรงกับชื่อโฟลเดอร์ {directory.name}",
                f"the id {part.pack} is not the folder's name {directory.name}",
            ),
            Text("ใช้ชื่อเดียวกัน", "use one name for both"),
        )
    for kind in ("plan", "forms"):
        if (part.kind == kind) != (f"{kind}.yaml" in files):
            head.tell(
                "pack_file",
                ("kind",),
                Text(
                    f"ชุดชนิด {kind} ต้องมี {kind}.yaml และชนิดอื่นต้องไม่มี",
                    f"a pack of kind {kind} has a {kind}.yaml, and no other kind does",
                ),
                Text(f"แก้ kind หรือเพิ่ม/ลบ {kind}.yaml", f"mend kind, or add or remove {kind}.yaml"),
            )


def _required(
    head: Placed[PackFile], required: Find, above: tuple[str, ...], read: dict[Path, Pack]
) -> tuple[Pack, ...]:
    """The required packs in the order they are named; those that cannot be had are told."""
    found: list[Pack] = []
    for n, name in enumerate(head.part.requires):
        path: Path_ = ("requires", n)
        if name in above:
            head.tell(
                "pack_required",
                path,
                Text(
                    f"ชุดเนื้อหาต้องใช้กันเป็นวง: {' → '.join((*above, name))}",
                    f"packs require each other in a circle: {' → '.join((*above, name))}",
                ),
                Text("ตัด requires ออกหนึ่งข้อ", "remove one of the requires"),
            )
            continue
        try:
            found.append(_load(required(name), required, above, read))
        except MudmaiError as error:
            head.tell_error(path, error, prefix=f"{name}: ")
            head.findings.problems.extend(error.problems)
    return tuple(found)


def _own(files: Mapping[str, Placed[Part]], directory: Path, base: Catalogue) -> tuple[Catalogue, dict[str, str]]:
    """The pack's own words on top of ``base``, and its named formulas."""
    units, sources, methods = dict(base.units), dict(base.sources), dict(base.methods)
    systems, crosswalks, series = dict(base.area_systems), dict(base.crosswalks), dict(base.series)
    definitions: dict[str, str] = {}
    if "units.yaml" in files:
        units |= measures.build_units(cast("Placed[UnitsFile]", files["units.yaml"]))
    if "sources.yaml" in files:
        sources |= measures.build_sources(cast("Placed[SourcesFile]", files["sources.yaml"]))
    if "methods.yaml" in files:
        methods |= measures.build_methods(cast("Placed[MethodsFile]", files["methods.yaml"]))
    if "areas.yaml" in files:
        areas = cast("Placed[AreasFile]", files["areas.yaml"])
        systems |= area_tables.build_systems(areas, directory)
        crosswalks |= area_tables.build_crosswalks(areas, directory, systems)
    if "series.yaml" in files:
        series |= measures.build_series(
            cast("Placed[SeriesFile]", files["series.yaml"]),
            units=units, systems=systems, sources=sources, methods=methods, others=base.series,
        )  # fmt: skip
    if "derived.yaml" in files:
        derived = cast("Placed[DerivedFile]", files["derived.yaml"])
        derived.unique(Text("สูตรที่มีชื่อ", "named formula"), [d.id for d in derived.part.formulas], ("formulas",))
        for n, one in enumerate(derived.part.formulas):
            if one.id in series:
                derived.tell(
                    "pack_duplicate",
                    ("formulas", n, "id"),
                    Text(f"{one.id} เป็นชื่ออนุกรมอยู่แล้ว", f"{one.id} is already the name of a series"),
                    Text("ใช้ชื่ออื่น", "use another name"),
                )
            definitions[one.id] = one.formula
    return Catalogue(units, systems, crosswalks, sources, methods, series), definitions


def _check_formulas(files: Mapping[str, Placed[Part]], catalogue: Catalogue, definitions: Mapping[str, str]) -> None:
    """Check every formula of the pack: names, units, area systems, circles."""
    from mudmai.core.formulas.check import check  # the checker is not needed to read area packs

    def tried(placed: Placed[P], path: Path_, text: str, system: str | None = None, unit: str | None = None) -> None:
        try:
            check(text, catalogue, definitions, area_system=system, unit=unit)
        except MudmaiError as error:
            placed.tell_error(path, error, prefix=f"{text}: ")

    if "derived.yaml" in files:
        derived = cast("Placed[DerivedFile]", files["derived.yaml"])
        for n, one in enumerate(derived.part.formulas):
            tried(derived, ("formulas", n, "formula"), one.formula)
    if "plan.yaml" in files:
        plan = cast("Placed[PlanFile]", files["plan.yaml"])
        for n, indicator in enumerate(plan.part.indicators):
            for r, reading in enumerate(indicator.readings):
                path: Path_ = ("indicators", n, "readings", r, "formula")
                tried(plan, path, reading.formula, indicator.area_system, indicator.unit)
        for n, fact in enumerate(plan.part.situation):
            tried(plan, ("situation", n, "formula"), fact.formula, fact.area_system, fact.unit)
