"""Totals of a portfolio against SQL written by hand for DuckDB, in the same run: at most 1.5 x.

One million budget lines over five years (five million amounts, one in ten shared between two areas): money by the areas
of a level, strategy, fiscal year and stage, with direct, shared, whole-area and outside told apart. Both sides have the
lines in memory in their own form, and the tables of areas and strategies prepared; both use all processors; their
answers are compared to the satang before anything is timed. Made-up figures, for timing only.

    python benchmarks/money.py [--lines 1000000] [--rounds 5] [--no-bounds]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from mudmai.core.apportionment import home_of
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import same
from mudmai.engine.money import Level, MoneyLines, money_totals, read_money_lines

MOST = 1.5
YEARS = 5
STAGES = ("planned", "ordinance", "allocated", "committed", "disbursed")
PROVINCES, DISTRICTS, SMALLEST = 77, 928, 6430


def land() -> AreaSystem:
    """Four levels; children spread evenly over parents."""
    areas, above = [Area("TH", same("TH"), "kingdom")], ["TH"]
    for level, count in (("province", PROVINCES), ("district", DISTRICTS), ("subdistrict", SMALLEST)):
        codes = [f"{level[0]}{n:05d}" for n in range(count)]
        areas += [Area(code, same(code), level, above[n * len(above) // count]) for n, code in enumerate(codes)]
        above = codes
    return AreaSystem("land", same("land"), tuple(areas))


def aims() -> AreaSystem:
    """Four strategies and fourteen parts of them."""
    strategies = [Area(f"S{n}", same(f"S{n}"), "strategy") for n in range(1, 5)]
    parts = [Area(f"S{n % 4 + 1}.{n}", same(f"S{n}"), "sub_strategy", f"S{n % 4 + 1}") for n in range(14)]
    return AreaSystem("aims", same("aims"), (*strategies, *parts))


def lines_table(lines: int, where: AreaSystem, why: AreaSystem) -> pa.Table:
    """``lines`` x five years; one line in ten has two parts; a few are of a whole province, or nowhere."""
    chance = np.random.default_rng(4)
    shared = chance.random(lines) < 0.1
    per_line = np.where(shared, 2, 1)
    line = np.repeat(np.arange(lines), per_line)
    n = len(line)
    codes = np.array([area.code for area in where.areas])
    area = chance.integers(1 + PROVINCES + DISTRICTS, len(codes), n)
    area = np.where(chance.random(n) < 0.02, chance.integers(1, 1 + PROVINCES, n), area)
    nowhere = chance.random(n) < 0.01
    aim = np.repeat(chance.integers(4, 18, lines), per_line)
    rows = np.tile(np.arange(n), YEARS)
    amount_of = (line[None, :] + lines * np.arange(YEARS)[:, None]).ravel()
    stage = np.repeat(chance.integers(0, len(STAGES), lines), per_line)
    aim_codes = pa.array([one.code for one in why.areas])
    return pa.table(
        {
            "line": amount_of,
            "fiscal_year": np.repeat(np.arange(2023, 2023 + YEARS, dtype=np.int16), n),
            "stage": pa.DictionaryArray.from_arrays(stage[rows].astype(np.int32), pa.array(STAGES)),
            "areas": pa.DictionaryArray.from_arrays(
                pa.array(area[rows].astype(np.int32), mask=nowhere[rows]), pa.array(codes)
            ),
            "strategies": pa.DictionaryArray.from_arrays(aim[rows].astype(np.int32), aim_codes),
            "satang": chance.integers(100, 10**9, n * YEARS),
        }
    )


def database(table: pa.Table, where: AreaSystem, why: AreaSystem) -> duckdb.DuckDBPyConnection:
    """The same lines, narrow types and enums, how many parts a line has, and one home for each place and level."""
    sql = duckdb.connect()
    plain = table.set_column(2, "stage", table["stage"].cast(pa.string()))
    for name in ("areas", "strategies"):
        plain = plain.set_column(plain.column_names.index(name), name, plain[name].cast(pa.string()))
    sql.register("given", plain)
    sql.execute("create type stages as enum ('planned', 'ordinance', 'allocated', 'committed', 'disbursed')")
    sql.register("codes", pa.table({"code": [a.code for a in where.areas], "id": range(len(where.areas))}))
    sql.register("aim_codes", pa.table({"code": [a.code for a in why.areas], "id": range(len(why.areas))}))
    sql.execute(
        "create table lines as select line::integer as line, fiscal_year::smallint as fiscal_year,"
        " stage::stages as stage, c.id::integer as area, d.id::integer as aim, satang,"
        " (count(*) over (partition by line))::tinyint as parts"
        " from given left join codes c on areas = c.code left join aim_codes d on strategies = d.code order by line"
    )
    for name, system in (("area_homes", where), ("aim_homes", why)):
        rows = [
            (level, n, str(home_of((area.code,), system, level)), isinstance(home_of((area.code,), system, level), str))
            for level in system.levels
            for n, area in enumerate(system.areas)
        ]
        columns = list(zip(*rows, strict=True))
        sql.register("homes", pa.table(dict(zip(("level", "id", "home", "inside"), map(list, columns), strict=True))))
        sql.execute(f"create table {name} as select level, id::integer as id, home, inside from homes")
    return sql


BY_AREA = """
with h as (select id, home, inside from area_homes where level = '{level}'),
     apart as (select line from lines left join h on area = h.id where parts > 1
               group by line having count(distinct coalesce(home, '-')) > 1)
select coalesce(home, '-') as home, coalesce(inside, false) and apart.line is not null as shared, fiscal_year, stage,
       sum(satang)::bigint as satang
from lines left join h on area = h.id left join apart on lines.parts > 1 and lines.line = apart.line
group by all
"""
BY_BOTH = """
with h as (select id, home, inside from area_homes where level = '{level}'),
     a as (select id, home from aim_homes where level = '{aim}'),
     apart as (select line from lines left join h on area = h.id where parts > 1
               group by line having count(distinct coalesce(home, '-')) > 1)
select coalesce(h.home, '-') as home, coalesce(inside, false) and apart.line is not null as shared,
       a.home as aim, fiscal_year, stage, sum(satang)::bigint as satang
from lines left join h on area = h.id left join a on aim = a.id
     left join apart on lines.parts > 1 and lines.line = apart.line
group by all
"""


def by_sql(sql: duckdb.DuckDBPyConnection, level: str, aim: str | None) -> pa.Table:
    """The rows that the hand-written statement gives, as Arrow columns."""
    return sql.execute((BY_BOTH if aim else BY_AREA).format(level=level, aim=aim)).to_arrow_table()


def compare(lines: MoneyLines, sql: duckdb.DuckDBPyConnection, area: Level, aim: Level | None) -> int:
    """The grand total, after both sides gave the same sums by area, strategy, year and stage."""
    ours: dict[tuple[Any, ...], int] = {}
    found = money_totals(lines, areas=area, strategies=aim)
    for row in found.rows:
        home = row.areas[0] if row.area_kind in ("direct", "shared") else str(row.areas) if row.areas else "-"
        extra = (row.strategies[0],) if aim else ()
        key = (home, row.area_kind == "shared", *extra, row.fiscal_year, row.stage)
        ours[key] = ours.get(key, 0) + row.satang
    columns = by_sql(sql, area[1], aim[1] if aim else None).to_pydict().values()
    theirs = {one[:-1]: one[-1] for one in zip(*columns, strict=True)}
    if ours != theirs or not found.adds_up:
        raise SystemExit(f"the two sides differ: {len(ours)} and {len(theirs)} sums")
    return found.grand


def measure(lines: MoneyLines, sql: duckdb.DuckDBPyConnection, rounds: int, where: AreaSystem, why: AreaSystem) -> Any:
    """Median seconds of either side for every question, and their ratio."""
    questions: list[tuple[Level, Level | None]] = [((where, level), None) for level in where.levels]
    questions += [((where, "province"), (why, "sub_strategy")), ((where, "district"), (why, "strategy"))]
    found: dict[str, Any] = {}
    for area, aim in questions:
        grand = compare(lines, sql, area, aim)
        aim_level = aim[1] if aim else None
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(_seconds(lambda a=area, s=aim: money_totals(lines, areas=a, strategies=s).table()))
            theirs.append(_seconds(lambda a=area, s=aim_level: by_sql(sql, a[1], s)))
        name = area[1] + (f" x {aim[1]}" if aim else "")
        ratio = median(ours) / median(theirs)
        found[name] = {
            "seconds": round(median(ours), 4),
            "sql": round(median(theirs), 4),
            "ratio": round(ratio, 2),
            "baht": grand / 100,
        }
    return found


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print what was found; 1 when the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-bounds", action="store_true", help="only measure")
    asked = parser.parse_args()
    where, why = land(), aims()
    table = lines_table(asked.lines, where, why)
    read_in = _seconds(lambda: read_money_lines(table))
    found = measure(read_money_lines(table), database(table, where, why), asked.rounds, where, why)
    kept = all(one["ratio"] <= MOST for one in found.values())
    answer = {"lines": asked.lines, "amounts": table.num_rows, "read_seconds": round(read_in, 3), **found, "kept": kept}
    print(json.dumps(answer, indent=1))
    return 0 if asked.no_bounds or kept else 1


if __name__ == "__main__":
    sys.exit(main())
