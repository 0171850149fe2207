"""What reading a large tidy CSV for a dataset costs over the engine's own bare load, in the same run.

* *bare load*: the columns of the file in Arrow's reader, and the same figures published from a ready table.
* *intake*: :func:`mudmai.workspace.intake.read_file` (recognised as tidy, every row checked), then published.

The intake may cost at most 3 x the bare load, within 4 GiB. Made-up figures, for timing only.

    python benchmarks/intake.py [--rows 3000000] [--no-bounds]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from mudmai.engine.releases import ReleaseStore
from mudmai.workspace import Workspace
from mudmai.workspace.intake import read_file

MOST_RATIO, MOST_GIB = 3.0, 4.0
SERIES = "user_benchmark"
PACK = {
    "pack.yaml": "pack: benchmark\nkind: plan\nversion: '1'\ntitle: {th: เวลา, en: Time}\nrequires: [th-areas]\n",
    "sources.yaml": "sources:\n  - {id: made, publisher: {th: ก, en: made}, title: {th: ก, en: made}, edition: '1'}\n",
    "plan.yaml": f"""\
plan: {{id: benchmark, title: {{th: ก, en: made}}, first: 2019, last: 2022, source: made,
  publisher: {{th: ก, en: made}}}}
goals:
  - {{id: G1, title: {{th: ก, en: made}}}}
indicators:
  - id: B
    goal: G1
    title: {{th: ก, en: made}}
    unit: number
    area_system: th-nesdc
    areas: {{level: region}}
    rule: {{form: parent, operator: ">="}}
    readings:
      - {{id: plain, title: {{th: ก, en: made}}, formula: {SERIES}}}
    default_reading: plain
""",
    "methods.yaml": "methods:\n  - {id: made, title: {th: สมมุติ, en: made}}\n",
}


def write_pack(folder: Path, codes: int) -> None:
    """One series with as many codes of a dimension as make every fact its own."""
    folder.mkdir(parents=True)
    for name, text in PACK.items():
        (folder / name).write_text(text, "utf-8")
    listed = "\n".join(f"          - {{code: k{n}, label: {{th: ก{n}, en: k{n}}}}}" for n in range(codes))
    (folder / "series.yaml").write_text(
        f"series:\n  - id: {SERIES}\n    title: {{th: สมมุติ, en: made}}\n    area_system: th-nesdc\n"
        "    frequency: annual\n    unit: number\n    aggregation: {rule: sum}\n    dimensions:\n      - id: item\n"
        f"        title: {{th: ก, en: item}}\n        codes:\n{listed}\n    source: made\n    method: made\n",
        "utf-8",
    )


def write_csv(path: Path, rows: int, provinces: list[str], codes: int) -> None:
    """Rows by item, province and year, in that order."""
    n = np.arange(rows)
    years, each = 20, len(provinces)
    table = pa.table(
        {
            "area_system": pa.array(["th-nesdc"] * rows),
            "area": pa.array(np.array(provinces)[(n // years) % each]),
            "period": pa.array(2000 + n % years),
            "series": pa.array([SERIES] * rows),
            "item": pa.array(np.char.add("k", (n // (years * each)).astype(str))),
            "value": pa.array(np.round(np.random.default_rng(1).random(rows) * 1e6, 2)),
        }
    )
    assert (rows - 1) // (years * each) < codes
    arrow_csv.write_csv(table, path)


def main() -> int:
    """Measure and print JSON; exit code 1 beyond the bounds."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--rows", type=int, default=3_000_000)
    asked.add_argument("--no-bounds", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as room:
        home, path = Path(room) / "home", Path(room) / "figures.csv"
        areas = Workspace.open(home).catalogue.area_system("th-nesdc").level("province")
        provinces = [a.code for a in areas if a.valid_from is None]
        codes = given.rows // (20 * len(provinces)) + 1
        write_pack(home / "packs" / "benchmark", codes)
        write_csv(path, given.rows, provinces, codes)
        workspace = Workspace.open(home)
        assert not workspace.pack_faults, workspace.pack_faults[0].words()
        begin = time.process_time()
        reading = read_file(workspace, path, name=path.name, dataset="user/benchmark")
        assert reading.ready, reading.problems[:3]
        ReleaseStore(Path(room) / "one").publish("user/benchmark", reading.table, mode="replace", note="")
        intake = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
        begin = time.process_time()
        arrow_csv.read_csv(path)
        ReleaseStore(Path(room) / "two").publish("user/benchmark", reading.table, mode="replace", note="")
        bare = time.process_time() - begin
    ratio = intake / bare
    told = {
        "rows": given.rows,
        "intake_s": round(intake, 2),
        "bare_s": round(bare, 2),
        "ratio": round(ratio, 2),
        "peak_gib": round(peak, 2),
    }
    print(json.dumps(told))
    return int(not given.no_bounds and (ratio > MOST_RATIO or peak > MOST_GIB))


if __name__ == "__main__":
    sys.exit(main())
