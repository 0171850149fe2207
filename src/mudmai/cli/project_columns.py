"""Columns of ``mudmai projects list``; amounts are exact decimal text in baht."""

from __future__ import annotations

from mudmai.cli.output import Column
from mudmai.core.language import Text

PROGRAMME_COLUMNS = [
    Column("id", Text("รหัส", "id")),
    Column("organisation", Text("หน่วยงาน", "organisation")),
    Column("title", Text("แผนงาน", "programme")),
    Column("kind", Text("ชนิด", "kind")),
    Column("first_year", Text("ปีแรก (ค.ศ.)", "first year")),
    Column("last_year", Text("ปีสุดท้าย", "last year")),
    Column("projects", Text("โครงการ", "projects")),
    Column("released", Text("เผยแพร่", "released")),
]
PROJECT_COLUMNS = [
    Column("id", Text("รหัส", "id"), in_table=False),
    Column("programme", Text("แผนงาน", "programme"), in_table=False),
    Column("number", Text("ที่", "no.")),
    Column("title", Text("โครงการ", "project")),
    Column("department", Text("หน่วยงาน", "department")),
    Column("areas", Text("พื้นที่", "areas")),
    Column("status", Text("สถานะ", "status")),
    Column("state", Text("ในแผน", "in the plan"), in_table=False),
    Column("planned", Text("แผน", "planned")),
    Column("ordinance", Text("ข้อบัญญัติ", "ordinance"), in_table=False),
    Column("allocated", Text("จัดสรร", "allocated"), in_table=False),
    Column("committed", Text("ก่อหนี้ผูกพัน", "committed"), in_table=False),
    Column("disbursed", Text("เบิกจ่าย", "disbursed")),
    Column("locator", Text("ที่มา", "cell"), in_table=False),
]
