"""Criteria sets, read from ``criteria.yaml`` and ``criteria/*.yaml`` of a pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import PackError
from mudmai.core.language import Text
from mudmai.exchange.criteria.building import built
from mudmai.exchange.criteria.checking import check_criteria, check_formulas
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import Pack
from mudmai.exchange.packs.placed import Placed
from mudmai.exchange.packs.schema_criteria import CriteriaFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FILE = "criteria.yaml"
FOLDER = "criteria"


def criteria_files(folder: Path) -> tuple[Path, ...]:
    """The files of criteria in the folder of a pack."""
    own = [folder / FILE] if (folder / FILE).is_file() else []
    return (*own, *sorted((folder / FOLDER).glob("*.yaml")))


def read_criteria_sets(folder: Path) -> tuple[CriteriaSet, ...]:
    """The sets in the folder of a pack; empty where it has none.

    Raises :class:`mudmai.core.errors.PackError` with every problem: file, line and key.
    """
    findings = Findings(folder.name)
    found = [built(one.part) for one in _placed(folder, findings)]
    findings.raise_if_any()
    return tuple(found)


def read_criteria_file(path: Path) -> CriteriaSet:
    """The set of one file. Raises :class:`mudmai.core.errors.PackError`."""
    findings = Findings(path.parent.name)
    placed = _read(path, path.name, findings)
    findings.raise_if_any()
    assert placed is not None
    return built(placed.part)


def check_criteria_files(pack: Pack) -> None:
    """As :func:`read_criteria_sets`, and formulas of live figures against what the pack requires."""
    findings = Findings(pack.id)
    for one in _placed(pack.directory, findings):
        check_formulas(one, pack)
    findings.raise_if_any()


def _placed(folder: Path, findings: Findings) -> Iterator[Placed[CriteriaFile]]:
    """Every sound file; faults go to ``findings``."""
    seen: dict[str, str] = {}
    for path in criteria_files(folder):
        shown = path.relative_to(folder).as_posix()
        placed = _read(path, shown, findings)
        if placed is None:
            continue
        name = placed.part.id
        if name in seen:
            placed.tell(
                "pack_duplicate",
                ("id",),
                Text(f"รหัสชุดเกณฑ์ {name} ซ้ำกับไฟล์ {seen[name]}", f"the id {name} is taken by {seen[name]}"),
                Text("ใช้รหัสไม่ซ้ำ", "give every set its own id"),
            )
            continue
        seen[name] = shown
        yield placed


def _read(path: Path, shown: str, findings: Findings) -> Placed[CriteriaFile] | None:
    try:
        document = read_yaml(path, shown)
    except PackError as error:
        where = error.where
        findings.add(error.code, error.message, error.remedy, file=shown, line=where.line, key=where.field)
        return None
    part = read_shape(CriteriaFile, document, shown, findings)
    if part is None:
        return None
    before = len(findings.problems)
    placed = Placed(shown, part, document, findings)
    check_criteria(placed)
    return placed if len(findings.problems) == before else None
