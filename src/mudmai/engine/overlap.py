"""Two datasets may not hold the same fact: nobody could say which of them is meant.

A fact belongs to the dataset that brought it first, with its source and its place in the file. A file that repeats
published facts and adds new ones is therefore refused under a name of its own, even where the values agree, and the
refusal names the command that takes it into the dataset that holds them: an update changes and adds the rows of the
file and leaves all others alone.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from mudmai.core.errors import ImportRefused, Problem
from mudmai.core.language import Text
from mudmai.engine.manifest import DatasetVersion
from mudmai.engine.objects import SeriesKey, StoredObject

_LISTED = 200
"""Facts that are named one by one."""


def refuse_overlap(
    dataset: str, datasets: Mapping[str, DatasetVersion], open_object: Callable[[str], StoredObject]
) -> None:
    """Raise :class:`ImportRefused` when a fact of ``dataset`` is also in another one; up to 200 facts are named."""
    mine = open_object(datasets[dataset].object)
    problems: list[Problem] = []
    held: dict[str, int] = {}
    differing = 0
    for name, version in datasets.items():
        if name == dataset:
            continue
        other = open_object(version.object)
        for key in mine.runs.keys() & other.runs.keys():
            for area, period, alike in _shared(mine, other, key):
                held[name] = held.get(name, 0) + 1
                differing += not alike
                if len(problems) < _LISTED:
                    problems.append(_problem(key, area, period, name, alike))
    if held:
        raise ImportRefused(_message(dataset, held, differing), remedy=_remedy(held), problems=problems)


def _message(dataset: str, held: Mapping[str, int], differing: int) -> Text:
    count = sum(held.values())
    names = ", ".join(held)
    if differing == 0:
        values = Text("ค่าเหมือนกันทั้งหมด", "with the same value" if count == 1 else "all with the same values")
    elif differing == count:
        values = Text("ค่าไม่เหมือนกัน", "with another value" if count == 1 else "all with other values")
    else:
        values = Text(f"ค่าต่างกัน {differing:,} รายการ", f"{differing:,} of them with another value")
    return Text(
        f"ข้อมูล {count:,} รายการที่จะบันทึกเป็นชุดข้อมูล {dataset} มีอยู่แล้วในชุดข้อมูล {names} ({values.th})",
        f"{count:,} fact{'s' if count > 1 else ''} for the dataset {dataset} already held by {names} ({values.en})",
    )


def _remedy(held: Mapping[str, int]) -> Text:
    if len(held) == 1:
        command = _command(next(iter(held)))
        return Text(
            f"นำเข้าด้วย {command} ซึ่งแก้และเพิ่มเฉพาะแถวในไฟล์นี้ แถวอื่นของชุดนั้นคงเดิม หรือเอาแถวที่ซ้ำออกจากไฟล์",
            f"import it with: {command} - it revises and adds only the rows of this file, all others stay; "
            "or take the repeated rows out of the file",
        )
    commands = " / ".join(_command(name) for name in held)
    return Text(
        f"แบ่งไฟล์ตามชุดข้อมูลที่ถือข้อมูลอยู่ แล้วนำเข้าทีละส่วนด้วย {commands} ซึ่งแก้และเพิ่มเฉพาะแถวในไฟล์ หรือเอาแถวที่ซ้ำออกจากไฟล์",
        f"split the file by the datasets that hold its facts and import each part with: {commands} - which revises and "
        "adds only the rows of the file; or take the repeated rows out of the file",
    )


def _command(dataset: str) -> str:
    return f"mudmai data import FILE --dataset {shlex.quote(dataset)} --mode update"


def _shared(mine: StoredObject, other: StoredObject, key: SeriesKey) -> Iterator[tuple[str, str, bool]]:
    """Area, period of the facts that both hold, and whether their values are the same (missing equals missing)."""
    my_run, other_run = mine.runs[key], other.runs[key]
    my_area, my_period = mine.read_codes(my_run.first, my_run.rows)
    area, period = other.read_codes(other_run.first, other_run.rows)
    place = {name: code for code, name in enumerate(mine.areas)}
    time = {name: code for code, name in enumerate(mine.periods)}
    area_here = np.array([place.get(name, -1) for name in other.areas], np.int64)[area]
    period_here = np.array([time.get(name, -1) for name in other.periods], np.int64)[period]
    known = np.flatnonzero((area_here >= 0) & (period_here >= 0))
    width = len(mine.periods)
    theirs = area_here[known] * width + period_here[known]
    both, here, there = np.intersect1d(my_area.astype(np.int64) * width + my_period, theirs, return_indices=True)
    if not len(both):
        return
    my_values = mine.read_values(my_run.first, my_run.rows)[here]
    other_values = other.read_values(other_run.first, other_run.rows)[known[there]]
    alike = (my_values == other_values) | (np.isnan(my_values) & np.isnan(other_values))
    for cell, same in zip(both.tolist(), alike.tolist(), strict=True):
        yield mine.areas[cell // width], mine.periods[cell % width], same


def _problem(key: SeriesKey, area: str, period: str, other: str, alike: bool) -> Problem:
    fact = f"{key.series} {area} {period}" + (f" ({key.dims})" if key.dims else "")
    value = Text("ค่าเดียวกัน", "with the same value") if alike else Text("ค่าอื่น", "with another value")
    return Problem(
        "held_elsewhere",
        Text(f"{fact} อยู่ในชุดข้อมูล {other} แล้ว ({value.th})", f"{fact} is already in the dataset {other}, {value.en}"),
        Text(
            f"นำเข้าด้วย --dataset {other} --mode update หรือเอาแถวนี้ออก",
            f"import with --dataset {other} --mode update, or leave the row out",
        ),
    )
