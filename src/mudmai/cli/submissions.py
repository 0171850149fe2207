"""``mudmai data submissions`` and ``mudmai data resume``: what is on its way, and what was interrupted."""

from __future__ import annotations

from typing import Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, option, say
from mudmai.core.language import Text


@click.command(
    "submissions",
    cls=SpokenCommand,
    text=Text("รายการส่งข้อมูล ล่าสุดก่อน", "Submissions of data, the latest change first."),
    examples=[
        ("mudmai data submissions", Text("ทั้งหมด", "all of them")),
        ("mudmai data submissions --state submitted", Text("ที่รอตรวจ", "those that wait for review")),
    ],
)
@option("--state", default="", text=Text("เฉพาะสถานะนี้", "only in this state"))
@option("--dataset", default="", text=Text("เฉพาะชุดข้อมูลนี้", "only of this dataset"))
@option("--limit", default=200, show_default=True, text=Text("จำนวนรายการ", "how many"))
@printing
def submissions(*, state: str, dataset: str, limit: int, printer: Printer) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.data.models import State, Submission
    from mudmai.core.errors import UnknownNameError

    rows = Submission.objects.select_related("organisation")
    if state:
        if state not in State.values:
            raise UnknownNameError(Text("สถานะ", "state"), state, list(State.values))
        rows = rows.filter(state=state)
    if dataset:
        rows = rows.filter(dataset=dataset)
    columns = [
        Column("id", Text("รหัส", "id")),
        Column("dataset", Text("ชุดข้อมูล", "dataset")),
        Column("organisation", Text("หน่วยงาน", "organisation")),
        Column("area", Text("พื้นที่", "area")),
        Column("state", Text("สถานะ", "state")),
        Column("file", Text("ไฟล์", "file")),
        Column("errors", Text("ข้อผิดพลาด", "errors")),
        Column("changed", Text("เปลี่ยนล่าสุด", "last change")),
        Column("release", Text("รุ่นข้อมูล", "release"), in_table=False),
    ]
    printer.show(Sheet("submissions", columns, [_row(one) for one in rows[: max(0, limit)]]))


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "dataset": one.dataset,
        "organisation": one.organisation.code,
        "area": f"{one.area_system}:{one.area_code}" if one.area_code else "",
        "state": one.state,
        "file": one.raw_name,
        "errors": one.errors,
        "changed": one.changed_at.isoformat(timespec="seconds"),
        "release": one.release,
    }


@click.command(
    "resume",
    cls=SpokenCommand,
    text=Text(
        "ทำการเผยแพร่ที่ค้างกลางคันให้เสร็จ ตัวงานเบื้องหลังทำให้เองทุกนาที คำสั่งนี้สำหรับเมื่อไม่ได้เปิดไว้ เรียกซ้ำได้ ไม่มีผลซ้ำ",
        "Finish publications that were interrupted. The worker does so every minute by itself; this is for when none "
        "runs. It may be called at any time and does nothing twice.",
    ),
    examples=[("mudmai data resume", Text("หลังเครื่องดับ", "after a power cut"))],
)
def resume() -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.data.domain.submissions import resume_publications
    from mudmai.apps.data.models import Publication

    finished = resume_publications()
    left = Publication.objects.filter(done_at=None)
    click.echo(say(Text(f"เผยแพร่เสร็จ {finished:,} รายการ", f"finished: {finished:,}")))
    for one in left:
        why = one.fault or {}
        th, en = why.get("th", "-"), why.get("en", "-")
        click.echo(
            say(Text(f"ยังไม่เสร็จ: {one.dataset} ({one.kind}) {th}", f"not finished: {one.dataset} ({one.kind}) {en}"))
        )
