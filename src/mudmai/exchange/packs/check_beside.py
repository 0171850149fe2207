"""Files of a pack that are read where they are used (print, lists, links, indices, criteria), checked with it."""

from __future__ import annotations

from collections.abc import Callable

from mudmai.core.errors import MudmaiError, Problem
from mudmai.core.language import Text
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import Pack
from mudmai.exchange.packs.yaml_lines import read_yaml

_PLACES = {"page": ("{page}",), "mark": ("{code}",), "year": ("{year}",)}
"""Words of ``print.yaml`` and what is filled into them."""


def problems_beside(pack: Pack) -> list[Problem]:
    """All faults of the files named below and of criteria, each with file, line and key."""
    found: list[Problem] = []
    for name, check in {
        "flat.yaml": _flat,
        "print.yaml": _print,
        "links.yaml": _links,
        "indices.yaml": _indices,
        "inventory.yaml": _inventory,
    }.items():
        if (pack.directory / name).is_file():
            found += _problems(check, pack)
    return found + _problems(_criteria, pack) + _problems(_registers, pack)


def _problems(check: Callable[[Pack], None], pack: Pack) -> list[Problem]:
    try:
        check(pack)
    except MudmaiError as error:
        return list(error.problems or (error.as_problem(),))
    return []


def _flat(pack: Pack) -> None:
    from mudmai.exchange.forms.flat_layouts import FILE, read_flat_layouts  # forms are built on packs

    layouts = read_flat_layouts([pack.directory])
    findings, document = Findings(pack.id), read_yaml(pack.directory / FILE, FILE)
    seen: set[str] = set()
    for at, one in enumerate(document.data["flat"]):
        if one["id"] in seen:
            findings.add(
                "pack_duplicate",
                Text(f"รหัส {one['id']} ซ้ำ", f"the id {one['id']} stands twice"),
                Text("ใช้รหัสไม่ซ้ำ", "give every layout its own id"),
                file=FILE,
                line=document.line_of(("flat", at, "id")),
                key=f"flat[{at}].id",
            )
        seen.add(one["id"])
    for at, layout in enumerate(layouts):
        known = pack.catalogue.area_systems
        if known and layout.area_system not in known:
            findings.add(
                "pack_value",
                Text(f"ไม่มีระบบพื้นที่ {layout.area_system}", f"there is no area system {layout.area_system}"),
                Text(f"ใช้ {', '.join(known)}", f"use one of {', '.join(known)}"),
                file=FILE,
                line=document.line_of(("flat", at, "area_system")),
                key=f"flat[{at}].area_system",
            )
    findings.raise_if_any()


def _print(pack: Pack) -> None:
    from mudmai.exchange.forms.layout_files import FILE as FORMS
    from mudmai.exchange.forms.layout_files import read_form_layouts
    from mudmai.exchange.forms.printing.spec import FILE, read_print_spec

    spec, folder = read_print_spec(pack.directory), pack.directory
    findings, document = Findings(pack.id), read_yaml(folder / FILE, FILE)
    words = spec.words.model_dump()
    for name, places in _PLACES.items():
        for place in places:
            if place not in words[name]:
                findings.add(
                    "pack_value",
                    Text(f"“{words[name]}” ไม่มี {place}", f"“{words[name]}” has no {place}"),
                    Text(f"ใส่ {place} ในที่ที่ต้องการ", f"write {place} where it is to stand"),
                    file=FILE,
                    line=document.line_of(("words", name)),
                    key=f"words.{name}",
                )
    if (folder / FORMS).is_file():
        known = {column.field for form in read_form_layouts(folder).forms for column in form.columns}
        for name in spec.short:
            if name not in known:
                findings.add(
                    "pack_value",
                    Text(f"{FORMS} ไม่มีช่อง {name}", f"{FORMS} has no column of the field {name}"),
                    Text(f"ใช้ {', '.join(sorted(known))}", f"use one of {', '.join(sorted(known))}"),
                    file=FILE,
                    line=document.line_of(("short", name)),
                    key=f"short.{name}",
                )
    findings.raise_if_any()


def _links(pack: Pack) -> None:
    from mudmai.exchange.packs.link_words import FILE, read_link_words

    if pack.plan is None:
        findings = Findings(pack.id)
        findings.add(
            "pack_file",
            Text(f"{FILE} ใช้กับชุดชนิด plan เท่านั้น", f"{FILE} belongs to a pack of kind plan"),
            Text(f"ลบ {FILE} หรือย้ายไปไว้กับแผน", f"remove {FILE}, or put it beside the plan"),
            file=FILE,
        )
        findings.raise_if_any()
        return
    read_link_words(pack.directory, pack.plan)


def _indices(pack: Pack) -> None:
    from mudmai.exchange.indices import FILE, read_indices

    read_indices((pack.directory / FILE).read_bytes(), pack.id, pack.catalogue, pack.definitions)


def _criteria(pack: Pack) -> None:
    from mudmai.exchange.criteria.reading import FILE, FOLDER, check_criteria_files, criteria_files  # built on packs

    found = criteria_files(pack.directory)
    if pack.kind == "criteria" and not found:
        findings = Findings(pack.id)
        findings.add(
            "pack_file",
            Text("ชุดชนิด criteria ไม่มีไฟล์เกณฑ์", "a pack of kind criteria has no file of criteria"),
            Text(f"เพิ่ม {FILE} หรือไฟล์ใน {FOLDER}/", f"add {FILE}, or files in {FOLDER}/"),
            file="pack.yaml",
        )
        findings.raise_if_any()
    if found:
        check_criteria_files(pack)


def _registers(pack: Pack) -> None:
    from mudmai.exchange.register_entries import read_first_entries  # built on packs

    read_first_entries(pack.directory, {key: system.by_code for key, system in pack.catalogue.area_systems.items()})


def _inventory(pack: Pack) -> None:
    from mudmai.exchange.inventories import read_inventory_rules

    read_inventory_rules(pack.directory)
