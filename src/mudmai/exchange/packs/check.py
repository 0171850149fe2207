"""Checking a pack: everything loading checks, and every row of its data."""

from __future__ import annotations

from pathlib import Path

from mudmai.core.errors import MudmaiError, Problem, Where
from mudmai.core.language import Text
from mudmai.exchange.packs.check_beside import problems_beside
from mudmai.exchange.packs.load import Find, load_pack
from mudmai.exchange.packs.pack import Pack


def check_pack(directory: Path, *, required: Find | None = None) -> tuple[Problem, ...]:
    """All problems of the pack in ``directory``, each with file, line and key; empty when the pack is fine.

    Unlike :func:`load_pack` this also reads ``data/*.csv`` row by row, and looks for the same fact in two files.

    >>> from mudmai.exchange.packs.load import shipped_packs
    >>> check_pack(shipped_packs() / "th-areas")
    ()
    """
    try:
        pack = load_pack(directory, required=required)
    except MudmaiError as error:
        return error.problems or (error.as_problem(),)
    return (*problems_beside(pack), *_data_problems(pack))


def _data_problems(pack: Pack) -> list[Problem]:
    from mudmai.exchange.tidy import read_tidy  # brings pyarrow, which only data need

    found: list[Problem] = []
    first: dict[tuple[str, ...], str] = {}
    for path in pack.data_files:
        shown = f"{pack.id}/data/{path.name}"
        try:
            table = read_tidy(path, pack.catalogue, dataset=f"{pack.id}/{path.stem}")
        except MudmaiError as error:
            found.extend(_at(shown, problem) for problem in (error.problems or (error.as_problem(),)))
            continue
        keys = [table.column(c).to_pylist() for c in ("area_system", "area", "period", "series", "dims")]
        for key in zip(*keys, strict=True):
            if first.setdefault(key, path.name) != path.name:
                found.append(
                    Problem(
                        "pack_data",
                        Text(
                            f"ค่าเดียวกันอยู่ใน {first[key]} แล้ว: {' '.join(key)}",
                            f"the same fact stands in {first[key]}: {' '.join(key)}",
                        ),
                        Text("เก็บไว้ในไฟล์เดียว", "keep it in one file"),
                        Where(file=shown),
                    )
                )
    return found


def _at(shown: str, problem: Problem) -> Problem:
    """The problem with the data file named as part of the pack."""
    old = problem.where
    where = Where(shown, old.sheet, old.cell, old.row, old.line, old.column, old.field)
    return Problem(problem.code, problem.message, problem.remedy, where)
