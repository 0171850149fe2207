"""``mudmai bench``: how fast this workspace answers here, and the benchmarks of a source tree."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import click

from mudmai.cli.home import open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, option, say
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period


def scripts() -> dict[str, Path]:
    """The benchmarks of the source tree by name; empty in an installed copy, which does not carry them."""
    folder = Path(__file__).resolve().parents[3] / "benchmarks"
    return {p.stem: p for p in sorted(folder.glob("*.py")) if not p.stem.startswith(("_", "test_", "conftest"))}


@click.command(
    "bench",
    cls=SpokenCommand,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    text=Text(
        "วัดความเร็ว: ระบุชื่อเพื่อรันชุดวัดนั้น (ตัวเลือกถัดไปส่งต่อให้) ไม่ระบุชื่อรันทุกชุดใน benchmarks/\n\n"
        "--here วัดเฉพาะโฟลเดอร์งานนี้ (มีเสมอ แม้ติดตั้งโดยไม่มีซอร์ส)",
        "Measure the speed. A name runs that benchmark (what follows is passed on to it); without one all of "
        "the source tree's benchmarks/ run.\n\n"
        "--here only times this workspace (always there, also without a source tree).",
    ),
    examples=[
        ("mudmai bench --here", Text("ความเร็วของโฟลเดอร์งานนี้", "how fast this workspace answers")),
        ("mudmai bench serving --requests 1000", Text("ชุดวัดเดียว", "one benchmark")),
    ],
)
@option("--here", is_flag=True, text=Text("วัดเฉพาะโฟลเดอร์งานนี้", "only time this workspace"))
@option("--repeat", type=click.IntRange(1), default=5, show_default=True, text=Text("จำนวนรอบ", "rounds of --here"))
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@printing
def bench(*, printer: Printer, here: bool, repeat: int, name: str | None, arguments: tuple[str, ...]) -> None:
    """See ``text`` above."""
    known = scripts()
    if name is not None and name not in known:
        raise UnknownNameError(Text("ชุดวัด", "benchmark"), name, list(known))
    if here or not known:
        printer.show(_here(repeat))
        return
    failed = [one for one in ([name] if name else known) if _run(known[one], arguments)]
    if failed:
        said = Text(f"ช้ากว่าที่สัญญา: {', '.join(failed)}", f"slower than promised: {', '.join(failed)}")
        click.echo(say(said), err=True)
        click.get_current_context().exit(3)


def _run(script: Path, arguments: tuple[str, ...]) -> int:
    """One script in a process of its own; its exit code says whether the promise held."""
    click.echo(f"# {script.stem}", err=True)
    return subprocess.run([sys.executable, str(script), *arguments], check=False).returncode  # noqa: S603 - our own script


def _here(repeat: int) -> Sheet:
    """Times on this workspace, median of ``repeat`` rounds, and each as a multiple of the first answer."""
    workspace = open_workspace()
    plan = workspace.plan()
    formulas = [(r.formula, i.area_system) for i in plan.indicators for r in i.readings]
    release, years = workspace.release(), workspace.scorecard().years
    first_year, last_year = (Period.year(min(years)), Period.year(max(years))) if years else (None, None)

    def evaluate_all() -> None:
        for text, system in formulas:
            workspace.evaluate(text, area_system=system, first=first_year, last=last_year)

    observations = sum(v.rows for v in release.datasets.values())
    first = _time(lambda: open_workspace().scorecard(), 1)
    rows = [
        _row(Text("เปิดโฟลเดอร์งานและตัดสินครั้งแรก", "open the workspace and judge, cold"), first, first),
        _row(Text("ตัดสินอีกครั้ง (จำคำตอบไว้)", "judge again (remembered)"), _time(workspace.scorecard, repeat), first),
        _row(
            Text(f"คำนวณ {len(formulas)} สูตร", f"evaluate {len(formulas)} formulas"),
            _time(evaluate_all, repeat),
            first,
        ),
    ]
    columns = [
        Column("what", Text("งาน", "Work")),
        Column("milliseconds", Text("มิลลิวินาที", "Milliseconds"), decimals=2),
        Column("ratio", Text("เท่าของครั้งแรก", "Of the first"), decimals=3),
    ]
    return Sheet("bench", columns, rows, heading=f"{release.id}: {observations:,} observations, median of {repeat}")


def _time(work: Callable[[], Any], repeat: int) -> float:
    """Median seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def _row(what: Text, seconds: float, first: float) -> dict[str, Any]:
    return {"what": say(what), "milliseconds": 1e3 * seconds, "ratio": seconds / first}
