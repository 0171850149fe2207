"""The workload in SQL written by hand for DuckDB: a wide pivot for each chunk of twenty series, then thirty formulas at
a time with windows over years, a self-join for parents and grouped sub-queries for children, written to Parquet.

It relies on what this workload guarantees and SQL cannot see: every area has a row for every year, so that ``lag`` over
rows is a lag over the calendar, and no denominator is zero.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from mudmai.core.areas import AreaSystem
from mudmai.engine import bench
from mudmai.engine.releases import ReleaseStore

GROUP = 30
"""Formulas in one statement."""


def _expression(name: str, use: bench.Use) -> str:
    a, b, r, q = (f"w.{s}" for s in (use.a, use.b, use.r, use.q))
    n = use.n
    up = {s: f"p.{s}" for s in (use.a, use.b, use.r, use.q)}
    key = name.replace("-", "_")
    match use.kind:
        case 0:
            return f"100.0 * {a} / {b}"
        case 1:
            return f"100.0 * (({a} + {b}) / lag({a} + {b}, {n}) over y - 1.0)"
        case 2:
            return f"100.0 * (pow({r} / lag({r}, {n + 2}) over y, 1.0 / {n + 2}) - 1.0)"
        case 3:
            window = f"over (partition by w.area order by w.period rows {n + 1} preceding)"
            return f"case when count({r} - {q}) {window} = {n + 2} then avg({r} - {q}) {window} end"
        case 4:
            return f"100.0 * ({a} + {b}) / ({up[use.a]} + {up[use.b]})"
        case 5:
            return f"g_{key}.gini"
        case 6:
            return f"k.{key}_a / k.{key}_b"
        case 7:
            above = f"({up[use.r]} + {up[use.q]})"
            return f"case when {r} + {q} > {above} then 1.0 when {r} + {q} <= {above} then 0.0 end"
        case 8:
            ranked = f"rank() over (partition by w.parent, w.period order by {r} / {q} desc nulls last)"
            return f"case when {r} / {q} is not null then {ranked}::double end"
        case 9:
            return f"{r} - lag({q}, {n}) over y"
        case 10:
            return f"coalesce({r}, lag({r}, {n}) over y, {q})"
        case 11:
            return f"100.0 * (({r} / {b}) / lag({r} / {b}, {n}) over y - 1.0)"
        case 12:
            return f"k.{key}_m"
        case 13:
            late = f"w.period >= {2004 + n}"
            window = "over (partition by w.area order by w.period rows unbounded preceding)"
            full = f"count({a} - {b}) filter ({late}) {window} = w.period - {2004 + n - 1}"
            return f"case when {late} and {full} then sum({a} - {b}) filter ({late}) {window} end"
    return f"{r} / {up[use.q]}"


def _children(name: str, use: bench.Use) -> list[str]:
    key = name.replace("-", "_")
    if use.kind == 6:
        return [
            f"case when count({s}) = count(*) then sum({s}) end as {key}_{x}" for s, x in ((use.a, "a"), (use.b, "b"))
        ]
    if use.kind == 12:
        w = f"({use.a} + {use.b})"
        mean = f"sum({use.r} * {w}) / sum({w})"
        return [f"case when count({use.r} * {w}) = count(*) then {mean} end as {key}_m"]
    return []


def _gini(name: str, use: bench.Use) -> str:
    key = name.replace("-", "_")
    return f"""left join (
        select parent, period,
               case when count(v) = count(*)
                    then 2.0 * sum(i * v) / (count(*) * sum(v)) - (count(*) + 1.0) / count(*) end as gini
        from (select parent, period, {use.r} + {use.q} as v,
                     row_number() over (partition by parent, period order by {use.r} + {use.q}) as i
              from w where parent is not null)
        group by parent, period) g_{key} on g_{key}.parent = w.area and g_{key}.period = w.period"""


def _statement(group: dict[str, bench.Use]) -> str:
    columns = ",\n".join(f'{_expression(name, use)} as "{name}"' for name, use in group.items())
    children = [c for name, use in group.items() for c in _children(name, use)]
    joins = "\n".join(_gini(name, use) for name, use in group.items() if use.kind == 5)
    return f"""select w.area, w.period, {columns}
        from w
        left join w p on p.area = w.parent and p.period = w.period
        left join (select parent, period, {", ".join(children)}
                   from w where parent is not null group by parent, period) k
               on k.parent = w.area and k.period = w.period
        {joins}
        window y as (partition by w.area order by w.period)"""


def _pivot(names: list[str], objects: list[str]) -> str:
    columns = ", ".join(f"max(value) filter (where series = '{s}') as {s}" for s in names)
    listed = ", ".join(f"'{s}'" for s in names)
    return f"""create or replace temp table w as
        select o.area, h.parent, o.period::integer as period, {columns}
        from read_parquet({objects}) o join h using (area)
        where o.series in ({listed}) group by o.area, h.parent, o.period"""


def _objects(store: ReleaseStore, chunk: int) -> list[str]:
    """The files that hold a chunk's series; a planner who writes SQL by hand knows which they are."""
    release = store.current()
    assert release is not None
    datasets = [f"bench/{chunk:02d}", *(["bench/middle", "bench/rest"] if chunk == 0 else [])]
    return [str(store.root / "objects" / f"{release.datasets[name].object}.parquet") for name in datasets]


def run(store: ReleaseStore, shape: bench.Shape, system: AreaSystem, folder: Path) -> None:
    """From the release's own Parquet files to results on disk, one file for each group of formulas."""
    folder.mkdir(parents=True, exist_ok=True)
    db = duckdb.connect()
    db.execute("set preserve_insertion_order = false")
    areas = system.areas
    hierarchy = pa.table({"area": [a.code for a in areas], "parent": pa.array([a.parent for a in areas], pa.string())})
    db.register("given", hierarchy)
    db.execute("create temp table h as select * from given")
    uses = bench.uses(shape)
    for chunk in range(shape.chunks):
        names = [f"{letter}{i:03d}" for letter in "cr" for i in range(10 * chunk, 10 * chunk + 10)]
        db.execute(_pivot(names, _objects(store, chunk)))
        own = [name for name in uses if name.startswith(f"f{chunk:02d}-")]
        for at in range(0, len(own), GROUP):
            group = {name: uses[name] for name in own[at : at + GROUP]}
            listed = ", ".join(f'"{name}"' for name in group)
            db.execute(
                f"""copy (with wide as ({_statement(group)})
                    select formula, area, period, value
                    from wide unpivot include nulls (value for formula in ({listed})))
                    to '{folder}/{own[at]}.parquet' (format parquet, compression snappy)"""
            )
    db.close()
