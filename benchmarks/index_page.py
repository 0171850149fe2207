"""What the page of an index of 500 areas costs: with scores and rank intervals against the same page without scores.

A generated country of 500 areas in a home of its own (nothing of it is shown anywhere else). Both pages are rendered
anew each time from a warm workspace; the kept answer is measured beside them.

    python benchmarks/index_page.py [--areas 500] [--rounds 15]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

MOST = 3.0
INDICATORS = 12


def write_packs(folder: Path, areas: int) -> None:
    """The pack of the country: figures of 12 indicators, of which the last one is known for one area only."""
    chance = random.Random(7)
    land = folder / "land"
    land.mkdir(parents=True)
    (land / "pack.yaml").write_text('pack: land\nkind: areas\nversion: "1"\ntitle: {th: แดน, en: Land}\n', "utf-8")
    (land / "areas.yaml").write_text(
        "systems:\n  - {id: land, title: {th: แดน, en: Land}, table: land.csv}\n", encoding="utf-8"
    )
    head = "code,name_th,name_en,level,parent,valid_from,valid_to,aliases\nK,ประเทศ,Country,kingdom,,,,\n"
    rows = "".join(f"T{n},เมือง {n},Town {n},town,K,,,\n" for n in range(areas))
    (land / "land.csv").write_text(head + rows, "utf-8")
    made = folder / "made"
    (made / "data").mkdir(parents=True)
    (made / "pack.yaml").write_text(
        'pack: made\nkind: overlay\nversion: "1"\ntitle: {th: แต่งขึ้น, en: Generated}\nrequires: [land]\n', "utf-8"
    )
    (made / "sources.yaml").write_text(
        "sources:\n  - {id: dice, publisher: {th: ลูกเต๋า, en: Dice}, title: {th: สุ่ม, en: Drawn}}\n", "utf-8"
    )
    (made / "methods.yaml").write_text("methods:\n  - {id: drawn, title: {th: สุ่ม, en: Drawn}}\n", "utf-8")
    series = "".join(
        f"  - {{id: s{n}, title: {{th: ตัว {n}, en: Series {n}}}, area_system: land, frequency: annual, unit: number, "
        "aggregation: {rule: none}, source: dice, method: drawn}\n"
        for n in range(INDICATORS + 1)
    )
    (made / "series.yaml").write_text("series:\n" + series, "utf-8")
    lines = ["area_system,area,period,series,value,flag,source,method,locator"]
    for n in range(INDICATORS):
        lines += [f"land,T{a},2020,s{n},{chance.uniform(1, 99):.4f},A,dice,drawn,{a}" for a in range(areas)]
    lines.append(f"land,T0,2020,s{INDICATORS},1,A,dice,drawn,0")
    (made / "data" / "made.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (made / "indices.yaml").write_text("indices:\n" + _index("scored", INDICATORS) + _index("bare", INDICATORS + 1))


def _index(name: str, indicators: int) -> str:
    items = "".join(
        f"      - {{id: i{n}, title: {{th: ตัว {n}, en: Item {n}}}, formula: s{n}, unit: number, direction: more, "
        "low: 0, high: 100, note: {th: ก, en: a}}\n"
        for n in range(indicators)
    )
    return (
        f'  - id: {name}\n    version: "1"\n    title: {{th: {name}, en: {name}}}\n    experimental: true\n'
        "    note: {th: ก, en: a}\n    is_not: {th: ข, en: b}\n    area_system: land\n    level: town\n"
        "    period: 2020\n    normalisation: goalposts\n    floor: 0.01\n    missing: none\n"
        "    uncertainty: {normalisations: [minmax, rank], aggregations: [geometric]}\n"
        f"    indicators:\n{items}"
    )


def main() -> int:
    """Print what each page costs; 1 when the bound is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--areas", type=int, default=500)
    asked.add_argument("--rounds", type=int, default=15)
    options = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mudmai.site.settings")
    with tempfile.TemporaryDirectory() as room:
        os.environ["MUDMAI_HOME"] = str(Path(room) / "home")
        write_packs(Path(room) / "shipped", options.areas)
        return _measure(Path(room), options.areas, options.rounds)


def _measure(room: Path, areas: int, rounds: int) -> int:
    import django

    django.setup()
    from django.test import Client

    from mudmai.site import wiring
    from mudmai.workspace import Workspace

    workspace = Workspace.open(room / "home", shipped=room / "shipped")
    workspace.init()
    wiring._opened = workspace
    browser = Client(HTTP_HOST="127.0.0.1")

    def ask(address: str) -> tuple[float, int]:
        began = time.perf_counter()
        answer = browser.get(address)
        taken = time.perf_counter() - began
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return 1000 * taken, len(answer.content)

    ask("/en/indices/")
    first, size = ask("/en/indices/scored/")
    _, bare_size = ask("/en/indices/bare/")
    scored, bare = [], []
    for n in range(rounds):  # an address of its own each time: rendered, not taken from memory
        scored.append(ask(f"/en/indices/scored/?n={n}")[0])
        bare.append(ask(f"/en/indices/bare/?n={n}")[0])
    kept = statistics.median(ask("/en/indices/scored/")[0] for _ in range(rounds))
    with_scores, without = statistics.median(scored), statistics.median(bare)
    ratio = with_scores / without
    print(f"{areas} areas x {INDICATORS} indicators, 1,000 draws")
    print(f"first answer (computes everything): {first:8.1f} ms")
    print(f"page with intervals, rendered:      {with_scores:8.1f} ms  {size:,} bytes")
    print(f"the same without scores, rendered:  {without:8.1f} ms  {bare_size:,} bytes")
    print(f"page with intervals, kept:          {kept:8.1f} ms")
    print(f"ratio {ratio:.2f} (at most {MOST:g})")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
