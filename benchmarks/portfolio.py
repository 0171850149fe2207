"""How fast the register of projects is at scale: lists, totals by area, the summary; 100,000 made-up projects.

    python benchmarks/portfolio.py [--projects 100000] [--rounds 5] [--no-bounds]

A database of its own is filled at random (in a folder of its own, or in the server that MUDMAI_DATABASE_URL names,
which has to be empty): five years of planned money for each project, places from provinces down to subdistricts, one
in ten shared between two. Promises: the last page of the list takes at most 1.5 times the first, with as many queries;
totals by province, year and stage over all lines, from the columns that the pages keep, take at most 1.5 times a
statement written by hand for the same database; a whole page, asked for the first time by a process that has read the
columns, at most that statement. Reading the columns anew takes at most three times what the driver takes for the bare
rows; the first page of a process that was just started at most 2.5 times the statement by hand where the file of the
columns stands. Told beside it: that first page without the file, a page after a change of one programme (which reads
that programme anew), pages of one area, of one year and of words, and the summary.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from statistics import median
from typing import Any

MOST = 1.5
MOST_BARE, MOST_STARTED = 3.0, 2.5
ENOUGH = 50_000
"""Below, a page is mostly its own drawing, and no measure of the register."""
PROGRAMMES = 50
YEARS = range(2023, 2028)
BY_HAND = """
SELECT {province} AS province, l.fiscal_year, l.stage, SUM(CAST(ROUND(l.amount * 100) AS {whole}))
FROM programme_budgetline l
JOIN programme_project p ON p.id = l.project_id AND p.state = 'active'
LEFT JOIN (SELECT project_id, MIN(area) AS area, COUNT(*) AS n FROM programme_projectplace GROUP BY project_id) a
  ON a.project_id = p.id
WHERE l.amount IS NOT NULL AND l.counts
GROUP BY 1, 2, 3
"""


def fill(projects: int, chance: random.Random) -> None:
    """Rows as loading writes them, in bulk."""
    from django.db import transaction

    from mudmai.apps.programme.models import BudgetLine, Programme, Project, ProjectPlace, RevisionEvent
    from mudmai.apps.registry.areas import catalogue
    from mudmai.apps.registry.domain.audit import SYSTEM, record
    from mudmai.apps.registry.models import Organisation

    areas = catalogue().area_systems["th-admin"]
    small, wide = [a.code for a in areas.level("subdistrict")], [a.code for a in areas.level("province")]
    office = Organisation.objects.create(code="bench", name_th="หน่วยวัด", name_en="Bench")
    plans = [
        Programme(organisation=office, title_th=f"แผน {n}", first_year=2023, last_year=2027, is_released=True)
        for n in range(PROGRAMMES)
    ]
    Programme.objects.bulk_create(plans)
    RevisionEvent.objects.bulk_create(
        RevisionEvent(programme=one, sequence=1, kind="original", decided_on=date(2023, 1, 1)) for one in plans
    )

    def rows() -> Iterator[tuple[Project, list[ProjectPlace], list[BudgetLine]]]:
        for n in range(projects):
            shared = chance.random() < 0.1
            one = Project(
                id=uuid.UUID(int=chance.getrandbits(128)), programme=plans[n % PROGRAMMES], number=str(n),
                title=f"โครงการก่อสร้างถนนสาย {n}", department=f"กอง {n % 20}", position=n // PROGRAMMES + 1,
                sharing_rule="equal" if shared else "undivided",
            )  # fmt: skip
            kind = chance.random()
            one_code = [chance.choice(wide if kind < 0.2 else small)] if kind >= 0.05 else []
            codes = chance.sample(small, 2) if shared else one_code
            places = [ProjectPlace(project=one, area_system="th-admin", area=code) for code in codes]
            money = [
                BudgetLine(project=one, fiscal_year=y, amount=Decimal(chance.randint(1, 10**9)) / 100) for y in YEARS
            ]
            yield one, places, money

    made = rows()
    while some := list(islice(made, 2000)):
        Project.objects.bulk_create([one for one, _, _ in some])
        ProjectPlace.objects.bulk_create([place for _, places, _ in some for place in places])
        BudgetLine.objects.bulk_create([line for _, _, lines in some for line in lines])
    with transaction.atomic():
        record(actor=SYSTEM, action="programme.load", organisation=office)


def pages(rounds: int, projects: int) -> dict[str, Any]:
    """Seconds and queries of the list's first and last pages, as whole pages and as the list alone."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from mudmai.apps.programme.domain.finding import project_page
    from mudmai.apps.programme.portfolio import Chosen, projects_of

    client, everything = Client(headers={"host": "127.0.0.1"}), projects_of(None, Chosen())
    begin, end = ends(rounds + 1)
    found: dict[str, Any] = {}

    def page(cursor: str) -> None:
        answer = client.get("/projects/", {"after": cursor})
        assert answer.status_code == 200, answer.status_code

    for name, act in (("page", page), ("list", lambda cursor: project_page(everything, after=cursor).rows)):
        for where, cursors in (("first", begin), ("last", end)):
            act(cursors[0])
            with CaptureQueriesContext(connection) as queries:
                times = [_seconds(partial(act, one)) for one in cursors[1:]]
            found[f"{name}_{where}"] = {
                "seconds": round(median(times), 4), "queries": round(len(queries) / len(times), 1)
            }  # fmt: skip
        found[f"{name}_ratio"] = round(found[f"{name}_last"]["seconds"] / found[f"{name}_first"]["seconds"], 2)
    return found


def chosen_pages(by_hand: float) -> dict[str, Any]:
    """Seconds of whole pages that no process has made before, and what the first is of the statement by hand."""
    from django.test import Client

    from mudmai.apps.programme.models import Programme

    client = Client(headers={"host": "127.0.0.1"})

    def page(**asked: str) -> float:
        start = time.perf_counter()
        assert client.get("/projects/", asked).status_code == 200
        return time.perf_counter() - start

    page()
    unasked = ends(30)[0][20:25]
    warm = median(page(after=cursor) for cursor in unasked)
    changes = []
    for one in Programme.objects.order_by("pk")[:3]:
        Programme.objects.filter(pk=one.pk).update(revision=one.revision + 1)
        changes.append(page())
    found = {
        "warm": warm, "after_change": median(changes), "province": page(area="TH-50"), "year": page(year="2025"),
        "words": page(q="สาย 777"), "words_of_all": page(q="ถนน"),
    }  # fmt: skip
    return {name: round(seconds, 3) for name, seconds in found.items()} | {"ratio": round(warm / by_hand, 2)}


def ends(count: int) -> tuple[list[str], list[str]]:
    """Cursors of pages at the beginning and at the end."""
    from mudmai.apps.programme.models import Project

    rows = Project.objects.order_by("programme_id", "position").values_list("programme_id", "position")
    last = Project.objects.order_by("-programme_id", "-position").values_list("programme_id", "position")
    first = [f"{key.hex}-{position}" for key, position in rows[:count]]
    return first, [f"{key.hex}-{position}" for key, position in last[60 : 60 + count]]


def totals(rounds: int) -> dict[str, Any]:
    """Totals by province, year and stage: from kept columns, from the database anew, and by hand."""
    from django.db import connection

    from mudmai.apps.programme.area_money import held_projects
    from mudmai.apps.programme.kept_columns import register_columns
    from mudmai.apps.programme.money_columns import read_columns
    from mudmai.apps.programme.queries import lines
    from mudmai.apps.registry.areas import catalogue
    from mudmai.engine.money import money_totals

    system = catalogue().area_systems["th-admin"]
    server = connection.vendor == "postgresql"
    sql = BY_HAND.format(province="SUBSTR(a.area, 1, 5)", whole="BIGINT" if server else "INTEGER")

    def by_hand() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def kept() -> Any:
        return money_totals(held_projects(None).lines("th-admin"), areas=(system, "province")).table()

    found: dict[str, Any] = {"read_columns": round(_seconds(lambda: read_columns()), 3)}
    found["first"] = round(_seconds(lambda: (register_columns(), kept())), 3)
    ours, theirs = ([_seconds(act) for _ in range(rounds)] for act in (kept, by_hand))
    if not server:  # where the statement is this process's own work
        found["by_hand_processor"] = round(_seconds(by_hand, time.process_time), 4)
    grand = money_totals(held_projects(None).lines("th-admin"), areas=(system, "province"))
    if not grand.adds_up or grand.grand != sum(row[3] for row in by_hand()):
        raise SystemExit("the two sides differ")
    found |= {"lines_of_money": grand_lines(), "kept": round(median(ours), 4), "by_hand": round(median(theirs), 4)}
    found["ratio"] = round(median(ours) / median(theirs), 2)
    found["first_ratio"] = round(found["first"] / median(theirs), 2)
    found["lines"] = round(_seconds(lambda: lines(system="th-admin")), 3)
    return found


BARE = (
    "SELECT id, programme_id, sharing_rule, position, status, department FROM programme_project WHERE state = 'active'",
    "SELECT project_id, area_system, area, weight FROM programme_projectplace",
    "SELECT id, project_id, fiscal_year, stage, source_of_fund, CAST(ROUND(amount * 100) AS {whole})"
    " FROM programme_budgetline WHERE amount IS NOT NULL AND counts",
)


def reading(rounds: int) -> dict[str, Any]:
    """Processor seconds of reading all columns, from the database and from the file, beside the bare rows."""
    from django.db import connection

    from mudmai.apps.programme.column_file import read_file
    from mudmai.apps.programme.kept_columns import programme_marks
    from mudmai.apps.programme.money_columns import read_columns

    whole, marks = "BIGINT" if connection.vendor == "postgresql" else "INTEGER", programme_marks()

    def bare() -> None:
        with connection.cursor() as cursor:
            for one in BARE:
                cursor.execute(one.format(whole=whole))
                while cursor.fetchmany(2000):
                    pass

    acts = {"read": read_columns, "bare": bare, "file": partial(read_file, marks)}
    found = {name: median(_seconds(act, time.process_time) for _ in range(rounds)) for name, act in acts.items()}
    return {name: round(one, 3) for name, one in found.items()} | {"ratio": round(found["read"] / found["bare"], 2)}


def first_pages() -> dict[str, float]:
    """Seconds and processor seconds of the first page of projects of new processes, with the file and without it."""
    from mudmai.apps.programme.column_file import column_path

    def started() -> list[float]:
        done = subprocess.run([sys.executable, __file__, "--first"], check=True, capture_output=True, text=True)
        return list(json.loads(done.stdout))

    with_file = started()
    column_path().unlink(missing_ok=True)  # a small register has none
    without = started()
    names = ("seconds", "processor")
    return {f"{how}_{name}": round(one, 2) for how, told in (("file", with_file), ("built", without))
            for name, one in zip(names, told, strict=True)}  # fmt: skip


def first_page() -> None:
    """Run in a process of its own that has answered its first small request: told as JSON."""
    import django

    django.setup()
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    assert client.get("/robots.txt").status_code < 500
    start, begun = time.perf_counter(), time.process_time()
    assert client.get("/projects/").status_code == 200
    print(json.dumps([time.perf_counter() - start, time.process_time() - begun]))


def grand_lines() -> int:
    """How many amounts there are."""
    from mudmai.apps.programme.kept_columns import register_columns

    return len(register_columns().line)


def _seconds(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    act()
    return clock() - start


def main() -> int:
    """Print what was found; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-bounds", action="store_true", help="only measure")
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.first:
        first_page()
        return 0
    with tempfile.TemporaryDirectory(prefix="mudmai-portfolio-") as home:
        os.environ |= {"MUDMAI_HOME": home, "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from mudmai.apps.programme.domain.public_summary import refresh_summary

        call_command("migrate", verbosity=0)
        filling = _seconds(lambda: fill(asked.projects, random.Random(4)))
        if connection.vendor == "sqlite":
            connection.cursor().execute("ANALYZE")
        money = totals(asked.rounds)
        read = reading(asked.rounds)
        started = first_pages()
        summary = _seconds(refresh_summary)
        listed = pages(asked.rounds, asked.projects)
        whole = chosen_pages(money["by_hand"])
        connection.close()
    same_queries = all(
        listed[f"{one}_first"]["queries"] == listed[f"{one}_last"]["queries"] for one in ("page", "list")
    )
    kept = money["ratio"] <= MOST and listed["page_ratio"] <= MOST and listed["list_ratio"] <= MOST and same_queries
    side = "processor" if "by_hand_processor" in money else "seconds"
    started["ratio"] = round(started[f"file_{side}"] / money.get("by_hand_processor", money["by_hand"]), 2)
    kept = kept and (whole["ratio"] <= 1 or asked.projects < ENOUGH) and read["ratio"] <= MOST_BARE
    kept = kept and (started["ratio"] <= MOST_STARTED or asked.projects < ENOUGH)
    answer = {
        "projects": asked.projects, "filled_seconds": round(filling, 1), "totals": money, "reading": read,
        "started": started, "summary_seconds": round(summary, 2), "pages": listed, "whole_pages": whole, "kept": kept,
    }  # fmt: skip
    print(json.dumps(answer, indent=1))
    return 0 if asked.no_bounds or kept else 1


if __name__ == "__main__":
    sys.exit(main())
