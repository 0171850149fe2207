"""Two datasets may not hold the same fact: nobody could say which of them is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mudmai.core.errors import ImportRefused, Problem
from mudmai.core.language import Text
from mudmai.engine.manifest import DatasetVersion
from mudmai.engine.objects import SeriesKey, StoredObject


def refuse_overlap(
    dataset: str, datasets: Mapping[str, DatasetVersion], open_object: Callable[[str], StoredObject]
) -> None:
    """Raise :class:`ImportRefused` when a fact of ``dataset`` is also in another one; up to 200 facts are named."""
    mine = open_object(datasets[dataset].object)
    problems: list[Problem] = []
    count = 0
    for name, version in datasets.items():
        if name == dataset:
            continue
        other = open_object(version.object)
        for key in mine.runs.keys() & other.runs.keys():
            for area, period in _shared(mine, other, key):
                count += 1
                if len(problems) < 200:
                    problems.append(_problem(key, area, period, name))
    if count:
        raise ImportRefused(
            Text(
                f"ชุดข้อมูล {dataset} มีข้อมูล {count:,} รายการที่อยู่ในชุดข้อมูลอื่นแล้ว",
                f"{count:,} fact{'s' if count > 1 else ''} of the dataset {dataset} already held by another dataset",
            ),
            remedy=Text(
                "นำเข้าด้วยชื่อชุดข้อมูลเดิมเพื่อแทนที่ หรือลบชุดข้อมูลเดิมก่อน",
                "import under the name of that dataset to replace it, or remove that dataset first",
            ),
            problems=problems,
        )


def _shared(mine: StoredObject, other: StoredObject, key: SeriesKey) -> list[tuple[str, str]]:
    my_run, other_run = mine.runs[key], other.runs[key]
    my_area, my_period = mine.read_codes(my_run.first, my_run.rows)
    area, period = other.read_codes(other_run.first, other_run.rows)
    place = {name: code for code, name in enumerate(mine.areas)}
    time = {name: code for code, name in enumerate(mine.periods)}
    area_here = np.array([place.get(name, -1) for name in other.areas], np.int64)[area]
    period_here = np.array([time.get(name, -1) for name in other.periods], np.int64)[period]
    known = (area_here >= 0) & (period_here >= 0)
    width = len(mine.periods)
    both = np.intersect1d(my_area.astype(np.int64) * width + my_period, area_here[known] * width + period_here[known])
    return [(mine.areas[cell // width], mine.periods[cell % width]) for cell in both.tolist()]


def _problem(key: SeriesKey, area: str, period: str, other: str) -> Problem:
    fact = f"{key.series} {area} {period}" + (f" ({key.dims})" if key.dims else "")
    return Problem(
        "held_elsewhere",
        Text(f"{fact} อยู่ในชุดข้อมูล {other} แล้ว", f"{fact} is already in the dataset {other}"),
        Text(f"เอาออกจากแฟ้มนี้ หรือปรับชุดข้อมูล {other}", f"leave it out here, or update the dataset {other}"),
    )
